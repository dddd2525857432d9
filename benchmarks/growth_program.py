"""Synthesize many environments or services in one process.

Usage: python growth_program.py environments|services <count> <out>.

The environments have the size of staging and their own names; or one environment has that many
services. Prints the seconds of the cold process, from this line to the end of synthesis.
"""

import time

START = time.perf_counter()

import gc  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1]))

from environments import ENVIRONMENTS  # noqa: E402
from navra_stacks import Environment, Route, Routing, synthesize  # noqa: E402
from tests.support.shop import shop, web  # noqa: E402


def environments(count: int) -> list[Environment]:
    staging = next(one for one in ENVIRONMENTS if one.names.stack == "aep-staging")
    kept = {name: getattr(staging, name) for name in staging.model_fields_set}
    kept.pop("recorded", None)
    return [Environment(**kept | {"name": f"web{number}"}) for number in range(count)]


def services(count: int) -> list[Environment]:
    routes = tuple(
        Route(priority=number + 1, paths=(f"/web{number}/*",), service=f"web{number}")
        for number in range(1, count)
    )
    made = (web(name=f"web{number}") for number in range(count))
    return [shop(*made, routing=Routing(default="web0", routes=routes))]


def main(what: str, count: str, out: str) -> None:
    gc.disable()  # as the command does
    wanted = {"environments": environments, "services": services}[what](int(count))
    synthesize(wanted, out)
    print(time.perf_counter() - START)


main(*sys.argv[1:])
