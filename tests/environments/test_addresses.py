"""Compare every environment's Terraform addresses and document with the committed files."""

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
HOW = (
    f"If the change is intended: {UPDATE}=1 .venv/bin/python -m pytest tests/environments, then "
    "commit."
)
RENAMED = """\
The addresses of {stack} differ from {file}:

{difference}

Terraform's state identifies a resource by its address. A changed address is a new resource: apply
DESTROYS the resource with the old address and CREATES another one. To keep the resource, add a
`moved` block from the old address to the new one. A resource with an added address is created; a
resource with a removed address is destroyed, with its data.
{how}"""
CHANGED = """\
The document of {stack} differs from {file}:

{difference}

{how}"""


def compare(file: Path, now: str, explanation: str) -> None:
    """Fail with the difference and an explanation; with NAVRA_UPDATE_LOCKS=1, rewrite the file."""
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
    difference = [*lines][:80] or ["(the same lines, with different line endings)"]
    pytest.fail(
        explanation.format(
            stack=file.name.partition(".")[0],
            file=file.relative_to(HERE.parents[1]),
            difference="\n".join(difference),
            how=HOW,
        ),
        pytrace=False,
    )


@pytest.mark.parametrize("stack", STACKS)
def test_addresses_equal_the_committed_list(documents: Mapping[str, Built], stack: str) -> None:
    now = "".join(f"{address}\n" for address in documents[stack].addresses)
    compare(ADDRESSES / f"{stack}.txt", now, RENAMED)


@pytest.mark.parametrize("stack", STACKS)
def test_the_document_equals_the_committed_snapshot(
    documents: Mapping[str, Built], stack: str
) -> None:
    compare(SNAPSHOTS / f"{stack}.tf.json", documents[stack].text, CHANGED)


@pytest.mark.parametrize(("folder", "suffix"), [(ADDRESSES, ".txt"), (SNAPSHOTS, ".tf.json")])
def test_there_are_no_files_of_removed_environments(folder: Path, suffix: str) -> None:
    assert sorted(file.name for file in folder.iterdir()) == sorted(s + suffix for s in STACKS)


@pytest.mark.parametrize("stack", STACKS)
def test_addresses_are_readable_and_have_no_hash(
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


def test_a_renamed_resource_fails_with_an_explanation(
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
