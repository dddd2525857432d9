"""Changes in place that take away as much as a delete."""

import pytest

from tests.support.plan_fragments import CREATE, UPDATE, change, judged, listed, refusals

LOSSES = [
    ("aws_lb", "enable_deletion_protection", True, False, "the protection against deletion"),
    ("aws_lb", "enable_deletion_protection", True, None, "the protection against deletion"),
    ("aws_db_instance", "deletion_protection", True, False, "the protection against deletion"),
    ("aws_dynamodb_table", "deletion_protection_enabled", True, False, "protection against"),
    ("aws_cognito_user_pool", "deletion_protection", "ACTIVE", "INACTIVE", "protection against"),
    ("aws_db_instance", "skip_final_snapshot", False, True, "would leave nothing behind"),
    ("aws_s3_bucket", "force_destroy", False, True, "would leave nothing behind"),
    ("aws_ecr_repository", "force_delete", None, True, "would leave nothing behind"),
    ("aws_secretsmanager_secret", "recovery_window_in_days", 30, 0, "would leave nothing behind"),
    ("aws_secretsmanager_secret", "recovery_window_in_days", None, 0, "leave nothing behind"),
    ("aws_cloudwatch_log_group", "retention_in_days", 0, 30, "older than that are deleted"),
    ("aws_cloudwatch_log_group", "retention_in_days", 365, 30, "older than that are deleted"),
    ("aws_db_instance", "backup_retention_period", 14, 0, "deletes the automatic backups"),
    ("aws_elasticache_replication_group", "snapshot_retention_limit", 7, 0, "automatic backups"),
    ("aws_ecs_service", "desired_count", 2, 0, "scales to zero"),
    ("aws_appautoscaling_target", "max_capacity", 4, 0, "scales to zero"),
    ("aws_autoscaling_group", "desired_capacity", 2, 0, "scales to zero"),
    ("aws_kms_key", "is_enabled", True, False, "nothing that the key encrypted can be read"),
]


@pytest.mark.parametrize(("type_", "name", "before", "after", "why"), LOSSES)
def test_a_protection_or_the_last_task_is_not_taken_away(type_, name, before, after, why):
    lost = change(f"{type_}.it", UPDATE, {name: before}, {name: after})
    told = refusals(judged(lost))[f"{type_}.it"]
    assert told.startswith(f"update: changes {name} (")
    assert why in told
    assert not judged(change(f"{type_}.it", UPDATE, {name: after}, {name: before})).refused
    assert not judged(change(f"{type_}.it", CREATE, None, {name: after})).refused


def test_a_schedule_whose_capacities_are_texts_does_not_scale_to_zero():
    def scheduled(most):
        return {"scalable_target_action": [{"min_capacity": "0", "max_capacity": most}]}

    address = "aws_appautoscaling_scheduled_action.night"
    told = refusals(judged(change(address, UPDATE, scheduled("2"), scheduled("0"))))
    assert told[address].endswith("; it scales to zero")
    assert not judged(change(address, UPDATE, scheduled("2"), scheduled("1"))).refused


def test_an_import_deletes_old_events_where_the_inventory_lists_it_and_not_otherwise():
    address = "aws_cloudwatch_log_group.web"
    shorter = change(
        address, UPDATE, {"retention_in_days": 0}, {"retention_in_days": 30}, importing="/ecs/web"
    )
    named = {address: listed("/ecs/web", "retention_in_days")}
    assert not judged(shorter, adopted=named).refused
    assert judged(shorter, adopted={address: listed("/ecs/web")}).refused
    assert judged(shorter).refused


def test_the_continuous_backups_of_a_table_are_not_deleted():
    def table(backed_up, expires=True):
        return {"point_in_time_recovery": [{"enabled": backed_up}], "ttl": [{"enabled": expires}]}

    address = "aws_dynamodb_table.carts"
    told = refusals(judged(change(address, UPDATE, table(True), table(False))))
    assert told[address].endswith("; it deletes the continuous backups")
    assert not judged(change(address, UPDATE, table(True), table(True, expires=False))).refused
    assert not judged(change(address, UPDATE, table(False), table(True))).refused


