"""Validation of services, containers, images, health checks, deployments and autoscaling."""

import pytest

from navra_stacks import (
    Autoscaling,
    Container,
    Deployment,
    EcrImage,
    Egress,
    Hardening,
    HealthCheck,
    OwnedVolume,
    PrivateVpc,
    RegistryImage,
    Service,
    Tmpfs,
)
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import (
    Build,
    api,
    case,
    problems_of,
    reported_problems,
    with_container,
    with_web,
)
from tests.support.shop import shop, web, web_container

PINNED = RegistryImage(repository="public.ecr.aws/x/agent", tag="1")


def volume(path: str) -> OwnedVolume:
    return OwnedVolume(path=path, init_image=PINNED)


NAME_REPAIR = "use 1-32 lower-case letters, digits and inner hyphens, starting with a letter"

INVALID_SERVICES = [
    case(
        "no service",
        lambda: shop(services=()),
        "services: is empty; add at least one service",
        "routing.default: 'web' is not a service of this environment",
    ),
    case(
        "a name in capitals",
        lambda: shop(web(name="Web")),
        f"services.0.name: 'Web' is not a valid name; {NAME_REPAIR}",
    ),
    case(
        "a name that starts with a digit",
        lambda: shop(web(name="2nd")),
        f"services.0.name: '2nd' is not a valid name; {NAME_REPAIR}",
    ),
    case(
        "a name with an outer hyphen",
        lambda: shop(web(name="web-")),
        f"services.0.name: 'web-' is not a valid name; {NAME_REPAIR}",
    ),
    case(
        "a name of 33 characters",
        lambda: shop(web(name="a" * 33)),
        f"services.0.name: '{'a' * 33}' is not a valid name; {NAME_REPAIR}",
    ),
    case(
        "two services with the same name",
        lambda: shop(web(), web()),
        "services: 2 services are named 'web'; give the services different names",
    ),
    case(
        "two services with the same address",
        lambda: shop(
            web(), web(name="a-b", health_check=None), web(name="a--b", health_check=None)
        ),
        "services: 'a-b' and 'a--b' differ only in case and punctuation, and would have the same "
        "Terraform address; rename the services so that they differ in letters or digits",
    ),
    case(
        "a reserved name",
        lambda: shop(web(), web(name="alb", health_check=None)),
        "services.alb.name: 'alb' is reserved by the library for the Terraform "
        "addresses of its own resources; rename the service",
    ),
    case(
        "a CPU size that Fargate does not offer",
        lambda: with_web(cpu=300),
        "services.web.cpu: 300 is not a CPU size that Fargate offers (256, 512, 1024, 2048, "
        "4096, 8192, 16384)",
    ),
    case(
        "too much memory",
        lambda: with_web(memory=4096),
        "services.web.memory: 4096 MiB is not offered with 256 CPU units (512, 1024, 2048); use "
        "2048, the nearest offered size",
    ),
    case(
        "memory that is not offered with 256 CPU units",
        lambda: with_web(memory=1536),
        "services.web.memory: 1536 MiB is not offered with 256 CPU units (512, 1024, 2048); use "
        "1024, the nearest offered size",
    ),
    case(
        "memory between the steps",
        lambda: with_web(cpu=8192, memory=18000),
        "services.web.memory: 18000 MiB is not offered with 8192 CPU units (16384-61440 in steps "
        "of 4096); use 16384, the nearest offered size",
    ),
    case(
        "memory that is not a number",
        lambda: with_web(memory="1 GB"),
        "services.web.memory: '1 GB' is not a whole number",
    ),
    case(
        "a disk of 20 GiB",
        lambda: with_web(ephemeral_storage_gib=20),
        "services.web.ephemeral_storage_gib: 20 is not a valid disk size (21-200 GiB)",
    ),
    case(
        "a disk of 201 GiB",
        lambda: with_web(ephemeral_storage_gib=201),
        "services.web.ephemeral_storage_gib: 201 is not a valid disk size (21-200 GiB)",
    ),
    case(
        "an unknown architecture",
        lambda: with_web(architecture="arm64"),
        "services.web.architecture: 'arm64' is not one of 'X86_64' or 'ARM64'; did you mean "
        "'ARM64'?",
    ),
    case(
        "an unknown deployer",
        lambda: with_web(deployed_by="pipelines"),
        "services.web.deployed_by: 'pipelines' is not one of 'terraform' or 'pipeline'; did you "
        "mean 'pipeline'?",
    ),
    case(
        "a negative number of tasks",
        lambda: with_web(desired_count=-1),
        "services.web.desired_count: -1 is not a valid number of tasks (0-5000)",
    ),
    case(
        "a grace period that is too long",
        lambda: with_web(health_check_grace_seconds=2_147_484),
        "services.web.health_check_grace_seconds: 2147484 is not a valid time (0-2147483 seconds)",
    ),
    case(
        "a singleton that would run twice",
        lambda: with_web(
            singleton=True,
            desired_count=2,
            autoscaling=Autoscaling(),
            deployment=Deployment.rolling(maximum_percent=150),
        ),
        "services.web.desired_count: 2 tasks would run, but the service is a singleton; remove the "
        "setting, or set singleton=False",
        "services.web.autoscaling: adds tasks, but the service is a singleton; remove the setting, "
        "or set singleton=False",
        "services.web.deployment: runs two revisions at the same time, or has no effect, but the "
        "service is a singleton; remove the setting, or set singleton=False",
    ),
    case(
        "a destination that is listed twice",
        lambda: shop(
            web(egress=(Egress(port=587), Egress(port=587), Egress(port=443))),
            hardening=Hardening.relaxed(restricted_egress=True),
        ),
        "services.web.egress: port 587 of 0.0.0.0/0 is listed 2 times; list each destination once",
        "services.web.egress: lists HTTPS to every address, which is always allowed; remove it",
    ),
    case(
        "a public destination without NAT",
        lambda: shop(
            web(
                container=web_container(image=EcrImage(repository="web", tag="1")),
                egress=(Egress(port=587), Egress(port=22, cidr="10.30.0.0/16")),
            ),
            hardening=Hardening.relaxed(restricted_egress=True),
            network=PrivateVpc(
                cidr="10.20.0.0/16", availability_zones=("eu-west-1a", "eu-west-1b"), nat="none"
            ),
        ),
        "services.web.egress: port 587 of 0.0.0.0/0 is a public destination, which tasks cannot "
        "reach with network.nat 'none'; remove it, or set network.nat to another value",
    ),
    case(
        "a destination that is not a network",
        lambda: shop(
            web(egress=(Egress(port=587, cidr="203.0.113.7/24"),)),
            hardening=Hardening.relaxed(restricted_egress=True),
        ),
        "services.web.egress.0.cidr: '203.0.113.7/24' has host bits set; did you mean "
        "'203.0.113.0/24'?",
    ),
    case(
        "directories in memory that fill it",
        lambda: with_web(
            container=web_container(writable_paths=("/tmp", Tmpfs(path="/var/cache", size_mib=448)))
        ),
        "services.web.memory: 512 MiB is not above the 512 MiB that the writable_paths of the "
        "containers can take; raise memory, lower `size_mib` with Tmpfs(path=..., size_mib=...), "
        "or use an OwnedVolume, which is on disk",
    ),
    case(
        "a task without an essential container",
        lambda: with_container(essential=False),
        "services.web.container.essential: is False for every container, but a task needs at "
        "least one essential container; set essential=True on one of the containers",
    ),
    case(
        "a routed service without a port",
        lambda: with_container(port=None),
        "services.web.container.port: is missing, but the service has a health check; set the port",
        "services.web.container.port: is missing, but traffic is routed to the service; set the "
        "port that the container listens on",
    ),
    case(
        "a routed service without a health check",
        lambda: with_web(health_check=None),
        "services.web.health_check: is missing, but traffic is routed to the service; set "
        "health_check with the path that the load balancer requests",
    ),
    case(
        "a health check without a route",
        lambda: shop(web(), api()),
        "services.api.health_check: is set, but no traffic is routed to the service; add a route "
        "to the service, or remove health_check",
    ),
    case(
        "a misspelled setting",
        lambda: with_web(desired_cuont=2),
        "services.web.desired_cuont: is not a setting of Service; did you mean 'desired_count'?",
    ),
    case(
        "an unknown setting",
        lambda: with_web(zzz=2),
        "services.web.zzz: is not a setting of Service; the settings of Service are "
        "architecture, autoscaling, capacity, container, cpu, deployed_by, deployment, "
        "deregistration_delay_seconds, desired_count, egress, ephemeral_storage_gib, health_check, "
        "health_check_grace_seconds, log_router, memory, name, one_off_tasks, permissions, "
        "sidecars, singleton, telemetry",
    ),
    case(
        "a string instead of a container",
        lambda: with_web(container="nginx"),
        "services.web.container: 'nginx' is not Container",
    ),
    case(
        "a string among the services",
        lambda: shop(web(), "api"),  # type: ignore[arg-type]
        "services.1: 'api' is not Service",
    ),
]

