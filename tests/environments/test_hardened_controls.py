"""Security controls that a hardened environment meets (AWS FSBP ids in the docstrings)."""

import json
import re

import pytest

from tests.support.synthesized import Built, ref

KEY = "${aws_kms_key.environment_key.arn}"


def containers(built: Built) -> list[dict]:
    definitions = built.all("aws_ecs_task_definition")
    assert definitions
    return [c for block in definitions for c in json.loads(block["container_definitions"])]


# Load balancer


def test_access_and_connection_logs_are_enabled(prod: Built) -> None:
    """ELB.5"""
    load_balancer = prod.one("aws_lb")
    assert load_balancer["access_logs"]["enabled"] is True
    assert load_balancer["connection_logs"]["enabled"] is True


def test_the_load_balancer_has_deletion_protection(prod: Built) -> None:
    """ELB.6"""
    assert prod.one("aws_lb")["enable_deletion_protection"] is True


def test_the_load_balancer_has_a_web_acl(prod: Built) -> None:
    """ELB.16"""
    association = prod.one("aws_wafv2_web_acl_association")
    assert association["resource_arn"] == ref(prod.one("aws_lb"))
    assert association["web_acl_arn"] == ref(prod.one("aws_wafv2_web_acl"))


# WAF


@pytest.mark.parametrize(
    "group",
    [
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesAmazonIpReputationList",
    ],
)
def test_the_web_acl_blocks_with_these_managed_rule_groups(prod: Built, group: str) -> None:
    (rule,) = (rule for rule in prod.one("aws_wafv2_web_acl")["rule"] if rule["name"] == group)
    statement = rule["statement"]["managed_rule_group_statement"]
    assert (statement["vendor_name"], statement["name"]) == ("AWS", group)
    assert rule["override_action"] == {"none": {}}


def test_rules_that_count_prompts_block_on_all_other_paths(prod: Built) -> None:
    rules = {rule["name"]: rule for rule in prod.one("aws_wafv2_web_acl")["rule"]}
    counting = {
        override["name"]
        for rule in rules.values()
        for override in rule["statement"]
        .get("managed_rule_group_statement", {})
        .get("rule_action_override", [])
    }
    # Only rules on the body: the rules on the address, the headers and the query block everywhere.
    assert {name.rpartition("_")[2] for name in counting} == {"BODY"}
    blocked_elsewhere = set()
    for name in ("body-size", "exception-1"):
        assert rules[name]["action"] == {"block": {}}
        labels, path = rules[name]["statement"]["and_statement"]["statement"]
        match = path["not_statement"]["statement"][0]["byte_match_statement"]
        assert match["search_string"] == "/api/"
        for label in labels.get("or_statement", {"statement": [labels]})["statement"]:
            blocked_elsewhere.add(label["label_match_statement"]["key"].rpartition(":")[2])
    assert {name.upper() for name in blocked_elsewhere} == {name.upper() for name in counting}


def test_the_web_acl_limits_the_request_rate_per_ip_address(prod: Built) -> None:
    rules = prod.one("aws_wafv2_web_acl")["rule"]
    (rule,) = (rule for rule in rules if "rate_based_statement" in rule["statement"])
    assert rule["statement"]["rate_based_statement"]["aggregate_key_type"] == "IP"
    assert 100 <= rule["statement"]["rate_based_statement"]["limit"] <= 2000
    assert "block" in rule["action"]


def test_the_web_acl_logs_without_credentials(prod: Built) -> None:
    logging = prod.one("aws_wafv2_web_acl_logging_configuration")
    (destination,) = logging["log_destination_configs"]
    assert prod.referred(destination)["name"].startswith("aws-waf-logs-")
    redacted = {field["single_header"]["name"] for field in logging["redacted_fields"]}
    assert redacted == {"authorization", "cookie"}
    assert logging["resource_arn"] == ref(prod.one("aws_wafv2_web_acl"))


def test_request_sampling_is_disabled(prod: Built) -> None:
    """Samples would contain the headers that are redacted in the log."""
    acl = prod.one("aws_wafv2_web_acl")
    for body in (acl.body, *acl["rule"]):
        assert body["visibility_config"]["sampled_requests_enabled"] is False


# ECS


def test_no_task_has_a_public_ip(prod: Built) -> None:
    """ECS.2"""
    for service in prod.all("aws_ecs_service"):
        assert service["network_configuration"]["assign_public_ip"] is False


