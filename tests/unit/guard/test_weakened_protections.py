"""Changes in place that remove a protection, lose data or cut traffic."""

import pytest

from tests.support.plan_fragments import (
    CREATE,
    UPDATE,
    adopted_resource,
    change,
    evaluated,
    refusals,
)

WEAKENED = [
    ("aws_lb", "enable_deletion_protection", True, False, "removes the deletion protection"),
    ("aws_lb", "enable_deletion_protection", True, None, "removes the deletion protection"),
    ("aws_db_instance", "deletion_protection", True, False, "removes the deletion protection"),
    ("aws_dynamodb_table", "deletion_protection_enabled", True, False, "the deletion protection"),
    (
        "aws_cognito_user_pool",
        "deletion_protection",
        "ACTIVE",
        "INACTIVE",
        "the deletion protection",
    ),
    ("aws_db_instance", "skip_final_snapshot", False, True, "could not be undone"),
    ("aws_s3_bucket", "force_destroy", False, True, "could not be undone"),
    ("aws_ecr_repository", "force_delete", None, True, "could not be undone"),
    ("aws_secretsmanager_secret", "recovery_window_in_days", 30, 0, "could not be undone"),
    ("aws_secretsmanager_secret", "recovery_window_in_days", None, 0, "could not be undone"),
    ("aws_cloudwatch_log_group", "retention_in_days", 0, 30, "older log events are deleted"),
    ("aws_cloudwatch_log_group", "retention_in_days", 365, 30, "older log events are deleted"),
    ("aws_db_instance", "backup_retention_period", 14, 0, "deletes the automatic backups"),
    ("aws_elasticache_replication_group", "snapshot_retention_limit", 7, 0, "automatic backups"),
    ("aws_ecs_service", "desired_count", 2, 0, "scales to zero"),
    ("aws_appautoscaling_target", "max_capacity", 4, 0, "scales to zero"),
    ("aws_autoscaling_group", "desired_capacity", 2, 0, "scales to zero"),
    ("aws_kms_key", "is_enabled", True, False, "data encrypted with the key cannot be read"),
]


@pytest.mark.parametrize(("type_", "name", "before", "after", "why"), WEAKENED)
def test_the_removal_of_a_protection_or_the_last_task_is_refused(type_, name, before, after, why):
    weakened = change(f"{type_}.it", UPDATE, {name: before}, {name: after})
    message = refusals(evaluated(weakened))[f"{type_}.it"]
    assert message.startswith(f"update: changes {name} (")
    assert why in message
    assert not evaluated(change(f"{type_}.it", UPDATE, {name: after}, {name: before})).refused
    assert not evaluated(change(f"{type_}.it", CREATE, None, {name: after})).refused


def test_a_schedule_that_scales_to_zero_with_a_capacity_as_string_is_refused():
    def scheduled(maximum):
        return {"scalable_target_action": [{"min_capacity": "0", "max_capacity": maximum}]}

    address = "aws_appautoscaling_scheduled_action.night"
    refused = refusals(evaluated(change(address, UPDATE, scheduled("2"), scheduled("0"))))
    assert refused[address].endswith("; it scales to zero")
    assert not evaluated(change(address, UPDATE, scheduled("2"), scheduled("1"))).refused


def test_an_import_may_shorten_the_log_retention_only_if_the_inventory_lists_it():
    address = "aws_cloudwatch_log_group.web"
    shorter = change(
        address, UPDATE, {"retention_in_days": 0}, {"retention_in_days": 30}, importing="/ecs/web"
    )
    inventory = {address: adopted_resource("/ecs/web", "retention_in_days")}
    assert not evaluated(shorter, adopted=inventory).refused
    assert evaluated(shorter, adopted={address: adopted_resource("/ecs/web")}).refused
    assert evaluated(shorter).refused


def test_the_deletion_of_continuous_backups_of_a_table_is_refused():
    def table(backed_up, expires=True):
        return {"point_in_time_recovery": [{"enabled": backed_up}], "ttl": [{"enabled": expires}]}

    address = "aws_dynamodb_table.carts"
    refused = refusals(evaluated(change(address, UPDATE, table(True), table(False))))
    assert refused[address].endswith("; it deletes the continuous backups")
    assert not evaluated(change(address, UPDATE, table(True), table(True, expires=False))).refused
    assert not evaluated(change(address, UPDATE, table(False), table(True))).refused


