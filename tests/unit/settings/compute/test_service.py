"""What a service, its containers, its images and its health check must obey."""

import pytest

from navra_stacks import (
    Autoscaling,
    Container,
    Deployment,
    EcrImage,
    HealthCheck,
    RegistryImage,
    Service,
)
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import (
    Build,
    api,
    case,
    complaints,
    told_by,
    with_container,
    with_web,
)
from tests.support.shop import shop, web, web_container

PINNED = RegistryImage(repository="public.ecr.aws/x/agent", tag="1")
NOT_A_NAME = "use 1-32 lower-case letters, digits and inner hyphens, starting with a letter"

SERVICES = [
    case(
        "no service",
        lambda: shop(services=()),
        "services: is empty; describe at least one service",
        "routing.default: 'web' is no service",
    ),
    case(
        "a name in capitals",
        lambda: shop(web(name="Web")),
        f"services.0.name: 'Web' is not a name here; {NOT_A_NAME}",
    ),
    case(
        "a name that starts with a digit",
        lambda: shop(web(name="2nd")),
        f"services.0.name: '2nd' is not a name here; {NOT_A_NAME}",
    ),
    case(
        "a name with an outer hyphen",
        lambda: shop(web(name="web-")),
        f"services.0.name: 'web-' is not a name here; {NOT_A_NAME}",
    ),
    case(
        "a name of 33 characters",
        lambda: shop(web(name="a" * 33)),
        f"services.0.name: '{'a' * 33}' is not a name here; {NOT_A_NAME}",
    ),
    case(
        "two of one name",
        lambda: shop(web(), web()),
        "services: 2 are named 'web'; name each differently",
    ),
    case(
        "two of one address",
        lambda: shop(
            web(), web(name="a-b", health_check=None), web(name="a--b", health_check=None)
        ),
        "services: 'a-b' and 'a--b' differ in case and signs only, and would share one Terraform "
        "address; name each differently",
    ),
    case(
        "the load balancer's name",
        lambda: shop(web(), web(name="alb", health_check=None)),
        "services.alb.name: 'alb' is what the library calls a part of its own; choose another",
    ),
    case(
        "no CPU size of Fargate",
        lambda: with_web(cpu=300),
        "services.web.cpu: 300 is not a CPU size of Fargate (256, 512, 1024, 2048, 4096, 8192, "
        "16384)",
    ),
    case(
        "too much memory",
        lambda: with_web(memory=4096),
        "services.web.memory: 4096 MiB is not offered with 256 CPU units (512, 1024, 2048); the "
        "nearest is 2048",
    ),
    case(
        "memory that 256 CPU units lack",
        lambda: with_web(memory=1536),
        "services.web.memory: 1536 MiB is not offered with 256 CPU units (512, 1024, 2048); the "
        "nearest is 1024",
    ),
    case(
        "memory between the steps",
        lambda: with_web(cpu=8192, memory=18000),
        "services.web.memory: 18000 MiB is not offered with 8192 CPU units (16384-61440 in steps "
        "of 4096); the nearest is 16384",
    ),
    case(
        "memory that is no number",
        lambda: with_web(memory="1 GB"),
        "services.web.memory: '1 GB' is not a whole number",
    ),
    case(
        "a disk of 20 GiB",
        lambda: with_web(ephemeral_storage_gib=20),
        "services.web.ephemeral_storage_gib: 20 is not a disk size (21-200 GiB)",
    ),
    case(
        "a disk of 201 GiB",
        lambda: with_web(ephemeral_storage_gib=201),
        "services.web.ephemeral_storage_gib: 201 is not a disk size (21-200 GiB)",
    ),
    case(
        "an unknown architecture",
        lambda: with_web(architecture="arm64"),
        "services.web.architecture: 'arm64' is not one of 'X86_64' or 'ARM64'",
    ),
    case(
        "an unknown deployer",
        lambda: with_web(deployed_by="pipelines"),
        "services.web.deployed_by: 'pipelines' is not one of 'terraform' or 'pipeline'; did you "
        "mean 'pipeline'?",
    ),
    case(
        "less than no task",
        lambda: with_web(desired_count=-1),
        "services.web.desired_count: -1 is not a number of tasks (0-5000)",
    ),
    case(
        "a grace that is too long",
        lambda: with_web(health_check_grace_seconds=2_147_484),
        "services.web.health_check_grace_seconds: 2147484 is not a time (0-2147483 seconds)",
    ),
    case(
        "a drain that outlives the container",
        lambda: with_web(deregistration_delay_seconds=60),
        "services.web.container.stop_timeout_seconds: 60 is not above "
        "deregistration_delay_seconds 60, so requests in flight are cut off; shorten the delay, "
        "or give the container more time (120 at most)",
    ),
    case(
        "a task that nothing would stop",
        lambda: with_container(essential=False),
        "services.web.container.essential: is off, and so it is for every sidecar, but a task must "
        "stop with one of them; leave it out",
    ),
    case(
        "a routed service without a port",
        lambda: with_container(port=None),
        "services.web.container.port: is missing, but there is a health check; give the port",
        "services.web.container.port: is missing, but routes lead to the service; give the port "
        "that the container listens on",
    ),
    case(
        "a routed service without a health check",
        lambda: with_web(health_check=None),
        "services.web.health_check: is missing, but routes lead to the service; tell the load "
        "balancer which path answers when a task is well",
    ),
    case(
        "a health check nobody needs",
        lambda: shop(web(), api()),
        "services.api.health_check: is given, but no route leads to the service; add a route, or "
        "leave the health check out",
    ),
    case(
        "a misspelt setting",
        lambda: with_web(desired_cuont=2),
        "services.web.desired_cuont: is not a setting of Service; did you mean 'desired_count'?",
    ),
    case(
        "an unknown setting",
        lambda: with_web(zzz=2),
        "services.web.zzz: is not a setting of Service; its settings are architecture, "
        "autoscaling, capacity, container, cpu, deployed_by, deployment, "
        "deregistration_delay_seconds, desired_count, ephemeral_storage_gib, health_check, "
        "health_check_grace_seconds, log_router, memory, name, one_off_tasks, permissions, "
        "sidecars, telemetry",
    ),
    case(
        "a text for a container",
        lambda: with_web(container="nginx"),
        "services.web.container: 'nginx' is not Container",
    ),
    case(
        "a text among the services",
        lambda: shop(web(), "api"),  # type: ignore[arg-type]
        "services.1: 'api' is not Service",
    ),
]

