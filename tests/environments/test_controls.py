"""Security controls that every environment meets (AWS FSBP and Checkov ids in the docstrings)."""

import json
import re
from collections.abc import Iterator
from typing import Any

from navra_stacks.terraform.document import Block
from tests.support.synthesized import Built, ref


def containers(built: Built) -> list[dict]:
    definitions = built.all("aws_ecs_task_definition")
    assert definitions
    return [c for block in definitions for c in json.loads(block["container_definitions"])]


# Load balancer


def test_http_listener_only_redirects_to_https(either: Built) -> None:
    """ELB.1"""
    (action,) = either.listener(80)["default_action"]
    assert action["redirect"]["status_code"] == "HTTP_301"
    assert action["redirect"]["protocol"] == "HTTPS"
    assert not either.listener_rules(80)


def test_load_balancer_drops_invalid_headers(either: Built) -> None:
    """ELB.4"""
    assert either.one("aws_lb")["drop_invalid_header_fields"] is True


def test_load_balancer_uses_defensive_desync_mitigation(either: Built) -> None:
    """ELB.12"""
    assert either.one("aws_lb")["desync_mitigation_mode"] in ("defensive", "strictest")


def test_load_balancer_spans_two_or_more_availability_zones(either: Built) -> None:
    """ELB.13"""
    subnets = map(either.referred, either.one("aws_lb")["subnets"])
    assert len({subnet["availability_zone"] for subnet in subnets}) >= 2


def test_https_listener_requires_tls_1_2_or_newer(either: Built) -> None:
    """ELB.17"""
    policy = either.listener(443)["ssl_policy"]
    assert re.fullmatch(r"ELBSecurityPolicy-TLS13-1-[23]-.*", policy)
    assert "Ext" not in policy


def test_every_target_group_has_a_health_check(either: Built) -> None:
    """CKV_AWS_261"""
    groups = either.all("aws_lb_target_group")
    assert groups
    for group in groups:
        assert group["health_check"]["enabled"] is True
        assert group["health_check"]["path"].startswith("/")


# ECS


def test_no_container_is_privileged_or_runs_as_root(either: Built) -> None:
    for container in containers(either):
        assert not container.get("privileged", False)
        assert container.get("user", "image's own").partition(":")[0] not in ("root", "0")


def test_tasks_share_no_processes_and_no_network_with_the_host(either: Built) -> None:
    for definition in either.all("aws_ecs_task_definition"):
        assert definition["network_mode"] == "awsvpc"
        assert not definition.body.keys() & {"pid_mode", "ipc_mode"}


def test_every_container_uses_awslogs(either: Built) -> None:
    for container in containers(either):
        assert container["logConfiguration"]["logDriver"] == "awslogs"


def test_services_use_the_latest_platform_version(either: Built) -> None:
    assert {s["platform_version"] for s in either.all("aws_ecs_service")} == {"LATEST"}


def test_ecs_exec_is_disabled(either: Built) -> None:
    for service in either.all("aws_ecs_service"):
        assert service.get("enable_execute_command", False) is False


def roles_of(definition: Block) -> tuple[str, str]:
    return definition["execution_role_arn"], definition["task_role_arn"]


def test_each_service_has_its_own_task_role_and_execution_role(either: Built) -> None:
    definitions = either.all("aws_ecs_task_definition")
    of_services = [
        either.referred(service["task_definition"]) for service in either.all("aws_ecs_service")
    ]
    roles = [role for definition in of_services for role in roles_of(definition)]
    assert len(roles) == len(set(roles)) == 4
    # A one-off task has the roles of its service.
    assert set(map(roles_of, definitions)) == set(map(roles_of, of_services))


def test_task_roles_have_no_permissions(either: Built) -> None:
    for definition in either.all("aws_ecs_task_definition"):
        role = ref(either.referred(definition["task_role_arn"]), "name")
        assert not either.all("aws_iam_role_policy", role=role)
        assert not either.all("aws_iam_role_policy_attachment", role=role)


def test_task_roles_can_be_assumed_by_tasks_of_this_account_and_region_only(either: Built) -> None:
    (provider,) = either.content["provider"]["aws"]
    (account,) = provider["allowed_account_ids"]
    for reference in {
        role
        for definition in either.all("aws_ecs_task_definition")
        for role in roles_of(definition)
    }:
        role = either.referred(reference)
        (statement,) = json.loads(role["assume_role_policy"])["Statement"]
        assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:us-east-1:{account}:*"},
        }


# Images


def test_images_have_a_tag_other_than_latest(either: Built) -> None:
    for container in containers(either):
        tag = container["image"].rpartition("/")[2].partition(":")[2]
        assert tag
        assert tag != "latest"


def test_image_tag_variables_have_no_default_and_reject_latest(either: Built) -> None:
    variables = {
        name
        for container in containers(either)
        for name in re.findall(r"\$\{terraform_data\.(\w+)\.output\}", container["image"])
    }
    assert variables == {"backend_image_tag", "frontend_image_tag"}
    for name in variables:
        variable = either.content["variable"][name]
        assert "default" not in variable
        assert variable["nullable"] is False
        (validation,) = variable["validation"]
        assert f'var.{name} != "latest"' in validation["condition"]
        # A pipeline deploys both services, so the state keeps the tag of the first apply.
        kept = either.content["resource"]["terraform_data"][name]
        assert kept["input"] == f"${{var.{name}}}"
        assert kept["lifecycle"] == {"ignore_changes": ["input"]}


