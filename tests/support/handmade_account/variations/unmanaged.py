"""Resources that the environment does not manage."""

from __future__ import annotations

from tests.support.handmade_account.environment import HOST, HandmadeEnvironment
from tests.support.handmade_account.variations.cluster import other_service
from tests.support.handmade_account.variations.load_balancer import another_listener

__all__ = ["more_of_everything", "secret_scheduled_for_deletion"]


def secret_scheduled_for_deletion(
    environment: HandmadeEnvironment, name: str = "OLD_API_KEY"
) -> None:
    """Schedule the deletion of a secret in seven days: an unmanaged one, or one of the five."""
    secrets = environment.console("secretsmanager")
    if f"secret {name}" not in environment.arns:
        response = secrets.create_secret(Name=f"aep/staging/{name}", SecretString="not a real one")
        environment.arns[f"secret {name}"] = response["ARN"]
    secrets.delete_secret(SecretId=f"aep/staging/{name}", RecoveryWindowInDays=7)


def more_of_everything(environment: HandmadeEnvironment) -> None:
    """Create an unmanaged resource of each kind that the environment has."""
    environment.rule("/admin/*", 50)
    other_service(environment)
    console = environment.console
    console("logs").create_log_group(logGroupName="/ecs/aep-worker-staging")
    console("secretsmanager").create_secret(
        Name="aep/staging/SENTRY_DSN", SecretString="not a real one"
    )
    environment.record(Name=f"{HOST}.", Type="TXT", TTL=300, ResourceRecords=[{"Value": '"hello"'}])
    another_listener(environment)
