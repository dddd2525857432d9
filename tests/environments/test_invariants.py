"""Properties of every environment that prevent known failures of Terraform, ECS and ALB."""

import json
import re

from navra_stacks.terraform.document import Block
from tests.support.synthesized import Built, ref, weights


def services(built: Built) -> tuple[Block, ...]:
    found = built.all("aws_ecs_service")
    assert found
    return found


def shifts_traffic(service: Block) -> bool:
    """Return True if deployments of the service shift traffic."""
    return service["deployment_configuration"]["strategy"] != "ROLLING"


def shift_configurations(service: Block) -> list[dict]:
    """Return the arguments with which ECS shifts the traffic of a service."""
    return [
        attachment["advanced_configuration"]
        for attachment in service["load_balancer"]
        if "advanced_configuration" in attachment
    ]


def families(built: Built) -> list[str]:
    found = [block["family"] for block in built.all("aws_ecs_task_definition")]
    assert found
    return found


# Dependencies


def test_a_service_depends_on_the_https_listener(either: Built) -> None:
    for service in services(either):
        assert either.listener(443).address in service["depends_on"]


def test_a_service_depends_on_every_listener_rule_that_forwards_to_it(either: Built) -> None:
    for service in services(either):
        groups = {attachment["target_group_arn"] for attachment in service["load_balancer"]}
        rules = {
            rule.address
            for rule in either.listener_rules()
            for action in rule["action"]
            if groups & weights(action).keys()
        }
        assert rules or not shifts_traffic(service)
        assert rules <= set(service["depends_on"])


def test_a_service_depends_on_its_ingress_rule(either: Built) -> None:
    for service in services(either):
        (group,) = service["network_configuration"]["security_groups"]
        (rule,) = either.all("aws_vpc_security_group_ingress_rule", security_group_id=group)
        assert rule.address in service["depends_on"]


def test_a_service_depends_on_the_policies_of_its_roles(either: Built) -> None:
    for service in services(either):
        definition = either.referred(service["task_definition"])
        for argument in ("execution_role_arn", "task_role_arn"):
            role = either.referred(definition[argument])
            policies = either.all("aws_iam_role_policy", role=ref(role, "name"))
            assert {policy.address for policy in policies} <= set(service["depends_on"])
        for shift in shift_configurations(service):
            role = either.referred(shift["role_arn"])
            (policy,) = either.all("aws_iam_role_policy_attachment", role=ref(role, "name"))
            assert policy.address in service["depends_on"]


def test_a_service_in_private_subnets_depends_on_their_routes_and_endpoints(prod: Built) -> None:
    """Without the dependency, the first tasks cannot pull their image."""
    egress = {r.address for r in prod.all("aws_route") if r.get("nat_gateway_id") is not None}
    egress |= {endpoint.address for endpoint in prod.all("aws_vpc_endpoint")}
    assert egress
    for service in services(prod):
        subnets = service["network_configuration"]["subnets"]
        tables = {
            association.address
            for subnet in subnets
            for association in prod.all("aws_route_table_association", subnet_id=subnet)
        }
        assert len(tables) == len(subnets)
        assert tables | egress <= set(service["depends_on"])


def test_a_service_depends_on_the_values_of_its_url_secrets(prod: Built) -> None:
    for service in services(prod):
        (container,) = prod.containers(prod.referred(service["task_definition"])["family"]).values()
        injected = {secret["valueFrom"] for secret in container.get("secrets", [])}
        url_versions = {
            version.address
            for version in prod.all("aws_secretsmanager_secret_version")
            if version["secret_id"] in injected
        }
        assert url_versions <= set(service["depends_on"])
        assert len(url_versions) == (2 if container["name"] == "backend" else 0)


def test_the_load_balancer_depends_on_the_policy_of_its_log_bucket(prod: Built) -> None:
    assert prod.one("aws_s3_bucket_policy").address in prod.one("aws_lb")["depends_on"]


def test_the_web_acl_association_has_only_two_references(prod: Built) -> None:
    association = prod.one("aws_wafv2_web_acl_association")
    assert association.body.keys() - {"//"} == {"resource_arn", "web_acl_arn"}
    assert prod.referred(association["resource_arn"]) == prod.one("aws_lb")
    assert prod.referred(association["web_acl_arn"]) == prod.one("aws_wafv2_web_acl")


