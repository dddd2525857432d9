"""The gaps together."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def gaps() -> ModuleType:
    """Imported only here: it brings moto, which takes a second of every process that collects."""
    return importlib.import_module("navra_stacks.rehearsal.emulator.moto_patches")


def test_each_gap_is_filled(gaps: ModuleType) -> None:
    modules = [
        importlib.import_module(f"{gaps.__name__}.{one.name}")
        for one in pkgutil.iter_modules(gaps.__path__)
        if one.name != "patching"
    ]
    offered = {getattr(module, name) for module in modules for name in module.__all__}
    assert len(offered) > len(modules)
    assert set(gaps.GAPS) == offered
    assert len(gaps.GAPS) == len(offered)


def test_each_gap_says_when_it_can_go(gaps: ModuleType) -> None:
    assert [one.__name__ for one in gaps.GAPS if "oes when" not in str(one.__doc__)] == []
