"""The list of all patches."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def patches() -> ModuleType:
    """The package. Imported here, because importing moto takes a second in every test process."""
    return importlib.import_module("navra_stacks.rehearsal.emulator.moto_patches")


def test_every_public_patch_is_applied_once(patches: ModuleType) -> None:
    modules = [
        importlib.import_module(f"{patches.__name__}.{module.name}")
        for module in pkgutil.iter_modules(patches.__path__)
        if module.name != "patching"
    ]
    public = {getattr(module, name) for module in modules for name in module.__all__}
    assert len(public) > len(modules)
    assert set(patches.PATCHES) == public
    assert len(patches.PATCHES) == len(public)


def test_every_patch_says_when_to_remove_it(patches: ModuleType) -> None:
    documented = [
        patch
        for patch in patches.PATCHES
        if "Remove this patch when" in " ".join(str(patch.__doc__).split())
    ]
    assert [patch.__name__ for patch in patches.PATCHES if patch not in documented] == []
