"""The IAM roles with which ECS shifts the traffic of a service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.naming import slug
from navra_stacks.settings.compute.deployment import Deployment

__all__ = ["DeploymentRoles"]

LOAD_BALANCER_POLICY = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
"""The AWS managed policy for the infrastructure role (ECS, "infrastructure IAM role for load
balancers"). AWS extends the policy when ECS needs further permissions. The policy allows changes to
listeners, rules and targets of all load balancers in the account.
"""


_DESTROY_LAST = TerraformResourceLifecycle(create_before_destroy=True)
"""With this lifecycle, a service that returns to the ``rolling`` strategy is updated before the
roles are destroyed.
"""


class DeploymentRoles(Construct):
    """The ECS infrastructure role and, with lifecycle hooks, the role that may invoke the hooks.

    With `Deployment.source_account_condition`, ECS may assume the roles for services in the same
    account only.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Deployment,
        env: EnvironmentContext,
        service: str,
    ) -> None:
        super().__init__(scope, id_)
        self._service = service
        # The documented trust policy has no condition (ECS Developer Guide, "Amazon ECS
        # infrastructure IAM role for load balancers").
        trust: dict[str, Any] = {
            "Effect": "Allow",
            "Principal": {"Service": "ecs.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        if settings.source_account_condition:
            trust["Condition"] = {"StringEquals": {"aws:SourceAccount": env.location.account}}
        self._trust = policy_document(trust)
        role = self._role("infrastructure", env.names.infrastructure_role(service))
        permissions: list[ITerraformDependable] = [
            with_logical_id(
                IamRolePolicyAttachment(
                    self,
                    "infrastructure_policy",
                    role=role.name,
                    policy_arn=LOAD_BALANCER_POLICY,
                    lifecycle=_DESTROY_LAST,
                ),
                f"{slug(service)}_infrastructure_policy",
            )
        ]
        self.infrastructure_role_arn: str = role.arn
        self.hook_role_arn: str | None = None
        hook_arns = [hook.function_arn for hook in settings.hooks]
        if hook_arns:
            hooks = self._role("hook", env.names.hook_role(service))
            self.hook_role_arn = hooks.arn
            permissions.append(self._allow_invoking(hooks, hook_arns))
        self.permissions = tuple(permissions)
        """The policies of the roles, as dependencies of the service."""

    def _role(self, kind: str, name: str) -> IamRole:
        return with_logical_id(
            IamRole(
                self,
                f"{kind}_role",
                name=name,
                assume_role_policy=self._trust,
                lifecycle=_DESTROY_LAST,
            ),
            f"{slug(self._service)}_{kind}_role",
        )

    def _allow_invoking(self, role: IamRole, hook_arns: Sequence[str]) -> IamRolePolicy:
        return with_logical_id(
            IamRolePolicy(
                self,
                "hook_policy",
                name="invoke-hooks",
                role=role.name,
                lifecycle=_DESTROY_LAST,
                policy=policy_document(
                    {
                        "Effect": "Allow",
                        "Action": "lambda:InvokeFunction",
                        "Resource": sorted(set(hook_arns)),
                    }
                ),
            ),
            f"{slug(self._service)}_hook_policy",
        )
