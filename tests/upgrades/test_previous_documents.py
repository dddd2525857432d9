"""The stored documents of the previous release.

With NAVRA_UPDATE_PREVIOUS=REVISION, the documents of that Git revision are stored instead.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

from tests.support.repository import ROOT, STACKS
from tests.upgrades.conftest import PREVIOUS

UPDATE = "NAVRA_UPDATE_PREVIOUS"
SNAPSHOTS = "tests/environments/snapshots"


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout


def compact(document: Mapping[str, Any]) -> str:
    """Return a document in one line, without the metadata of CDKTF."""
    copy = {name: value for name, value in document.items() if name != "//"}
    for section in {"data", "resource"} & copy.keys():
        copy[section] = {
            type_: {
                name: {argument: value for argument, value in body.items() if argument != "//"}
                for name, body in blocks.items()
            }
            for type_, blocks in copy[section].items()
        }
    return json.dumps(copy, sort_keys=True, separators=(",", ":")) + "\n"


def store(revision: str) -> None:
    """Store the documents of a Git revision in place of the previous documents."""
    paths = git("ls-tree", "--name-only", revision, f"{SNAPSHOTS}/").decode().split()
    assert paths
    for file in PREVIOUS.glob("*.tf.json"):
        file.unlink()
    for path in paths:
        text = compact(json.loads(git("show", f"{revision}:{path}")))
        (PREVIOUS / path.rpartition("/")[2]).write_text(text, encoding="utf-8")
    full = git("rev-parse", f"{revision}^{{commit}}").decode()
    (PREVIOUS / "revision.txt").write_text(full, encoding="utf-8")


def test_each_previous_document_is_compact_and_of_a_present_stack() -> None:
    """A removed stack has no upgrade: describe in docs/upgrading.md how to destroy it."""
    if revision := os.environ.get(UPDATE):
        store(revision)
    files = {file.name.removesuffix(".tf.json"): file for file in PREVIOUS.glob("*.tf.json")}
    assert files.keys() <= set(STACKS)
    for file in files.values():
        text = file.read_bytes().decode()
        assert text == compact(json.loads(text))
    assert len((PREVIOUS / "revision.txt").read_text(encoding="utf-8").strip()) == 40