def test_the_https_listener_waits_for_certificate_validation(either: Built) -> None:
    reference = either.listener(443)["certificate_arn"]
    assert either.referred(reference).type == "aws_acm_certificate_validation"
    assert reference.endswith(".certificate_arn}")


def test_a_certificate_is_created_before_the_old_one_is_destroyed(either: Built) -> None:
    certificate = either.one("aws_acm_certificate")
    assert certificate["lifecycle"]["create_before_destroy"] is True


def test_the_validation_record_allows_overwrite_and_is_selected_by_host(
    either: Built,
) -> None:
    (fqdn,) = either.one("aws_acm_certificate_validation")["validation_record_fqdns"]
    record = either.referred(fqdn)
    assert record["allow_overwrite"] is True
    assert record.get("for_each") is None
    assert f'"{either.one("aws_acm_certificate")["domain_name"]}"' in record["name"]


# Security groups


def test_security_groups_have_no_inline_rules(either: Built) -> None:
    for group in either.all("aws_security_group"):
        assert not group.body.keys() & {"ingress", "egress"}
    assert not either.all("aws_security_group_rule")


def test_every_security_group_rule_has_a_description(either: Built) -> None:
    rules = either.all("aws_vpc_security_group_ingress_rule")
    rules += either.all("aws_vpc_security_group_egress_rule")
    assert rules
    for rule in rules:
        assert rule["description"]


def test_a_changed_description_does_not_replace_a_security_group(either: Built) -> None:
    for group in either.all("aws_security_group"):
        assert group["lifecycle"] == {"ignore_changes": ["description"]}


# Arguments that are changed outside Terraform


def test_changes_by_a_pipeline_are_ignored(either: Built) -> None:
    for service in services(either):
        assert "task_definition" in service["lifecycle"]["ignore_changes"]
        # With traffic shifting, Terraform waits for deployments that it starts, such as the first.
        assert service.get("wait_for_steady_state", False) is shifts_traffic(service)


def test_staging_ignores_changes_of_the_task_definition_only(staging: Built) -> None:
    for service in services(staging):
        assert service["lifecycle"] == {"ignore_changes": ["task_definition"]}


def test_changes_by_traffic_shifting_are_ignored(either: Built) -> None:
    """An apply would reset the load balancer and the weights (aws#45678, alb#409)."""
    for service in services(either):
        assert ("load_balancer" in service["lifecycle"]["ignore_changes"]) is shifts_traffic(
            service
        )
        assert bool(shift_configurations(service)) is shifts_traffic(service)
        for shift in shift_configurations(service):
            rule = either.referred(shift["production_listener_rule"])
            assert rule["lifecycle"] == {"ignore_changes": ["action"]}


def test_a_traffic_shifting_rule_forwards_everything_to_the_first_group(
    prod: Built,
) -> None:
    rules = prod.listener_rules()
    assert len(rules) == len(services(prod))
    for rule in rules:
        (action,) = rule["action"]  # a production rule has one forward action
        assert [*weights(action).values()] == [100, 0]


def test_the_default_service_with_traffic_shifting_has_a_last_rule(prod: Built) -> None:
    """The default action of a listener has no ARN, which traffic shifting needs (aws#43932)."""
    *_, last = prod.listener_rules()
    assert last["condition"] == [{"path_pattern": {"values": ["/*"]}}]
    assert last["priority"] == 50000
    assert prod.target_group_of(last, "action") == "aep-prod-tg-frontend"
    assert prod.target_group_of(prod.listener(443), "default_action") == "aep-prod-tg-frontend"


def test_alternate_target_groups_are_created_before_the_old_ones_are_destroyed(
    either: Built,
) -> None:
    """A target group in use cannot be destroyed (aws#16889).

    Its port is only a default that ECS overrides, so a change of the port is ignored.
    """
    for group in either.all("aws_lb_target_group"):
        assert group["lifecycle"]["ignore_changes"] == ["port"]
        # The other target groups are destroyed first: the replacement has the same name.
        alternate = "alternate" in group.name
        assert group["lifecycle"].get("create_before_destroy", False) is alternate


def test_ingress_rules_are_created_before_the_old_ones_are_destroyed(either: Built) -> None:
    for rule in either.all("aws_vpc_security_group_ingress_rule"):
        assert rule["lifecycle"] == {"create_before_destroy": True}


