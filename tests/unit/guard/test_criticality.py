"""What a delete or a replacement loses."""

import pytest

from navra_stacks.guard.criticality import HARMLESS, HOLDS_DATA, TAKES_TRAFFIC
from navra_stacks.guard.evaluation import judge
from navra_stacks.terraform.plan import Plan
from tests.support.plan_fragments import (
    CREATE,
    DELETE,
    FORGET,
    NOTHING,
    REPLACE,
    UPDATE,
    change,
    judged,
    permits,
    planned,
    refusals,
)
from tests.support.repository import ROOT

HELD = """
    aws_backup_vault aws_cloudwatch_log_group aws_db_instance aws_dynamodb_table aws_ecr_repository
    aws_efs_file_system aws_elasticache_replication_group aws_kms_key aws_rds_cluster
    aws_rds_cluster_instance aws_s3_bucket aws_secretsmanager_secret
    aws_secretsmanager_secret_version aws_sqs_queue aws_db_snapshot
""".split()

USED = """
    aws_acm_certificate aws_appautoscaling_target aws_ecs_cluster aws_ecs_service
    aws_internet_gateway aws_lb aws_lb_listener aws_lb_listener_rule aws_lb_target_group
    aws_nat_gateway aws_route aws_route53_record aws_route53_zone aws_route_table
    aws_security_group aws_sns_topic aws_subnet aws_vpc aws_vpc_security_group_egress_rule
    aws_vpc_security_group_ingress_rule aws_wafv2_web_acl aws_wafv2_web_acl_association
    aws_iam_role_policy
""".split()


@pytest.mark.parametrize("type_", [*HELD, *USED])
@pytest.mark.parametrize("actions", [DELETE, REPLACE, ["create", "delete"]], ids="-".join)
def test_what_holds_data_or_takes_traffic_is_not_deleted_or_replaced(type_, actions):
    assert judged(change(f"{type_}.it", actions)).refused
    assert not judged(change(f"{type_}.it", CREATE), change(f"{type_}.other", NOTHING)).refused


def test_each_type_is_in_one_table():
    tables = [set(HOLDS_DATA), set(TAKES_TRAFFIC), HARMLESS]
    assert sum(map(len, tables)) == len(set().union(*tables))


def test_everything_that_the_environments_have_is_classified():
    """So that a refusal says what is lost."""
    lists = (ROOT / "tests/environments/addresses").glob("*.txt")
    made = {line.partition(".")[0] for path in lists for line in path.read_text().split()}
    assert len(made) > 50
    assert made - {"data"} - HOLDS_DATA.keys() - TAKES_TRAFFIC.keys() - HARMLESS == set()


def test_a_type_that_nobody_has_classified_is_not_taken_for_harmless():
    deleted = change("azurerm_postgresql_server.main", DELETE)
    assert refusals(judged(deleted)) == {
        "azurerm_postgresql_server.main": "delete: Terraform gives no reason, as in a plan that "
        "destroys everything; nobody has said that azurerm_postgresql_server holds no data and "
        "takes no traffic"
    }


def test_what_watches_may_go_and_it_is_told():
    judgement = judged(
        change("aws_cloudwatch_metric_alarm.slow", DELETE),
        change("terraform_data.note", REPLACE, action_reason="replace_by_triggers"),
    )
    assert not judgement.refused
    assert permits(judgement) == {
        "aws_cloudwatch_metric_alarm.slow": "delete: Terraform gives no reason, as in a plan that "
        "destroys everything; nothing is lost with it",
        "terraform_data.note": "replace: its `replace_triggered_by` fired; nothing is lost with it",
    }


def test_a_replacement_names_every_argument_that_forces_it():
    replaced = change(
        "aws_lb_target_group.web",
        REPLACE,
        {"port": 80, "name": "web", "target_health": [{"x": 1}]},
        {"port": 81, "target_health": [{"x": 2}]},
        forced_by=[["port"], ["name"], ["target_health", 0, "x"], ["target_health"]],
        unknown={"name": True},
        action_reason="replace_because_cannot_update",
    )
    assert refusals(judged(replaced)) == {
        "aws_lb_target_group.web": "replace: forced by port (80 -> 81), name (only the apply tells "
        "its value), target_health[0].x (1 -> 2), target_health; it takes the load balancer's "
        "requests"
    }


