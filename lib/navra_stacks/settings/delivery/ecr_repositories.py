"""ECR repositories of the services' images."""

from typing import Annotated

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import between

__all__ = ["EcrRepositories"]


class EcrRepositories(Settings):
    """ECR repositories for the images that services take from this account and Region.

    Tags are immutable: a tag that was deployed names the same image for ever.
    """

    keep_images: Annotated[int, between(1, 10_000, "a number of images")] = 50
    """How many images with a tag are kept; the oldest go first. It bounds how far one can roll
    back."""

    untagged_days: Annotated[int, between(1, 3650, "a retention", "days")] = 7
    """How long an image without a tag is kept, in days."""