INVALID_CONTAINERS = [
    case(
        "a port over 65535",
        lambda: with_container(port=87870),
        "services.web.container.port: 87870 is not a valid port (1-65535)",
    ),
    case(
        "port zero",
        lambda: with_container(port=0),
        "services.web.container.port: 0 is not a valid port (1-65535)",
    ),
    case(
        "a port that is not a number",
        lambda: with_container(port="http"),
        "services.web.container.port: 'http' is not a whole number",
    ),
    case(
        "a stop timeout over 120",
        lambda: with_container(stop_timeout_seconds=121),
        "services.web.container.stop_timeout_seconds: 121 is not a valid stop timeout (2-120 "
        "seconds)",
    ),
    case(
        "the same port in two containers",
        lambda: with_web(sidecars=(Container(image=PINNED, name="agent", port=8080),)),
        "services.web.sidecars: 2 containers listen on port 8080; give each container a "
        "different port, because the containers of a task share one network",
    ),
    case(
        "a sidecar without a name",
        lambda: with_web(sidecars=(Container(image=PINNED),)),
        "services.web.sidecars: 2 containers are named 'web'; give each container a different name",
    ),
    case(
        "a sidecar without a tag",
        lambda: with_web(sidecars=(Container(image=EcrImage(repository="a"), name="agent"),)),
        "services.web.sidecars.agent.image.tag: is missing; set the tag of a specific version",
    ),
    case(
        "a name in environment and secrets",
        lambda: with_container(environment={"URL": "x"}, secrets=("URL",)),
        "services.web.container.environment.URL: is also in `secrets`, so the variable would be "
        "set twice; remove the variable from `environment`, or from `secrets`",
        "services.web.container.secrets: 'URL' is not a secret of this environment; add "
        "Secret(name='URL') to the environment's `secrets`",
    ),
    case(
        "a duplicate secret",
        lambda: with_container(secrets=("URL", "URL")),
        "services.web.container.secrets: 'URL' is listed 2 times; list each secret once",
        *[
            "services.web.container.secrets: 'URL' is not a secret of this environment; add "
            "Secret(name='URL') to the environment's `secrets`"
        ]
        * 2,
    ),
    case(
        "an invalid variable name",
        lambda: with_container(environment={"2-URL": "x"}),
        "services.web.container.environment.2-URL: '2-URL' is not a valid name of an environment "
        "variable; use letters, digits and underscores, not starting with a digit",
    ),
    case(
        "a variable that is not a string",
        lambda: with_container(environment={"WORKERS": 4}),
        "services.web.container.environment.WORKERS: the value (not shown) is not text",
    ),
    case(
        "root",
        lambda: with_container(user="root"),
        "services.web.container.user: 'root' is root or empty; use a user other than root, or "
        "remove `user`",
    ),
    case(
        "user 0 in a group",
        lambda: with_container(user="0:1000"),
        "services.web.container.user: '0:1000' is root or empty; use a user other than root, or "
        "remove `user`",
    ),
    case(
        "a relative directory",
        lambda: with_container(writable_paths=("tmp",)),
        "services.web.container.writable_paths.0: 'tmp' is not an absolute path; start the path "
        "with a slash, without ~ and variables, for example '/tmp'",
    ),
    case(
        "a directory of the user",
        lambda: with_container(writable_paths=("~/cache", Tmpfs(path=""))),
        "services.web.container.writable_paths.0: '~/cache' is not an absolute path; start the "
        "path with a slash, without ~ and variables, for example '/tmp'",
        "services.web.container.writable_paths.1.path: '' is not an absolute path; start the path "
        "with a slash, without ~ and variables, for example '/tmp'",
    ),
    case(
        "directories that are not in canonical form",
        lambda: with_container(writable_paths=("/tmp/../etc", "//tmp", "/tmp/", "/./")),
        "services.web.container.writable_paths.0: '/tmp/../etc' is not in canonical form; did you "
        "mean '/etc'?",
        "services.web.container.writable_paths.1: '//tmp' is not in canonical form; did you mean "
        "'/tmp'?",
        "services.web.container.writable_paths.2: '/tmp/' is not in canonical form; did you mean "
        "'/tmp'?",
        "services.web.container.writable_paths.3: '/./' is not in canonical form; list "
        "directories below the root directory instead",
    ),
    case(
        "directories with characters of mount options",
        lambda: with_container(writable_paths=("/tmp/*", "/tmp,size=5", "/tmp:rw", "/${u}")),
        *(
            f"services.web.container.writable_paths.{index}: {path!r} is not a valid path of a "
            "directory; use 1-1024 characters of A-Z a-z 0-9 / . _ + @ ~ -"
            for index, path in enumerate(("/tmp/*", "/tmp,size=5", "/tmp:rw", "/${u}"))
        ),
    ),
    case(
        "directories of the kernel",
        lambda: with_container(
            user="1", writable_paths=("/proc", Tmpfs(path="/sys/fs"), volume("/dev"), "/dev/shm")
        ),
        "services.web.container.writable_paths.0: '/proc' is part of the kernel's file system "
        "/proc; use another directory, for example '/tmp'",
        "services.web.container.writable_paths.1.path: '/sys/fs' is part of the kernel's file "
        "system /sys; use another directory, for example '/tmp'",
        "services.web.container.writable_paths.2.path: '/dev' is part of the kernel's file system "
        "/dev; use another directory, for example '/tmp'",
    ),
    case(
        "directories of another type",
        lambda: with_container(writable_paths=(5,)),
        "services.web.container.writable_paths.0: 5 is not a path, Tmpfs or OwnedVolume",
    ),
    case(
        "a directory as a mapping",
        lambda: with_container(writable_paths=({"path": "/tmp", "size_mb": 5},)),
        "services.web.container.writable_paths.0.size_mb: is not a setting of Tmpfs; did you mean "
        "'size_mib'?",
    ),
    case(
        "a volume whose image has no tag",
        lambda: with_container(
            user="1",
            writable_paths=(OwnedVolume(path="/data", init_image=EcrImage(repository="busybox")),),
        ),
        "services.web.container.writable_paths.0.init_image.tag: is missing; set the tag of a "
        "specific version",
    ),
    case(
        "a duplicate directory",
        lambda: with_container(writable_paths=("/tmp", Tmpfs(path="/tmp"))),
        "services.web.container.writable_paths: contains '/tmp' 2 times; list each directory once",
    ),
    case(
        "the root directory",
        lambda: with_container(writable_paths=("/",)),
        "services.web.container.writable_paths.0: '/' is the root directory; list the directories "
        "below it instead",
    ),
    case(
        "volumes with one name",
        lambda: with_container(user="1", writable_paths=(volume("/a/b"), volume("/a-b"))),
        "services.web.container.writable_paths: 2 volumes have the name 'a_b'; use directories "
        "that differ in more than case or punctuation",
    ),
    case(
        "a user without an id and a writable directory",
        lambda: with_container(user="nginx", writable_paths=("/tmp",)),
        "services.web.container.user: 'nginx' has no id, and the directories in `writable_paths` "
        "are given to an id; write the ids of the user and its group in the image, for example "
        "'101:101'",
    ),
    case(
        "a group without an id and a writable directory",
        lambda: with_container(user="101:nginx", writable_paths=("/tmp",)),
        "services.web.container.user: '101:nginx' has no id, and the directories in "
        "`writable_paths` are given to an id; write the ids of the user and its group in the "
        "image, for example '101:101'",
    ),
    case(
        "a volume without a user",
        lambda: with_container(writable_paths=(volume("/data"),)),
        "services.web.container.user: is missing, and an OwnedVolume is given to it; set the id of "
        "the user",
    ),
    case(
        "a directory in memory without a size",
        lambda: with_container(writable_paths=(Tmpfs(path="/tmp", size_mib=0),)),
        "services.web.container.writable_paths.0.size_mib: 0 is not a valid size (1-122880 MiB)",
    ),
    case(
        "the tag latest",
        lambda: with_container(image=EcrImage(repository="web", tag="latest")),
        "services.web.container.image.tag: 'latest' is not allowed, because the image can change "
        "without a deployment; use the tag of a specific version",
    ),
    case(
        "a tag with invalid characters",
        lambda: with_container(image=EcrImage(repository="web", tag="v 1")),
        "services.web.container.image.tag: 'v 1' is not a valid image tag; use 1-128 letters, "
        "digits, _ . and -, starting with a letter, a digit or _",
    ),
    case(
        "a repository with its tag",
        lambda: with_container(image=RegistryImage(repository="nginx:1.27")),
        "services.web.container.image.repository: 'nginx:1.27' is not a valid image repository; "
        "write the repository in lower case, without scheme, tag or digest, and set `tag` "
        "separately",
    ),
    case(
        "a string instead of an image",
        lambda: with_container(image="nginx:1"),
        "services.web.container.image: 'nginx:1' is not EcrImage or RegistryImage",
    ),
    case(
        "a mapping that fits two image types",
        lambda: with_container(image={"repository": "nginx"}),
        "services.web.container.image: the mapping fits EcrImage and RegistryImage equally well; "
        "use EcrImage(...) or RegistryImage(...) instead of the mapping",
    ),
    case(
        "an invalid registry account",
        lambda: with_container(image=EcrImage(repository="web", account="1234")),
        "services.web.container.image.account: '1234' is not a valid AWS account id; write the "
        "12 digits of the id in quotes",
    ),
]

