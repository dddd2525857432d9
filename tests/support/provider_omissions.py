"""Arguments of each stack that an older AWS provider does not support."""

from __future__ import annotations

ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"

OMISSIONS: dict[str, tuple[str, ...]] = {
    "aep-staging": (
        "aws_ecs_service.backend_service.deployment_configuration",
        "aws_ecs_service.frontend_service.deployment_configuration",
    ),
    "aep-prod-state": (
        f"{ENCRYPTION}.state_bucket_encryption.rule.blocked_encryption_types",
        f"{ENCRYPTION}.state_log_bucket_encryption.rule.blocked_encryption_types",
    ),
    "aep-prod-zone": (),
    "aep-prod": (
        "aws_ecs_service.backend_service.deployment_configuration",
        "aws_ecs_service.backend_service.load_balancer.advanced_configuration",
        "aws_ecs_service.backend_service.sigint_rollback",
        "aws_ecs_service.frontend_service.deployment_configuration",
        "aws_ecs_service.frontend_service.load_balancer.advanced_configuration",
        "aws_ecs_service.frontend_service.sigint_rollback",
        f"{ENCRYPTION}.access_logs_encryption.rule.blocked_encryption_types",
    ),
}
"""Arguments that the stacks use and provider 5.100 does not support, so that Terraform does not
validate them: the deployment strategies of ECS, and the blocking of SSE-C. A newer provider
supports the same or more."""