def test_every_container_has_a_non_root_user(prod: Built) -> None:
    for container in containers(prod):
        assert container["user"].partition(":")[0] not in ("", "root", "0")


def test_every_root_file_system_is_read_only(prod: Built) -> None:
    for container in containers(prod):
        assert container["readonlyRootFilesystem"] is True
        assert container["linuxParameters"]["tmpfs"]


def test_container_insights_are_on(prod: Built) -> None:
    (setting,) = prod.one("aws_ecs_cluster")["setting"]
    assert setting["name"] == "containerInsights"
    assert setting["value"] in ("enabled", "enhanced")


# ECR


def test_repositories_have_immutable_tags_scanning_and_encryption(prod: Built) -> None:
    repositories = prod.all("aws_ecr_repository")
    assert repositories
    for repository in repositories:
        assert repository["image_tag_mutability"] == "IMMUTABLE"
        assert repository["image_scanning_configuration"]["scan_on_push"] is True
        (encryption,) = repository["encryption_configuration"]
        assert encryption == {"encryption_type": "KMS", "kms_key": KEY}


def test_old_images_expire(prod: Built) -> None:
    for repository in prod.all("aws_ecr_repository"):
        policy = prod.one("aws_ecr_lifecycle_policy", repository=ref(repository, "name"))
        rules = json.loads(policy["policy"])["rules"]
        assert {rule["selection"]["tagStatus"] for rule in rules} == {"untagged", "tagged"}
        assert {rule["action"]["type"] for rule in rules} == {"expire"}


def test_services_use_images_from_the_created_repositories(prod: Built) -> None:
    names = {repository["name"] for repository in prod.all("aws_ecr_repository")}
    used = {
        container["image"].partition("/")[2].partition(":")[0] for container in containers(prod)
    }
    assert used == names


# Security groups and VPC


def test_no_security_group_rule_allows_all_protocols(prod: Built) -> None:
    for direction in ("ingress", "egress"):
        rules = prod.all(f"aws_vpc_security_group_{direction}_rule")
        assert rules
        assert {rule["ip_protocol"] for rule in rules} == {"tcp"}


def test_the_default_security_group_has_no_rules(prod: Built) -> None:
    group = prod.one("aws_default_security_group")
    assert group["vpc_id"] == ref(prod.one("aws_vpc"), "id")
    assert not group.body.keys() & {"ingress", "egress"}


def test_flow_logs_record_rejected_traffic(prod: Built) -> None:
    flow_log = prod.one("aws_flow_log")
    assert flow_log["vpc_id"] == ref(prod.one("aws_vpc"), "id")
    assert flow_log["traffic_type"] == "REJECT"
    assert prod.referred(flow_log["log_destination"]).type == "aws_cloudwatch_log_group"


def test_no_subnet_assigns_public_ips(prod: Built) -> None:
    for subnet in prod.all("aws_subnet"):
        assert subnet["map_public_ip_on_launch"] is False


# RDS


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("publicly_accessible", False),
        ("storage_encrypted", True),
        ("kms_key_id", KEY),
        ("iam_database_authentication_enabled", True),
        ("auto_minor_version_upgrade", True),
        ("enabled_cloudwatch_logs_exports", ["postgresql", "upgrade"]),
        ("multi_az", True),
        ("deletion_protection", True),
        ("skip_final_snapshot", False),
        ("monitoring_interval", 60),
        ("performance_insights_enabled", True),
        ("performance_insights_kms_key_id", KEY),
        ("copy_tags_to_snapshot", True),
    ],
)
def test_the_database_is_hardened(prod: Built, argument: str, value: object) -> None:
    assert prod.one("aws_db_instance")[argument] == value


def test_the_database_requires_tls(prod: Built) -> None:
    group = prod.referred(prod.one("aws_db_instance")["parameter_group_name"])
    forced = [
        parameter["value"]
        for parameter in group["parameter"]
        if parameter["name"] == "rds.force_ssl"
    ]
    assert forced == ["1"]


def test_the_master_user_has_no_default_name(prod: Built) -> None:
    assert prod.one("aws_db_instance")["username"] not in ("postgres", "admin", "root")


def test_database_backups_are_retained_for_seven_days_or_more(prod: Built) -> None:
    assert prod.one("aws_db_instance")["backup_retention_period"] >= 7


def test_the_databases_password_is_write_only(prod: Built) -> None:
    database = prod.one("aws_db_instance")
    assert re.fullmatch(r"\$\{ephemeral\..+\}", database["password_wo"])
    assert "password" not in database.body