CONTAINERS = [
    case(
        "a port over 65535",
        lambda: with_container(port=87870),
        "services.web.container.port: 87870 is not a port (1-65535)",
    ),
    case(
        "port zero",
        lambda: with_container(port=0),
        "services.web.container.port: 0 is not a port (1-65535)",
    ),
    case(
        "a port that is a text",
        lambda: with_container(port="http"),
        "services.web.container.port: 'http' is not a whole number",
    ),
    case(
        "a stop timeout over 120",
        lambda: with_container(stop_timeout_seconds=121),
        "services.web.container.stop_timeout_seconds: 121 is not a stop timeout (2-120 seconds)",
    ),
    case(
        "one port of two containers",
        lambda: with_web(sidecars=(Container(image=PINNED, name="agent", port=8080),)),
        "services.web.sidecars: 2 containers listen on port 8080; the containers of a task share "
        "one network: give each its own port",
    ),
    case(
        "a sidecar without a name",
        lambda: with_web(sidecars=(Container(image=PINNED),)),
        "services.web.sidecars: 2 containers are named 'web'; give each its own `name`",
    ),
    case(
        "a sidecar without a version",
        lambda: with_web(sidecars=(Container(image=EcrImage(repository="a"), name="agent"),)),
        "services.web.sidecars.agent.image.tag: is missing; pin the sidecar's version",
    ),
    case(
        "a name in environment and secrets",
        lambda: with_container(environment={"URL": "x"}, secrets=("URL",)),
        "services.web.container.environment.URL: is also injected from a secret of that name; "
        "keep one of the two",
        "services.web.container.secrets: 'URL' is no secret of this environment; declare it under "
        "`secrets`",
    ),
    case(
        "a secret twice",
        lambda: with_container(secrets=("URL", "URL")),
        "services.web.container.secrets: 'URL' is given 2 times; name it once",
        *[
            "services.web.container.secrets: 'URL' is no secret of this environment; declare it "
            "under `secrets`"
        ]
        * 2,
    ),
    case(
        "a bad variable name",
        lambda: with_container(environment={"2-URL": "x"}),
        "services.web.container.environment.2-URL: '2-URL' is not the name of an environment "
        "variable; use letters, digits and underscores, not starting with a digit",
    ),
    case(
        "a variable that is no text",
        lambda: with_container(environment={"WORKERS": 4}),
        "services.web.container.environment.WORKERS: the value given is not text",
    ),
    case(
        "root",
        lambda: with_container(user="root"),
        "services.web.container.user: 'root' is root or empty; name another user, or none",
    ),
    case(
        "user 0 in a group",
        lambda: with_container(user="0:1000"),
        "services.web.container.user: '0:1000' is root or empty; name another user, or none",
    ),
    case(
        "a relative directory",
        lambda: with_container(writable_paths=("tmp",)),
        "services.web.container.writable_paths.0: 'tmp' does not start with a slash; did you mean "
        "'/tmp'?",
    ),
    case(
        "a directory twice",
        lambda: with_container(writable_paths=("/tmp", "/tmp/")),
        "services.web.container.writable_paths: 2 paths make a volume named 'tmp'; name each "
        "directory once, and never the root",
    ),
    case(
        "the tag latest",
        lambda: with_container(image=EcrImage(repository="web", tag="latest")),
        "services.web.container.image.tag: 'latest' changes what runs without a deployment; name "
        "the version that is meant",
    ),
    case(
        "a tag with bad characters",
        lambda: with_container(image=EcrImage(repository="web", tag="v 1")),
        "services.web.container.image.tag: 'v 1' is not an image tag; use 1-128 letters, digits, "
        "_ . and -",
    ),
    case(
        "a repository with its tag",
        lambda: with_container(image=RegistryImage(repository="nginx:1.27")),
        "services.web.container.image.repository: 'nginx:1.27' is not an image repository; give "
        "it in lower case and without tag, digest or scheme; the tag has its own setting",
    ),
    case(
        "an image that is a text",
        lambda: with_container(image="nginx:1"),
        "services.web.container.image: 'nginx:1' is not EcrImage or RegistryImage",
    ),
    case(
        "an image that could be either",
        lambda: with_container(image={"repository": "nginx"}),
        "services.web.container.image: a mapping that fits EcrImage and RegistryImage alike; "
        "write the one that is meant",
    ),
    case(
        "a registry of another kind of account",
        lambda: with_container(image=EcrImage(repository="web", account="1234")),
        "services.web.container.image.account: '1234' is not an AWS account id; give its 12 "
        "digits, in quotes",
    ),
]

