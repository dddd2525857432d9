"""Misconfigurations: ECS."""

from __future__ import annotations

from typing import Any

from tests.unit.check.draft import Draft, edit, reference
from tests.unit.check.misconfigurations.registry import finds


@finds("ecs-traffic-shift-ignore")
def shifted_load_balancer_is_not_ignored(d: Draft) -> str:
    address, service = d.shifting_service()
    service["lifecycle"]["ignore_changes"].remove("load_balancer")
    return address


@finds("ecs-autoscaling-ignore")
def desired_count_of_a_scaled_service_is_not_ignored(d: Draft) -> str:
    d.first("aws_appautoscaling_target")
    address, service = d.service()
    service["lifecycle"]["ignore_changes"].remove("desired_count")
    return address


def _remove_dependencies(service: dict[str, Any], prefix: str) -> None:
    service["depends_on"] = [one for one in service["depends_on"] if not one.startswith(prefix)]


@finds("ecs-service-listener")
def service_does_not_depend_on_its_listener(d: Draft) -> str:
    address, service = d.service()
    _remove_dependencies(service, "aws_lb_listener")
    service["load_balancer"][0].pop("advanced_configuration", None)
    service["deployment_configuration"] = {"strategy": "ROLLING"}
    return address


@finds("ecs-service-role-policies")
def service_does_not_depend_on_the_policies_of_its_role(d: Draft) -> str:
    address, service = d.service()
    _remove_dependencies(service, "aws_iam_role_policy.")
    return address


@finds("ecs-private-egress")
def private_tasks_without_nat(d: Draft) -> str:
    d.remove("aws_route", lambda route: "nat_gateway_id" in route)
    return d.service()[0]


@finds("ecs-health-check-grace")
def service_without_grace_period(d: Draft) -> str:
    return edit(d.service(), health_check_grace_period_seconds=None)


@finds("ecs-deployment-percent")
def deployment_that_can_neither_stop_nor_start_tasks(d: Draft) -> str:
    return edit(d.service(), deployment_maximum_percent=100)


@finds("ecs-deployment-rollback")
def deployment_without_rollback(d: Draft) -> str:
    address, service = d.service()
    if "alarms" in service:
        service["alarms"]["rollback"] = False
    service["deployment_circuit_breaker"] = {"enable": True, "rollback": False}
    return address


def _configure_exec(d: Draft, configuration: dict[str, Any]) -> str:
    cluster = d.first("aws_ecs_cluster")
    return edit(cluster, configuration={"execute_command_configuration": configuration})


@finds("ecs-exec-disabled")
def audited_exec_is_on(d: Draft) -> str:
    configuration = {
        "kms_key_id": reference(d.first("aws_kms_key")[0]),
        "logging": "OVERRIDE",
        "log_configuration": {"cloud_watch_log_group_name": "exec"},
    }
    _configure_exec(d, configuration)
    return edit(d.service(), enable_execute_command=True)


@finds("ecs-exec-logging")
def exec_sessions_are_not_logged(d: Draft) -> str:
    edit(d.service(), enable_execute_command=True)
    return _configure_exec(d, {"logging": "NONE"})


@finds("ecs-public-ip")
def tasks_with_public_addresses(d: Draft) -> str:
    address, service = d.service()
    service["network_configuration"]["assign_public_ip"] = True
    return address


@finds("ecs-two-tasks")
def service_with_one_task(d: Draft) -> str:
    return edit(d.service(), desired_count=1)


@finds("autoscaling-min-capacity")
def scaling_down_to_one_task(d: Draft) -> str:
    return edit(d.first("aws_appautoscaling_target"), min_capacity=1)


@finds("ecs-load-balancer-container")
def load_balancer_on_a_port_that_no_container_has(d: Draft) -> str:
    address, service = d.service()
    service["load_balancer"][0]["container_port"] = 1
    return address


@finds("ecs-task-roles")
def task_role_is_the_execution_role(d: Draft) -> str:
    _, task = d.task()
    return edit(d.task(), task_role_arn=task["execution_role_arn"])


@finds("ecs-platform-version")
def old_platform_version(d: Draft) -> str:
    return edit(d.service(), platform_version="1.3.0")


@finds("ecs-fargate-size")
def fargate_size_that_does_not_exist(d: Draft) -> str:
    return edit(d.task(), cpu="1024", memory="512")


@finds("task-host-namespaces")
def task_shares_the_processes_of_the_host(d: Draft) -> str:
    return edit(d.task(), pid_mode="host")


@finds("container-stop-timeout")
def stop_timeout_above_the_limit_of_fargate(d: Draft) -> str:
    return d.edit_container(stopTimeout=300)


@finds("container-logs")
def container_without_log(d: Draft) -> str:
    return d.edit_container(logConfiguration=None)


@finds("container-privileged")
def privileged_container(d: Draft) -> str:
    return d.edit_container(privileged=True)


@finds("container-user")
def container_without_user(d: Draft) -> str:
    return d.edit_container(user=None)


@finds("container-secret-in-environment")
def password_in_a_variable_of_a_container(d: Draft) -> str:
    return d.edit_container(environment=[{"name": "DB_PASSWORD", "value": "correct-horse-9"}])


@finds("task-efs-transit-encryption")
def shared_files_without_tls(d: Draft) -> str:
    return edit(
        d.task(), volume=[{"name": "media", "efs_volume_configuration": {"file_system_id": "fs-1"}}]
    )


@finds("ecs-private-egress")
def tasks_in_public_subnets_without_public_address(d: Draft) -> str:
    address, service = d.service()
    _, balancer = d.first("aws_lb", lambda one: "aws_subnet" in str(one["subnets"]))
    service["network_configuration"]["subnets"] = balancer["subnets"]
    return address
