"""Forms that Terraform accepts have no finding."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.check.finding import Severity
from navra_stacks.check.schema.checker import schema_findings
from navra_stacks.check.schema.version_constraint import admits
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.json_syntax import parse
from tests.support.document_builder import document

FORWARD = {"type": "forward", "target_group_arn": "arn"}

ACCEPTED: dict[str, tuple[str, dict[str, Any]]] = {
    "a block as an object": (
        "aws_lb_listener.x",
        {"load_balancer_arn": "arn", "default_action": FORWARD},
    ),
    "a block as a list": (
        "aws_lb_listener.x",
        {"load_balancer_arn": "arn", "default_action": [FORWARD]},
    ),
    "a block as a list of lists": (
        "aws_lb_listener.x",
        {"load_balancer_arn": "arn", "default_action": [[FORWARD]]},
    ),
    "null for arguments and blocks": (
        "aws_lb.x",
        {"name": None, "access_logs": None, "subnets": None, "tags": None, "timeouts": None},
    ),
    "an empty list for an optional block": ("aws_lb.x", {"access_logs": [], "subnet_mapping": []}),
    "expressions for arguments": (
        "aws_lb.x",
        {
            "name": "shop-${var.name}",
            "internal": "${var.internal}",
            "idle_timeout": "${var.minutes * 60}",
            "subnets": "${data.aws_subnets.all.ids}",
            "tags": "${local.tags}",
            "security_groups": ["${aws_security_group.lb.id}"],
        },
    ),
    "a directive of a template": (
        "aws_lb.x",
        {"idle_timeout": "%{if var.long}600%{else}60%{endif}"},
    ),
    "an expression for a list of objects": ("aws_security_group.x", {"ingress": "${local.rules}"}),
    "an expression in a list of objects": ("aws_security_group.x", {"ingress": ["${local.rule}"]}),
    "a function of the provider": (
        "aws_lb.x",
        {"name": '${provider::aws::arn_parse("arn:aws:iam::1:role/x").resource}'},
    ),
    "a number and a bool for strings": ("aws_lb.x", {"name": 5, "tags": {"a": 1, "b": True}}),
    "texts for numbers": ("aws_lb.x", {"idle_timeout": "60", "client_keep_alive": "6e2"}),
    "texts for bools": ("aws_lb.x", {"internal": "true", "enable_http2": "0"}),
    "comments": (
        "aws_lb.x",
        {"//": {"metadata": 1}, "access_logs": {"//": "kept for a year", "bucket": "logs"}},
    ),
    "timeouts": ("aws_lb.x", {"timeouts": {"create": "5m"}}),
    "a dynamic block": (
        "aws_lb_listener.x",
        {
            "load_balancer_arn": "arn",
            "dynamic": {
                "default_action": {
                    "for_each": ["a"],
                    "iterator": "action",
                    "content": {"type": "forward", "target_group_arn": "${action.value}"},
                }
            },
        },
    ),
    "dynamic blocks as lists": (
        "aws_lb_listener.x",
        {
            "load_balancer_arn": "arn",
            "dynamic": [{"default_action": [{"for_each": "${var.x}", "content": [FORWARD]}]}],
        },
    ),
    "a dynamic block in a block": (
        "aws_lb_listener.x",
        {
            "load_balancer_arn": "arn",
            "default_action": {
                "type": "forward",
                "forward": {
                    "dynamic": {"target_group": {"for_each": ["a"], "content": {"arn": "arn"}}}
                },
            },
        },
    ),
    "a dynamic list of objects": (
        "aws_security_group.x",
        {"dynamic": {"ingress": {"for_each": [80], "content": {"from_port": 80}}}},
    ),
    "meta-arguments": (
        "aws_instance.x",
        {
            "count": "${var.size}",
            "depends_on": ["aws_vpc.x"],
            "provider": "aws.west",
            "connection": {"type": "ssh"},
            "provisioner": [{"local-exec": {"command": "date"}}],
            "lifecycle": {
                "create_before_destroy": "true",
                "prevent_destroy": False,
                "ignore_changes": ['tags["a"]', "ami", "arn"],
                "replace_triggered_by": ["aws_vpc.x.id"],
                "precondition": [{"condition": "${true}", "error_message": "x"}],
            },
        },
    ),
    "for_each": ("aws_lb.x", {"for_each": {"a": 1}, "name": "${each.key}"}),
    "all changes ignored": ("aws_lb.x", {"lifecycle": {"ignore_changes": "all"}}),
    "a lifecycle as a list": ("aws_lb.x", {"lifecycle": [{"prevent_destroy": True}]}),
    "conditions of a data source": (
        "data.aws_vpc.x",
        {"id": "vpc-1", "lifecycle": {"postcondition": {"condition": "${true}"}}},
    ),
    "a value of the provider besides those of the API": (
        "aws_s3_bucket_versioning.x",
        {"bucket": "logs", "versioning_configuration": {"status": "Disabled"}},
    ),
    "the priority of the default rule": (
        "aws_lb_listener_rule.x",
        {"priority": 99999, "listener_arn": "arn", "action": FORWARD, "condition": {}},
    ),
    "another case where the provider ignores it": (
        "aws_lb_listener.x",
        {"protocol": "https", "load_balancer_arn": "arn", "default_action": FORWARD},
    ),
    "an empty string for an argument that is not set": (
        "aws_ecs_service.x",
        {"name": "x", "launch_type": ""},
    ),
    "a type of another provider": ("random_password.x", {"anything": True}),
    "a type of Terraform": ("terraform_data.x", {"input": {"a": 1}}),
}


@pytest.mark.parametrize("title", ACCEPTED)
def test_a_form_that_terraform_accepts_has_no_finding(check, title: str):
    address, body = ACCEPTED[title]
    assert check(document({address: body}).content) == []


def test_an_escaped_template_is_a_literal_value(check):
    (finding,) = check(document({"aws_lb.x": {"idle_timeout": "$${minutes}"}}).content)
    assert finding.argument == "idle_timeout"


def test_objects_of_a_document_from_hcl_can_omit_attributes(schema):
    rule = {"from_port": 80, "to_port": 80, "protocol": "tcp"}
    from_hcl = document({"aws_security_group.x": {"ingress": [rule]}})
    assert list(schema_findings(from_hcl, schema, converted_from_hcl=True)) == []
    assert len(list(schema_findings(from_hcl, schema))) == 1


def test_types_with_the_prefix_of_another_provider_are_not_checked(check):
    other = {"required_providers": {"aws": {"source": "example/aws"}}}
    content = {"terraform": other, "resource": {"aws_lb": {"x": {"unknown": 1}}}}
    assert check(content) == []
    content["resource"] = {"aws_lb": {"x": {"unknown": 1, "provider": "clone.west"}}}
    other["required_providers"] = {"clone": {"source": "example/aws"}}
    assert check(content) == []


@pytest.mark.parametrize("source", ["aws", "hashicorp/aws", "registry.terraform.io/hashicorp/aws"])
def test_the_provider_of_hashicorp_has_several_names(check, source: str):
    settings = {"required_providers": {"aws": {"source": source}}}
    content = {"terraform": settings, "resource": {"aws_lb": {"x": {"unknown": 1}}}}
    (finding,) = check(content)
    assert finding.severity == Severity.HIGH


@pytest.mark.parametrize("reference", ["amazon", "amazon.west", "${amazon.west}"])
def test_a_provider_with_another_local_name_is_checked(check, reference: str):
    settings = {"required_providers": {"amazon": {"source": "hashicorp/aws"}}}
    content = {
        "terraform": settings,
        "provider": {"amazon": [{"unknown": 1}]},
        "resource": {"aws_lb": {"x": {"unknown": 1, "provider": reference}}},
    }
    assert [finding.address for finding in check(content)] == ["aws_lb.x", "provider.amazon"]


def test_other_blocks_of_a_document_are_not_checked(check):
    content = parse(
        """{
            "variable": {"x": {"type": "string"}}, "output": {"y": {"value": 1}},
            "module": {"m": {"source": "./m", "unknown": 1}}, "locals": {"aws_lb": {}},
            "ephemeral": {"aws_secretsmanager_random_password": {"p": {"unknown": 1}}},
            "moved": {"from": "aws_lb.a", "to": "aws_lb.b"}, "check": {"c": {}},
            "import": {"to": "aws_lb.a", "id": "arn"}, "removed": {"from": "aws_lb.c"}
        }"""
    )
    assert check(content) == []


def test_a_document_for_another_version_has_findings_of_low_severity(schema):
    def check(version: str) -> list[tuple[Severity, bool]]:
        settings = {"required_providers": {"aws": {"source": "aws", "version": version}}}
        content = {
            "terraform": settings,
            "resource": {"aws_lb": {"x": {"unknown": 1, "lifecycle": {"unknown": 1}}}},
        }
        return [
            (finding.severity, f"requires version {version}" in finding.message)
            for finding in schema_findings(TerraformDocument(content), schema)
        ]

    # Terraform defines the lifecycle, whatever the version of the provider is.
    assert check("~> 5.0") == [(Severity.HIGH, False), (Severity.LOW, True)]
    assert check("~> 6.0") == [(Severity.HIGH, False), (Severity.HIGH, False)]


@pytest.mark.parametrize(
    ("constraint", "admitted"),
    [
        ("6.25.0", True),
        ("= 6.24.0", False),
        ("!= 6.25.0", False),
        (">= 5.0, < 7.0", True),
        (">= 5.0, < 6.25", False),
        ("> 6.25.0", False),
        ("<= 6.25", True),
        ("~> 6.0", True),
        ("~> 6.24.0", False),
        ("~> 6.26", False),
        ("~> 6.25.0", True),
        ("~> 5", True),
        ("~> 5.1", False),
        ("~> 7.0", False),
        ("${var.version}", True),
        (">= 7.0.0-beta1", True),
    ],
)
def test_version_constraints(constraint: str, admitted: bool):
    assert admits(constraint, "6.25.0") is admitted