INVALID_HEALTH_CHECKS = [
    case(
        "a path without a slash",
        lambda: HealthCheck(path="up"),
        "path: 'up' does not start with a slash; did you mean '/up'?",
    ),
    case(
        "a path with a space",
        lambda: HealthCheck(path="/u p"),
        "path: '/u p' is not a valid path; use at most 1024 characters and no whitespace",
    ),
    case(
        "a timeout equal to the interval",
        lambda: HealthCheck(path="/", interval_seconds=5, timeout_seconds=5),
        "timeout_seconds: 5 is not below interval_seconds 5; lower timeout_seconds, or raise "
        "interval_seconds",
    ),
    case(
        "an interval over 300",
        lambda: HealthCheck(path="/", interval_seconds=301),
        "interval_seconds: 301 is not a valid interval (5-300 seconds)",
    ),
    case(
        "a timeout under 2",
        lambda: HealthCheck(path="/", timeout_seconds=1),
        "timeout_seconds: 1 is not a valid timeout (2-120 seconds)",
    ),
    case(
        "a healthy threshold of 1",
        lambda: HealthCheck(path="/", healthy_threshold=1),
        "healthy_threshold: 1 is not a valid threshold (2-10 checks)",
    ),
    case(
        "an unhealthy threshold of 11",
        lambda: HealthCheck(path="/", unhealthy_threshold=11),
        "unhealthy_threshold: 11 is not a valid threshold (2-10 checks)",
    ),
    *(
        case(
            f"the matcher {matcher}",
            lambda matcher=matcher: HealthCheck(path="/", matcher=matcher),
            f"matcher: '{matcher}' is not a valid list of status codes; use codes from 200 to "
            "499, for example '200', '200,302' or '200-299'",
        )
        for matcher in ("500", "199", "2xx", "200-", "299-200", "200-250-299", "200, 302", "")
    ),
]