CHECKS = [
    case(
        "a path without a slash",
        lambda: HealthCheck(path="up"),
        "path: 'up' does not start with a slash; did you mean '/up'?",
    ),
    case(
        "a path with a space",
        lambda: HealthCheck(path="/u p"),
        "path: '/u p' is not a path; use at most 1024 characters and no spaces",
    ),
    case(
        "a timeout that is the interval",
        lambda: HealthCheck(path="/", interval_seconds=5, timeout_seconds=5),
        "timeout_seconds: 5 is not below interval_seconds 5; lower the timeout",
    ),
    case(
        "an interval over 300",
        lambda: HealthCheck(path="/", interval_seconds=301),
        "interval_seconds: 301 is not an interval (5-300 seconds)",
    ),
    case(
        "a timeout under 2",
        lambda: HealthCheck(path="/", timeout_seconds=1),
        "timeout_seconds: 1 is not a timeout (2-120 seconds)",
    ),
    case(
        "one good answer",
        lambda: HealthCheck(path="/", healthy_threshold=1),
        "healthy_threshold: 1 is not a threshold (2-10 checks)",
    ),
    case(
        "eleven bad answers",
        lambda: HealthCheck(path="/", unhealthy_threshold=11),
        "unhealthy_threshold: 11 is not a threshold (2-10 checks)",
    ),
    *(
        case(
            f"the matcher {matcher}",
            lambda matcher=matcher: HealthCheck(path="/", matcher=matcher),
            f"matcher: '{matcher}' is not a matcher; use codes of 200-499: '200', '200,302', "
            "'200-299'",
        )
        for matcher in ("500", "199", "2xx", "200-", "299-200", "200-250-299", "200, 302", "")
    ),
]

