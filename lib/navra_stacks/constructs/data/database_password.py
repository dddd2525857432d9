"""The password of the database: made in Secrets Manager, known to no file of Terraform."""

from __future__ import annotations

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed

__all__ = ["DatabasePassword"]

LENGTH = 40
"""Letters and digits alone: no character that a URL would have to escape, and 230 bits."""


class DatabasePassword(Construct):
    """A random password in a secret of its own, written once for each `version` and read back.

    An ephemeral random password is another one in every run of Terraform. Were it written to the
    database and into the URL directly, an apply that stops between the two would leave the database
    with one password, and the next apply would write a second one into the URL. So it is written
    here and nowhere else; database and URL get what is read back, pinned to the version that was
    written, which is the same until `version` is raised. An interrupted apply is repaired by the
    next.

    One failure is left to a person, since the provider records the number of a password even where
    setting it failed (hashicorp/terraform-provider-aws#27212): if an apply stops with an error of
    the database itself while the version rises, raise the version once more.

    Whoever plans or applies needs secretsmanager:GetRandomPassword, and GetSecretValue on this one
    secret. Nothing else reads it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        version: int,
        recovery_window_days: int,
        kms_key_arn: str | None,
    ) -> None:
        super().__init__(scope, id_)
        address = "database_password"
        secret = addressed(
            SecretsmanagerSecret(
                self,
                "secret",
                name=name,
                description="Password of the database, from which its URL is composed",
                kms_key_id=kms_key_arn,
                recovery_window_in_days=recovery_window_days,
            ),
            address,
        )
        self._ephemeral(
            "aws_secretsmanager_random_password",
            address,
            password_length=LENGTH,
            exclude_punctuation=True,
            include_space=False,
            require_each_included_type=True,
        )
        addressed(
            SecretsmanagerSecretVersion(
                self,
                "version",
                secret_id=secret.id,
                secret_string_wo=(
                    f"${{ephemeral.aws_secretsmanager_random_password.{address}.random_password}}"
                ),
                secret_string_wo_version=version,
            ),
            address,
        )
        self._ephemeral(
            "aws_secretsmanager_secret_version",
            address,
            secret_id=f"${{aws_secretsmanager_secret_version.{address}.secret_id}}",
            version_id=f"${{aws_secretsmanager_secret_version.{address}.version_id}}",
        )
        read_back = f"ephemeral.aws_secretsmanager_secret_version.{address}.secret_string"
        self.version = version
        self.value: str = f"${{{read_back}}}"
        """The expression of the password, for write-only arguments: Terraform allows no other."""
        self.in_url: str = f"${{urlencode({read_back})}}"
        """The same as a part of a URL."""

    def _ephemeral(self, type_: str, name: str, **arguments: object) -> None:
        # CDKTF 0.21 has no construct for ephemeral resources.
        TerraformStack.of(self).add_override(f"ephemeral.{type_}.{name}", arguments)
