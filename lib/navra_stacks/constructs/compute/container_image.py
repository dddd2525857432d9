"""The reference of a container image, with its tag."""

from __future__ import annotations

from cdktf import TerraformResource, TerraformVariable, TerraformVariableValidationConfig
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.settings.compute.image import EcrImage, RegistryImage

__all__ = ["ContainerImage"]


class ContainerImage(Construct):
    """The reference of a container image, always with a tag.

    Without a tag in the settings, the tag is a Terraform variable that has no default. For a
    service that a pipeline deploys, the state keeps the value of the first apply: the pipeline
    decides which image runs, so another value at a later plan must not register a revision.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: EcrImage | RegistryImage,
        env: EnvironmentContext,
        tag_variable: str,
        keeps_first_tag: bool,
    ) -> None:
        """Add the variable, and the resource that keeps its first value.

        Args:
            scope: The parent construct.
            id_: The ID of the construct.
            settings: The image.
            env: The context of the environment.
            tag_variable: The name of the variable with the tag.
            keeps_first_tag: Whether only the first value of the variable is used.
        """
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
        tag = settings.tag
        if tag is None:
            tag = self._tag(tag_variable)
            if keeps_first_tag:
                tag = self._first_value(tag_variable, tag)
        self.reference = f"{repository}:{tag}"

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

    def _first_value(self, variable: str, value: str) -> str:
        """Return the value that the variable had when the resource was created."""
        first = TerraformResource(self, "first_tag", terraform_resource_type="terraform_data")
        first.add_override("input", value)
        first.add_override("lifecycle.ignore_changes", ["input"])
        with_logical_id(first, variable)
        return f"${{terraform_data.{variable}.output}}"
