"""Arguments of each stack that an older AWS provider does not know."""

from __future__ import annotations

LEFT_OUT: dict[str, tuple[str, ...]] = {
    "aep-staging": (
        "aws_ecs_service.backend_service.deployment_configuration",
        "aws_ecs_service.frontend_service.deployment_configuration",
    ),
    "aep-prod-state": (),
    "aep-prod": (
        "aws_ecs_service.backend_service.deployment_configuration",
        "aws_ecs_service.backend_service.load_balancer.advanced_configuration",
        "aws_ecs_service.backend_service.sigint_rollback",
        "aws_ecs_service.frontend_service.deployment_configuration",
        "aws_ecs_service.frontend_service.load_balancer.advanced_configuration",
        "aws_ecs_service.frontend_service.sigint_rollback",
    ),
}
"""What the stacks use and provider 5.100 does not know, so that Terraform has not seen it: the
deployment strategies of ECS. A newer provider may know some of it, and none knows less."""
