"""What a rehearsal does not run of a document is left out and told, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.rehearsal.transforms.unsupported_blocks import (
    ForeignProviderError,
    strip_unsupported,
)


def test_imports_are_left_out_and_told() -> None:
    block = {"to": "aws_lb.one", "id": "arn"}
    for blocks in (block, [block]):
        copy, told = strip_unsupported({"import": blocks})
        assert copy == {}
        assert told == ("import of aws_lb.one: nothing exists yet, it is created",)


def test_commands_are_not_run_on_this_machine_and_that_is_told() -> None:
    body: dict[str, Any] = {"input": 1, "provisioner": [{"local-exec": {"command": "deploy"}}]}
    document = {"resource": {"terraform_data": {"one": body}}}
    copy, told = strip_unsupported(document)
    assert copy == {"resource": {"terraform_data": {"one": {"input": 1}}}}
    assert told == (
        "terraform_data.one.provisioner: it would run commands on this machine or another",
    )
    assert "provisioner" in body


def test_what_would_be_made_for_real_is_refused() -> None:
    document = {"resource": {"github_team": {"one": {}}, "aws_lb": {"one": {}}}}
    with pytest.raises(ForeignProviderError, match=r"^github_team\.one: .* made for real"):
        strip_unsupported(document)


def test_what_reaches_nothing_is_run() -> None:
    document = {"resource": {f"{one}_thing": {"one": {}} for one in ("random", "null", "tls")}}
    assert strip_unsupported(document) == (document, ())
