"""A discovery that is cancelled or has no provider."""

from __future__ import annotations

import os
import re
import signal
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.adoption.discovery import discover
from navra_stacks.cli.app import main
from navra_stacks.terraform.installation import NotInstalledError
from navra_stacks.terraform.working_directory import WorkingDirectory
from tests.support.document_builder import document
from tests.support.handmade_account.console import Console


def test_a_cancelled_discovery_deletes_its_temporary_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory contains data of the account that Terraform has read."""
    directories = []

    def cancelled(environment: object, directory: Path) -> None:
        directories.append(directory)
        os.kill(os.getpid(), signal.SIGTERM)

    def uncaught(number: int, frame: object) -> None:
        raise AssertionError("the signal would have ended the process at once")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("navra_stacks.cli.discover._synthesized", cancelled)
    before = signal.signal(signal.SIGTERM, uncaught)
    try:
        with pytest.raises(SystemExit) as end:
            main(["discover", "staging", "--out", str(tmp_path / "inventory.json")])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert end.value.code == 128 + signal.SIGTERM
    assert len(directories) == 1
    assert list(tmp_path.iterdir()) == []


class WithoutProvider(SimpleNamespace):
    """A workspace whose Terraform cannot reach a registry."""

    terraform = SimpleNamespace(version="1.11.4")

    @property
    def schema(self) -> object:
        raise NotInstalledError("no registry can be reached")


def test_a_missing_provider_is_reported_with_the_found_ids(
    console: Console, account: AwsAccount
) -> None:
    arn = console("sns").create_topic(Name="shop-alarms")["TopicArn"]
    found = discover(
        document({"aws_sns_topic.alarms": {"name": "shop-alarms"}}),
        account,
        stack="shop-qa",
        workspace=cast("WorkingDirectory", WithoutProvider()),
    )
    assert found.found.ids == {"aws_sns_topic.alarms": arn}
    assert not found.is_harmless
    assert found.why_not_planned == "no registry can be reached"


def test_the_progress_of_a_long_search_is_reported(
    console: Console, account: AwsAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    console("sns").create_topic(Name="shop-one")
    seconds = iter(range(0, 100, 3))
    monkeypatch.setattr("navra_stacks.adoption.discovery.time.monotonic", lambda: next(seconds))
    steps: list[str] = []
    topics = {f"aws_sns_topic.{name}": {"name": f"shop-{name}"} for name in ("one", "two")}
    discover(document(topics), account, stack="shop-qa", workspace=None, progress=steps.append)
    assert steps[1:3] == [
        "searched for 1 of about 2 resources",
        "searched for 2 of about 2 resources",
    ]
    assert re.fullmatch(r"1 resources found with \d+ requests", steps[-1])
