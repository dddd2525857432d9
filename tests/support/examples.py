"""The environments in the directory `examples`."""

from __future__ import annotations

import runpy

import pytest

from navra_stacks import Environment
from tests.support.repository import ROOT


def example_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Run a module of the examples, and return its only environment."""
    monkeypatch.syspath_prepend(ROOT / "examples")
    values = runpy.run_path(str(ROOT / "examples" / f"{name}.py")).values()
    (environment,) = {id(one): one for one in values if isinstance(one, Environment)}.values()
    return environment
