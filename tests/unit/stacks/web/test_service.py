"""ECS Exec sessions, KMS keys, Fargate Spot, file systems and users of tasks."""

from __future__ import annotations

import json

from environments.staging import STAGING
from navra_stacks import CapacityProviderStrategy

SERVICES = {"aws_ecs_service.backend_service", "aws_ecs_service.frontend_service"}
EXEC = {
    "aws_cloudwatch_log_group.exec_log_group",
    "aws_iam_role_policy.backend_exec_policy",
    "aws_iam_role_policy.frontend_exec_policy",
    "aws_kms_alias.exec_key_alias",
    "aws_kms_key.exec_key",
}


def list_of(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_exec_adds_its_log_group_key_and_policies_only(turned_on):
    change = turned_on(audited_exec=True)
    assert change.added == EXEC
    assert change.removed == set()
    assert change.changed == SERVICES | {"aws_ecs_cluster.cluster"}


def test_exec_sessions_are_encrypted_and_logged(turned_on):
    cluster = turned_on(audited_exec=True).after.one("aws_ecs_cluster", name="aep-staging")
    assert cluster["configuration"]["execute_command_configuration"] == {
        "kms_key_id": "${aws_kms_key.exec_key.arn}",
        "log_configuration": {
            "cloud_watch_encryption_enabled": True,
            "cloud_watch_log_group_name": "${aws_cloudwatch_log_group.exec_log_group.name}",
        },
        "logging": "OVERRIDE",
    }


def test_a_service_depends_on_the_policy_of_exec_sessions(turned_on):
    service = turned_on(audited_exec=True).after.one(
        "aws_ecs_service", name="aep-backend-staging-svc"
    )
    assert service["enable_execute_command"] is True
    assert "aws_iam_role_policy.backend_exec_policy" in service["depends_on"]


def test_exec_wildcards_are_limited_to_actions_without_resource_level_permissions(turned_on):
    document = turned_on(audited_exec=True).after
    for policy in document.all("aws_iam_role_policy", name="hold-exec-sessions"):
        wide = [s for s in json.loads(policy["policy"])["Statement"] if s["Resource"] == "*"]
        actions = {
            a
            for s in wide
            for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
        }
        assert {a for a in actions if not a.startswith("ssmmessages:")} == {
            "logs:DescribeLogGroups"
        }


def test_a_customer_managed_key_encrypts_the_logs(turned_on):
    change = turned_on(customer_managed_keys=True)
    assert change.added == {
        "aws_kms_key.environment_key",
        "aws_kms_alias.environment_key_alias",
    }
    assert change.removed == set()
    groups = change.after.all("aws_cloudwatch_log_group")
    assert change.changed == {group.address for group in groups}
    assert {group["kms_key_id"] for group in groups} == {"${aws_kms_key.environment_key.arn}"}


def test_keys_rotate_and_name_their_principals(turned_on):
    for toggle in ("audited_exec", "customer_managed_keys"):
        for key in turned_on(**{toggle: True}).after.all("aws_kms_key"):
            assert key["enable_key_rotation"] is True
            for statement in json.loads(key["policy"])["Statement"]:
                assert "*" not in statement["Principal"].values()


def test_the_key_deletion_window_depends_on_deletion_protection(turned_on):
    relaxed = turned_on(customer_managed_keys=True).after.one("aws_kms_key")
    hardened = turned_on(customer_managed_keys=True, deletion_protection=True).after.one(
        "aws_kms_key"
    )
    assert (relaxed["deletion_window_in_days"], hardened["deletion_window_in_days"]) == (7, 30)


def test_a_spot_service_has_a_strategy_and_depends_on_the_clusters_capacity_providers(synthesized):
    backend = STAGING.service("backend").replace(
        capacity=CapacityProviderStrategy(base=1, spot_weight=3)
    )
    document = synthesized(
        STAGING.replace(existing_ids=None, services=(STAGING.service("frontend"), backend))
    )
    service = document.one("aws_ecs_service", name="aep-backend-staging-svc")
    assert "launch_type" not in service.body
    assert service["capacity_provider_strategy"] == [
        {"base": 1, "capacity_provider": "FARGATE", "weight": 1},
        {"base": 0, "capacity_provider": "FARGATE_SPOT", "weight": 3},
    ]
    assert "aws_ecs_cluster_capacity_providers.cluster_capacity_providers" in service["depends_on"]
    assert document.one("aws_ecs_cluster_capacity_providers")["capacity_providers"] == [
        "FARGATE",
        "FARGATE_SPOT",
    ]
    other = document.one("aws_ecs_service", name="aep-frontend-staging-svc")
    assert other["launch_type"] == "FARGATE"


def test_a_container_with_a_read_only_root_writes_to_its_writable_paths_only(synthesized):
    service = STAGING.service("frontend")
    container = service.container.replace(
        user="101", read_only_root=True, writable_paths=("/tmp", "/var/cache/nginx")
    )
    document = synthesized(
        STAGING.replace(services=(service.replace(container=container), STAGING.service("backend")))
    )
    task = document.one("aws_ecs_task_definition", family="aep-frontend-staging")
    (definition,) = json.loads(task["container_definitions"])
    assert (definition["user"], definition["readonlyRootFilesystem"]) == ("101", True)
    tmpfs = definition["linuxParameters"]["tmpfs"]
    assert [mount["containerPath"] for mount in tmpfs] == ["/tmp", "/var/cache/nginx"]
    assert "mountPoints" not in definition
    assert "volume" not in task.body


def test_a_key_that_is_turned_off_leaves_the_state_and_is_not_destroyed(turned_on):
    off, on = turned_on().after, turned_on(customer_managed_keys=True).after
    assert off.content["removed"] == [
        {"from": "aws_kms_key.environment_key", "lifecycle": {"destroy": False}}
    ]
    assert "removed" not in on.content