# Networks


def test_only_ports_80_and_443_are_open_to_the_internet(either: Built) -> None:
    (group,) = map(either.referred, either.one("aws_lb")["security_groups"])
    assert either.internet_ports() == {group["name"]: {"80", "443"}}


# Secrets, logs, IAM, ACM, Route 53


def strings(value: object, argument: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string in `value`, with the argument that contains it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from strings(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, argument)
    elif isinstance(value, str):
        yield argument, value


def test_no_argument_stored_in_the_state_can_contain_a_secret_value(either: Built) -> None:
    secret_arguments = re.compile(
        r"secret_string|secret_binary|\w*password|auth_token|user_data\w*"
    )
    for block in either.resources:
        assert not [name for name in block.body if secret_arguments.fullmatch(name)], block.address
        assert not block.type.startswith("random_"), block.address
    assert not [b.address for b in either.data_sources if b.type.endswith("secret_version")]


def test_ephemeral_values_are_used_in_write_only_arguments_only(
    either: Built,
) -> None:
    for block in either.resources:
        for argument, text in strings(block.body):
            if re.search(r"\bephemeral\.", text):
                assert argument.endswith("_wo"), f"{block.address}.{argument}"
    for kind in ("output", "locals", "data", "provider", "variable", "terraform"):
        for _, text in strings(either.content.get(kind, {})):
            assert not re.search(r"\bephemeral\.", text)


def test_every_log_group_has_a_retention_period(either: Built) -> None:
    groups = either.all("aws_cloudwatch_log_group")
    assert groups
    for group in groups:
        assert group["retention_in_days"] > 0


WITHOUT_A_RESOURCE = {
    "ecr:GetAuthorizationToken",
    "ecs:DescribeTaskDefinition",
    "ecs:ListTaskDefinitions",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "tag:GetResources",
}
"""Actions without resource-level permissions (Service Authorization Reference)."""

GENERATED_PARTS = (
    r"\.arn\}:\*|:(?:task-definition/[\w-]+:|service-(?:deployment|revision)/[\w-]+/[\w-]+/"
    r"|task/[\w-]+/|log-group:[\w/-]+:|snapshot:awsbackup:)\*"
)
"""Names and numbers that AWS generates within a known name: log streams, revisions, tasks,
snapshots of AWS Backup."""

OF_ANY_NAME = {
    # Read-only lists, and grants for AWS services; the condition or the action limits them.
    r":(?:db|snapshot):\*": {"rds:DescribeDBInstances", "rds:DescribeDBSnapshots"},
    r":key/\*": {"kms:DescribeKey", "kms:CreateGrant"},
}
"""Resources of the account with any name, and the actions that are allowed on them."""


def actions_of(statement: dict[str, Any]) -> set[str]:
    actions = statement["Action"]
    return {actions} if isinstance(actions, str) else set(actions)


def test_grants_of_keys_are_for_aws_services_only(either: Built) -> None:
    for policy in either.all("aws_iam_role_policy"):
        for statement in json.loads(policy["policy"])["Statement"]:
            if "kms:CreateGrant" in actions_of(statement):
                assert statement["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_iam_policies_have_no_avoidable_wildcards(either: Built) -> None:
    policies = either.all("aws_iam_role_policy") + either.all("aws_iam_policy")
    assert policies
    for policy in policies:
        for statement in json.loads(policy["policy"])["Statement"]:
            if statement["Effect"] == "Deny":
                continue
            assert "NotAction" not in statement
            assert "NotResource" not in statement
            assert "*" not in json.dumps(statement["Action"])
            resources = statement["Resource"]
            for resource in [resources] if isinstance(resources, str) else resources:
                if resource == "*" and statement["Action"] == "ecs:ListTasks":
                    # Its only resource type is the container instance, which Fargate lacks.
                    cluster = ref(either.one("aws_ecs_cluster"))
                    assert statement["Condition"] == {"ArnEquals": {"ecs:cluster": cluster}}
                elif resource == "*":
                    assert actions_of(statement) <= WITHOUT_A_RESOURCE, policy.address
                elif any(
                    re.search(f"{pattern}$", resource) and actions_of(statement) <= allowed
                    for pattern, allowed in OF_ANY_NAME.items()
                ):
                    continue
                elif "*" in resource:
                    assert re.search(rf"(?:{GENERATED_PARTS})$", resource), (
                        f"{policy.address} {resource}"
                    )
                    assert resource.count("*") == 1


def test_certificate_transparency_logging_is_enabled(either: Built) -> None:
    options = either.one("aws_acm_certificate")["options"]
    assert options["certificate_transparency_logging_preference"] == "ENABLED"


def test_alias_record_evaluates_target_health(either: Built) -> None:
    record = either.one("aws_route53_record", type="A")
    assert record["alias"]["evaluate_target_health"] is True