# Cache


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("at_rest_encryption_enabled", "true"),
        ("kms_key_id", KEY),
        ("transit_encryption_enabled", True),
        ("transit_encryption_mode", "required"),
        ("automatic_failover_enabled", True),
        ("multi_az_enabled", True),
        (
            "final_snapshot_identifier",
            "aep-prod-cache-final-${substr(terraform_data.cache_final_snapshot.id, 0, 8)}",
        ),
    ],
)
def test_the_cache_is_hardened(prod: Built, argument: str, value: object) -> None:
    assert prod.one("aws_elasticache_replication_group")[argument] == value


def test_the_cache_has_replicas_snapshots_and_a_subnet_group(prod: Built) -> None:
    cache = prod.one("aws_elasticache_replication_group")
    assert cache["num_cache_clusters"] >= 2
    assert cache["snapshot_retention_limit"] >= 1
    assert prod.referred(cache["subnet_group_name"]).type == "aws_elasticache_subnet_group"


def test_the_cache_has_no_auth_token_in_the_state(prod: Built) -> None:
    assert "auth_token" not in prod.one("aws_elasticache_replication_group").body


# Secrets, logs, keys


def test_secrets_have_a_customer_managed_key_and_a_recovery_window(prod: Built) -> None:
    secrets = prod.all("aws_secretsmanager_secret")
    assert secrets
    for secret in secrets:
        assert secret["kms_key_id"] == KEY
        assert 7 <= secret["recovery_window_in_days"] <= 30


def test_logs_are_encrypted_with_a_customer_managed_key(prod: Built) -> None:
    groups = prod.all("aws_cloudwatch_log_group")
    assert groups
    assert {group["kms_key_id"] for group in groups} == {KEY}


def test_backups_have_a_customer_managed_key_and_are_protected(prod: Built) -> None:
    vault = prod.one("aws_backup_vault")
    assert vault["kms_key_arn"] == KEY
    assert vault["force_destroy"] is False
    assert vault["lifecycle"]["prevent_destroy"] is True


def test_keys_are_rotated_and_have_a_deletion_window_of_30_days(prod: Built, state: Built) -> None:
    keys = prod.all("aws_kms_key") + state.all("aws_kms_key")
    assert len(keys) == 3
    for key in keys:
        assert key["enable_key_rotation"] is True
        assert key["deletion_window_in_days"] == 30


def test_key_policies_restrict_their_principals(prod: Built, state: Built) -> None:
    root = {"AWS": "arn:aws:iam::${var.account_id}:root"}
    for key in prod.all("aws_kms_key") + state.all("aws_kms_key"):
        for statement in json.loads(key["policy"])["Statement"]:
            assert statement["Effect"] == "Allow"
            if statement["Principal"] != root:
                assert re.fullmatch(r"[\w.-]+\.amazonaws\.com", statement["Principal"]["Service"])
                assert "${var.account_id}" in json.dumps(statement["Condition"])
                assert "kms:*" not in json.dumps(statement["Action"])


# S3


