"""Makes the AWS bindings quick to import and to load, and gives them a node.

Import it before cdktf; nothing else changes. docs/speed.md says what happens, where the cache lies
and how to turn it off: ``NAVRA_BINDINGS=lazy`` leaves the package lazy and loads jsii as published,
``NAVRA_BINDINGS=stock`` leaves everything as published but for the node.
"""

import os

from .early import begin
from .hook import install_hooks
from .lazy import lazy_package
from .node import provide_cache, provide_node

__all__ = ["lazy_package", "provide_node"]

provide_node()
if os.environ.get("NAVRA_BINDINGS") != "stock":
    lazy_package("cdktf_cdktf_provider_aws")
    # Windows does not tell who owns a file, so that nothing cached could be trusted there.
    if os.environ.get("NAVRA_BINDINGS") != "lazy" and os.name != "nt" and install_hooks():
        provide_cache()
        begin()
