"""The plan for starting jsii's kernel, cached for the next run of the same interpreter.

A run that ends well writes the plan. With it, the next run starts node and sends it the assemblies
to load before Python has imported anything else. Without a cached plan, a new one is made once jsii
is imported.
"""

import hashlib
import json
import os
import shutil
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from navra_jsii.assemblies.assembly import Assembly
from navra_jsii.assemblies.store import Store
from navra_jsii.cache import (
    UNUSED_SECONDS,
    file_identity,
    make_private,
    read_private,
    remove_old,
    usable_directory,
    write_private,
)
from navra_jsii.engine import selected_engine
from navra_jsii.imports.lazy_packages import is_lazy
from navra_jsii.kernel.runtime import Runtime, UnknownRuntimeError, sources, write_runtime
from navra_jsii.log import log
from navra_jsii.prepared import described, installed_tarball, is_verified, verified_files

__all__ = [
    "Plan",
    "PlannedAssembly",
    "cache_plan",
    "cached_plan",
    "incompatible_variable",
    "new_plan",
    "prepared_plan",
    "remove_plan",
]

FORMAT = 4
"""Version of the plan's file format; a file of another format is ignored."""

_PROCESS = "jsii/_kernel/providers/process.py"

# Each variable makes the kernel print or do more than usual, or selects another runtime.
_INCOMPATIBLE = ("JSII_RUNTIME", "JSII_DEBUG", "JSII_DEBUG_TIMING", "JSII_VALIDATE_ASSEMBLIES")


def incompatible_variable() -> str | None:
    """Return the name of a set variable that requires jsii to start node itself, or None."""
    return next((name for name in _INCOMPATIBLE if os.environ.get(name)), None)


def _node() -> Path:
    """Return the node that jsii would start.

    Raises:
        FileNotFoundError: there is no node.
    """
    node = os.environ.get("JSII_NODE") or "node"
    found = shutil.which(node)
    if found is None:
        raise FileNotFoundError(f"{node} is not an executable file or a command on the PATH")
    return Path(found)


class PlannedAssembly(NamedTuple):
    """An assembly to load before Python requests it."""

    name: str
    version: str
    package: str
    """The Python package that contains the assembly."""

    tarball: list[Any]
    """The tarball's path, size and time, see `file_identity`."""

    slim: bool
    """True if a slim assembly is loaded instead."""

    @property
    def is_valid(self) -> bool:
        """True if Python would request exactly this assembly."""
        path = Path(self.tarball[0])
        try:
            spec = find_spec(self.package)
            return (
                spec is not None
                and spec.origin is not None
                and Path(spec.origin).parent / "_jsii" == path.parent
                and file_identity(path) == self.tarball
            )
        except (OSError, ValueError):  # the package was upgraded or replaced
            return False


class Plan(NamedTuple):
    """How to start the kernel."""

    node: list[Any]
    """The path, size and time of node, see `file_identity`."""

    jsii: list[list[Any]]
    """The same for the file of jsii that starts the kernel, and for the files of jsii from which
    `runtime` was built, in this order."""

    runtime: Runtime
    early: tuple[PlannedAssembly, ...]

    @property
    def is_valid(self) -> bool:
        """True if nothing has changed since the plan was written."""
        try:
            return (
                file_identity(_node()) == self.node
                and all(file_identity(Path(file[0])) == file for file in self.jsii)
                and self.runtime.is_valid
            )
        except OSError:
            return False

    def is_of(self, jsii: Path) -> bool:
        """Return whether the plan belongs to this jsii: an interpreter may use several.

        Args:
            jsii: The file ``jsii/_kernel/providers/process.py``.
        """
        return bool(self.jsii[0][0] == str(jsii))

    def assemblies(self) -> list[Assembly]:
        """Return the assemblies to load as soon as node has started."""
        assemblies: list[Assembly] = []
        store = Store()
        for early in self.early:
            assembly = Assembly(early.name, early.version, Path(early.tarball[0]))
            if not early.is_valid:
                break  # the following assemblies may depend on it
            if early.slim:
                known = store.known(assembly.tarball)
                if known is not None:
                    assembly.slim, assembly.modules = known.tarball, known.modules
                elif is_lazy(early.package):
                    continue
            assemblies.append(assembly)
        return assemblies


