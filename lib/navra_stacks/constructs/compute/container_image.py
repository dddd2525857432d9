"""The reference of a container image, with its tag."""

from __future__ import annotations

from cdktf import TerraformVariable, TerraformVariableValidationConfig
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.settings.compute.image import EcrImage, RegistryImage

__all__ = ["ContainerImage"]


class ContainerImage(Construct):
    """The reference of a container image, always with a tag.

    Without a tag in the settings, the tag is a Terraform variable that has no default.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: EcrImage | RegistryImage,
        env: EnvironmentContext,
        tag_variable: str,
    ) -> None:
        super().__init__(scope, id_)
        self.repository_arn: str | None = None
        """The ARN of the ECR repository; None for a registry that needs no IAM permission."""
        repository = settings.repository
        if isinstance(settings, EcrImage):
            registry = AccountRegion(
                settings.account or env.location.account, settings.region or env.location.region
            )
            repository = (
                f"{registry.account}.dkr.ecr.{registry.region}.amazonaws.com/{settings.repository}"
            )
            self.repository_arn = registry.arn("ecr", f"repository/{settings.repository}")
        self.reference = f"{repository}:{settings.tag or self._tag(tag_variable)}"

    def _tag(self, variable: str) -> str:
        tag = with_logical_id(
            TerraformVariable(
                self,
                "tag",
                type="string",
                nullable=False,
                description="Tag of the image to deploy; never latest",
                validation=[
                    TerraformVariableValidationConfig(
                        condition=(
                            '${can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", '
                            f'var.{variable})) && var.{variable} != "latest"}}'
                        ),
                        error_message="Use the tag of one version: 1-128 letters, digits, "
                        "_ . and -, and not latest.",
                    )
                ],
            ),
            variable,
        )
        return str(tag.string_value)
