"""The gaps together."""

from __future__ import annotations

import importlib
import pkgutil

from navra_stacks.rehearsal import gaps

MODULES = [
    importlib.import_module(f"{gaps.__name__}.{one.name}")
    for one in pkgutil.iter_modules(gaps.__path__)
    if one.name != "patching"
]


def test_each_gap_is_filled() -> None:
    offered = {getattr(module, name) for module in MODULES for name in module.__all__}
    assert len(offered) > len(MODULES)
    assert set(gaps.GAPS) == offered
    assert len(gaps.GAPS) == len(offered)


def test_each_gap_says_when_it_can_go() -> None:
    assert [one.__name__ for one in gaps.GAPS if "oes when" not in str(one.__doc__)] == []
