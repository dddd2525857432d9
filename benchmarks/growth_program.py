"""Synthesize many environments, services or routes in one process.

Usage: python growth_program.py environments|services|routes <count> <out>.

The environments have the size of staging, and names and hosts of their own. Or one environment has
that many services, or that many path patterns: a load balancer has at most 100 rules, so a rule has
up to five of the patterns. Prints the seconds of the cold process, from this line to the end of
synthesis.
"""

import time

START = time.perf_counter()

import gc  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1]))

from environments import ENVIRONMENTS  # noqa: E402
from navra_stacks import Domain, Environment, Route, Routing, synthesize  # noqa: E402
from navra_stacks.settings.load_balancing.routing import MAXIMUM_RULES  # noqa: E402
from tests.support.shop import shop, web  # noqa: E402


def environments(count: int) -> list[Environment]:
    staging = next(one for one in ENVIRONMENTS if one.names.stack == "aep-staging")
    settings = {name: getattr(staging, name) for name in staging.model_fields_set}
    settings.pop("existing_ids", None)  # those of staging's resources
    zone = staging.domain.zone
    return [
        Environment(
            **settings
            | {"name": f"web{number}", "domain": Domain(host=f"web{number}.{zone}", zone=zone)}
        )
        for number in range(count)
    ]


def services(count: int) -> list[Environment]:
    routes = tuple(
        Route(priority=number + 1, paths=(f"/web{number}/*",), service=f"web{number}")
        for number in range(1, count)
    )
    made = (web(name=f"web{number}") for number in range(count))
    return [shop(*made, routing=Routing(default="web0", routes=routes))]


def routes(count: int) -> list[Environment]:
    of_a_rule = -(-count // MAXIMUM_RULES)
    paths = [f"/area{number}/*" for number in range(count)]
    made = tuple(
        Route(
            priority=start + 1,
            paths=tuple(paths[start : start + of_a_rule]),
            service=f"web{start // of_a_rule % 10}",
        )
        for start in range(0, count, of_a_rule)
    )
    names = dict.fromkeys(("web0", *(route.service for route in made)))
    return [
        shop(
            *(web(name=name) for name in names),
            routing=Routing(default="web0", routes=made),
        )
    ]


def main(kind: str, count: str, out: str) -> None:
    gc.disable()  # as the command does
    found = {"environments": environments, "services": services, "routes": routes}[kind](int(count))
    synthesize(found, out)
    print(time.perf_counter() - START)


main(*sys.argv[1:])
