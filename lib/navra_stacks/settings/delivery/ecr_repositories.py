"""ECR repositories of the services' images."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import int_range

__all__ = ["EcrRepositories"]


class EcrRepositories(Settings):
    """ECR repositories for the services' images, in the environment's account and Region.

    Tags are immutable, so a deployed tag always refers to the same image.
    """

    keep_images: Annotated[int, int_range(1, 10_000, "number of images")] = 50
    """Number of tagged images to keep in each repository besides the deployed images, 1-10,000; the
    oldest images are deleted first."""

    keep_deployed: Annotated[int, int_range(1, 10_000, "number of images")] = 100
    """Number of deployed images to keep in each repository, 1-10,000: images with an additional tag
    that starts with ``deployed-``, which the pipeline adds. The number limits how far a deployment
    can be rolled back."""

    untagged_days: Annotated[int, int_range(1, 3650, "retention", "days")] = 7
    """Days after which an image without a tag is deleted, 1-3650."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[EcrRepositoriesChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class EcrRepositoriesChanges(TypedDict, total=False):
        keep_images: int
        keep_deployed: int
        untagged_days: int
