"""CONTROLS section 3, for every environment: the controls that are not for hardened ones alone."""

import json
import re
from collections.abc import Iterator

from navra_stacks.terraform.document import Block
from tests.support.synthesized import Built, ref


def containers(built: Built) -> list[dict]:
    definitions = built.all("aws_ecs_task_definition")
    assert definitions
    return [one for block in definitions for one in json.loads(block["container_definitions"])]


# Load balancer


def test_http_is_only_ever_redirected(either: Built) -> None:
    """ELB.1"""
    (action,) = either.listener(80)["default_action"]
    assert action["redirect"]["status_code"] == "HTTP_301"
    assert action["redirect"]["protocol"] == "HTTPS"
    assert not either.listener_rules(80)


def test_headers_that_http_does_not_allow_are_dropped(either: Built) -> None:
    """ELB.4"""
    assert either.one("aws_lb")["drop_invalid_header_fields"] is True


def test_ambiguous_requests_are_treated_defensively(either: Built) -> None:
    """ELB.12"""
    assert either.one("aws_lb")["desync_mitigation_mode"] in ("defensive", "strictest")


def test_the_load_balancer_is_in_two_zones_or_more(either: Built) -> None:
    """ELB.13"""
    subnets = map(either.referred, either.one("aws_lb")["subnets"])
    assert len({subnet["availability_zone"] for subnet in subnets}) >= 2


def test_https_takes_tls_1_2_at_least(either: Built) -> None:
    """ELB.17"""
    policy = either.listener(443)["ssl_policy"]
    assert re.fullmatch(r"ELBSecurityPolicy-TLS13-1-[23]-.*", policy)
    assert "Ext" not in policy


def test_every_target_group_is_health_checked(either: Built) -> None:
    """CKV_AWS_261"""
    groups = either.all("aws_lb_target_group")
    assert groups
    for group in groups:
        assert group["health_check"]["enabled"] is True
        assert group["health_check"]["path"].startswith("/")


# ECS


def test_no_container_is_privileged_or_root(either: Built) -> None:
    for container in containers(either):
        assert not container.get("privileged", False)
        assert container.get("user", "image's own").partition(":")[0] not in ("root", "0")


def test_tasks_share_neither_processes_nor_network_with_a_host(either: Built) -> None:
    for definition in either.all("aws_ecs_task_definition"):
        assert definition["network_mode"] == "awsvpc"
        assert not definition.body.keys() & {"pid_mode", "ipc_mode"}


def test_every_container_logs(either: Built) -> None:
    for container in containers(either):
        assert container["logConfiguration"]["logDriver"] == "awslogs"


def test_services_run_on_the_latest_platform(either: Built) -> None:
    assert {s["platform_version"] for s in either.all("aws_ecs_service")} == {"LATEST"}


def test_nobody_gets_a_shell_in_a_container(either: Built) -> None:
    for service in either.all("aws_ecs_service"):
        assert service.get("enable_execute_command", False) is False


def roles_of(definition: Block) -> tuple[str, str]:
    return definition["execution_role_arn"], definition["task_role_arn"]


def test_task_role_and_execution_role_differ_and_belong_to_one_service(either: Built) -> None:
    definitions = either.all("aws_ecs_task_definition")
    of_services = [
        either.referred(service["task_definition"]) for service in either.all("aws_ecs_service")
    ]
    roles = [role for definition in of_services for role in roles_of(definition)]
    assert len(roles) == len(set(roles)) == 4
    # A task that is run once has the rights of its service.
    assert {roles_of(one) for one in definitions} == {roles_of(one) for one in of_services}


def test_the_application_itself_has_no_permission(either: Built) -> None:
    for definition in either.all("aws_ecs_task_definition"):
        role = ref(either.referred(definition["task_role_arn"]), "name")
        assert not either.all("aws_iam_role_policy", role=role)
        assert not either.all("aws_iam_role_policy_attachment", role=role)


def test_roles_of_tasks_are_for_tasks_of_this_account_and_region_only(either: Built) -> None:
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


