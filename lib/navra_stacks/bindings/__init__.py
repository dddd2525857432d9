"""Make the AWS bindings fast to import and to load, and provide node for them.

Import this package before cdktf; a program needs no other change. docs/speed.md describes how it
works, where the cache is and how to turn it off. ``NAVRA_BINDINGS=lazy`` makes only the package
lazy and loads jsii as published. ``NAVRA_BINDINGS=stock`` only provides node.
"""

import os

from .early import begin
from .hook import install_hooks
from .lazy import imported_first, lazy_package
from .node import provide_cache, provide_node

__all__ = ["lazy_package", "provide_node"]

provide_node()
if os.environ.get("NAVRA_BINDINGS") != "stock":
    _first = imported_first()
    lazy_package("cdktf_cdktf_provider_aws")
    # The owner of a file cannot be determined on Windows, so a cached file could not be trusted.
    if os.environ.get("NAVRA_BINDINGS") != "lazy" and os.name != "nt" and install_hooks():
        provide_cache()
        begin()
    if _first is not None:
        from .import_order import warn_imported_first

        warn_imported_first(_first)