def _plan_file() -> Path:
    key = hashlib.sha256(
        json.dumps([sys.prefix, sys.version, selected_engine().core]).encode()
    ).hexdigest()[:16]
    return usable_directory() / f"start-{key}.json"


def cached_plan() -> Plan | None:
    """Return the plan of the last run, or None if anything that it relies on has changed."""
    try:
        fields = json.loads(read_private(_plan_file()))
        if fields.pop("format") != FORMAT:
            return None
        home = make_private(usable_directory() / Path(fields["runtime"]["program"]).parent.name)
        fields["runtime"] = Runtime(**fields["runtime"] | {"program": home / "program.js"})
        fields["early"] = tuple(PlannedAssembly(**early) for early in fields["early"])
        plan = Plan(**fields)
        return plan if plan.is_valid else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log("the plan of the last run is not used: %s", error, warn=_is_surprise(error))
        return None


def new_plan(jsii: Path) -> Plan | None:
    """Return a new plan without assemblies, or None if jsii has to start the kernel itself.

    Args:
        jsii: The file ``jsii/_kernel/providers/process.py``.
    """
    embedded = jsii.parents[2] / "_embedded/jsii"
    try:
        return Plan(
            node=file_identity(_node()),
            jsii=[file_identity(path) for path in (jsii, *sources(embedded))],
            runtime=write_runtime(usable_directory(), embedded),
            early=(),
        )
    except (OSError, UnknownRuntimeError) as error:
        log("jsii starts node itself: %s", error, warn=_is_surprise(error))
        return None


def prepared_plan() -> Plan | None:
    """Return a plan with the assemblies that were prepared for a first run, or None without one.

    The plan is cached for the next run.
    """
    description = described()
    if selected_engine().core not in description.get("slim", {}):
        return None
    verified = [verified_files(package) for package in description.get("files", {})]
    jsii = next((files[_PROCESS] for files in verified if _PROCESS in files), None)
    plan = new_plan(jsii) if jsii is not None else None
    if plan is None:
        return None
    early = []
    for assembly in description["assemblies"]:
        package = assembly["package"]
        slim = package in description["slim"]
        tarball = installed_tarball(package)
        # Nothing is prepared of the other packages, so that any version of them is suitable.
        if tarball is None or (slim and not is_verified(tarball)):
            break  # the following assemblies may depend on it
        version = tarball.name.rpartition("@")[2].removesuffix(".jsii.tgz")
        early.append(
            PlannedAssembly(assembly["name"], version, package, file_identity(tarball), slim)
        )
    plan = plan._replace(early=tuple(early))
    with suppress(OSError):
        cache_plan(plan)
    return plan


def _is_surprise(error: Exception) -> bool:
    # A directory that cannot be used is reported when something has to be written to it.
    return not isinstance(error, OSError)


def remove_plan() -> None:
    """Delete the cached plan, after node did not start correctly with it."""
    with suppress(OSError):
        _plan_file().unlink()


def cache_plan(plan: Plan) -> None:
    """Write a plan for the next run, and remove plans that no run has written for a month.

    Raises:
        OSError: the plan cannot be written.
    """
    runtime = plan.runtime._asdict() | {"program": str(plan.runtime.program)}
    early = [assembly._asdict() for assembly in plan.early]
    fields = plan._asdict() | {"format": FORMAT, "runtime": runtime, "early": early}
    file = _plan_file()
    write_private(file, json.dumps(fields).encode())
    remove_old(file.parent.glob("start-*.json"), UNUSED_SECONDS)
