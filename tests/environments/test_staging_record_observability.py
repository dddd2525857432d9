"""AEP-STAGING-ARCHITECTURE.md, section 10: logging and observability."""

import pytest

from tests.support.synthesized import Built, ref

FAMILIES = ("aep-frontend-staging", "aep-backend-staging")


@pytest.mark.record(section=10)
def test_each_service_has_a_log_group(staging: Built) -> None:
    names = sorted(group["name"] for group in staging.all("aws_cloudwatch_log_group"))
    assert names == ["/ecs/aep-backend-staging", "/ecs/aep-frontend-staging"]


@pytest.mark.record(section=10)
@pytest.mark.parametrize("family", FAMILIES)
def test_tasks_stream_logs_through_the_awslogs_driver(staging: Built, family: str) -> None:
    group = staging.one("aws_cloudwatch_log_group", name=f"/ecs/{family}")
    (container,) = staging.containers(family).values()
    logging = container["logConfiguration"]
    assert logging["logDriver"] == "awslogs"
    assert logging["options"]["awslogs-group"] == ref(group, "name")
    assert logging["options"]["awslogs-region"] == "us-east-1"


@pytest.mark.record(section=10)
def test_access_logs_are_off(staging: Built) -> None:
    load_balancer = staging.one("aws_lb", name="aep-staging-alb")
    for kind in ("access_logs", "connection_logs"):
        # Explicitly off: without the block, the provider does not turn them off in AWS (aws#12010).
        assert load_balancer[kind] == {"bucket": "", "enabled": False}
    assert not {type_ for type_ in staging.types if type_.startswith("aws_s3_")}


@pytest.mark.record(section=10)
def test_there_is_no_dashboard(staging: Built) -> None:
    assert "aws_cloudwatch_dashboard" not in staging.types


@pytest.mark.record(section=10)
def test_container_insights_are_off(staging: Built) -> None:
    (setting,) = staging.one("aws_ecs_cluster", name="aep-staging")["setting"]
    assert setting == {"name": "containerInsights", "value": "disabled"}


@pytest.mark.record(section=10)
def test_there_are_no_alarms(staging: Built) -> None:
    assert not {t for t in staging.types if "alarm" in t or t.startswith("aws_sns_")}
    assert "aws_cloudwatch_log_metric_filter" not in staging.types
