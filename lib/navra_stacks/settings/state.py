"""Where Terraform stores an environment's state: in a local file or in an S3 bucket."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, best_fitting, format_value, invalid, rule
from navra_stacks.settings.model.field_types import KmsKeyArn, Region

__all__ = ["LocalState", "S3State", "State"]


def _check_bucket(value: str) -> str:
    # Amazon S3 User Guide, "General purpose bucket naming rules".
    if (
        re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", value) is None
        or ".." in value
        or re.fullmatch(r"[0-9]+(\.[0-9]+){3}", value)
        or value.startswith(("xn--", "sthree-", "amzn-s3-demo-"))
        or value.endswith(("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"))
    ):
        raise invalid(
            f"{value!r} is not the name of an S3 bucket",
            "use 3-63 lower-case letters, digits, hyphens and dots, not the form of an IP address",
        )
    return value


def _check_key(value: str) -> str:
    # A leading slash would create an object in a folder with an empty name; Terraform rejects it.
    if not 1 <= len(value.encode()) <= 1024 or value.startswith("/") or value.endswith("/"):
        raise invalid(
            f"{format_value(value)} is not a valid object key",
            "use 1-1024 characters, without a slash at either end, for example "
            "'web/terraform.tfstate'",
        )
    return value


BucketName = Annotated[str, AfterValidator(_check_bucket)]
ObjectKey = Annotated[str, AfterValidator(_check_key)]


class LocalState(Settings):
    """A state file on the local machine, next to the output directory; for experiments.

    Its path is relative, so that the synthesized document is the same on every machine, and it is
    outside the output directory, so that deleting the output never deletes the state.
    """


class S3State(Settings):
    """State in an S3 bucket, encrypted, locked with a lock file in the bucket (Terraform 1.11)."""

    bucket: BucketName
    """The bucket; it must exist and should be versioned."""

    region: Region | None = None
    """The bucket's Region; the environment's Region by default."""

    key: ObjectKey | None = None
    """The key of the state object; ``<project>/<environment>/terraform.tfstate`` by default."""

    kms_key_arn: KmsKeyArn | None = None
    """The KMS key that encrypts the object; the bucket's default encryption if absent."""

    bootstrapped: bool = False
    """True to create the bucket and its KMS key in a separate stack,
    ``<project>-<environment>-state``. Apply that stack once, before the environment; its own small
    state is stored locally."""

    @rule
    def _check_kms_key(self) -> Iterator[SettingsProblem]:
        if self.bootstrapped and self.kms_key_arn is not None:
            yield SettingsProblem(
                "kms_key_arn",
                "is given, but a bootstrapped bucket gets its own key",
                "remove one of the two",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[S3StateChanges]") -> Self: ...


State = Annotated[LocalState | S3State, best_fitting(LocalState, S3State)]

if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class S3StateChanges(TypedDict, total=False):
        bucket: BucketName
        region: Region | None
        key: ObjectKey | None
        kms_key_arn: KmsKeyArn | None
        bootstrapped: bool
