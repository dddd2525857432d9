"""The base class of an environment's stacks, with the backend, the provider and the account."""

from __future__ import annotations

# isort: split
from typing import Any

from cdktf import (
    App,
    LocalBackend,
    S3Backend,
    TerraformOutput,
    TerraformProvider,
    TerraformStack,
    TerraformVariable,
    TerraformVariableValidationConfig,
)
from cdktf_cdktf_provider_aws.provider import (
    AwsProvider,
    AwsProviderAssumeRole,
    AwsProviderDefaultTags,
)
from constructs import Construct

from navra_jsii import pipelined
from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.model.field_types import Region
from navra_stacks.settings.state import S3State, State
from navra_stacks.stacks.stack_class import METADATA, check_stack_class
from navra_stacks.terraform.local_state import STATE_FILE_OUTPUT

__all__ = ["TERRAFORM_VERSION", "EnvironmentStack"]

TERRAFORM_VERSION = ">= 1.11"
"""The supported Terraform versions: 1.11 is the first with write-only arguments and the S3 lock
file.
"""

TARGET_VERSIONS = {"terraform": ">=1.11.0", "opentofu": ">=1.11.0"}
"""The supported versions as ranges of npm, for cdktn."""

PROVIDER_SOURCE = "hashicorp/aws"
"""The AWS provider, without a registry: Terraform and OpenTofu each have their own."""


class EnvironmentStack(TerraformStack):
    """A stack with a state of its own and a provider that accepts the environment's account only.

    A subclass creates its constructs in `compose`.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        name: str,
        region: Region | None = None,
    ) -> None:
        """Create the stack.

        Args:
            scope: The CDKTF app.
            environment: The environment.
            name: The stack's name, one of `Environment.stacks`.
            region: The Region of the stack's resources; by default the environment's Region.

        Raises:
            OtherStackClassError: the document that the stack would replace was written by another
                stack class.
        """
        with pipelined():
            super().__init__(scope, name)
            check_stack_class(name, type(self).__name__, lambda: App.of(self).outdir)
            self.environment = environment
            self.names = environment.names
            self.stack_name = name
            # cdktn refuses write-only arguments unless all target versions support them.
            self.node.set_context("targetVersions", TARGET_VERSIONS)
            self.add_override("terraform.required_version", TERRAFORM_VERSION)
            self.add_override("terraform.required_providers.aws.source", PROVIDER_SOURCE)
            self.add_override(METADATA, type(self).__name__)
            self._add_backend(environment.state_of(name))
            self.env = EnvironmentContext(
                names=environment.names,
                location=self._pin_account(environment.region if region is None else region),
                log_retention_days=environment.logs.retention_days,
                deletion_protection=environment.hardening.deletion_protection,
                key_deletion_window_days=environment.hardening.key_deletion_window_days,
            )
            self.compose()

    def compose(self) -> None:
        """Create the constructs of the stack."""

    def _add_backend(self, state: State) -> None:
        if not isinstance(state, S3State):
            # Terraform runs in <out>/stacks/<name>; the state file is beside <out>.
            path = f"../../../terraform.{self.stack_name}.tfstate"
            LocalBackend(self, path=path)
            self._check_local_state(path)
            return
        S3Backend(
            self,
            bucket=state.bucket,
            key=state.key or self.names.state_key(),
            region=state.region or self.environment.region,
            # `encrypt` without a key would request S3 managed encryption. Without `encrypt`, the
            # bucket's default encryption applies: its stack sets it to the bucket's KMS key.
            encrypt=None if state.bootstrapped else True,
            kms_key_id=state.kms_key_arn,
        )
        # CDKTF 0.21 does not know the lock file, which replaces the DynamoDB table.
        self.add_override("terraform.backend.s3.use_lockfile", True)

    def _check_local_state(self, path: str) -> None:
        """Fail each plan in a copy of the directory and in another workspace.

        Terraform would not find the state there, and would plan to create everything once more. The
        state of another workspace would be in the output directory, and be deleted with it.
        """
        with_logical_id(
            TerraformOutput(
                self,
                STATE_FILE_OUTPUT,
                value=path,
                description="State file, relative to the directory in which Terraform runs",
            ),
            STATE_FILE_OUTPUT,
        )
        # CDKTF 0.21 takes the precondition of an output and does not write it.
        self.add_override(
            f"output.{STATE_FILE_OUTPUT}.precondition",
            {
                "condition": '${terraform.workspace == "default" && '
                'fileexists("${path.root}/../../manifest.json")}',
                "error_message": f"The state is the local file {path}. Run Terraform in the "
                "directory that was synthesized, not in a copy, and in the workspace default: "
                "elsewhere it does not find this state.",
            },
        )

    def _pin_account(self, region: Region) -> AccountRegion:
        account = self.environment.account or self._account_variable()
        self._add_provider("aws", account, region)
        return AccountRegion(account, region)

    def add_provider_with_role(self, alias: str, role_arn: str) -> TerraformProvider:
        """Create a provider that manages resources in another account, with a role of it.

        Args:
            alias: The alias of the provider.
            role_arn: The ARN of the role. The provider accepts only the account in the ARN.
        """
        return self._add_provider(
            f"aws_{alias}",
            role_arn.split(":")[4],
            self.env.location.region,
            alias=alias,
            assume_role=[AwsProviderAssumeRole(role_arn=role_arn)],
        )

    def _add_provider(
        self, id_: str, account: str, region: str, **arguments: Any
    ) -> TerraformProvider:
        provider: TerraformProvider = AwsProvider(
            self,
            id_,
            region=region,
            allowed_account_ids=[account],
            default_tags=[
                AwsProviderDefaultTags(tags=self.names.tags(dict(self.environment.tags)))
            ],
            **arguments,
        )
        return provider

    def _account_variable(self) -> str:
        """Create the Terraform variable `account_id` and return its value."""
        variable = with_logical_id(
            TerraformVariable(
                self,
                "account_id",
                type="string",
                nullable=False,
                description="Account of this environment, the only one that Terraform may change",
                validation=[
                    TerraformVariableValidationConfig(
                        condition='${can(regex("^[0-9]{12}$", var.account_id))}',
                        error_message="An AWS account ID has 12 digits.",
                    )
                ],
            ),
            "account_id",
        )
        return str(variable.string_value)
