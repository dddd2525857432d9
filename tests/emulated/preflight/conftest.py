"""Fixtures for checks of an emulated account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.preflight.dns_resolver import DnsResolver
from navra_stacks.preflight.finding import Finding, Outcome
from navra_stacks.preflight.target import Target
from navra_stacks.settings.environment import Environment
from tests.support.handmade_account.console import ACCOUNT, REGION

Check = Callable[[Target], Iterator[Finding]]
Findings = Callable[..., dict[str, Finding]]


@pytest.fixture
def findings(account: AwsAccount) -> Findings:
    """Run a check of an environment in the emulated account; return its findings by subject."""

    def run(check: Check, environment: Environment, **variables: str) -> dict[str, Finding]:
        account.clear_cache()
        located = environment.replace(account=ACCOUNT, region=REGION)
        found = list(check(Target(located, account, variables, DnsResolver())))
        by_subject = {finding.subject: finding for finding in found}
        assert len(by_subject) == len(found)
        return by_subject

    return run


def outcomes(found: dict[str, Finding]) -> dict[str, str]:
    """Return the outcome of each finding, by subject."""
    return {subject: finding.outcome.value for subject, finding in found.items()}


def problems(found: dict[str, Finding]) -> dict[str, Any]:
    """Return the message and the repair of each problem, by subject."""
    return {
        subject: (finding.message, finding.repair)
        for subject, finding in found.items()
        if finding.outcome is Outcome.PROBLEM
    }
