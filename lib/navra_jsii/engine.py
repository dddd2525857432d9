"""The engines: CDKTF, and its community fork CDK Terrain (cdktn)."""

import os
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

__all__ = ["ENGINES", "JSII_PACKAGES", "Engine", "EngineError", "selected_engine"]


class Engine(NamedTuple):
    """The names that differ between the engines."""

    core: str
    """The import package of constructs such as ``App``, which is also its name in jsii."""

    provider: str
    """The import package of the prebuilt bindings of hashicorp/aws."""

    distribution: str
    """The distribution that contains `provider`."""


ENGINES = {
    "cdktf": Engine("cdktf", "cdktf_cdktf_provider_aws", "cdktf-cdktf-provider-aws"),
    "cdktn": Engine("cdktn", "cdktn_provider_aws", "cdktn-provider-aws"),
}

JSII_PACKAGES = (
    *(package for engine in ENGINES.values() for package in (engine.core, engine.provider)),
    "constructs",
    "jsii",
)
"""Import packages that load jsii."""


class EngineError(ImportError):
    """``NAVRA_ENGINE`` names an engine that cannot be used, or node cannot be started."""


@cache
def selected_engine() -> Engine:
    """Return the engine that ``NAVRA_ENGINE`` names: ``cdktf`` or ``cdktn``.

    A process has one engine: once cdktn has the names of cdktf, both seem to be installed.

    Without that variable it is cdktf, or cdktn where only cdktn is installed.

    Raises:
        EngineError: the variable has another value, or its engine is not installed.
    """
    name = os.environ.get("NAVRA_ENGINE")
    if not name:
        only_cdktn = find_spec("cdktf") is None and find_spec("cdktn") is not None
        return ENGINES["cdktn" if only_cdktn else "cdktf"]
    if name not in ENGINES:
        raise EngineError(f"NAVRA_ENGINE: {name!r} is not one of {', '.join(ENGINES)}")
    engine = ENGINES[name]
    if find_spec(engine.core) is None:
        raise EngineError(
            f"NAVRA_ENGINE: {name} is not installed: `pip install {engine.core} "
            f"{engine.distribution}`"
        )
    return engine
