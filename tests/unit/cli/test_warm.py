"""`navra warm` fills the caches, so that the next run of the same environments adds nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.navra_command import COMMAND
from tests.support.repository import ROOT

CACHES = ("navra-jsii", "aws/jsii", "navra-stacks/schemas")


def navra(home: str | Path, *arguments: str, cache: str | Path = "", warning: str = "") -> str:
    done = subprocess.run(
        [COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, warning)
    return done.stdout


def files(home: Path) -> dict[str, int]:
    cache = home / ".cache"
    return {
        path.relative_to(cache).as_posix(): path.stat().st_mtime_ns
        for path in cache.rglob("*")
        if path.is_file() and path.name != ".jsii-runtime-package-cache"  # touched by each run
    }


def test_a_warm_cache_is_complete(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    printed = navra(tmp_path, "warm", "staging").splitlines()
    assert printed == [
        "prepared 1 environment; caches:",
        *(f"{tmp_path}/.cache/{name}" for name in CACHES),
    ]
    before = files(tmp_path)
    assert {name.split("-")[0] for name in before} >= {"navra", "aws/jsii/package"}
    navra(tmp_path, "synth", "staging", "--out", str(tmp_path / "out"))
    navra(tmp_path, "synth", "staging", "--out", str(tmp_path / "out"))
    assert files(tmp_path) == before


def test_without_a_home_directory_only_the_other_caches_are_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    warning = "jsii unpacks the bindings in every run: the user has no home directory\n"
    printed = navra("none", "warm", "staging", cache=tmp_path, warning=warning)
    assert printed.splitlines() == [
        "prepared 1 environment; caches:",
        *(f"{tmp_path}/{name}" for name in ("navra-jsii", "navra-stacks/schemas")),
    ]