INVALID_DEPLOYMENTS = [
    case(
        "percents that deadlock",
        lambda: with_web(deployment=Deployment.rolling(maximum_percent=100)),
        "services.web.deployment.maximum_percent: 100 with minimum_healthy_percent 100 lets ECS "
        "neither start nor stop a task, so a deployment never finishes; raise maximum_percent, "
        "or lower minimum_healthy_percent",
    ),
    case(
        "percents that deadlock with one task",
        lambda: with_web(deployment=Deployment.rolling(maximum_percent=150)),
        "services.web.deployment.maximum_percent: 150 with minimum_healthy_percent 100 lets ECS "
        "neither start nor stop a task if the number of tasks is 1, so a deployment never "
        "finishes; set maximum_percent to 200, or set minimum_healthy_percent to 0 if downtime "
        "is acceptable",
    ),
    case(
        "percents that deadlock with three tasks",
        lambda: with_web(
            desired_count=3,
            deployment=Deployment.rolling(minimum_healthy_percent=70, maximum_percent=100),
        ),
        "services.web.deployment.maximum_percent: 100 with minimum_healthy_percent 70 lets ECS "
        "neither start nor stop a task if the number of tasks is 3, so a deployment never "
        "finishes; set maximum_percent to 200, or set minimum_healthy_percent to 0 if downtime "
        "is acceptable",
    ),
    case(
        "a minimum above 100 percent",
        lambda: with_web(deployment=Deployment.rolling(minimum_healthy_percent=101)),
        "services.web.deployment.minimum_healthy_percent: 101 is not a valid share (0-100 percent)",
    ),
    case(
        "a maximum above 200 percent",
        lambda: with_web(deployment=Deployment.rolling(maximum_percent=201)),
        "services.web.deployment.maximum_percent: 201 is not a valid share (100-200 percent)",
    ),
    case(
        "an unknown strategy",
        lambda: with_web(deployment=Deployment(strategy="bluegreen")),  # type: ignore[arg-type]
        "services.web.deployment.strategy: 'bluegreen' is not one of 'rolling', 'blue_green', "
        "'linear' or 'canary'; did you mean 'blue_green'?",
    ),
]

