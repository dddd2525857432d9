"""The secrets that containers have injected."""

from __future__ import annotations

from dataclasses import dataclass

from cdktf_cdktf_provider_aws.data_aws_secretsmanager_secret import DataAwsSecretsmanagerSecret
from constructs import Construct

from navra_stacks.constructs.address import addressed
from navra_stacks.naming import Names, slug
from navra_stacks.settings.data import Secret

__all__ = ["SecretHandle", "Secrets"]


@dataclass(frozen=True, slots=True)
class SecretHandle:
    """What a task needs to have a secret injected: where it is, never what it is."""

    arn: str
    kms_key_arn: str | None


class Secrets(Construct):
    """Finds secrets by name. Only their ARNs are read, which hold a suffix that nobody chooses."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: tuple[Secret, ...], names: Names
    ) -> None:
        super().__init__(scope, id_)
        self.by_name = {secret.name: self._find(secret, names) for secret in settings}

    def _find(self, secret: Secret, names: Names) -> SecretHandle:
        address = f"{slug(secret.name)}_secret"
        found = addressed(
            DataAwsSecretsmanagerSecret(self, address, name=names.secret(secret.name)), address
        )
        return SecretHandle(arn=found.arn, kms_key_arn=secret.kms_key_arn)