def test_requests_to_the_state_bucket_are_logged(state: Built) -> None:
    """FSBP S3.9"""
    logging = state.one("aws_s3_bucket_logging")
    assert state.referred(logging["bucket"]).name == "state_bucket"
    logs = state.referred(logging["target_bucket"])
    assert (logs.name, logs["bucket"]) == ("state_log_bucket", "navralabs-aep-prod-terraform-logs")
    (policy,) = state.all("aws_s3_bucket_policy", bucket=ref(logs, "id"))
    assert policy.address in logging["depends_on"]
    delivery, _ = json.loads(policy["policy"])["Statement"]
    assert delivery["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert delivery["Action"] == "s3:PutObject"
    assert delivery["Resource"] == f"{ref(logs)}/access/*"
    assert delivery["Condition"] == {
        "ArnLike": {"aws:SourceArn": "${aws_s3_bucket.state_bucket.arn}"},
        "StringEquals": {"aws:SourceAccount": "${var.account_id}"},
    }


@pytest.mark.parametrize(
    ("which", "name"),
    [
        ("prod", "access_logs_bucket"),
        ("state", "state_bucket"),
        ("state", "state_log_bucket"),
    ],
)
def test_buckets_are_private_versioned_encrypted_and_protected(
    which: str, name: str, request: pytest.FixtureRequest
) -> None:
    built: Built = request.getfixturevalue(which)
    (bucket,) = (bucket for bucket in built.all("aws_s3_bucket") if bucket.name == name)
    of_bucket = {"bucket": ref(bucket, "id")}
    assert bucket["lifecycle"]["prevent_destroy"] is True
    block = built.one("aws_s3_bucket_public_access_block", **of_bucket)
    for argument in (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ):
        assert block[argument] is True
    ownership = built.one("aws_s3_bucket_ownership_controls", **of_bucket)
    assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}
    versioning = built.one("aws_s3_bucket_versioning", **of_bucket)
    assert versioning["versioning_configuration"] == {"status": "Enabled"}
    assert built.one("aws_s3_bucket_server_side_encryption_configuration", **of_bucket)
    (rule,) = built.one("aws_s3_bucket_lifecycle_configuration", **of_bucket)["rule"]
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]
    assert rule["noncurrent_version_expiration"]
    policy = json.loads(built.one("aws_s3_bucket_policy", **of_bucket)["policy"])
    assert {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [ref(bucket), f"{ref(bucket)}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    } in [{k: v for k, v in statement.items() if k != "Sid"} for statement in policy["Statement"]]


def test_the_log_bucket_uses_sse_s3(prod: Built) -> None:
    """Load balancers cannot write to a bucket with another key (cdk#21947)."""
    (rule,) = prod.one("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {"sse_algorithm": "AES256"}


def test_only_load_balancers_of_this_account_can_write_logs(prod: Built) -> None:
    statements = json.loads(prod.one("aws_s3_bucket_policy")["policy"])["Statement"]
    (allowed,) = (statement for statement in statements if statement["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert allowed["Action"] == "s3:PutObject"
    for resource in allowed["Resource"]:
        assert resource.endswith("/AWSLogs/${var.account_id}/*")


# IAM


def test_roles_trust_one_aws_service_in_this_account_only(prod: Built) -> None:
    trusted: dict[str, set[str]] = {}
    for role in prod.all("aws_iam_role"):
        (statement,) = json.loads(role["assume_role_policy"])["Statement"]
        (principal,) = statement["Principal"].values()
        keys = {key for test in statement.get("Condition", {}).values() for key in test}
        assert trusted.setdefault(principal, keys) == keys
    github = "token.actions.githubusercontent.com"
    this_account = {"aws:SourceAccount"}
    assert trusted == {
        # AWS Backup documents no condition for the trust policy of its role.
        "backup.amazonaws.com": set(),
        "ecs-tasks.amazonaws.com": this_account | {"aws:SourceArn"},
        # Not verified on AWS: ECS may not send the account (`Deployment.source_account_condition`).
        "ecs.amazonaws.com": set(),
        "monitoring.rds.amazonaws.com": this_account | {"aws:SourceArn"},
        "vpc-flow-logs.amazonaws.com": this_account | {"aws:SourceArn"},
        "${aws_iam_openid_connect_provider.github_oidc_provider.arn}": {
            f"{github}:aud",
            f"{github}:sub",
        },
    }


def test_only_required_aws_managed_policies_are_attached(prod: Built) -> None:
    attached = {
        attachment["policy_arn"] for attachment in prod.all("aws_iam_role_policy_attachment")
    }
    assert attached == {
        f"arn:aws:iam::aws:policy/{name}"
        for name in (
            "AmazonECSInfrastructureRolePolicyForLoadBalancers",
            "service-role/AmazonRDSEnhancedMonitoringRole",
        )
    }


# SNS and alarms


def test_the_topic_is_encrypted_and_accepts_alarms_of_this_account_only(prod: Built) -> None:
    topic = prod.one("aws_sns_topic")
    assert prod.referred(topic["kms_master_key_id"])["enable_key_rotation"] is True
    policy = prod.one("aws_sns_topic_policy", arn=ref(topic))
    (statement,) = json.loads(policy["policy"])["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "${var.account_id}"}


def test_every_alarm_has_an_action_or_rolls_back_a_deployment(prod: Built) -> None:
    alarms = prod.all("aws_cloudwatch_metric_alarm")
    assert alarms
    rolls_back = {
        prod.referred(name).address
        for service in prod.all("aws_ecs_service")
        for name in service["alarms"]["alarm_names"]
    }
    for alarm in alarms:
        assert alarm.get("alarm_actions") or alarm.address in rolls_back, alarm.address
