"""CONTROLS section 2, for every environment: what prevents the failures seen in the wild."""

import json
import re

from navra_stacks.terraform.document import Block
from tests.support.synthesized import Built, ref, weights


def services(built: Built) -> tuple[Block, ...]:
    found = built.all("aws_ecs_service")
    assert found
    return found


def shifted(service: Block) -> bool:
    """Whether ECS shifts the traffic from one revision to the next."""
    return service["deployment_configuration"]["strategy"] != "ROLLING"


def shifts(service: Block) -> list[dict]:
    """What ECS shifts the traffic of a service with."""
    return [
        one["advanced_configuration"]
        for one in service["load_balancer"]
        if "advanced_configuration" in one
    ]


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
            if groups & weights(action).keys()
        }
        assert rules or not shifted(service)
        assert rules <= set(service["depends_on"])


def test_a_service_waits_for_what_lets_its_targets_be_reached(either: Built) -> None:
    for service in services(either):
        (group,) = service["network_configuration"]["security_groups"]
        (rule,) = either.all("aws_vpc_security_group_ingress_rule", security_group_id=group)
        assert rule.address in service["depends_on"]


def test_a_service_waits_for_its_roles_policies(either: Built) -> None:
    for service in services(either):
        definition = either.referred(service["task_definition"])
        for argument in ("execution_role_arn", "task_role_arn"):
            role = either.referred(definition[argument])
            policies = either.all("aws_iam_role_policy", role=ref(role, "name"))
            assert {policy.address for policy in policies} <= set(service["depends_on"])
        for shift in shifts(service):
            role = either.referred(shift["role_arn"])
            (policy,) = either.all("aws_iam_role_policy_attachment", role=ref(role, "name"))
            assert policy.address in service["depends_on"]


def test_a_service_in_private_subnets_waits_for_their_way_out(prod: Built) -> None:
    """Or its first tasks cannot pull their image."""
    ways = {one.address for one in prod.all("aws_route") if one.get("nat_gateway_id") is not None}
    ways |= {one.address for one in prod.all("aws_vpc_endpoint")}
    assert ways
    for service in services(prod):
        subnets = service["network_configuration"]["subnets"]
        tables = {
            one.address
            for subnet in subnets
            for one in prod.all("aws_route_table_association", subnet_id=subnet)
        }
        assert len(tables) == len(subnets)
        assert tables | ways <= set(service["depends_on"])


def test_a_service_waits_for_the_values_of_the_secrets_that_are_composed(prod: Built) -> None:
    for service in services(prod):
        (container,) = prod.containers(prod.referred(service["task_definition"])["family"]).values()
        injected = {one["valueFrom"] for one in container.get("secrets", [])}
        composed = {
            one.address
            for one in prod.all("aws_secretsmanager_secret_version")
            if one["secret_id"] in injected
        }
        assert composed <= set(service["depends_on"])
        assert len(composed) == (2 if container["name"] == "backend" else 0)


def test_the_load_balancer_waits_for_leave_to_write_its_logs(prod: Built) -> None:
    assert prod.one("aws_s3_bucket_policy").address in prod.one("aws_lb")["depends_on"]


def test_the_web_acl_is_associated_by_two_references_and_nothing_else(prod: Built) -> None:
    association = prod.one("aws_wafv2_web_acl_association")
    assert association.body.keys() - {"//"} == {"resource_arn", "web_acl_arn"}
    assert prod.referred(association["resource_arn"]) == prod.one("aws_lb")
    assert prod.referred(association["web_acl_arn"]) == prod.one("aws_wafv2_web_acl")


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
        assert "task_definition" in service["lifecycle"]["ignore_changes"]
        # What Terraform starts by itself, such as the first deployment, is waited for in a shift.
        assert service.get("wait_for_steady_state", False) is shifted(service)


def test_staging_ignores_the_task_definition_alone(staging: Built) -> None:
    for service in services(staging):
        assert service["lifecycle"] == {"ignore_changes": ["task_definition"]}


def test_what_ecs_shifts_is_left_to_ecs(either: Built) -> None:
    """aws#45678, alb#409: apply would put the load balancer and the weights back."""
    for service in services(either):
        assert ("load_balancer" in service["lifecycle"]["ignore_changes"]) is shifted(service)
        assert bool(shifts(service)) is shifted(service)
        for shift in shifts(service):
            rule = either.referred(shift["production_listener_rule"])
            assert rule["lifecycle"] == {"ignore_changes": ["action"]}


def test_a_shifted_rule_forwards_all_to_the_first_group_and_nothing_to_the_second(
    prod: Built,
) -> None:
    rules = prod.listener_rules()
    assert len(rules) == len(services(prod))
    for rule in rules:
        (action,) = rule["action"]  # a production rule has one action, and it forwards
        assert [*weights(action).values()] == [100, 0]


def test_the_default_route_of_a_shifted_service_is_a_rule_and_the_last(prod: Built) -> None:
    """aws#43932: the default action has no ARN that could be shifted."""
    *_, last = prod.listener_rules()
    assert last["condition"] == [{"path_pattern": {"values": ["/*"]}}]
    assert last["priority"] == 50000
    assert prod.target_group_of(last, "action") == "aep-prod-tg-frontend"
    assert prod.target_group_of(prod.listener(443), "default_action") == "aep-prod-tg-frontend"


def test_a_group_that_something_leads_to_is_made_anew_before_it_goes(either: Built) -> None:
    """aws#16889; its port is only a default that ECS overrules, so it replaces nothing."""
    for group in either.all("aws_lb_target_group"):
        assert group["lifecycle"]["ignore_changes"] == ["port"]
        # Only what a shift's rules must let go of: any other's name is taken again by the next.
        alternate = "alternate" in group.name
        assert group["lifecycle"].get("create_before_destroy", False) is alternate


def test_what_opens_a_port_is_made_anew_before_it_goes(either: Built) -> None:
    for rule in either.all("aws_vpc_security_group_ingress_rule"):
        assert rule["lifecycle"] == {"create_before_destroy": True}


def test_what_logs_exec_sessions_may_change_without_the_cluster(either: Built) -> None:
    cluster = either.one("aws_ecs_cluster")
    assert cluster["lifecycle"] == {"ignore_changes": ["configuration"]}


def test_a_key_that_is_turned_off_is_forgotten_and_not_destroyed(
    staging: Built, prod: Built
) -> None:
    """What it encrypted can be read with nothing else."""
    assert staging.content["removed"] == [
        {"from": "aws_kms_key.environment_key", "lifecycle": {"destroy": False}}
    ]
    assert "removed" not in prod.content
    assert "aws_kms_key.environment_key" in prod.addresses


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
        assert actions - {"secretsmanager:GetSecretValue", "kms:Decrypt"} == {
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


def test_the_execution_role_may_decrypt_exactly_the_secrets_with_a_key_of_ours(
    either: Built,
) -> None:
    for family in families(either):
        injected = resources_of(either, family, "secretsmanager:GetSecretValue")
        keys = {either.referred(secret).get("kms_key_id") for secret in injected}
        assert resources_of(either, family, "kms:Decrypt") == keys - {None}


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
