"""The IAM roles with which ECS itself shifts the traffic of a service."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.naming import Names, slug

__all__ = ["DeploymentRoles"]

LOAD_BALANCER_POLICY = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
"""AWS's own policy, which it widens when ECS needs more (ECS, "infrastructure IAM role for load
balancers"). It changes listeners, rules and targets of any load balancer of the account."""


_OUTLIVES = TerraformResourceLifecycle(create_before_destroy=True)
"""A service that goes back to rolling lets go of them before they are destroyed."""


class DeploymentRoles(Construct):
    """The infrastructure role, and where there are hooks, the role that may invoke just those.

    ECS may use them for services of this account only.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: str,
        names: Names,
        account: str,
        hook_arns: Sequence[str],
    ) -> None:
        super().__init__(scope, id_)
        self._service = service
        self._trust = policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            }
        )
        role = self._role("infrastructure", names.infrastructure_role(service))
        permissions: list[ITerraformDependable] = [
            addressed(
                IamRolePolicyAttachment(
                    self,
                    "infrastructure_policy",
                    role=role.name,
                    policy_arn=LOAD_BALANCER_POLICY,
                    lifecycle=_OUTLIVES,
                ),
                f"{slug(service)}_infrastructure_policy",
            )
        ]
        self.infrastructure_role_arn: str = role.arn
        self.hook_role_arn: str | None = None
        if hook_arns:
            hooks = self._role("hook", names.hook_role(service))
            self.hook_role_arn = hooks.arn
            permissions.append(self._may_invoke(hooks, hook_arns))
        self.permissions = tuple(permissions)
        """What a service must wait for, and outlive."""

    def _role(self, kind: str, name: str) -> IamRole:
        return addressed(
            IamRole(
                self,
                f"{kind}_role",
                name=name,
                assume_role_policy=self._trust,
                lifecycle=_OUTLIVES,
            ),
            f"{slug(self._service)}_{kind}_role",
        )

    def _may_invoke(self, role: IamRole, hook_arns: Sequence[str]) -> IamRolePolicy:
        return addressed(
            IamRolePolicy(
                self,
                "hook_policy",
                name="invoke-hooks",
                role=role.name,
                lifecycle=_OUTLIVES,
                policy=policy(
                    {
                        "Effect": "Allow",
                        "Action": "lambda:InvokeFunction",
                        "Resource": sorted(set(hook_arns)),
                    }
                ),
            ),
            f"{slug(self._service)}_hook_policy",
        )