REASONS = {
    "delete_because_count_index": "its index is beyond `count`",
    "delete_because_each_key": "its key is no longer in `for_each`",
    "delete_because_no_module": "its module is no longer in the configuration",
    "delete_because_no_move_target": "a `moved` block names it, and the configuration does not",
    "delete_because_no_resource_config": "it is no longer in the configuration",
    "delete_because_wrong_repetition": "`count` or `for_each` was added or removed",
    "a_reason_of_tomorrow": "a_reason_of_tomorrow",
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_delete_says_why(reason):
    address = 'module.shop["a.b"].aws_s3_bucket.uploads[0]'
    deleted = change(address, DELETE, action_reason=reason)
    assert refusals(judged(deleted)) == {address: f"delete: {REASONS[reason]}; it holds files"}


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("replace_because_tainted", "it is tainted"),
        ("replace_by_request", "-replace asks for it"),
        ("replace_by_triggers", "its `replace_triggered_by` fired"),
    ],
)
def test_a_replacement_without_an_argument_says_why(reason, told):
    replaced = change("aws_lb.web", REPLACE, action_reason=reason)
    assert refusals(judged(replaced)) == {
        "aws_lb.web": f"replace: {told}; requests come in through it"
    }


def test_what_an_earlier_replacement_left_behind_is_a_delete():
    left = change("aws_db_instance.main", DELETE, deposed="4a1b")
    assert refusals(judged(change("aws_db_instance.main", NOTHING), left)) == {
        "aws_db_instance.main": "delete: an earlier replacement left it behind (deposed 4a1b); "
        "it holds a database"
    }


@pytest.mark.parametrize("actions", [["create", "forget"], ["forget", "create"]], ids="-".join)
def test_a_replacement_that_forgets_is_a_replacement(actions):
    renamed = change(
        "aws_lb.web",
        actions,
        {"name": "a"},
        {"name": "b"},
        forced_by=[["name"]],
        action_reason="replace_because_cannot_update",
    )
    assert refusals(judged(renamed)) == {
        "aws_lb.web": 'replace: forced by name ("a" -> "b"); requests come in through it'
    }


def test_what_terraform_will_do_one_day_is_refused():
    judgement = judged(change("aws_cloudwatch_dashboard.all", ["evict"]))
    assert refusals(judgement) == {
        "aws_cloudwatch_dashboard.all": "evict: Terraform's evict; the guard does not know what "
        "that does"
    }


def test_what_is_forgotten_goes_on_and_is_told():
    forgotten = change(
        "aws_s3_bucket.uploads", FORGET, action_reason="delete_because_no_resource_config"
    )
    assert permits(judged(forgotten)) == {
        "aws_s3_bucket.uploads": "forget: it is no longer in the configuration; it goes on as it "
        "is, without Terraform"
    }


def test_data_sources_outputs_and_drift_are_no_changes():
    read = change("data.aws_vpc.main", DELETE) | {"mode": "data"}
    drift = [change("aws_lb.web", DELETE)]
    outputs = {"url": {"actions": ["delete"]}}
    judgement = judge(Plan(planned(read, resource_drift=drift, output_changes=outputs)))
    assert (judgement.verdicts, judgement.counts) == ((), {"import": 0})


def test_an_ordinary_change_in_place_passes_without_a_word():
    changed = change("aws_lb.web", UPDATE, {"idle_timeout": 60}, {"idle_timeout": 30})
    assert judged(changed).verdicts == ()


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
    known = {} if definition is None else {"task_definition": definition}
    return change("aws_ecs_service.web", NOTHING, after=known)


@pytest.mark.parametrize("actions", [DELETE, REPLACE], ids="-".join)
@pytest.mark.parametrize("definition", [ARN, "web:3"])
def test_a_revision_that_a_service_goes_on_using_is_not_deregistered(actions, definition):
    assert (
        "aws_ecs_service.web would go on using a revision that is deregistered"
        in (refusals(judged(revision(actions), service(definition)))["aws_ecs_task_definition.web"])
    )


@pytest.mark.parametrize("definition", [None, f"{ARN}0", "web:4"])
def test_a_new_revision_is_an_ordinary_deployment(definition):
    judgement = judged(revision(REPLACE), service(definition))
    assert not judgement.refused
    assert permits(judgement) == {
        "aws_ecs_task_definition.web": "replace: forced by container_definitions; nothing is lost "
        "with it"
    }


def test_a_revision_that_stays_registered_may_be_replaced_while_it_runs():
    assert not judged(revision(REPLACE, skip_destroy=True), service(ARN)).refused
