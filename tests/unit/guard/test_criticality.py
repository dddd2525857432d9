"""Deletions and replacements, by the criticality of the resource type."""

import pytest

from navra_stacks.guard.criticality import HARMLESS, HOLDS_DATA, SERVES_TRAFFIC
from navra_stacks.guard.evaluation import evaluate
from navra_stacks.terraform.plan import Plan
from tests.support.plan_fragments import (
    CREATE,
    DELETE,
    FORGET,
    NO_OP,
    REPLACE,
    UPDATE,
    allowances,
    change,
    evaluated,
    plan_json,
    refusals,
)
from tests.support.repository import ROOT

DATA_TYPES = """
    aws_backup_vault aws_cloudwatch_log_group aws_db_instance aws_dynamodb_table aws_ecr_repository
    aws_efs_file_system aws_elasticache_replication_group aws_kms_key aws_rds_cluster
    aws_rds_cluster_instance aws_s3_bucket aws_secretsmanager_secret
    aws_secretsmanager_secret_version aws_sqs_queue aws_db_snapshot
""".split()

TRAFFIC_TYPES = """
    aws_acm_certificate aws_appautoscaling_target aws_ecs_cluster aws_ecs_service
    aws_internet_gateway aws_lb aws_lb_listener aws_lb_listener_rule aws_lb_target_group
    aws_nat_gateway aws_route aws_route53_record aws_route53_zone aws_route_table
    aws_security_group aws_sns_topic aws_subnet aws_vpc aws_vpc_security_group_egress_rule
    aws_vpc_security_group_ingress_rule aws_wafv2_web_acl aws_wafv2_web_acl_association
    aws_iam_role_policy
""".split()


@pytest.mark.parametrize("type_", [*DATA_TYPES, *TRAFFIC_TYPES])
@pytest.mark.parametrize("actions", [DELETE, REPLACE, ["create", "delete"]], ids="-".join)
def test_the_deletion_or_replacement_of_data_or_traffic_is_refused(type_, actions):
    assert evaluated(change(f"{type_}.it", actions)).refused
    assert not evaluated(change(f"{type_}.it", CREATE), change(f"{type_}.other", NO_OP)).refused


def test_each_type_is_in_one_table_only():
    tables = [set(HOLDS_DATA), set(SERVES_TRAFFIC), HARMLESS]
    assert sum(map(len, tables)) == len(set().union(*tables))


def test_all_types_of_the_committed_environments_are_classified():
    lists = (ROOT / "tests/environments/addresses").glob("*.txt")
    types = {line.partition(".")[0] for path in lists for line in path.read_text().split()}
    assert len(types) > 50
    assert types - {"data"} - HOLDS_DATA.keys() - SERVES_TRAFFIC.keys() - HARMLESS == set()


def test_an_unclassified_type_is_critical():
    deleted = change("azurerm_postgresql_server.main", DELETE)
    assert refusals(evaluated(deleted)) == {
        "azurerm_postgresql_server.main": "delete: Terraform reports no reason, for example "
        "because it destroys everything; azurerm_postgresql_server is not classified and may hold "
        "data or serve traffic"
    }


def test_the_deletion_of_a_noncritical_type_is_allowed_and_reported():
    evaluation = evaluated(
        change("aws_cloudwatch_metric_alarm.slow", DELETE),
        change("terraform_data.note", REPLACE, action_reason="replace_by_triggers"),
    )
    assert not evaluation.refused
    assert allowances(evaluation) == {
        "aws_cloudwatch_metric_alarm.slow": "delete: Terraform reports no reason, for example "
        "because it destroys everything; no data or traffic depends on it",
        "terraform_data.note": "replace: a resource in its `replace_triggered_by` changes; no "
        "data or traffic depends on it",
    }


def test_a_replacement_lists_every_argument_that_forces_it():
    replaced = change(
        "aws_lb_target_group.web",
        REPLACE,
        {"port": 80, "name": "web", "target_health": [{"x": 1}]},
        {"port": 81, "target_health": [{"x": 2}]},
        forced_by=[["port"], ["name"], ["target_health", 0, "x"], ["target_health"]],
        unknown={"name": True},
        action_reason="replace_because_cannot_update",
    )
    assert refusals(evaluated(replaced)) == {
        "aws_lb_target_group.web": "replace: forced by port (80 -> 81), name (known after "
        "apply), target_health[0].x (1 -> 2), target_health; requests to the load balancer "
        "pass through it"
    }


