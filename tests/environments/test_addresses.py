"""What is committed of every environment: its Terraform addresses, and its whole document."""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.repository import STACKS
from tests.support.synthesized import Built

HERE = Path(__file__).parent
ADDRESSES, SNAPSHOTS = HERE / "addresses", HERE / "snapshots"

UPDATE = "NAVRA_UPDATE_LOCKS"
HOW = f"Where it is meant: {UPDATE}=1 .venv/bin/python -m pytest tests/environments, then commit."
RENAMED = """\
The addresses of {stack} are not those of {file}:

{difference}

An address is what Terraform's state knows a resource by. Under another address the resource is a
new one: apply DESTROYS what runs under the old address and CREATES it again. To keep what runs,
ship a `moved` block from the old address to the new one. An added address is created; a removed one
is destroyed, whatever it holds.
{how}"""
CHANGED = """\
The document of {stack} is not that of {file}:

{difference}

{how}"""


def compare(file: Path, now: str, explanation: str) -> None:
    """Fail with a difference and an explanation, or rewrite the file where that was asked for."""
    if os.environ.get(UPDATE) == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(now.encode())
        return
    committed = file.read_bytes().decode() if file.exists() else ""
    if now == committed:
        return
    lines = difflib.unified_diff(
        committed.splitlines(), now.splitlines(), "committed", "synthesized", n=1, lineterm=""
    )
    shown = [*lines][:80] or ["(the same lines, with other line ends)"]
    pytest.fail(
        explanation.format(
            stack=file.name.partition(".")[0],
            file=file.relative_to(HERE.parents[1]),
            difference="\n".join(shown),
            how=HOW,
        ),
        pytrace=False,
    )


@pytest.mark.parametrize("stack", STACKS)
def test_addresses_are_those_that_are_committed(documents: Mapping[str, Built], stack: str) -> None:
    now = "".join(f"{address}\n" for address in documents[stack].addresses)
    compare(ADDRESSES / f"{stack}.txt", now, RENAMED)


@pytest.mark.parametrize("stack", STACKS)
def test_the_document_is_the_one_that_is_committed(
    documents: Mapping[str, Built], stack: str
) -> None:
    compare(SNAPSHOTS / f"{stack}.tf.json", documents[stack].text, CHANGED)


@pytest.mark.parametrize(("folder", "suffix"), [(ADDRESSES, ".txt"), (SNAPSHOTS, ".tf.json")])
def test_no_lock_is_left_of_an_environment_that_is_gone(folder: Path, suffix: str) -> None:
    assert sorted(file.name for file in folder.iterdir()) == sorted(s + suffix for s in STACKS)


@pytest.mark.parametrize("stack", STACKS)
def test_addresses_are_readable_and_carry_no_hash(
    documents: Mapping[str, Built], stack: str
) -> None:
    built = documents[stack]
    for address in built.addresses:
        assert re.fullmatch(
            r"((data\.)?aws_[a-z0-9_]+|terraform_data)\.[a-z][a-z0-9_]*", address
        ), address
    for section in ("variable", "output", "locals"):
        for name in built.content.get(section, {}):
            assert re.fullmatch(r"[a-z][a-z0-9_]*", name)


def test_a_renamed_resource_fails_with_what_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(UPDATE, raising=False)
    monkeypatch.setattr(f"{__name__}.HERE", tmp_path / "tests/environments")
    file = tmp_path / "addresses.txt"
    file.write_text("aws_lb.load_balancer\n")
    compare(file, "aws_lb.load_balancer\n", RENAMED)
    with pytest.raises(pytest.fail.Exception) as failure:
        compare(file, "aws_lb.balancer\n", RENAMED)
    message = str(failure.value)
    assert "-aws_lb.load_balancer\n+aws_lb.balancer" in message
    assert "DESTROYS" in message
    assert "NAVRA_UPDATE_LOCKS=1" in message
    monkeypatch.setenv(UPDATE, "1")
    compare(file, "aws_lb.balancer\n", RENAMED)
    assert file.read_text() == "aws_lb.balancer\n"
