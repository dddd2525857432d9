"""Plans are checked like documents, with the values that Terraform knows."""

from __future__ import annotations

from typing import Any

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.plan_document import plan_document
from navra_stacks.terraform.plan import Plan
from tests.support.plan_fragments import CREATE, change, plan_json
from tests.unit.check.checked import found


def plan(*resources: dict[str, Any]) -> CheckedDocument:
    """Return a plan that creates resources.

    Each resource has the keys of the plan, and `expressions` and `unknown`.
    """
    planned, changes, configured = [], [], []
    for one in resources:
        created = change(one["address"], CREATE, unknown=one.get("unknown"))
        planned.append({**created, "values": one["values"]})
        changes.append(created)
        base = one["address"].partition("[")[0]
        configured.append({"address": base, "expressions": one.get("expressions", {})})
    content = plan_json(
        *changes,
        planned_values={"root_module": {"resources": planned}},
        configuration={
            "root_module": {"resources": configured},
            "provider_config": {"aws": {"name": "aws", "expressions": {}}},
        },
    )
    return plan_document(Plan(content))


def constants(**values: Any) -> dict[str, Any]:
    return {name: {"constant_value": value} for name, value in values.items()}


def reference(*names: str) -> dict[str, Any]:
    """Return an expression as Terraform writes it: each reference, then the one without it."""
    return {"references": [part for name in names for part in (name, name.rpartition(".")[0])]}


DATABASE = {
    "address": "aws_db_instance.db",
    "values": {"username": "postgres", "publicly_accessible": True, "engine": "postgres"},
    "expressions": constants(username="postgres", publicly_accessible=True, engine="postgres"),
}


def test_the_values_of_a_plan_are_checked():
    document = plan(DATABASE)
    assert found("rds-public", document) == {"aws_db_instance.db"}
    assert found("rds-username", document) == {"aws_db_instance.db"}


def test_a_value_that_the_apply_determines_is_not_reported():
    unknown = {"publicly_accessible": True}
    expressions = {"publicly_accessible": {"references": ["var.public"]}}
    values = {"address": "aws_db_instance.db", "values": {}, "unknown": unknown}
    assert found("rds-public", plan({**values, "expressions": expressions})) == set()


def test_an_argument_that_the_provider_computes_is_not_set():
    """A new database without a key of its own has the key of AWS."""
    document = plan({**DATABASE, "unknown": {"kms_key_id": True}})
    assert found("rds-key", document) == {"aws_db_instance.db"}


def test_each_instance_of_a_resource_is_checked():
    instances = [
        {"address": f'aws_kms_key.keys["{name}"]', "values": {"enable_key_rotation": rotated}}
        | {"expressions": {"enable_key_rotation": {}}}
        for name, rotated in (("a", True), ("b", False))
    ]
    assert found("kms-rotation", plan(*instances)) == {'aws_kms_key.keys["b"]'}


ALARM = {
    "address": "aws_cloudwatch_metric_alarm.a",
    "values": {"alarm_name": "a"},
    "expressions": {"alarm_actions": reference("aws_sns_topic.t.arn")},
}
TOPIC = {
    "address": "aws_sns_topic.t",
    "values": {"kms_master_key_id": "alias/aws/sns"},
    "expressions": constants(kms_master_key_id="alias/aws/sns"),
}


def test_references_are_those_of_the_configuration():
    assert found("alarm-topic-key", plan({**ALARM, "unknown": {"alarm_actions": True}}, TOPIC)) == {
        "aws_sns_topic.t"
    }
    arn = "arn:aws:sns:eu-west-1:111122223333:t"
    known = {**ALARM, "values": {"alarm_actions": [arn]}}
    assert found("alarm-topic-key", plan(known, TOPIC)) == {"aws_sns_topic.t"}


RULE = {
    "address": "aws_vpc_security_group_ingress_rule.a",
    "values": {"from_port": 5432, "to_port": 5432, "ip_protocol": "tcp", "cidr_ipv4": "0.0.0.0/0"},
    "unknown": {"security_group_id": True},
    "expressions": {"security_group_id": reference("aws_security_group.g.id")}
    | constants(from_port=5432, to_port=5432, ip_protocol="tcp", cidr_ipv4="0.0.0.0/0"),
}
GROUP = {
    "address": "aws_security_group.g",
    "values": {
        "ingress": [
            {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
        ]
    },
}


def test_rules_that_a_security_group_has_in_the_state_are_not_inline_rules():
    document = plan(GROUP, RULE)
    assert found("security-group-mixed-rules", document) == set()
    assert found("security-group-open-port", document) == {RULE["address"]}


def test_dynamic_blocks_which_the_configuration_in_a_plan_omits_are_checked():
    assert found("security-group-open-port", plan(GROUP)) == {"aws_security_group.g"}


def test_a_plan_has_no_lifecycle_to_check():
    certificate = {"address": "aws_acm_certificate.c", "values": {}}
    assert found("acm-create-before-destroy", plan(certificate)) == set()
    assert found("prevent-destroy", plan(DATABASE)) == set()


def test_resources_of_modules_are_checked():
    key = {"address": 'module.m["a"].aws_kms_key.k', "mode": "managed", "values": {}}
    module = {"resources": [{"address": "aws_kms_key.k", "expressions": {}}]}
    content = plan_json(
        planned_values={"root_module": {"child_modules": [{"resources": [key]}]}},
        configuration={"root_module": {"module_calls": {"m": {"module": module}}}},
    )
    assert found("kms-rotation", plan_document(Plan(content))) == {'module.m["a"].aws_kms_key.k'}