REASONS = {
    "delete_because_count_index": "its index is not below `count`",
    "delete_because_each_key": "its key is no longer in `for_each`",
    "delete_because_no_module": "its module is no longer in the configuration",
    "delete_because_no_move_target": "the target of a `moved` block is not in the configuration",
    "delete_because_no_resource_config": "it is no longer in the configuration",
    "delete_because_wrong_repetition": "`count` or `for_each` was added or removed",
    "an_unknown_reason": "an_unknown_reason",
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_deletion_shows_its_reason(reason):
    address = 'module.shop["a.b"].aws_s3_bucket.uploads[0]'
    deleted = change(address, DELETE, action_reason=reason)
    assert refusals(evaluated(deleted)) == {address: f"delete: {REASONS[reason]}; it holds files"}


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("replace_because_tainted", "it is tainted"),
        ("replace_by_request", "the option -replace requests the replacement"),
        ("replace_by_triggers", "a resource in its `replace_triggered_by` changes"),
    ],
)
def test_a_replacement_without_an_argument_shows_its_reason(reason, message):
    replaced = change("aws_lb.web", REPLACE, action_reason=reason)
    assert refusals(evaluated(replaced)) == {
        "aws_lb.web": f"replace: {message}; incoming requests pass through it"
    }


def test_a_deposed_object_counts_as_a_deletion():
    deposed = change("aws_db_instance.main", DELETE, deposed="4a1b")
    assert refusals(evaluated(change("aws_db_instance.main", NO_OP), deposed)) == {
        "aws_db_instance.main": "delete: it is left over from an earlier replacement (deposed "
        "4a1b); it holds a database"
    }


@pytest.mark.parametrize("actions", [["create", "forget"], ["forget", "create"]], ids="-".join)
def test_a_replacement_that_forgets_the_old_resource_is_a_replacement(actions):
    renamed = change(
        "aws_lb.web",
        actions,
        {"name": "a"},
        {"name": "b"},
        forced_by=[["name"]],
        action_reason="replace_because_cannot_update",
    )
    assert refusals(evaluated(renamed)) == {
        "aws_lb.web": 'replace: forced by name ("a" -> "b"); incoming requests pass through it'
    }


def test_an_unknown_action_is_refused():
    evaluation = evaluated(change("aws_cloudwatch_dashboard.all", ["evict"]))
    assert refusals(evaluation) == {
        "aws_cloudwatch_dashboard.all": "evict: the action evict is unknown; the guard cannot "
        "evaluate its effect"
    }


def test_a_resource_that_is_removed_from_the_state_is_allowed_and_reported():
    forgotten = change(
        "aws_s3_bucket.uploads", FORGET, action_reason="delete_because_no_resource_config"
    )
    assert allowances(evaluated(forgotten)) == {
        "aws_s3_bucket.uploads": "forget: it is no longer in the configuration; it continues to "
        "exist, unmanaged by Terraform"
    }


def test_data_sources_outputs_and_drift_are_ignored():
    read = change("data.aws_vpc.main", DELETE) | {"mode": "data"}
    drift = [change("aws_lb.web", DELETE)]
    outputs = {"url": {"actions": ["delete"]}}
    evaluation = evaluate(Plan(plan_json(read, resource_drift=drift, output_changes=outputs)))
    assert (evaluation.findings, evaluation.counts) == ((), {"import": 0})


def test_an_ordinary_change_in_place_has_no_finding():
    changed = change("aws_lb.web", UPDATE, {"idle_timeout": 60}, {"idle_timeout": 30})
    assert evaluated(changed).findings == ()


# Task definitions


ARN = "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:3"
REVISION = {"arn": ARN, "family": "web", "revision": 3, "skip_destroy": False}


def revision(actions, **before):
    return change(
        "aws_ecs_task_definition.web",
        actions,
        REVISION | before,
        forced_by=[["container_definitions"]] if actions == REPLACE else None,
    )


def service(definition):
    after = {} if definition is None else {"task_definition": definition}
    return change("aws_ecs_service.web", NO_OP, after=after)


@pytest.mark.parametrize("actions", [DELETE, REPLACE], ids="-".join)
@pytest.mark.parametrize("definition", [ARN, "web:3"])
def test_the_deregistration_of_a_revision_in_use_is_refused(actions, definition):
    assert (
        "the old revision would be deregistered, but is still used by aws_ecs_service.web"
        in (
            refusals(evaluated(revision(actions), service(definition)))[
                "aws_ecs_task_definition.web"
            ]
        )
    )


@pytest.mark.parametrize("definition", [None, f"{ARN}0", "web:4"])
def test_a_new_revision_is_allowed_if_the_old_one_is_unused(definition):
    evaluation = evaluated(revision(REPLACE), service(definition))
    assert not evaluation.refused
    assert allowances(evaluation) == {
        "aws_ecs_task_definition.web": "replace: forced by container_definitions; no data or "
        "traffic depends on it"
    }


def test_a_running_revision_may_be_replaced_with_skip_destroy():
    assert not evaluated(revision(REPLACE, skip_destroy=True), service(ARN)).refused