INVALID_AUTOSCALING = [
    case(
        "a minimum above the maximum",
        lambda: Autoscaling(min_capacity=4, max_capacity=3),
        "min_capacity: 4 is above max_capacity 3; lower min_capacity, or raise max_capacity",
    ),
    case(
        "no scaling target",
        lambda: Autoscaling(cpu_percent=None),
        "cpu_percent: no target value is set; set cpu_percent, memory_percent or "
        "requests_per_target, or turn autoscaling off",
    ),
    case(
        "a scaling target over 90",
        lambda: Autoscaling(cpu_percent=91),
        "cpu_percent: 91 is not a valid target value (10-90 percent)",
    ),
    case(
        "a desired count outside the range",
        lambda: web(desired_count=1, autoscaling=Autoscaling(min_capacity=2, max_capacity=4)),
        "desired_count: 1 is outside the range of `autoscaling` (2-4); set desired_count to a "
        "number in that range",
    ),
]


@pytest.mark.parametrize(("build", "lines"), INVALID_SERVICES)
def test_rejects_invalid_services(build: Build, lines: list[str]) -> None:
    assert reported_problems(build) == lines


@pytest.mark.parametrize(("build", "lines"), INVALID_CONTAINERS)
def test_rejects_invalid_containers(build: Build, lines: list[str]) -> None:
    assert reported_problems(build) == lines