def test_changes_of_the_exec_configuration_are_ignored_in_the_cluster(either: Built) -> None:
    cluster = either.one("aws_ecs_cluster")
    assert cluster["lifecycle"] == {"ignore_changes": ["configuration"]}


def test_a_kms_key_that_is_turned_off_is_removed_from_state_only(
    staging: Built, prod: Built
) -> None:
    """Data that the key encrypted cannot be decrypted without it."""
    assert staging.content["removed"] == [
        {"from": "aws_kms_key.environment_key", "lifecycle": {"destroy": False}}
    ]
    assert "removed" not in prod.content
    assert "aws_kms_key.environment_key" in prod.addresses


def test_the_desired_count_is_ignored_if_and_only_if_the_service_is_autoscaled(
    either: Built,
) -> None:
    scaled = json.dumps([target.body for target in either.all("aws_appautoscaling_target")])
    for service in services(either):
        ignored = "desired_count" in service["lifecycle"].get("ignore_changes", [])
        assert ignored is (ref(service, "name") in scaled)


def test_listener_rule_priorities_are_unique(either: Built) -> None:
    priorities = [rule["priority"] for rule in either.listener_rules()]
    assert len(priorities) == len(set(priorities)) == 2


def test_no_resource_repeats_a_default_tag(either: Built) -> None:
    (provider,) = either.content["provider"]["aws"]
    ((default,),) = [[block["tags"] for block in provider["default_tags"]]]
    assert {"Environment", "ManagedBy", "Project"} <= default.keys()
    for block in either.resources:
        assert not block.get("tags", {}).keys() & default.keys(), block.address


# No unnecessary revisions of task definitions


def test_variables_and_secrets_are_sorted_and_no_value_is_empty(either: Built) -> None:
    for family in families(either):
        for container in either.containers(family).values():
            for key in ("environment", "secrets"):
                names = [item["name"] for item in container.get(key, [])]
                assert names == sorted(names)
            assert not [key for key, value in container.items() if value in (None, [], {}, "")]


def test_container_definitions_have_sorted_keys(either: Built) -> None:
    for definition in either.all("aws_ecs_task_definition"):
        text = definition["container_definitions"]
        assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)


# Permissions of the execution roles


def test_execution_roles_allow_exactly_these_actions(either: Built) -> None:
    for family in families(either):
        optional = {"secretsmanager:GetSecretValue", "kms:Decrypt"}
        assert either.allowed_actions(family) - optional == {
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetAuthorizationToken",
            "ecr:GetDownloadUrlForLayer",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        }


def test_execution_roles_can_read_exactly_the_injected_secrets(either: Built) -> None:
    for family in families(either):
        injected = set(either.injected_secrets(family).values())
        assert either.readable_secrets(family) == injected


def test_execution_roles_can_decrypt_with_exactly_the_keys_of_their_secrets(
    either: Built,
) -> None:
    for family in families(either):
        secrets = map(either.referred, either.readable_secrets(family))
        keys = {secret.get("kms_key_id") for secret in secrets} - {None}
        assert either.allowed_resources(family, "kms:Decrypt") == keys


def test_execution_roles_can_pull_from_exactly_their_repository(either: Built) -> None:
    for family in families(either):
        expected = set()
        for container in either.containers(family).values():
            registry, _, rest = container["image"].partition("/")
            account, region = re.fullmatch(
                r"(.+)\.dkr\.ecr\.(.+)\.amazonaws\.com", registry
            ).groups()
            repository = rest.partition(":")[0]
            expected.add(f"arn:aws:ecr:{region}:{account}:repository/{repository}")
        for action in ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"):
            assert either.allowed_resources(family, action) == expected


def test_execution_roles_can_write_to_exactly_their_log_group(either: Built) -> None:
    for family in families(either):
        groups = {
            container["logConfiguration"]["options"]["awslogs-group"]
            for container in either.containers(family).values()
        }
        expected = {f"{ref(either.referred(group))}:*" for group in groups}
        for action in ("logs:PutLogEvents", "logs:CreateLogStream"):
            assert either.allowed_resources(family, action) == expected


def test_execution_roles_deny_nothing(either: Built) -> None:
    for family in families(either):
        assert {one["Effect"] for one in either.role_statements(family)} == {"Allow"}
