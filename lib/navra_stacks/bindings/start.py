"""What a start of the kernel needs, as the last run of this interpreter left it in the cache.

It is noted at the end of a run that went well, so that the next one can start node and tell it what
to load before Python has imported anything. Where nothing is noted, it is found out when jsii is
there to be asked.
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

from .assembly import Assembly
from .private import make_private, private_directory, read_private, remove_old, write_private
from .runtime import Runtime, UnknownRuntimeError, sources, written_runtime
from .store import UNUSED, Store, identity, log

__all__ = ["Early", "Plan", "first_plan", "forget_plan", "note_plan", "noted_plan", "unusual"]

FORMAT = 4
"""Of the note; one of another format is not read."""

# Each makes the kernel say or do more than usual, or is another runtime.
_UNUSUAL = ("JSII_RUNTIME", "JSII_DEBUG", "JSII_DEBUG_TIMING", "JSII_VALIDATE_ASSEMBLIES")


def unusual() -> str | None:
    """The variable that asks jsii for something that only its own way of starting gives."""
    return next((name for name in _UNUSUAL if os.environ.get(name)), None)


def _node() -> Path:
    """The node that jsii would start.

    Raises:
        FileNotFoundError: there is none.
    """
    found = shutil.which(os.environ.get("JSII_NODE") or "node")
    if found is None:
        raise FileNotFoundError("there is no node")
    return Path(found)


class Early(NamedTuple):
    """An assembly to load before Python asks for it."""

    name: str
    version: str
    package: str
    """The Python package that carries it."""

    tarball: list[Any]
    """Which one, see `identity`."""

    slim: bool
    """Whether a slim one is loaded in its place."""

    @property
    def sound(self) -> bool:
        """Whether Python would ask for this very assembly."""
        path = Path(self.tarball[0])
        try:
            spec = find_spec(self.package)
            return (
                spec is not None
                and spec.origin is not None
                and Path(spec.origin).parent / "_jsii" == path.parent
                and identity(path) == self.tarball
            )
        except (OSError, ValueError):  # it was upgraded, or something else stands in its place
            return False


class Plan(NamedTuple):
    """How to start the kernel."""

    node: list[Any]
    """Which node, see `identity`."""

    jsii: list[list[Any]]
    """The files of jsii that `runtime` was made from, and before them the one that starts it."""

    runtime: Runtime
    early: tuple[Early, ...]

    @property
    def sound(self) -> bool:
        """Whether everything is as it was when this was noted."""
        try:
            return (
                identity(_node()) == self.node
                and all(identity(Path(one[0])) == one for one in self.jsii)
                and self.runtime.sound
            )
        except OSError:
            return False

    def is_of(self, jsii: Path) -> bool:
        """Whether it was noted with this jsii: one interpreter may be given several."""
        return bool(self.jsii[0][0] == str(jsii))

    def assemblies(self) -> list[Assembly]:
        """What to load at once."""
        wanted: list[Assembly] = []
        for one in self.early:
            assembly = Assembly(one.name, one.version, Path(one.tarball[0]))
            if not one.sound:
                break  # what follows may need it
            if one.slim:
                known = Store().known(assembly.tarball)
                if known is None:
                    continue
                assembly.slim, assembly.modules = known.tarball, known.modules
            wanted.append(assembly)
        return wanted


def _note() -> Path:
    key = hashlib.sha256(json.dumps([sys.prefix, sys.version]).encode()).hexdigest()[:16]
    return private_directory() / f"start-{key}.json"


def noted_plan() -> Plan | None:
    """The plan of the last run, if all that it relies on is unchanged."""
    try:
        noted = json.loads(read_private(_note()))
        if noted.pop("format") != FORMAT:
            return None
        home = make_private(private_directory() / Path(noted["runtime"]["program"]).parent.name)
        noted["runtime"] = Runtime(**noted["runtime"] | {"program": home / "program.js"})
        noted["early"] = tuple(Early(**one) for one in noted["early"])
        plan = Plan(**noted)
        return plan if plan.sound else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log("nothing is known of the last run: %s", error, warn=_is_surprise(error))
        return None


def first_plan(jsii: Path) -> Plan | None:
    """A plan that knows of no assembly, made now; none where only jsii's own way is left.

    Args:
        jsii: Its file ``jsii/_kernel/providers/process.py``.
    """
    embedded = jsii.parents[2] / "_embedded/jsii"
    try:
        return Plan(
            node=identity(_node()),
            jsii=[identity(path) for path in (jsii, *sources(embedded))],
            runtime=written_runtime(private_directory(), embedded),
            early=(),
        )
    except (OSError, UnknownRuntimeError) as error:
        log("node is started as jsii does it: %s", error, warn=_is_surprise(error))
        return None


def _is_surprise(error: Exception) -> bool:
    # A directory that cannot be used is told of where something is to be kept there.
    return not isinstance(error, OSError)


def forget_plan() -> None:
    """Leave none for the next run: with this one, node did not start as it should."""
    with suppress(OSError):
        _note().unlink()


def note_plan(plan: Plan) -> None:
    """Leave a plan for the next run, and take away what other interpreters left a month ago.

    Raises:
        OSError: it cannot be written.
    """
    runtime = plan.runtime._asdict() | {"program": str(plan.runtime.program)}
    early = [one._asdict() for one in plan.early]
    noted = plan._asdict() | {"format": FORMAT, "runtime": runtime, "early": early}
    note = _note()
    write_private(note, json.dumps(noted).encode())
    remove_old(note.parent.glob("start-*.json"), UNUSED)
