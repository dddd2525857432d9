"""The Secrets Manager secrets that containers inject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cdktf_cdktf_provider_aws.data_aws_secretsmanager_secret import DataAwsSecretsmanagerSecret
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.naming import Names, secret_logical_id
from navra_stacks.settings.data.secrets import Secret

__all__ = ["SecretHandle", "Secrets", "recovery_window_days"]


class SecretHandle(NamedTuple):
    """The ARN of a secret and its KMS key; never its value."""

    arn: str
    kms_key_arn: str | None
    """The ARN of the KMS key; None if the AWS managed key encrypts the secret."""


def recovery_window_days(*, protected: bool) -> int:
    """Return the default recovery window of a deleted secret, in days: 30 if `protected`, else 0.

    After a window of 0 days, the name of the secret can be used again at once.
    """
    return 30 if protected else 0


class Secrets(Construct):
    """Looks up secrets by name, and creates the secrets in `managed` without a value.

    A lookup never reads the value of a secret, only the ARN, which ends in a random suffix. The
    value of a managed secret is not part of the Terraform resource, so Terraform never changes it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: tuple[Secret, ...],
        env: EnvironmentContext,
        managed: Mapping[str, int],
    ) -> None:
        """Look up or create each secret.

        Args:
            scope: The parent construct.
            id_: The id of this construct in its scope.
            settings: The settings of all secrets.
            env: The environment's names and key.
            managed: The names of the secrets to create, with their default recovery window in days.
        """
        super().__init__(scope, id_)
        self.by_name = {
            secret.name: self._create(secret, env, managed[secret.name])
            if secret.name in managed
            else self._look_up(secret, env.names)
            for secret in settings
        }

    def _look_up(self, secret: Secret, names: Names) -> SecretHandle:
        logical_id = secret_logical_id(secret.name)
        secret_data = with_logical_id(
            DataAwsSecretsmanagerSecret(self, logical_id, name=names.secret(secret.name)),
            logical_id,
        )
        return SecretHandle(arn=secret_data.arn, kms_key_arn=secret.kms_key_arn)

    def _create(
        self, secret: Secret, env: EnvironmentContext, default_window_days: int
    ) -> SecretHandle:
        logical_id = secret_logical_id(secret.name)
        key = secret.kms_key_arn if secret.kms_key_arn is not None else env.kms_key_arn
        window = secret.recovery_window_days
        created = with_logical_id(
            SecretsmanagerSecret(
                self,
                logical_id,
                name=env.names.secret(secret.name),
                description=f"{secret.name} of {env.names.stack}",
                kms_key_id=key,
                recovery_window_in_days=default_window_days if window is None else window,
            ),
            logical_id,
        )
        return SecretHandle(arn=created.arn, kms_key_arn=key)
