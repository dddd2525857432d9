"""Timeouts, thresholds and other values that make every environment reliable."""

import json

from navra_stacks.terraform.document import Block
from tests.support.synthesized import Built, ref

LOG_RETENTION_DAYS = {"aep-staging": 30, "aep-prod": 365}


def containers(built: Built) -> list[dict]:
    definitions = built.all("aws_ecs_task_definition")
    assert definitions
    return [c for block in definitions for c in json.loads(block["container_definitions"])]


def services(built: Built) -> tuple[Block, ...]:
    found = built.all("aws_ecs_service")
    assert found
    return found


def delays(built: Built) -> set[tuple[str, str]]:
    groups = built.all("aws_lb_target_group")
    return {(group["name"].split("-")[3], group["deregistration_delay"]) for group in groups}


def test_deregistration_delay_is_30_seconds(staging: Built) -> None:
    assert delays(staging) == {("frontend", "30"), ("backend", "30")}


def test_the_stop_timeout_is_60_seconds(staging: Built) -> None:
    assert {container["stopTimeout"] for container in containers(staging)} == {60}


def test_production_lets_long_answers_of_the_backend_finish(prod: Built) -> None:
    assert delays(prod) == {("frontend", "30"), ("backend", "120")}
    timeouts = {(one["name"], one["stopTimeout"]) for one in containers(prod)}
    assert timeouts == {("frontend", 60), ("backend", 120)}


def test_containers_have_an_init_process(either: Built) -> None:
    for container in containers(either):
        assert container["linuxParameters"]["initProcessEnabled"] is True


def test_health_checks_have_these_intervals_and_thresholds(either: Built) -> None:
    for group in either.all("aws_lb_target_group"):
        check = dict(group["health_check"])
        del check["path"], check["port"], check["protocol"], check["enabled"]
        assert check == {
            "interval": 15,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 3,
            "matcher": "200",
        }


def test_health_check_grace_period_is_60_seconds(either: Built) -> None:
    assert {service["health_check_grace_period_seconds"] for service in services(either)} == {60}


def test_idle_timeout_of_the_load_balancer_is_60_seconds(staging: Built) -> None:
    assert staging.one("aws_lb")["idle_timeout"] == 60


def test_the_keep_alive_of_productions_backend_is_longer_than_the_idle_timeout(
    prod: Built,
) -> None:
    idle = prod.one("aws_lb")["idle_timeout"]
    assert idle == 300  # an answer of a language model can be silent for minutes
    (backend,) = prod.containers("aep-backend-prod").values()
    variables = {one["name"]: one["value"] for one in backend["environment"]}
    assert int(variables["UVICORN_TIMEOUT_KEEP_ALIVE"]) > idle


def test_rolling_deployments_start_new_tasks_before_stopping_old_ones(either: Built) -> None:
    for service in services(either):
        assert service["deployment_minimum_healthy_percent"] == 100
        assert service["deployment_maximum_percent"] == 200


def test_failed_deployments_are_rolled_back(either: Built) -> None:
    for service in services(either):
        if service["deployment_configuration"] == {"strategy": "ROLLING"}:
            assert service["deployment_circuit_breaker"] == {"enable": True, "rollback": True}
            continue
        # The circuit breaker is documented for rolling deployments only: alarms replace it.
        assert service["deployment_circuit_breaker"] == {"enable": False, "rollback": False}
        assert (service["alarms"]["enable"], service["alarms"]["rollback"]) == (True, True)
        alarm_targets = {
            (alarm["metric_name"], alarm["dimensions"]["TargetGroup"])
            for name in service["alarms"]["alarm_names"]
            for alarm in [either.referred(name)]
        }
        (attachment,) = service["load_balancer"]
        shift = attachment["advanced_configuration"]
        # ECS alternates between the two target groups, so both need alarms.
        assert alarm_targets == {
            (metric, ref(either.referred(group), "arn_suffix"))
            for metric in ("HTTPCode_Target_5XX_Count", "UnHealthyHostCount")
            for group in (attachment["target_group_arn"], shift["alternate_target_group_arn"])
        }


def test_traffic_shifts_bake_for_5_to_15_minutes_and_can_be_rolled_back(
    prod: Built,
) -> None:
    for service in services(prod):
        assert 5 <= int(service["deployment_configuration"]["bake_time_in_minutes"]) <= 15
        assert service["sigint_rollback"] is True


def test_prod_scales_from_2_tasks_at_60_percent_cpu(prod: Built) -> None:
    assert {target["min_capacity"] for target in prod.all("aws_appautoscaling_target")} == {2}
    for policy in prod.all("aws_appautoscaling_policy"):
        tracked = policy["target_tracking_scaling_policy_configuration"]
        assert tracked["target_value"] == 60
        assert (tracked["scale_out_cooldown"], tracked["scale_in_cooldown"]) == (60, 300)


