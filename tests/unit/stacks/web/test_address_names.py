"""Every accepted name gives resources with valid and unique Terraform addresses."""

from __future__ import annotations

import re
from pathlib import Path

from cdktf import (
    App,
    TerraformDataSource,
    TerraformElement,
    TerraformLocal,
    TerraformOutput,
    TerraformResource,
    TerraformVariable,
)
from hypothesis import HealthCheck as Health, given, reject, settings, strategies as st

from navra_stacks import (
    AccessLogs,
    Alarms,
    Autoscaling,
    Cache,
    Container,
    Database,
    Deployment,
    EcrImage,
    EcrRepositories,
    Environment,
    GitHubDeployRole,
    Hardening,
    HealthCheck,
    LogPatternAlarm,
    OneOffTask,
    PrivateVpc,
    Route,
    Routing,
    ScheduledAction,
    Secret,
    Service,
    SettingsError,
    TestTraffic,
    WebStack,
)
from navra_stacks.settings.validation.naming import RESERVED_SERVICE_NAMES
from tests.support.shop import shop

ADDRESS_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
"""Terraform, "Identifiers": letters, digits, underscores and hyphens, without a leading digit."""

KINDS = (
    (TerraformResource, "resource"),
    (TerraformDataSource, "data"),
    (TerraformVariable, "variable"),
    (TerraformOutput, "output"),
    (TerraformLocal, "local"),
)


def addresses(environment: Environment, outdir: Path) -> list[tuple[str, str, str]]:
    """Return the kind, the type and the name of each element of the environment's stack."""
    stack = WebStack(App(outdir=str(outdir)), environment)
    found = []
    for element in stack.node.find_all():
        for class_, kind in KINDS:
            if isinstance(element, class_):
                assert isinstance(element, TerraformElement)
                type_ = getattr(element, "terraform_resource_type", "")
                found.append((kind, type_, element.friendly_unique_id))
    return found


def environment_with(
    services: list[str],
    secrets: list[str],
    repositories: list[str],
    paths: list[str],
    alarms: list[str],
    tasks: list[str],
) -> Environment:
    """Build an environment in which as many resources as possible have these names."""
    first = services[0]
    action = {"cron": "0 20 * * ? *", "min_capacity": 1, "max_capacity": 2}
    return shop(
        *(
            Service(
                name=name,
                cpu=256,
                memory=512,
                container=Container(
                    image=EcrImage(repository=repositories[index % len(repositories)]),
                    port=(5432, 443)[index % 2],
                    secrets=(*secrets, "DATABASE_URL", "CACHE_URL"),
                ),
                health_check=HealthCheck(path="/up") if name == first else None,
                one_off_tasks=tuple(OneOffTask(name=task, command=("run",)) for task in tasks),
                deployed_by="pipeline" if name == first else "terraform",
                deployment=(
                    Deployment.blue_green(
                        test_traffic=TestTraffic(header="X", value="1", priority=1)
                    )
                    if name == first and not paths
                    else Deployment.rolling()
                ),
                autoscaling=Autoscaling(
                    min_capacity=1,
                    max_capacity=2,
                    requests_per_target=None,
                    schedules=tuple(ScheduledAction(name=task, **action) for task in tasks),
                ),
            )
            for index, name in enumerate(services)
        ),
        routing=Routing(
            default=first,
            routes=tuple(
                Route(priority=number, paths=(path,), service=first)
                for number, path in enumerate(paths, start=10)
            ),
        ),
        network=PrivateVpc(cidr="10.0.0.0/16", availability_zones=("eu-west-1a", "eu-west-1b")),
        secrets=tuple(Secret(name=name) for name in (*secrets, "DATABASE_URL", "CACHE_URL")),
        database=Database.relaxed(url_secret="DATABASE_URL"),
        cache=Cache.relaxed(url_secret="CACHE_URL"),
        registry=EcrRepositories(),
        hardening=Hardening.production(
            deletion_protection=False,
            access_logs=None,
            alarms=Alarms(
                emails=None,
                custom=tuple(
                    LogPatternAlarm(name=name, service=first, pattern="x") for name in alarms
                ),
            ),
        ),
    )


def names(*texts: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(texts), min_size=1, max_size=3, unique=True)


@settings(
    deadline=None,
    max_examples=50,
    suppress_health_check=[Health.function_scoped_fixture],
)
@given(
    names("a", "a-b", "a--b", "b", "web-2", "alb-to-a", "a-to-s3", "database-from-a", "a-from-alb"),
    names("_1", "_", "KEY", "key", "A_B", "A__B", "DATABASE_PASSWORD"),
    names("2048-game", "a-b", "a/b", "a_b", "shop/web"),
    st.one_of(st.just([]), names("/2fa/*", "/2fa", "/*/x", "/_", "/api/*", "/42")),
    names("a-b", "a--b", "b-c", "load-balancer--errors", "failed-payments"),
    names("a-b", "a--b", "b", "c"),
)
def test_every_accepted_name_gives_valid_and_unique_addresses(
    tmp_path: Path,
    services: list[str],
    secrets: list[str],
    repositories: list[str],
    paths: list[str],
    alarms: list[str],
    tasks: list[str],
) -> None:
    try:
        environment = environment_with(services, secrets, repositories, paths, alarms, tasks)
    except SettingsError:
        reject()
    found = addresses(environment, tmp_path)
    assert [address for address in found if ADDRESS_NAME.fullmatch(address[2]) is None] == []
    assert len(found) == len(set(found))


def test_names_that_start_with_a_digit_get_an_underscore(tmp_path: Path) -> None:
    environment = environment_with(
        ["web"], ["_1"], ["2048-game"], ["/2fa/*"], ["failed-payments"], ["migrate"]
    )
    found = {(type_, name) for _, type_, name in addresses(environment, tmp_path)}
    assert found >= {
        ("aws_secretsmanager_secret", "_1_secret"),
        ("aws_ecr_repository", "_2048_game_repository"),
        ("aws_ecr_lifecycle_policy", "_2048_game_lifecycle"),
        ("aws_lb_listener_rule", "_2fa_rule"),
    }


def test_the_name_of_a_service_gives_no_address_of_another_resource(tmp_path: Path) -> None:
    """A name is reserved if a resource of another kind has the address of that service."""
    environment = environment_with(["one", "two"], ["KEY"], ["x"], [], ["refusals"], ["migrate"])
    hardening = environment.hardening.replace(audited_exec=True, access_logs=AccessLogs())
    environment = environment.replace(
        account=None,
        network=environment.network.replace(interface_endpoints=True),
        hardening=hardening,
        delivery=GitHubDeployRole(repository=None, branch="main", creates_provider=True),
    )
    found = addresses(environment, tmp_path)
    endings = [(*type_, name.removeprefix("two")) for *type_, name in found if name[:4] == "two_"]
    taken = {
        name.removesuffix(ending).replace("_", "-")
        for *type_, name in found
        for *other_type, ending in endings
        if type_ == other_type and name.endswith(ending) and name[:4] not in ("one_", "two_")
    }
    assert taken <= set(RESERVED_SERVICE_NAMES)
    assert len(taken) > 5
