"""The image of a container, with its tag, and the permission to pull it."""

from __future__ import annotations

from cdktf import TerraformVariable, TerraformVariableValidationConfig
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.settings.compute.image import EcrImage, RegistryImage

__all__ = ["Image"]


class Image(Construct):
    """An image reference, with a tag that is always chosen by somebody.

    Where the settings fix none, a Terraform variable without a default asks for it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: EcrImage | RegistryImage,
        location: Location,
        variable: str,
    ) -> None:
        super().__init__(scope, id_)
        self.repository_arn: str | None = None
        """The ECR repository that must be readable; None where no permission is needed."""
        repository = settings.repository
        if isinstance(settings, EcrImage):
            registry = Location(
                settings.account or location.account, settings.region or location.region
            )
            repository = (
                f"{registry.account}.dkr.ecr.{registry.region}.amazonaws.com/{settings.repository}"
            )
            self.repository_arn = registry.arn("ecr", f"repository/{settings.repository}")
        self.reference = f"{repository}:{settings.tag or self._tag(variable)}"

    def _tag(self, variable: str) -> str:
        tag = addressed(
            TerraformVariable(
                self,
                "tag",
                type="string",
                nullable=False,
                description="Tag of the image that is deployed; never latest",
                validation=[
                    TerraformVariableValidationConfig(
                        condition=(
                            '${can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", '
                            f'var.{variable})) && var.{variable} != "latest"}}'
                        ),
                        error_message="Give the tag of one version: 1-128 letters, digits, "
                        "_ . and -, and not latest.",
                    )
                ],
            ),
            variable,
        )
        return str(tag.string_value)