def test_prod_has_a_nat_gateway_in_each_zone(prod: Built) -> None:
    zones = {prod.referred(s)["availability_zone"] for s in prod.one("aws_lb")["subnets"]}
    gateways = prod.all("aws_nat_gateway")
    assert {
        prod.referred(gateway["subnet_id"])["availability_zone"] for gateway in gateways
    } == zones
    assert len(gateways) == len(zones) == 3


def test_the_prod_database_is_highly_available_and_protected(prod: Built) -> None:
    database = prod.one("aws_db_instance")
    expected = {
        "allow_major_version_upgrade": False,
        "backup_retention_period": 14,
        "deletion_protection": True,
        "delete_automated_backups": False,
        "final_snapshot_identifier": "aep-prod-db-final-"
        "${substr(terraform_data.database_final_snapshot.id, 0, 8)}",
        "multi_az": True,
        "skip_final_snapshot": False,
    }
    assert {name: database[name] for name in expected} == expected
    assert database["lifecycle"]["prevent_destroy"] is True
    assert database["max_allocated_storage"] > database["allocated_storage"]


def test_the_prod_cache_is_highly_available_and_protected(prod: Built) -> None:
    cache = prod.one("aws_elasticache_replication_group")
    expected = {
        "automatic_failover_enabled": True,
        "multi_az_enabled": True,
        "num_cache_clusters": 2,
        "snapshot_retention_limit": 7,
    }
    assert {name: cache[name] for name in expected} == expected
    assert cache["lifecycle"]["prevent_destroy"] is True


def test_backup_and_maintenance_windows_do_not_overlap(prod: Built) -> None:
    database, cache = (
        prod.one(type_) for type_ in ("aws_db_instance", "aws_elasticache_replication_group")
    )
    assert database["backup_window"] == cache["snapshot_window"] == "03:00-04:00"
    assert database["maintenance_window"] == cache["maintenance_window"] == "sun:04:30-sun:05:30"


def test_the_prod_state_is_versioned_encrypted_locked_and_protected(
    prod: Built, state: Built
) -> None:
    assert prod.content["terraform"]["backend"]["s3"]["use_lockfile"] is True
    assert "dynamodb" not in prod.text + state.text
    of_bucket = {"bucket": "${aws_s3_bucket.state_bucket.id}"}
    versioning = state.one("aws_s3_bucket_versioning", **of_bucket)["versioning_configuration"]
    assert versioning == {"status": "Enabled"}
    encryption = state.one("aws_s3_bucket_server_side_encryption_configuration", **of_bucket)
    (rule,) = encryption["rule"]
    default = rule["apply_server_side_encryption_by_default"]
    assert state.referred(default["kms_master_key_id"])["enable_key_rotation"] is True
    for resource in (*state.all("aws_s3_bucket"), state.one("aws_kms_key")):
        assert resource["lifecycle"] == {"prevent_destroy": True}


def test_availability_zone_rebalancing_is_explicitly_enabled(either: Built) -> None:
    assert {service["availability_zone_rebalancing"] for service in services(either)} == {"ENABLED"}


def test_log_groups_have_the_configured_retention(either: Built) -> None:
    (stack,) = either.content["//"]["outputs"]
    groups = either.all("aws_cloudwatch_log_group")
    assert {group["retention_in_days"] for group in groups} == {LOG_RETENTION_DAYS[stack]}


def test_terraform_and_provider_versions_are_pinned(either: Built) -> None:
    assert either.content["terraform"]["required_version"] == ">= 1.11"
    assert either.content["terraform"]["required_providers"] == {
        "aws": {"source": "hashicorp/aws", "version": "6.25.0"}
    }


def test_load_balancer_and_target_group_names_have_at_most_32_characters(either: Built) -> None:
    named = either.all("aws_lb") + either.all("aws_lb_target_group")
    assert max(len(block["name"]) for block in named) <= 32
    assert not [block.address for block in named if block.get("name_prefix") is not None]


def test_replaced_task_definitions_are_not_deregistered(either: Built) -> None:
    """A pipeline can roll back to an old revision only if it is registered."""
    for definition in either.all("aws_ecs_task_definition"):
        assert definition["skip_destroy"] is True


def test_tasks_get_the_tags_of_their_service(either: Built) -> None:
    for service in services(either):
        assert service["propagate_tags"] == "SERVICE"
        assert service["enable_ecs_managed_tags"] is True


def test_no_target_group_is_shared_by_services(either: Built) -> None:
    attached = [
        group
        for service in services(either)
        for attachment in service["load_balancer"]
        for group in (
            attachment["target_group_arn"],
            attachment.get("advanced_configuration", {}).get("alternate_target_group_arn"),
        )
        if group is not None
    ]
    assert sorted(attached) == sorted(ref(group) for group in either.all("aws_lb_target_group"))