DEPLOYMENTS = [
    case(
        "a range without room",
        lambda: with_web(deployment=Deployment.rolling(maximum_percent=100)),
        "services.web.deployment.maximum_percent: 100 with a minimum of 100 lets no task start and "
        "none stop, so a deployment never finishes; allow more than 100 percent, or fewer healthy "
        "tasks",
    ),
    case(
        "a range without room for one task",
        lambda: with_web(deployment=Deployment.rolling(maximum_percent=150)),
        "services.web.deployment.maximum_percent: 150 with a minimum of 100 lets no task start and "
        "none stop while 1 runs, so a deployment never finishes; allow 200 percent, or a minimum "
        "of 0 where an outage does not matter",
    ),
    case(
        "a range without room for three tasks",
        lambda: with_web(
            desired_count=3,
            deployment=Deployment.rolling(minimum_healthy_percent=70, maximum_percent=100),
        ),
        "services.web.deployment.maximum_percent: 100 with a minimum of 70 lets no task start and "
        "none stop while 3 run, so a deployment never finishes; allow 200 percent, or a minimum of "
        "0 where an outage does not matter",
    ),
    case(
        "more than everything",
        lambda: with_web(deployment=Deployment.rolling(minimum_healthy_percent=101)),
        "services.web.deployment.minimum_healthy_percent: 101 is not a share (0-100 percent)",
    ),
    case(
        "more than twice",
        lambda: with_web(deployment=Deployment.rolling(maximum_percent=201)),
        "services.web.deployment.maximum_percent: 201 is not a share (100-200 percent)",
    ),
    case(
        "an unknown strategy",
        lambda: with_web(deployment=Deployment(strategy="bluegreen")),  # type: ignore[arg-type]
        "services.web.deployment.strategy: 'bluegreen' is not one of 'rolling', 'blue_green', "
        "'linear' or 'canary'; did you mean 'blue_green'?",
    ),
]

SCALING = [
    case(
        "a minimum above the maximum",
        lambda: Autoscaling(min_capacity=4, max_capacity=3),
        "min_capacity: 4 is above max_capacity 3; lower one of them",
    ),
    case(
        "no target",
        lambda: Autoscaling(cpu_percent=None),
        "cpu_percent: no target is given; give one, or leave autoscaling off",
    ),
    case(
        "a target over 90",
        lambda: Autoscaling(cpu_percent=91),
        "cpu_percent: 91 is not a target (10-90 percent)",
    ),
    case(
        "tasks outside the range",
        lambda: web(desired_count=1, autoscaling=Autoscaling(min_capacity=2, max_capacity=4)),
        "desired_count: 1 is outside autoscaling's 2-4; choose a number within the range",
    ),
]


@pytest.mark.parametrize(("build", "lines"), SERVICES)
def test_a_service_that_cannot_run_is_refused(build: Build, lines: list[str]) -> None:
    assert complaints(build) == lines


@pytest.mark.parametrize(("build", "lines"), CONTAINERS)
def test_a_container_that_cannot_run_is_refused(build: Build, lines: list[str]) -> None:
    assert complaints(build) == lines


@pytest.mark.parametrize(("build", "lines"), CHECKS)
def test_a_health_check_that_elb_would_refuse_is_refused(build: Build, lines: list[str]) -> None:
    part = build()
    assert isinstance(part, Settings)
    assert told_by(part) == lines


