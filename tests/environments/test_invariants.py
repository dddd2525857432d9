"""CONTROLS section 2, for every environment: what prevents the failures seen in the wild."""

import json
import re

from navra_stacks.document import Block
from tests.conftest import Built, ref


def services(built: Built) -> tuple[Block, ...]:
    found = built.all("aws_ecs_service")
    assert found
    return found


def families(built: Built) -> list[str]:
    found = [block["family"] for block in built.all("aws_ecs_task_definition")]
    assert found
    return found


# What waits for what


def test_a_service_waits_for_the_https_listener(either: Built) -> None:
    for service in services(either):
        assert either.listener(443).address in service["depends_on"]


def test_a_service_waits_for_every_rule_that_leads_to_it(either: Built) -> None:
    for service in services(either):
        groups = {one["target_group_arn"] for one in service["load_balancer"]}
        rules = {
            rule.address
            for rule in either.listener_rules()
            for action in rule["action"]
            if action["target_group_arn"] in groups
        }
        assert rules <= set(service["depends_on"])


def test_a_service_waits_for_its_roles_policies(either: Built) -> None:
    for service in services(either):
        definition = either.referred(service["task_definition"])
        for argument in ("execution_role_arn", "task_role_arn"):
            role = either.referred(definition[argument])
            policies = either.all("aws_iam_role_policy", role=ref(role, "name"))
            assert {policy.address for policy in policies} <= set(service["depends_on"])


def test_https_uses_the_certificate_only_once_it_is_issued(either: Built) -> None:
    reference = either.listener(443)["certificate_arn"]
    assert either.referred(reference).type == "aws_acm_certificate_validation"
    assert reference.endswith(".certificate_arn}")


def test_a_new_certificate_is_made_before_the_old_one_goes(either: Built) -> None:
    certificate = either.one("aws_acm_certificate")
    assert certificate["lifecycle"]["create_before_destroy"] is True


def test_the_validation_record_may_exist_already_and_is_chosen_by_the_literal_host(
    either: Built,
) -> None:
    (fqdn,) = either.one("aws_acm_certificate_validation")["validation_record_fqdns"]
    record = either.referred(fqdn)
    assert record["allow_overwrite"] is True
    assert record.get("for_each") is None
    assert f'"{either.one("aws_acm_certificate")["domain_name"]}"' in record["name"]


# Security groups


def test_no_security_group_has_rules_of_its_own(either: Built) -> None:
    for group in either.all("aws_security_group"):
        assert not group.body.keys() & {"ingress", "egress"}
    assert not either.all("aws_security_group_rule")


def test_every_security_group_rule_is_described(either: Built) -> None:
    rules = either.all("aws_vpc_security_group_ingress_rule")
    rules += either.all("aws_vpc_security_group_egress_rule")
    assert rules
    for rule in rules:
        assert rule["description"]


def test_a_changed_description_does_not_replace_a_security_group(either: Built) -> None:
    for group in either.all("aws_security_group"):
        assert group["lifecycle"] == {"ignore_changes": ["description"]}


# Who owns what


def test_what_a_pipeline_deploys_is_left_to_the_pipeline(either: Built) -> None:
    for service in services(either):
        assert service["lifecycle"] == {"ignore_changes": ["task_definition"]}
        assert service.get("wait_for_steady_state") is None


def test_the_desired_count_is_ignored_if_and_only_if_autoscaling_owns_it(either: Built) -> None:
    scaled = json.dumps([one.body for one in either.all("aws_appautoscaling_target")])
    for service in services(either):
        ignored = "desired_count" in service["lifecycle"].get("ignore_changes", [])
        assert ignored is (ref(service, "name") in scaled)


def test_priorities_are_unique(either: Built) -> None:
    priorities = [rule["priority"] for rule in either.listener_rules()]
    assert len(priorities) == len(set(priorities)) == 2


def test_no_resource_repeats_a_default_tag(either: Built) -> None:
    (provider,) = either.content["provider"]["aws"]
    ((default,),) = [[one["tags"] for one in provider["default_tags"]]]
    assert {"Environment", "ManagedBy", "Project"} <= default.keys()
    for block in either.resources:
        assert not block.get("tags", {}).keys() & default.keys(), block.address


# Task definitions that do not churn


def test_variables_and_secrets_are_sorted_and_nothing_is_empty(either: Built) -> None:
    for family in families(either):
        for container in either.containers(family).values():
            for key in ("environment", "secrets"):
                names = [one["name"] for one in container.get(key, [])]
                assert names == sorted(names)
            assert not [key for key, value in container.items() if value in (None, [], {}, "")]


def test_container_definitions_are_written_with_sorted_keys(either: Built) -> None:
    for definition in either.all("aws_ecs_task_definition"):
        text = definition["container_definitions"]
        assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)


# What the execution role may do


def test_the_execution_role_may_do_this_and_nothing_else(either: Built) -> None:
    for family in families(either):
        actions = {
            action
            for statement in either.execution_policy(family)
            for action in actions_of(statement)
        }
        assert actions - {"secretsmanager:GetSecretValue"} == {
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetAuthorizationToken",
            "ecr:GetDownloadUrlForLayer",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        }


def test_the_execution_role_may_read_exactly_what_its_containers_inject(either: Built) -> None:
    for family in families(either):
        injected = {
            secret["valueFrom"]
            for container in either.containers(family).values()
            for secret in container.get("secrets", [])
        }
        assert resources_of(either, family, "secretsmanager:GetSecretValue") == injected


def test_the_execution_role_may_pull_exactly_its_repository(either: Built) -> None:
    for family in families(either):
        expected = set()
        for container in either.containers(family).values():
            registry, _, rest = container["image"].partition("/")
            account, region = re.fullmatch(
                r"(.+)\.dkr\.ecr\.(.+)\.amazonaws\.com", registry
            ).groups()
            repository = rest.partition(":")[0]
            expected.add(f"arn:aws:ecr:{region}:{account}:repository/{repository}")
        assert resources_of(either, family, "ecr:BatchGetImage") == expected
        assert resources_of(either, family, "ecr:GetDownloadUrlForLayer") == expected


def test_the_execution_role_may_write_exactly_to_its_log_group(either: Built) -> None:
    for family in families(either):
        groups = {
            container["logConfiguration"]["options"]["awslogs-group"]
            for container in either.containers(family).values()
        }
        expected = {f"{ref(either.referred(group))}:*" for group in groups}
        assert resources_of(either, family, "logs:PutLogEvents") == expected
        assert resources_of(either, family, "logs:CreateLogStream") == expected


def actions_of(statement: dict) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


def resources_of(built: Built, family: str, action: str) -> set[str]:
    found: set[str] = set()
    for statement in built.execution_policy(family):
        assert statement["Effect"] == "Allow"
        if action in actions_of(statement):
            resource = statement["Resource"]
            found |= {resource} if isinstance(resource, str) else set(resource)
    return found