def test_an_image_always_has_a_tag_or_a_digest_and_never_latest(either: Built) -> None:
    for container in containers(either):
        tag = container["image"].rpartition("/")[2].partition(":")[2]
        assert tag
        assert tag != "latest"


def test_a_tag_that_is_asked_for_has_no_default_and_cannot_be_latest(either: Built) -> None:
    asked = {
        name
        for container in containers(either)
        for name in re.findall(r"\$\{var\.(\w+_image_tag)\}", container["image"])
    }
    assert asked == {"backend_image_tag", "frontend_image_tag"}
    for name in asked:
        variable = either.content["variable"][name]
        assert "default" not in variable
        assert variable["nullable"] is False
        (validation,) = variable["validation"]
        assert f'var.{name} != "latest"' in validation["condition"]


# Networks


def test_only_80_and_443_are_open_to_the_internet(either: Built) -> None:
    for rule in either.all("aws_vpc_security_group_ingress_rule"):
        if rule.get("referenced_security_group_id") is None:
            assert rule["security_group_id"] in either.one("aws_lb")["security_groups"]
            assert rule["ip_protocol"] == "tcp"
            assert rule["from_port"] == rule["to_port"]
            assert rule["from_port"] in (80, 443)


# Secrets, logs, IAM, ACM, Route 53


def texts(value: object, argument: str = "") -> Iterator[tuple[str, str]]:
    """Every text, with the argument that holds it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, argument)
    elif isinstance(value, str):
        yield argument, value


def test_no_argument_that_state_keeps_can_carry_a_secrets_value(either: Built) -> None:
    carriers = re.compile(r"secret_string|secret_binary|\w*password|auth_token|user_data\w*")
    for block in either.resources:
        assert not [name for name in block.body if carriers.fullmatch(name)], block.address
        assert not block.type.startswith("random_"), block.address
    assert not [b.address for b in either.data_sources if b.type.endswith("secret_version")]


def test_a_value_that_terraform_made_only_reaches_arguments_that_state_does_not_keep(
    either: Built,
) -> None:
    for block in either.resources:
        for argument, text in texts(block.body):
            if re.search(r"\bephemeral\.", text):
                assert argument.endswith("_wo"), f"{block.address}.{argument}"
    for kind in ("output", "locals", "data", "provider", "variable", "terraform"):
        for _, text in texts(either.content.get(kind, {})):
            assert not re.search(r"\bephemeral\.", text)


def test_every_log_group_has_a_retention(either: Built) -> None:
    groups = either.all("aws_cloudwatch_log_group")
    assert groups
    for group in groups:
        assert group["retention_in_days"] > 0


WITHOUT_A_RESOURCE = ("ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition")
"""AWS knows no resource of these actions (Service Authorization Reference, ECR and ECS)."""

NUMBERED = (
    r"\.arn\}:\*|:(?:task-definition/[\w-]+:|service-deployment/[\w-]+/[\w-]+/|task/[\w-]+/)\*"
)
"""What AWS numbers or names itself below a name of ours: log streams, revisions, tasks."""


def test_no_permission_is_wider_than_aws_demands(either: Built) -> None:
    policies = either.all("aws_iam_role_policy") + either.all("aws_iam_policy")
    assert policies
    for policy in policies:
        for statement in json.loads(policy["policy"])["Statement"]:
            assert "NotAction" not in statement
            assert "NotResource" not in statement
            assert "*" not in json.dumps(statement["Action"])
            resources = statement["Resource"]
            for resource in [resources] if isinstance(resources, str) else resources:
                if resource == "*":
                    assert statement["Action"] in WITHOUT_A_RESOURCE, policy.address
                elif "*" in resource:
                    assert re.search(rf"(?:{NUMBERED})$", resource), f"{policy.address} {resource}"
                    assert resource.count("*") == 1


def test_the_certificate_is_in_the_transparency_log(either: Built) -> None:
    options = either.one("aws_acm_certificate")["options"]
    assert options["certificate_transparency_logging_preference"] == "ENABLED"


def test_the_alias_record_follows_the_health_of_its_target(either: Built) -> None:
    record = either.one("aws_route53_record", type="A")
    assert record["alias"]["evaluate_target_health"] is True
