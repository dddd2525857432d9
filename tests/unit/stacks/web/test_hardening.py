"""Single toggles change their own resources only."""

from navra_stacks import Hardening, Logs
from tests.support.synthesized import Build, difference


def test_deletion_protection_changes_the_load_balancer_only(build: Build) -> None:
    before, after = build(), build(hardening=Hardening.relaxed(deletion_protection=True))
    assert difference(before, after) == (set(), set(), {"aws_lb.load_balancer"})
    balancer = before.bodies["aws_lb.load_balancer"]
    assert after.bodies["aws_lb.load_balancer"] == balancer | {
        "enable_deletion_protection": True,
        "lifecycle": balancer["lifecycle"] | {"prevent_destroy": True},
    }


def test_without_deletion_protection_an_environment_can_be_destroyed(build: Build) -> None:
    assert "prevent_destroy" not in build().text
    assert build().one("aws_lb")["enable_deletion_protection"] is False


def test_container_insights_change_the_cluster_only(build: Build) -> None:
    before, after = build(), build(hardening=Hardening.relaxed(container_insights=True))
    assert difference(before, after) == (set(), set(), {"aws_ecs_cluster.cluster"})
    assert after.one("aws_ecs_cluster")["setting"] == [
        {"name": "containerInsights", "value": "enhanced"}
    ]


def test_container_insights_are_explicitly_off(build: Build) -> None:
    assert build().one("aws_ecs_cluster")["setting"] == [
        {"name": "containerInsights", "value": "disabled"}
    ]


def test_log_retention_changes_the_log_group_only(build: Build) -> None:
    before, after = build(), build(logs=Logs(group_prefix="/ecs", retention_days=7))
    group = "aws_cloudwatch_log_group.web_log_group"
    assert difference(before, after) == (set(), set(), {group})
    assert after.bodies[group] == before.bodies[group] | {"retention_in_days": 7}


def test_two_toggles_together_make_the_changes_of_each(build: Build) -> None:
    one = build(hardening=Hardening.relaxed(deletion_protection=True))
    other = build(hardening=Hardening.relaxed(container_insights=True))
    both = build(hardening=Hardening.relaxed(deletion_protection=True, container_insights=True))
    assert both.bodies == one.bodies | {
        "aws_ecs_cluster.cluster": other.bodies["aws_ecs_cluster.cluster"]
    }