def test_the_suspension_of_object_versioning_is_refused():
    def versioning(before, after):
        return change(
            "aws_s3_bucket_versioning.uploads",
            UPDATE,
            {"versioning_configuration": [{"status": before}]},
            {"versioning_configuration": [{"status": after}]},
        )

    assert refusals(evaluated(versioning("Enabled", "Suspended"))) == {
        "aws_s3_bucket_versioning.uploads": "update: changes versioning_configuration[0].status "
        '("Enabled" -> "Suspended"); objects that are overwritten or deleted later cannot be '
        "recovered"
    }
    assert not evaluated(versioning("Suspended", "Enabled")).refused


def test_a_reduction_above_zero_is_allowed():
    fewer = change("aws_ecs_service.web", UPDATE, {"desired_count": 4}, {"desired_count": 1})
    assert evaluated(fewer).findings == ()


def test_a_protection_that_is_known_only_after_the_apply_counts_as_removed():
    unknown = change(
        "aws_lb.web",
        UPDATE,
        {"enable_deletion_protection": True},
        {},
        unknown={"enable_deletion_protection": True},
    )
    assert refusals(evaluated(unknown)) == {
        "aws_lb.web": "update: changes enable_deletion_protection (known after apply); "
        "it removes the deletion protection"
    }


def rule(port, *cidrs, **more):
    return {
        "protocol": "tcp",
        "from_port": port,
        "to_port": port,
        "cidr_blocks": list(cidrs),
    } | more


@pytest.mark.parametrize(
    ("before", "after", "removed"),
    [
        ([rule(443, "0.0.0.0/0"), rule(80, "0.0.0.0/0")], [rule(443, "0.0.0.0/0")], "80-80 0.0"),
        ([rule(443, "10.0.0.0/16", "10.1.0.0/16")], [rule(443, "10.1.0.0/16")], "10.0.0.0/16"),
        ([rule(443, security_groups=["sg-1"])], [rule(443, "0.0.0.0/0")], "443-443 sg-1"),
        ([rule(443, self=True)], [], "443-443 the group itself"),
    ],
)
def test_the_removal_of_an_inline_rule_of_a_security_group_is_refused(before, after, removed):
    narrowed = change("aws_security_group.web", UPDATE, {"ingress": before}, {"ingress": after})
    message = refusals(evaluated(narrowed))["aws_security_group.web"]
    assert message.startswith("update: changes ingress; its rules no longer allow all of tcp ")
    assert removed in message


def test_inline_rules_may_be_added_and_get_new_descriptions():
    before = [rule(443, "10.0.0.0/16", description="")]
    after = [rule(80, "0.0.0.0/0"), rule(443, "10.0.0.0/16", description="HTTPS")]
    widened = change("aws_security_group.web", UPDATE, {"ingress": before}, {"ingress": after})
    assert not evaluated(widened).refused


RULE = {"ip_protocol": "tcp", "from_port": 443, "to_port": 444, "cidr_ipv4": "10.0.0.0/8"}


@pytest.mark.parametrize(
    "after",
    [
        {"from_port": 444},
        {"to_port": 443},
        {"cidr_ipv4": None, "referenced_security_group_id": "sg-1"},
    ],
)
@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_a_change_that_narrows_a_security_group_rule_is_refused(direction, after):
    address = f"aws_vpc_security_group_{direction}_rule.web"
    narrowed = change(address, UPDATE, RULE, RULE | after)
    assert refusals(evaluated(narrowed))[address].endswith(
        "; it may no longer allow all traffic that was allowed before"
    )


def test_a_security_group_rule_may_be_widened_and_get_a_description():
    for wider in (
        {"from_port": 440, "to_port": 450, "description": "HTTPS"},
        {"from_port": None, "to_port": None, "ip_protocol": "-1"},
        {"cidr_ipv4": "8.0.0.0/5"},
    ):
        widened = change("aws_vpc_security_group_ingress_rule.web", UPDATE, RULE, RULE | wider)
        assert evaluated(widened).findings == ()