@pytest.mark.parametrize(("build", "lines"), DEPLOYMENTS)
def test_a_deployment_that_never_finishes_is_refused(build: Build, lines: list[str]) -> None:
    assert complaints(build) == lines


@pytest.mark.parametrize(("build", "lines"), SCALING)
def test_scaling_that_contradicts_itself_is_refused(build: Build, lines: list[str]) -> None:
    part = build()
    assert isinstance(part, Settings)
    assert told_by(part) == lines


@pytest.mark.parametrize("matcher", ["200", "200,302", "200-299", "200-204,301,400-499"])
def test_the_matchers_of_elb_are_taken(matcher: str) -> None:
    assert HealthCheck(path="/", matcher=matcher).matcher == matcher


OFFERED = {
    256: {512, 1024, 2048},
    512: {*range(1024, 4097, 1024)},
    1024: {*range(2048, 8193, 1024)},
    2048: {*range(4096, 16385, 1024)},
    4096: {*range(8192, 30721, 1024)},
    8192: {*range(16384, 61441, 4096)},
    16384: {*range(32768, 122881, 8192)},
}
"""ECS, "Fargate task size"."""


@pytest.mark.parametrize("cpu", OFFERED)
def test_exactly_the_sizes_that_fargate_offers_are_taken(cpu: int) -> None:
    tried = {*range(0, 131073, 512)}
    assert {m for m in tried if not web(cpu=cpu, memory=m).problems()} == OFFERED[cpu]


@pytest.mark.parametrize(
    ("tasks", "least", "most", "fits"),
    [
        (1, 100, 200, True),
        (1, 0, 100, True),
        (2, 50, 100, True),
        (2, 51, 100, False),
        (4, 100, 125, True),
        (3, 100, 125, False),
        (0, 100, 150, True),
    ],
)
def test_a_rolling_deployment_needs_room_for_one_task(
    tasks: int, least: int, most: int, fits: bool
) -> None:
    rolling = Deployment.rolling(minimum_healthy_percent=least, maximum_percent=most)
    told = complaints(lambda: with_web(desired_count=tasks, deployment=rolling))
    assert (not told) is fits


def test_a_service_without_routes_needs_neither_port_nor_health_check() -> None:
    worker = Service(name="worker", container=web_container(port=None), cpu=256, memory=512)
    assert shop(web(), worker).service("worker").health_check is None


def test_only_a_service_that_takes_traffic_drains_before_it_stops() -> None:
    worker = Service(
        name="worker",
        container=web_container(stop_timeout_seconds=10),
        cpu=256,
        memory=512,
    )
    assert complaints(lambda: shop(web(), worker)) == []


def test_a_task_may_stop_with_a_sidecar_instead() -> None:
    assert (
        complaints(
            lambda: with_web(
                container=web_container(essential=False),
                sidecars=(Container(image=PINNED, name="agent"),),
            )
        )
        == []
    )


def test_a_container_is_named_like_its_service_unless_it_has_a_name() -> None:
    service = web(sidecars=(Container(image=PINNED, name="agent"),))
    assert [service.container_name(one) for one in service.containers] == ["web", "agent"]


def test_asking_for_a_service_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="api"):
        shop().service("api")


@pytest.mark.parametrize(
    ("deployment", "strategy"),
    [
        (Deployment.blue_green(), "blue_green"),
        (Deployment.linear(), "linear"),
        (Deployment.canary(), "canary"),
    ],
)
def test_a_strategy_that_shifts_traffic_wants_a_pipeline(
    deployment: Deployment, strategy: str
) -> None:
    assert complaints(lambda: with_web(deployment=deployment)) == [
        f"services.web.deployed_by: 'terraform' cannot deploy with '{strategy}': an apply does not "
        "alternate the target groups; let a 'pipeline' deploy, or use Deployment.rolling()"
    ]
    assert complaints(lambda: with_web(deployment=deployment, deployed_by="pipeline")) == []


def test_a_service_may_have_a_range_of_its_own() -> None:
    assert complaints(lambda: with_web(desired_count=2, autoscaling=Autoscaling())) == []
