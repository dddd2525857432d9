"""Where Terraform stores an environment's state: in a local file or in an S3 bucket."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, format_value, invalid, rule
from navra_stacks.settings.model.best_fitting import best_fitting
from navra_stacks.settings.model.field_types import KmsKeyArn, Region

__all__ = ["BUCKET_NAME_LIMIT", "LocalState", "S3State", "State"]


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
            f"{value!r} is not a valid name for an S3 bucket",
            "use 3-63 lower-case letters, digits, hyphens and single dots, starting and ending "
            "with a letter or a digit; the form of an IP address and the prefixes and suffixes "
            "that S3 reserves are not allowed",
        )
    return value


def _check_key(value: str) -> str:
    if (size := len(value.encode())) > 1024:
        raise invalid(
            f"{format_value(value)} has {size} bytes in UTF-8 (at most 1024)", "shorten the key"
        )
    # A leading slash would create an object in a folder with an empty name; Terraform rejects it.
    if not value or value.startswith("/") or value.endswith("/"):
        raise invalid(
            f"{format_value(value)} is not a valid object key",
            "use 1-1024 bytes in UTF-8, without a slash at either end, for example "
            "'web/terraform.tfstate'",
        )
    return value


BUCKET_NAME_LIMIT = 63

BucketName = Annotated[str, AfterValidator(_check_bucket)]
ObjectKey = Annotated[str, AfterValidator(_check_key)]


class LocalState(Settings):
    """State in a file on the local machine, next to the output directory; for experiments.

    The path of the file is relative, so the synthesized document is the same on every machine. The
    file is outside the output directory, so deleting the output does not delete the state.
    """


class S3State(Settings):
    """Encrypted state in an S3 bucket, with a lock file in the bucket (Terraform 1.11)."""

    bucket: BucketName
    """The name of the bucket. It should be versioned, and must exist unless `bootstrapped` is
    True."""

    region: Region | None = None
    """The Region of the bucket; None for the environment's Region."""

    key: ObjectKey | None = None
    """The key of the state object; None for ``<project>/<environment>/terraform.tfstate``."""

    kms_key_arn: KmsKeyArn | None = None
    """The ARN of the KMS key that encrypts the state object; None for the bucket's default
    encryption."""

    bootstrapped: bool = False
    """True to create the bucket and a KMS key for it in a separate stack,
    ``<project>-<environment>-state``. Apply that stack once, before the environment."""

    access_logs: bool = True
    """True to log the requests to a bucket with bootstrapped=True, for a year, in a second bucket
    with the name ``<bucket>-logs``."""

    bootstrap_state: Literal["file", "bucket"] = "file"
    """Where the state of the stack ``<project>-<environment>-state`` is stored: in a local file,
    because the bucket does not exist before its first apply, or in the bucket that it creates, once
    ``terraform init -migrate-state`` has moved it there."""

    @rule
    def _check_kms_key(self) -> Iterator[SettingsProblem]:
        if self.bootstrapped and self.kms_key_arn is not None:
            yield SettingsProblem(
                "kms_key_arn",
                "is set, but a bucket with bootstrapped=True gets a new key",
                "remove kms_key_arn, or set bootstrapped=False",
            )

    @property
    def log_bucket(self) -> str | None:
        """The name of the bucket with the access logs; None without a created bucket or logs."""
        return f"{self.bucket}-logs" if self.bootstrapped and self.access_logs else None

    @rule
    def _check_log_bucket(self) -> Iterator[SettingsProblem]:
        if self.log_bucket is not None and len(self.log_bucket) > BUCKET_NAME_LIMIT:
            yield SettingsProblem(
                "bucket",
                f"results in the name {self.log_bucket!r} for the bucket with its access logs, "
                f"with {len(self.log_bucket)} characters (at most {BUCKET_NAME_LIMIT})",
                "use a shorter name, or set access_logs=False",
            )

    @rule
    def _check_bootstrapped(self) -> Iterator[SettingsProblem]:
        if not self.access_logs and not self.bootstrapped:
            yield SettingsProblem(
                "access_logs",
                "is False, but only a bucket with bootstrapped=True gets access logs",
                "remove access_logs, or set bootstrapped=True",
            )
        if self.bootstrap_state == "bucket" and not self.bootstrapped:
            yield SettingsProblem(
                "bootstrap_state",
                "is 'bucket', but without bootstrapped=True there is no stack that creates the "
                "bucket",
                "remove bootstrap_state, or set bootstrapped=True",
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
        access_logs: bool
        bootstrap_state: Literal["file", "bucket"]
