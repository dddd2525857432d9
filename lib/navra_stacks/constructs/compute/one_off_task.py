"""The command that runs a one-off task."""

from __future__ import annotations

from cdktf import TerraformOutput
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.naming import slug

__all__ = ["OneOffTask"]


class OneOffTask(Construct):
    """Tells how a one-off task is run, in the output ``<service>_<task>_command``.

    An apply registers the task and never runs it: a migration belongs into the hands of a person
    or a pipeline, who see its outcome.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: str,
        task: str,
        region: str,
        cluster_name: str,
        family: str,
        subnet_ids: list[str],
        security_group_id: str,
        public_ip: bool,
    ) -> None:
        super().__init__(scope, id_)
        network = (
            f"awsvpcConfiguration={{subnets=[{','.join(subnet_ids)}],"
            f"securityGroups=[{security_group_id}],"
            f"assignPublicIp={'ENABLED' if public_ip else 'DISABLED'}}}"
        )
        words = {
            "region": region,
            "cluster": cluster_name,
            "task-definition": family,
            "launch-type": "FARGATE",
            "propagate-tags": "TASK_DEFINITION",
            "network-configuration": f"'{network}'",
        }
        self.command = " ".join(
            ["aws ecs run-task", *(f"--{option} {value}" for option, value in words.items())]
        )
        name = f"{slug(service)}_{slug(task)}_command"
        addressed(
            TerraformOutput(
                self,
                "command",
                value=self.command,
                description=f"Runs {task} once, in the image and with the rights of {service}",
            ),
            name,
        )