def test_versions_of_objects_go_on_being_kept():
    def versioning(before, after):
        return change(
            "aws_s3_bucket_versioning.uploads",
            UPDATE,
            {"versioning_configuration": [{"status": before}]},
            {"versioning_configuration": [{"status": after}]},
        )

    assert refusals(judged(versioning("Enabled", "Suspended"))) == {
        "aws_s3_bucket_versioning.uploads": "update: changes versioning_configuration[0].status "
        '("Enabled" -> "Suspended"); what is overwritten or deleted is no longer kept'
    }
    assert not judged(versioning("Suspended", "Enabled")).refused


def test_less_of_something_is_not_nothing():
    fewer = change("aws_ecs_service.web", UPDATE, {"desired_count": 4}, {"desired_count": 1})
    sooner = change(
        "aws_db_instance.main",
        UPDATE,
        {"backup_retention_period": 14},
        {"backup_retention_period": 7},
    )
    assert judged(fewer, sooner).verdicts == ()


def test_a_protection_that_only_the_apply_tells_counts_as_taken_away():
    unknown = change(
        "aws_lb.web",
        UPDATE,
        {"enable_deletion_protection": True},
        {},
        unknown={"enable_deletion_protection": True},
    )
    assert refusals(judged(unknown)) == {
        "aws_lb.web": "update: changes enable_deletion_protection (only the apply tells its "
        "value); it takes the protection against deletion away"
    }


def rule(port, *cidrs, **more):
    return {
        "protocol": "tcp",
        "from_port": port,
        "to_port": port,
        "cidr_blocks": list(cidrs),
    } | more


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        ([rule(443, "0.0.0.0/0"), rule(80, "0.0.0.0/0")], [rule(443, "0.0.0.0/0")], "80-80 0.0"),
        ([rule(443, "10.0.0.0/16", "10.1.0.0/16")], [rule(443, "10.1.0.0/16")], "10.0.0.0/16"),
        ([rule(443, security_groups=["sg-1"])], [rule(443, "0.0.0.0/0")], "443-443 sg-1"),
        ([rule(443, self=True)], [], "443-443 itself"),
    ],
)
def test_an_inline_rule_of_a_security_group_is_not_taken_away(before, after, gone):
    cut = change("aws_security_group.web", UPDATE, {"ingress": before}, {"ingress": after})
    told = refusals(judged(cut))["aws_security_group.web"]
    assert told.startswith("update: changes ingress; it no longer lets tcp ")
    assert gone in told


def test_inline_rules_may_be_added_and_described_anew():
    before = [rule(443, "10.0.0.0/16", description="")]
    after = [rule(80, "0.0.0.0/0"), rule(443, "10.0.0.0/16", description="HTTPS")]
    widened = change("aws_security_group.web", UPDATE, {"ingress": before}, {"ingress": after})
    assert judged(widened).verdicts == ()


RULE = {"ip_protocol": "tcp", "from_port": 443, "to_port": 444, "cidr_ipv4": "10.0.0.0/8"}


@pytest.mark.parametrize(
    "after",
    [
        {"from_port": 444},
        {"to_port": 443},
        {"from_port": None, "to_port": None, "ip_protocol": "-1"},
        {"cidr_ipv4": None, "referenced_security_group_id": "sg-1"},
    ],
)
@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_a_rule_of_a_security_group_goes_on_letting_everything_through(direction, after):
    address = f"aws_vpc_security_group_{direction}_rule.web"
    cut = change(address, UPDATE, RULE, RULE | after)
    assert refusals(judged(cut))[address].endswith(
        "; it no longer lets everything through that it did"
    )


def test_a_rule_of_a_security_group_may_be_widened_and_described():
    after = RULE | {"from_port": 440, "to_port": 450, "description": "HTTPS"}
    widened = change("aws_vpc_security_group_ingress_rule.web", UPDATE, RULE, after)
    assert judged(widened).verdicts == ()
