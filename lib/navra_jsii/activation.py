"""Switch the fast start on, at once or when a program first imports cdktf."""

import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["activate"]

_PACKAGES = (
    "cdktf",
    "cdktf_cdktf_provider_aws",
    "cdktn",
    "cdktn_provider_aws",
    "constructs",
    "jsii",
)
"""`engine.JSII_PACKAGES`, without an import that other commands do not need."""

_MODES = (None, "", "fast", "lazy", "stock")
"""The values of ``NAVRA_JSII``."""

_active = False


class _Finder:
    # Not derived from MetaPathFinder: importing importlib.abc takes longer than this module.

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _PACKAGES:
            return None
        activate()
        from navra_jsii.imports.lazy_packages import spec_during_import

        return spec_during_import(name)


_finder = _Finder()


def activate(*, on_import: bool = False) -> None:
    """Make cdktf and the AWS bindings fast to import and to load, and provide node for them.

    Only the first call has an effect. ``NAVRA_JSII=lazy`` makes only the package of the bindings
    lazy and loads jsii as published; ``NAVRA_JSII=stock`` only provides node.

    Args:
        on_import: Wait until cdktf, the bindings, constructs or jsii is imported. A library passes
            True, since a program that imports none of them does not need node.

    Raises:
        EngineError: ``NAVRA_ENGINE`` names an engine that does not exist or is not installed, or
            cdktn where cdktf was imported before.

    Warns:
        RuntimeWarning: one of these packages was imported before, so that jsii has been loaded as
            published.
    """
    global _active
    if _active:
        return
    if on_import and not any(package in sys.modules for package in _PACKAGES):
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
        return
    waits = _finder in sys.meta_path
    if waits:
        sys.meta_path.remove(_finder)
    _active = True
    try:
        _activate(os.environ.get("NAVRA_JSII"))
    except ImportError:  # an EngineError: another import must not continue without the engine
        _active = False
        if waits:
            sys.meta_path.insert(0, _finder)
        raise


def _activate(mode: str | None) -> None:
    from navra_jsii.engine import selected_engine
    from navra_jsii.imports.aliases import alias_packages
    from navra_jsii.imports.lazy_packages import imported_first, lazy_package
    from navra_jsii.kernel.node import provide_cache, provide_node

    if mode not in _MODES:
        from navra_jsii.log import log

        log("NAVRA_JSII: %r is not one of fast, lazy and stock", mode, warn=True)
    provide_node()
    engine = selected_engine()
    first = imported_first()
    if mode != "stock":
        lazy_package(engine.provider)
    # The owner of a file cannot be determined on Windows, so a cached file could not be trusted.
    if mode not in ("lazy", "stock") and os.name != "nt":
        from navra_jsii.hooks import install_hooks

        if install_hooks(engine):
            from navra_jsii.kernel.early_start import start_early

            provide_cache()
            start_early()
    alias_packages(engine)  # last, so that its finder is the first
    if first is not None and mode not in ("lazy", "stock"):
        from navra_jsii.imports.order_warning import warn_imported_first

        warn_imported_first(first)
