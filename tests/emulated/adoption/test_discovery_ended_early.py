"""A discovery that ends before it is done leaves nothing behind, and says what it lacked."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from navra_stacks.account.aws_reader import Account
from navra_stacks.adoption.discovery import discover
from navra_stacks.cli.app import main
from navra_stacks.terraform.installation import NotAtHandError
from navra_stacks.terraform.working_directory import Workspace
from tests.support.document_builder import document
from tests.support.handmade_account.console import Console


def test_a_job_that_is_cancelled_leaves_no_directory_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Terraform reads of an account lies in it."""
    made = []

    def cancelled(environment: object, directory: Path) -> None:
        made.append(directory)
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
    assert len(made) == 1
    assert list(tmp_path.iterdir()) == []


class WithoutProvider(SimpleNamespace):
    """A Terraform that can reach no registry."""

    terraform = SimpleNamespace(version="1.11.4")

    @property
    def schema(self) -> object:
        raise NotAtHandError("no registry can be reached")


def test_a_provider_that_cannot_be_installed_is_told_with_what_was_found(
    console: Console, reading: Account
) -> None:
    arn = console("sns").create_topic(Name="shop-alarms")["TopicArn"]
    found = discover(
        document({"aws_sns_topic.alarms": {"name": "shop-alarms"}}),
        reading,
        stack="shop-qa",
        workspace=cast("Workspace", WithoutProvider()),
    )
    assert found.found.ids == {"aws_sns_topic.alarms": arn}
    assert not found.is_harmless
    assert found.why_not_planned == "no registry can be reached"
