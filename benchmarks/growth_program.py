"""How one process grows: python growth_program.py environments|services <count> <out>.

Environments of staging's size, each with names of its own; or one of that many services. It prints
the seconds that a cold process took, from this line to the end of synthesis.
"""

import time

START = time.perf_counter()

import gc  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1]))

from environments import ENVIRONMENTS  # noqa: E402
from navra_stacks import (  # noqa: E402
    Container,
    DefaultVpc,
    Domain,
    Environment,
    HealthCheck,
    Logs,
    RegistryImage,
    Route,
    Routing,
    Service,
    synthesize,
)


def environments(count: int) -> list[Environment]:
    staging = next(one for one in ENVIRONMENTS if one.names.stack == "aep-staging")
    kept = {name: getattr(staging, name) for name in staging.model_fields_set}
    kept.pop("recorded", None)
    return [Environment(**kept | {"name": f"web{number}"}) for number in range(count)]


def services(count: int) -> list[Environment]:
    made = tuple(
        Service(
            name=f"web{number}",
            container=Container(
                image=RegistryImage(repository="public.ecr.aws/shop/web", tag="1.0"), port=8080
            ),
            health_check=HealthCheck(path="/up"),
            cpu=256,
            memory=512,
        )
        for number in range(count)
    )
    routes = tuple(
        Route(priority=number + 1, paths=(f"/web{number}/*",), service=f"web{number}")
        for number in range(1, count)
    )
    return [
        Environment(
            project="shop",
            name="qa",
            account="111122223333",
            region="eu-west-1",
            network=DefaultVpc(availability_zones=("eu-west-1a", "eu-west-1b")),
            domain=Domain(host="qa.shop.example", zone="shop.example"),
            services=made,
            routing=Routing(default="web0", rules=routes),
            logs=Logs(group_prefix="/ecs", retention_days=30),
        )
    ]


def main(what: str, count: str, out: str) -> None:
    gc.disable()  # as the command does
    wanted = {"environments": environments, "services": services}[what](int(count))
    synthesize(wanted, out)
    print(time.perf_counter() - START)


main(*sys.argv[1:])
