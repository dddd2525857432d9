"""AEP-STAGING-ARCHITECTURE.md, sections 5 and 7: load balancing and health endpoints."""

import pytest

from tests.support.synthesized import Built

pytestmark = pytest.mark.record(section=5)

FRONTEND, BACKEND = "aep-staging-tg-frontend", "aep-staging-tg-backend"


def test_the_only_load_balancer_is_aep_staging_alb(staging: Built) -> None:
    names = [load_balancer["name"] for load_balancer in staging.all("aws_lb")]
    assert names == ["aep-staging-alb"]


def test_the_load_balancer_is_an_internet_facing_application_load_balancer(staging: Built) -> None:
    load_balancer = staging.one("aws_lb", name="aep-staging-alb")
    assert load_balancer["internal"] is False
    assert load_balancer["load_balancer_type"] == "application"


@pytest.mark.parametrize(("priority", "pattern"), [(1, "/api/*"), (2, "/health/*")])
def test_an_https_rule_forwards_a_path_pattern_to_the_backend(
    staging: Built, priority: int, pattern: str
) -> None:
    rule = staging.listener_rules()[priority - 1]
    assert rule["priority"] == priority
    assert rule["condition"] == [{"path_pattern": {"values": [pattern]}}]
    assert staging.target_group_of(rule, "action") == BACKEND


def test_the_https_listener_has_two_rules_and_http_has_none(staging: Built) -> None:
    assert len(staging.all("aws_lb_listener_rule")) == len(staging.listener_rules(443)) == 2


def test_all_other_paths_are_forwarded_to_the_frontend(staging: Built) -> None:
    assert staging.target_group_of(staging.listener(443), "default_action") == FRONTEND


@pytest.mark.record(section=1)
@pytest.mark.parametrize(
    ("path", "target_group"),
    [
        ("/api/v1/budgets", BACKEND),
        ("/api/", BACKEND),
        ("/health/live", BACKEND),
        ("/", FRONTEND),
        ("/index.html", FRONTEND),
        ("/api", FRONTEND),
        ("/healthy", FRONTEND),
    ],
)
def test_a_path_is_routed_to_its_target_group(staging: Built, path: str, target_group: str) -> None:
    assert staging.target_group_for(path) == target_group


def test_the_target_groups_are_frontend_and_backend(staging: Built) -> None:
    names = sorted(group["name"] for group in staging.all("aws_lb_target_group"))
    assert names == [BACKEND, FRONTEND]


@pytest.mark.parametrize("name", [FRONTEND, BACKEND])
def test_a_target_group_has_target_type_ip(staging: Built, name: str) -> None:
    assert staging.one("aws_lb_target_group", name=name)["target_type"] == "ip"


@pytest.mark.parametrize(("name", "port"), [(FRONTEND, 80), (BACKEND, 8787)])
def test_a_target_group_uses_http_on_its_port(staging: Built, name: str, port: int) -> None:
    group = staging.one("aws_lb_target_group", name=name)
    assert (group["protocol"], group["port"]) == ("HTTP", port)
    assert group["health_check"]["protocol"] == "HTTP"
    assert group["health_check"]["port"] == "traffic-port"


@pytest.mark.parametrize(("name", "path"), [(FRONTEND, "/"), (BACKEND, "/health/live")])
def test_a_target_group_checks_its_health_path(staging: Built, name: str, path: str) -> None:
    check = staging.one("aws_lb_target_group", name=name)["health_check"]
    assert (check["enabled"], check["path"]) == (True, path)


@pytest.mark.record(section=7)
@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_liveness_and_readiness_are_routed_to_the_backend(staging: Built, path: str) -> None:
    """The frontend must not intercept health probes."""
    assert staging.target_group_for(path) == BACKEND
    (service,) = (
        service
        for service in staging.all("aws_ecs_service")
        if staging.referred(service["load_balancer"][0]["target_group_arn"])["name"] == BACKEND
    )
    assert service["name"] == "aep-backend-staging-svc"