@pytest.mark.parametrize(("build", "lines"), INVALID_HEALTH_CHECKS)
def test_rejects_health_checks_that_elb_does_not_allow(build: Build, lines: list[str]) -> None:
    settings = build()
    assert isinstance(settings, Settings)
    assert problems_of(settings) == lines


@pytest.mark.parametrize(("build", "lines"), INVALID_DEPLOYMENTS)
def test_rejects_deployments_that_never_finish(build: Build, lines: list[str]) -> None:
    assert reported_problems(build) == lines


@pytest.mark.parametrize(("build", "lines"), INVALID_AUTOSCALING)
def test_rejects_contradictory_autoscaling(build: Build, lines: list[str]) -> None:
    settings = build()
    assert isinstance(settings, Settings)
    assert problems_of(settings) == lines


@pytest.mark.parametrize("matcher", ["200", "200,302", "200-299", "200-204,301,400-499"])
def test_accepts_valid_matchers(matcher: str) -> None:
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
def test_accepts_exactly_the_sizes_that_fargate_offers(cpu: int) -> None:
    candidates = {*range(0, 131073, 512)}
    assert {m for m in candidates if not web(cpu=cpu, memory=m).problems()} == OFFERED[cpu]


@pytest.mark.parametrize(
    ("tasks", "minimum", "maximum", "valid"),
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
def test_a_rolling_deployment_must_be_able_to_start_or_stop_a_task(
    tasks: int, minimum: int, maximum: int, valid: bool
) -> None:
    rolling = Deployment.rolling(minimum_healthy_percent=minimum, maximum_percent=maximum)
    problems = reported_problems(lambda: with_web(desired_count=tasks, deployment=rolling))
    assert (not problems) is valid


def test_a_service_without_routes_needs_no_port_and_no_health_check() -> None:
    worker = Service(name="worker", container=web_container(port=None), cpu=256, memory=512)
    assert shop(web(), worker).service("worker").health_check is None


def test_the_deregistration_delay_and_the_stop_timeout_follow_one_another() -> None:
    """ECS sends SIGTERM after the target is unused, so neither limits the other."""
    service = web(
        deregistration_delay_seconds=300, container=web_container(stop_timeout_seconds=10)
    )
    assert reported_problems(lambda: shop(service)) == []


def test_a_sidecar_can_be_the_only_essential_container() -> None:
    assert (
        reported_problems(
            lambda: with_web(
                container=web_container(essential=False),
                sidecars=(Container(image=PINNED, name="agent"),),
            )
        )
        == []
    )


def test_a_container_without_a_name_has_the_name_of_its_service() -> None:
    service = web(sidecars=(Container(image=PINNED, name="agent"),))
    names = [service.container_name(container) for container in service.containers]
    assert names == ["web", "agent"]


def test_looking_up_an_unknown_service_raises_key_error() -> None:
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
def test_a_strategy_that_shifts_traffic_requires_a_pipeline(
    deployment: Deployment, strategy: str
) -> None:
    assert reported_problems(lambda: with_web(deployment=deployment)) == [
        f"services.web.deployed_by: 'terraform' cannot deploy with the strategy '{strategy}', "
        "because an apply does not alternate the target groups; set deployed_by to 'pipeline', "
        "or use Deployment.rolling()"
    ]
    assert reported_problems(lambda: with_web(deployment=deployment, deployed_by="pipeline")) == []


def test_a_service_can_have_its_own_autoscaling() -> None:
    assert reported_problems(lambda: with_web(desired_count=2, autoscaling=Autoscaling())) == []


@pytest.mark.parametrize(
    "user", ["0", "00", "+0", "-0", "000:1000", "+00:app", ":1000", "", "root:0"]
)
def test_rejects_every_spelling_of_root(user: str) -> None:
    assert reported_problems(lambda: with_container(user=user)) == [
        f"services.web.container.user: {user!r} is root or empty; use a user other than root, or "
        "remove `user`"
    ]


@pytest.mark.parametrize(
    "user",
    [
        *("a b;c", "1000:", "1000:1000:1000", "+1000", "01000", "1000:00", "1000:+5", "-1", "app:"),
        *(
            "2147483648",
            "$(id -u)",
            "${u}",
            "x" * 33,
            "\N{ARABIC-INDIC DIGIT ONE}",
            "1000\n",
            "web;root",
            "1000:a b",
        ),
    ],
)
def test_rejects_an_invalid_user(user: str) -> None:
    assert reported_problems(lambda: with_container(user=user)) == [
        f"services.web.container.user: {user!r} is not a valid user; use a name or an id of "
        "1-2147483647, optionally followed by a colon and the name or the id of a group, for "
        "example '1000:1000' or 'app'"
    ]


@pytest.mark.parametrize(
    "user",
    [
        "1000",
        "1000:1000",
        "1000:0",
        "app",
        "www-data:www-data",
        "app:101",
        "101:root",
        "_apt",
        "a.b",
    ],
)
def test_accepts_users_other_than_root(user: str) -> None:
    assert with_container(user=user).service("web").container.user == user
