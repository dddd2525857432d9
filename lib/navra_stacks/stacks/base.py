"""What every stack of an environment begins with: its state, its provider, its account."""

from __future__ import annotations

from navra_stacks import bindings as _bindings  # noqa: F401 - before cdktf is imported

# isort: split
from cdktf import (
    LocalBackend,
    S3Backend,
    TerraformStack,
    TerraformVariable,
    TerraformVariableValidationConfig,
)
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.model.field_types import Region
from navra_stacks.settings.state import S3State, State

__all__ = ["TERRAFORM_VERSION", "EnvironmentStack"]

TERRAFORM_VERSION = ">= 1.11"
"""The S3 lock file and write-only arguments came with Terraform 1.11."""


class EnvironmentStack(TerraformStack):
    """A stack with one state, whose provider touches the environment's account and no other."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        name: str,
        state: State,
        region: Region | None = None,
    ) -> None:
        """`region`: where its resources lie, if not in the environment's own Region."""
        super().__init__(scope, name)
        self.environment = environment
        self.names = environment.names
        self.stack_name = name
        self.add_override("terraform.required_version", TERRAFORM_VERSION)
        if isinstance(state, S3State):
            self._keep_in_bucket(state)
        else:
            # From <out>/stacks/<name>, where Terraform runs, beside <out>.
            LocalBackend(self, path=f"../../../terraform.{name}.tfstate")
        self.location = self._pinned(environment.region if region is None else region)

    def _keep_in_bucket(self, state: S3State) -> None:
        S3Backend(
            self,
            bucket=state.bucket,
            key=state.key or self.names.state_key(),
            region=state.region or self.environment.region,
            # With "encrypt" and no key, Terraform asks for S3's own key; left out, the bucket's
            # default applies, which is the key that its bootstrap stack made.
            encrypt=None if state.bootstrapped else True,
            kms_key_id=state.kms_key_arn,
        )
        # CDKTF 0.21 does not know the lock file, which replaces the DynamoDB table.
        self.add_override("terraform.backend.s3.use_lockfile", True)

    def _pinned(self, region: Region) -> Location:
        environment = self.environment
        account = environment.account or self._asked_account()
        tags = self.names.tags(dict(environment.tags))
        AwsProvider(
            self,
            "aws",
            region=region,
            allowed_account_ids=[account],
            default_tags=[AwsProviderDefaultTags(tags=tags)],
        )
        return Location(account, region)

    def _asked_account(self) -> str:
        """The account, where the settings do not know it: Terraform asks for it in a variable."""
        variable = addressed(
            TerraformVariable(
                self,
                "account_id",
                type="string",
                nullable=False,
                description="The AWS account of this environment, the only one that is touched",
                validation=[
                    TerraformVariableValidationConfig(
                        condition='${can(regex("^[0-9]{12}$", var.account_id))}',
                        error_message="An AWS account id has 12 digits.",
                    )
                ],
            ),
            "account_id",
        )
        return str(variable.string_value)
