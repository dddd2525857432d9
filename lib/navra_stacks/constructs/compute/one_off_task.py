"""The output with the AWS CLI command that runs a one-off task."""

from __future__ import annotations

from cdktf import TerraformOutput
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.compute.fargate_service import Placement
from navra_stacks.constructs.compute.task_definition import TaskDefinition
from navra_stacks.naming import slug

__all__ = ["OneOffTaskCommand"]


class OneOffTaskCommand(Construct):
    """The output ``<service>_<task>_command``: the AWS CLI command that runs a one-off task.

    An apply registers the task definition and never runs the task. Run the command by hand or in a
    pipeline, and check the exit code of the task.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: str,
        task: str,
        env: EnvironmentContext,
        task_definition: TaskDefinition,
        placement: Placement,
    ) -> None:
        super().__init__(scope, id_)
        network = (
            f"awsvpcConfiguration={{subnets=[{','.join(placement.vpc.task_subnet_ids)}],"
            f"securityGroups=[{placement.security_group.group_id}],"
            f"assignPublicIp={'ENABLED' if placement.vpc.assign_public_ip else 'DISABLED'}}}"
        )
        options = {
            "region": env.location.region,
            "cluster": placement.cluster.name,
            "task-definition": task_definition.family,
            "launch-type": "FARGATE",
            "propagate-tags": "TASK_DEFINITION",
            "network-configuration": f"'{network}'",
        }
        self.command = " ".join(
            ["aws ecs run-task", *(f"--{option} {value}" for option, value in options.items())]
        )
        name = f"{slug(service)}_{slug(task)}_command"
        with_logical_id(
            TerraformOutput(
                self,
                "command",
                value=self.command,
                description=f"Command that runs {task} once, with the image and roles of {service}",
            ),
            name,
        )
