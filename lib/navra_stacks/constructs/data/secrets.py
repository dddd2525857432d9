"""The secrets that containers have injected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cdktf_cdktf_provider_aws.data_aws_secretsmanager_secret import DataAwsSecretsmanagerSecret
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.naming import Names, slug
from navra_stacks.settings.data.secrets import Secret

__all__ = ["SecretHandle", "Secrets", "recovery_window_days"]


class SecretHandle(NamedTuple):
    """What a task needs to have a secret injected: where it is, never what it is."""

    arn: str
    kms_key_arn: str | None


def recovery_window_days(*, protected: bool) -> int:
    """How long a deleted secret can be brought back where nobody said: as long as AWS allows.

    One that is not protected is gone at once, so that another of its name can be made.
    """
    return 30 if protected else 0


class Secrets(Construct):
    """Finds secrets by name, and makes those that are asked for, empty.

    Only their ARNs are read, which hold a suffix that nobody chooses. A secret that is made keeps
    whatever is put into it: no value is part of the resource.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: tuple[Secret, ...],
        names: Names,
        made: Mapping[str, int],
        kms_key_arn: str | None,
    ) -> None:
        """`made`: the names of those that are made, with the recovery window where none is set."""
        super().__init__(scope, id_)
        self.by_name = {
            secret.name: self._make(secret, names, made[secret.name], kms_key_arn)
            if secret.name in made
            else self._find(secret, names)
            for secret in settings
        }

    def _find(self, secret: Secret, names: Names) -> SecretHandle:
        address = f"{slug(secret.name)}_secret"
        found = addressed(
            DataAwsSecretsmanagerSecret(self, address, name=names.secret(secret.name)), address
        )
        return SecretHandle(arn=found.arn, kms_key_arn=secret.kms_key_arn)

    def _make(
        self, secret: Secret, names: Names, window: int, kms_key_arn: str | None
    ) -> SecretHandle:
        address = f"{slug(secret.name)}_secret"
        key = secret.kms_key_arn if secret.kms_key_arn is not None else kms_key_arn
        asked = secret.recovery_window_days
        made = addressed(
            SecretsmanagerSecret(
                self,
                address,
                name=names.secret(secret.name),
                description=f"{secret.name} of {names.stack}",
                kms_key_id=key,
                recovery_window_in_days=window if asked is None else asked,
            ),
            address,
        )
        return SecretHandle(arn=made.arn, kms_key_arn=key)
