"""Where Terraform keeps an environment's state."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, one_of, refuse, rule, shown
from navra_stacks.settings.model.field_types import KmsKeyArn, Region

__all__ = ["LocalState", "S3State", "State"]


def _check_bucket(value: str) -> str:
    # Rules: Amazon S3 User Guide, "General purpose bucket naming rules".
    if (
        re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", value) is None
        or ".." in value
        or re.fullmatch(r"[0-9]+(\.[0-9]+){3}", value)
        or value.startswith(("xn--", "sthree-", "amzn-s3-demo-"))
        or value.endswith(("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"))
    ):
        raise refuse(
            f"{value!r} is not the name of an S3 bucket",
            "use 3-63 lower-case letters, digits, hyphens and dots, not shaped like an address",
        )
    return value


def _check_key(value: str) -> str:
    # A leading slash makes an object in a folder without a name; Terraform refuses it.
    if not 1 <= len(value.encode()) <= 1024 or value.startswith("/") or value.endswith("/"):
        raise refuse(
            f"{shown(value)} is not the key of an object here",
            "use 1-1024 characters, without a slash at either end, as in 'web/terraform.tfstate'",
        )
    return value


BucketName = Annotated[str, AfterValidator(_check_bucket)]
ObjectKey = Annotated[str, AfterValidator(_check_key)]


class LocalState(Settings):
    """A state file on this machine, beside the output directory: for trying things out.

    It is found by a relative path, so the synthesized document is the same everywhere, and it lies
    outside the output directory, so that deleting that never loses a state.
    """


class S3State(Settings):
    """State in an S3 bucket, encrypted, locked by a lock file beside it (Terraform 1.11)."""

    bucket: BucketName
    """The bucket; it must exist and should be versioned."""

    region: Region | None = None
    """The bucket's Region; the environment's where absent."""

    key: ObjectKey | None = None
    """The object that holds the state; ``<project>/<environment>/terraform.tfstate`` if absent."""

    kms_key_arn: KmsKeyArn | None = None
    """The key that encrypts the object; the bucket's own default where absent."""

    bootstrapped: bool = False
    """Whether a stack of its own, ``<project>-<environment>-state``, makes the bucket and its key.
    It is applied once, before the environment, and its own small state is kept locally."""

    @rule
    def _key_is_the_stacks(self) -> Iterator[SettingsProblem]:
        if self.bootstrapped and self.kms_key_arn is not None:
            yield SettingsProblem(
                "kms_key_arn",
                "is given, but a bootstrapped bucket has a key of its own",
                "leave out one of the two",
            )


State = Annotated[LocalState | S3State, one_of(LocalState, S3State)]
