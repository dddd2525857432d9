"""Validated types for single fields: ports, names, Regions, networks, ids."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticKnownError

from navra_stacks.errors import did_you_mean
from navra_stacks.settings.model.base import format_value, invalid

__all__ = [
    "CLASS_PATTERN",
    "NOT_BOOL",
    "PRIVATE_RANGES",
    "REGIONS",
    "VARIABLE_PATTERN",
    "AccountId",
    "AvailabilityZone",
    "Cidr",
    "DnsName",
    "EnvironmentVariableName",
    "KmsKeyArn",
    "LockFile",
    "Name",
    "PolicyFile",
    "Port",
    "Region",
    "SecurityGroupId",
    "StackClass",
    "SubnetId",
    "UrlPath",
    "VpcId",
    "WholeNumber",
    "check_path",
    "int_range",
    "region_of",
    "str_pattern",
    "suggest_repair",
]

REGIONS = frozenset(
    """af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1
    ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5
    ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1
    eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1
    mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2""".split()
)
"""The Regions of the ``aws`` partition (AWS, "AWS Regions"). The library writes ARNs only for
that partition, so GovCloud and China are not included."""

PRIVATE_RANGES = tuple(
    map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
"""Ranges that are not used on the internet (RFC 1918, RFC 6598) and are allowed in a VPC."""

CLASS_PATTERN = r"{}\.[a-z][a-z0-9]+\.(micro|small|medium|large|[0-9]*xlarge)"
"""A regular expression for instance classes such as ``db.t4g.medium``, with a placeholder for
the prefix of the AWS service, such as ``db``."""


def suggest_repair(value: str, known: frozenset[str] | set[str] | tuple[str, ...]) -> str:
    """Return the repair for an unknown `value`, as an instruction.

    The repair suggests the most similar `known` value, or lists all known values if none is
    similar. The result is empty if there are no known values, or if there are more than 12 and none
    is similar.
    """
    names = f"use one of {', '.join(sorted(known))}" if 0 < len(known) <= 12 else ""
    return did_you_mean(value, known, names)


def _check_not_bool(value: object) -> object:
    if isinstance(value, bool):  # pydantic would convert True to 1
        raise PydanticKnownError("int_type")
    return value


def int_range(low: int, high: int, noun: str, unit: str = "") -> WrapValidator:
    """Return a validator that requires an integer from `low` to `high`, both inclusive.

    True and False are not integers.

    Args:
        low: The smallest allowed value.
        high: The largest allowed value.
        noun: The kind of number, for the error message, for example ``port``.
        unit: The unit, for the error message, for example ``seconds``; empty for no unit.
    """

    def check(value: object, convert: ValidatorFunctionWrapHandler) -> int:
        number: int = convert(_check_not_bool(value))
        if not low <= number <= high:
            allowed = f"{low}-{high}{f' {unit}' if unit else ''}"
            raise invalid(f"{number} is not a valid {noun} ({allowed})")
        return number

    return WrapValidator(check)


def _check_lock_file(value: Path) -> Path:
    if value.suffix != ".hcl":
        raise invalid(
            f"'{value.name}' is not a lock file",
            "use a file such as Path(__file__).with_suffix('.lock.hcl')",
        )
    return value


def _check_policy_file(value: Path) -> Path:
    if value.suffix != ".toml":
        raise invalid(
            f"'{value.name}' is not a TOML file",
            "use a file such as Path(__file__).with_suffix('.waivers.toml')",
        )
    return value


def str_pattern(pattern: str, message: str, repair: str) -> AfterValidator:
    """Return a validator that requires a string to match `pattern` as a whole.

    Args:
        pattern: The regular expression.
        message: The error message after the value, for example ``is not a valid name``.
        repair: The repair, as an instruction.
    """
    expression = re.compile(pattern)

    def check(value: str) -> str:
        if expression.fullmatch(value) is None:
            raise invalid(f"{value!r} {message}", repair)
        return value

    return AfterValidator(check)


def _check_region(value: str) -> str:
    if value not in REGIONS:
        raise invalid(
            f"{value!r} is not a Region of the 'aws' partition",
            suggest_repair(value, REGIONS) or "use a Region such as 'us-east-1'",
        )
    return value


def _check_cidr(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        raise invalid(
            f"{value!r} is not a valid IPv4 network",
            "use CIDR notation, for example '10.20.0.0/16'",
        ) from None
    if "/" not in value:
        raise invalid(
            f"{value!r} has no prefix length", "add the prefix length, for example '10.20.0.0/16'"
        )
    if value.partition("/")[0] != str(network.network_address):
        raise invalid(f"{value!r} has host bits set", f"did you mean {str(network)!r}?")
    if value != str(network):
        raise invalid(f"{value!r} is not in canonical form", f"did you mean {str(network)!r}?")
    return value


def _check_dns_name(value: str) -> str:
    labels = value.split(".")
    bad = [label for label in labels if re.fullmatch(_LABEL, label) is None]
    if len(value) > 253 or len(labels) < 2 or bad:
        which = f", because {bad[0]!r} is not a valid label" if bad else ""
        raise invalid(
            f"{value!r} is not a valid DNS name{which}",
            "use two or more labels of 1-63 lower-case letters, digits and inner hyphens, "
            "separated by dots, with at most 253 characters in total",
        )
    return value


def check_path(value: str) -> str:
    """Return a path of `UrlPath`; raise a validation error for another text."""
    if not value.startswith("/"):
        raise invalid(f"{value!r} does not start with a slash", f"did you mean {'/' + value!r}?")
    if len(value) > 1024:
        raise invalid(
            f"{format_value(value)} has {len(value)} characters (at most 1024)", "shorten the path"
        )
    if re.search(r"\s", value):
        raise invalid(
            f"{format_value(value)} is not a valid path",
            "use at most 1024 characters and no whitespace",
        )
    return value


_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"


def region_of(availability_zone: str) -> str:
    """Return the Region of an Availability Zone, for example ``us-east-1`` for ``us-east-1a``."""
    return availability_zone[:-1]


NOT_BOOL = BeforeValidator(_check_not_bool)
"""Refuses True and False for a field with integers."""

WholeNumber = Annotated[int, NOT_BOOL]
"""An integer without a range of its own; True and False are not integers. See `int_range`."""

Port = Annotated[int, int_range(1, 65535, "port")]
"""A TCP port, 1-65535."""

Name = Annotated[
    str,
    str_pattern(
        r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?",
        "is not a valid name",
        "use 1-32 lower-case letters, digits and inner hyphens, starting with a letter",
    ),
]
"""A name of 1-32 lower-case letters, digits and inner hyphens, starting with a letter. It becomes
part of the names of AWS resources and of Terraform addresses."""

AccountId = Annotated[
    str,
    str_pattern(
        r"[0-9]{12}", "is not a valid AWS account id", "write the 12 digits of the id in quotes"
    ),
]
"""The id of an AWS account: 12 digits, stored as text because the first digits can be zeros."""

Region = Annotated[str, AfterValidator(_check_region)]
"""An AWS Region of the ``aws`` partition."""

AvailabilityZone = Annotated[
    str,
    str_pattern(
        r"[a-z]+(-[a-z]+)+-[0-9][a-z]",
        "is not a valid name of an Availability Zone",
        "use a name such as 'us-east-1a'",
    ),
]
"""The name of an Availability Zone."""

Cidr = Annotated[str, AfterValidator(_check_cidr)]
"""An IPv4 network in CIDR notation without host bits, for example ``10.20.0.0/16``."""

DnsName = Annotated[str, AfterValidator(_check_dns_name)]
"""A fully qualified DNS name, lower case, without the final dot."""

_ID = "is not a valid id of a"
VpcId = Annotated[
    str,
    str_pattern(
        r"vpc-([0-9a-f]{8}|[0-9a-f]{17})", f"{_ID} VPC", "use an id such as 'vpc-0a1b2c3d'"
    ),
]
"""The id of an existing VPC."""

SubnetId = Annotated[
    str,
    str_pattern(
        r"subnet-([0-9a-f]{8}|[0-9a-f]{17})", f"{_ID} subnet", "use an id such as 'subnet-0a1b2c3d'"
    ),
]
"""The id of an existing subnet."""

SecurityGroupId = Annotated[
    str,
    str_pattern(
        r"sg-([0-9a-f]{8}|[0-9a-f]{17})", f"{_ID} security group", "use an id such as 'sg-0a1b2c3d'"
    ),
]
"""The id of an existing security group."""

VARIABLE_PATTERN = r"[A-Za-z_][A-Za-z0-9_]*"
"""The pattern of a whole `EnvironmentVariableName`."""

EnvironmentVariableName = Annotated[
    str,
    str_pattern(
        VARIABLE_PATTERN,
        "is not a valid name of an environment variable",
        "use letters, digits and underscores, not starting with a digit",
    ),
]
"""The name of an environment variable of a container."""

KmsKeyArn = Annotated[
    str,
    str_pattern(
        r"arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+",
        "is not a valid ARN of a KMS key",
        "use the ARN of the key, not of an alias, for example "
        "'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-...'",
    ),
]
"""The ARN of a customer-managed KMS key."""

UrlPath = Annotated[str, AfterValidator(check_path)]
"""An absolute path in a URL: at most 1024 characters, no whitespace."""

LockFile = Annotated[Path, AfterValidator(_check_lock_file)]
"""The path of a dependency lock file of Terraform; the file need not exist."""

PolicyFile = Annotated[Path, AfterValidator(_check_policy_file)]
"""The path of a TOML file with waivers of policy rules."""

StackClass = Annotated[
    str,
    str_pattern(
        r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*",
        "is not the name of a class with its module",
        "write it as MODULE:CLASS, for example 'shop.stack:ShopStack'",
    ),
]
"""A Python class as ``MODULE:CLASS``."""
