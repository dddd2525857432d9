"""One service with all that is its own: logs, images, roles, tasks, deployment, autoscaling."""

from __future__ import annotations

from cdktf import ITerraformDependable
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.compute.autoscaling import Autoscaling
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.container_image import Image
from navra_stacks.constructs.compute.exec_logging import AuditedExec
from navra_stacks.constructs.compute.fargate_service import FargateService, Placement
from navra_stacks.constructs.compute.one_off_task import OneOffTask
from navra_stacks.constructs.compute.task_definition import LogStream, TaskDefinition
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.constructs.observability.log_group import LogGroup
from navra_stacks.naming import slug
from navra_stacks.settings.compute.autoscaling import Autoscaling as AutoscalingSettings
from navra_stacks.settings.compute.one_off_task import OneOffTask as OneOffTaskSettings
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.compute.task_count import initial_count
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.web.data import DataLayer
from navra_stacks.stacks.web.load_balancing import Edge
from navra_stacks.stacks.web.traffic_shifting import traffic_shift

__all__ = ["WebService"]


class WebService:
    """Runs a service, and hands its tasks to the load balancer where it takes traffic."""

    def __init__(
        self,
        scope: Construct,
        service: Service,
        environment: Environment,
        *,
        location: Location,
        cluster: Cluster,
        placement: Placement,
        data: DataLayer,
        edge: Edge,
        exec_sessions: AuditedExec | None,
        task_dependencies: list[ITerraformDependable],
        kms_key_arn: str | None,
    ) -> None:
        self._scope = scope
        self._service = service
        self._names = environment.names
        self._location = location
        self._cluster = cluster
        self._placement = placement
        self._data = data
        self._edge = edge

        self.log_group = LogGroup(
            scope,
            "logs",
            service=service.name,
            name=self._names.log_group(environment.logs.group_prefix, service.name),
            retention_days=environment.logs.retention_days,
            kms_key_arn=kms_key_arn,
        )
        self._images = self._images_of_containers()
        self.roles = self._task_roles()
        self.task_definition = self._task_definition(
            "task_definition", service, family=self._names.family(service.name)
        )

        # A role must keep its permissions until the last task has stopped.
        needs: list[ITerraformDependable] = list(self.roles.policies)
        needs += edge.traffic_dependencies(service.name)
        needs += data.urls_among(service.injected)
        if exec_sessions is not None:
            role = self.roles.task_role_name
            needs.append(exec_sessions.permit(service=service.name, task_role_name=role))
        if service.capacity is not None and cluster.capacity_providers is not None:
            needs.append(cluster.capacity_providers)
        needs += task_dependencies
        shift, shift_needs = traffic_shift(
            scope, service, names=self._names, location=location, edge=edge
        )
        target_group = edge.target_groups.get(service.name)
        scaling = environment.autoscaling_of(service)
        self.fargate_service = FargateService(
            scope,
            "service",
            settings=service,
            name=self._names.service(service.name),
            placement=placement,
            task_definition_arn=self.task_definition.arn,
            target_group_arn=None if target_group is None else target_group.arn,
            depends_on=[*needs, *shift_needs],
            exec_enabled=exec_sessions is not None,
            initial_count=None if scaling is None else initial_count(service, scaling),
            shift=shift,
        )
        if scaling is not None:
            self._autoscale(scaling)
        for task in service.one_off_tasks:
            self._one_off_task(task)

    def _images_of_containers(self) -> list[Image]:
        return [
            Image(
                self._scope,
                f"image_{self._service.container_name(container)}",
                settings=container.image,
                location=self._location,
                variable=f"{slug(self._service.name)}_image_tag",
            )
            for container in self._service.containers
        ]

    def _task_roles(self) -> TaskRoles:
        pulled = [image.repository_arn for image in self._images]
        return TaskRoles(
            self._scope,
            "roles",
            service=self._service.name,
            names=self._names,
            location=self._location,
            repository_arns=[arn for arn in pulled if arn is not None],
            log_group_arn=self.log_group.arn,
            secrets=[self._data.secrets.by_name[name] for name in sorted(self._service.injected)],
            permissions=self._service.permissions,
            telemetry=self._service.telemetry is not None,
        )

    def _task_definition(
        self, id_: str, settings: Service, *, family: str, address: str | None = None
    ) -> TaskDefinition:
        return TaskDefinition(
            self._scope,
            id_,
            settings=settings,
            family=family,
            images=[image.reference for image in self._images[: len(settings.containers)]],
            roles=self.roles,
            logs=LogStream(group=self.log_group.name, region=self._location.region),
            secrets=self._data.secrets.by_name,
            address=address,
        )

    def _autoscale(self, settings: AutoscalingSettings) -> None:
        target_group = self._edge.target_groups.get(self._service.name)
        load_balancer = self._edge.load_balancer.arn_suffix
        Autoscaling(
            self._scope,
            "autoscaling",
            settings=settings,
            service=self._service.name,
            names=self._names,
            cluster_name=self._cluster.name,
            service_name=self.fargate_service.name,
            request_label=(
                None if target_group is None else f"{load_balancer}/{target_group.arn_suffix}"
            ),
        )

    def _one_off_task(self, task: OneOffTaskSettings) -> None:
        service = self._service.name
        registered = self._task_definition(
            f"{task.name}_task_definition",
            self._service.running_once(task),
            family=self._names.one_off_task(service, task.name),
            address=f"{slug(service)}_{slug(task.name)}_task_definition",
        )
        OneOffTask(
            self._scope,
            f"{task.name}_task",
            service=service,
            task=task.name,
            region=self._location.region,
            cluster_name=self._cluster.name,
            family=registered.family,
            subnet_ids=self._placement.subnet_ids,
            security_group_id=self._placement.security_group_id,
            public_ip=self._placement.public_ip,
        )
