"""The small checked values that settings are made of: ports, names, regions, networks."""

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.errors import suggest
from navra_stacks.settings.model.base import refuse, shown

__all__ = [
    "CLASS_PATTERN",
    "REGIONS",
    "AccountId",
    "AvailabilityZone",
    "Cidr",
    "DnsName",
    "EnvironmentVariableName",
    "KmsKeyArn",
    "Name",
    "Port",
    "Region",
    "SecurityGroupId",
    "SubnetId",
    "UrlPath",
    "VpcId",
    "between",
    "matching",
    "region_of",
    "suggest_repair",
]

REGIONS = frozenset(
    """af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1
    ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5
    ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1
    eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1
    mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2""".split()
)
"""The Regions of the ``aws`` partition (AWS, "AWS Regions"). ARNs are written for that partition,
so GovCloud and China are not among them."""

CLASS_PATTERN = r"{}\.[a-z][a-z0-9]+\.(micro|small|medium|large|[0-9]*xlarge)"
"""A class of instances, with the prefix of its service: ``db.t4g.medium``."""


def suggest_repair(value: str, known: frozenset[str] | set[str] | tuple[str, ...]) -> str:
    """The repair that names the nearest of the `known` values, or all of a few."""
    close = suggest(value, known)
    if close:
        return f"did you mean {close!r}?"
    return f"give one of {', '.join(sorted(known))}" if known and len(known) <= 12 else ""


def between(low: int, high: int, what: str, unit: str = "") -> AfterValidator:
    """A whole number from `low` to `high`; `what` is the noun that an error uses."""

    def check(value: int) -> int:
        if not low <= value <= high:
            allowed = f"{low}-{high}{f' {unit}' if unit else ''}"
            raise refuse(f"{value} is not {what} ({allowed})")
        return value

    return AfterValidator(check)


def matching(pattern: str, wrong: str, repair: str) -> AfterValidator:
    """A text that is `pattern` from end to end."""
    expression = re.compile(pattern)

    def check(value: str) -> str:
        if expression.fullmatch(value) is None:
            raise refuse(f"{value!r} {wrong}", repair)
        return value

    return AfterValidator(check)


def _check_region(value: str) -> str:
    if value not in REGIONS:
        raise refuse(
            f"{value!r} is not an AWS Region", suggest_repair(value, REGIONS) or "as in 'us-east-1'"
        )
    return value


def _check_cidr(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        raise refuse(f"{value!r} is not an IPv4 network", "write it as in '10.20.0.0/16'") from None
    if "/" not in value:
        raise refuse(f"{value!r} has no prefix", "write it as in '10.20.0.0/16'")
    if value.partition("/")[0] != str(network.network_address):
        raise refuse(f"{value!r} has host bits set", f"did you mean {str(network)!r}?")
    if value != str(network):
        raise refuse(f"{value!r} is not a network's usual form", f"did you mean {str(network)!r}?")
    return value


def _check_dns_name(value: str) -> str:
    labels = value.split(".")
    bad = [label for label in labels if re.fullmatch(_LABEL, label) is None]
    if len(value) > 253 or len(labels) < 2 or bad:
        which = f": {bad[0]!r} is not a label" if bad else ""
        raise refuse(
            f"{value!r} is not a DNS name{which}",
            "use two labels or more of 1-63 lower-case letters, digits and inner hyphens",
        )
    return value


def _check_path(value: str) -> str:
    if not value.startswith("/"):
        raise refuse(f"{value!r} does not start with a slash", f"did you mean {'/' + value!r}?")
    if len(value) > 1024 or re.search(r"\s", value):
        raise refuse(f"{shown(value)} is not a path", "use at most 1024 characters and no spaces")
    return value


_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"


def region_of(availability_zone: str) -> str:
    """The Region of an Availability Zone's name: ``us-east-1a`` lies in ``us-east-1``."""
    return availability_zone[:-1]


Port = Annotated[int, between(1, 65535, "a port")]
"""A TCP port, 1-65535."""

Name = Annotated[
    str,
    matching(
        r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?",
        "is not a name here",
        "use 1-32 lower-case letters, digits and inner hyphens, starting with a letter",
    ),
]
"""A name that becomes part of AWS names and Terraform addresses."""

AccountId = Annotated[
    str,
    matching(r"[0-9]{12}", "is not an AWS account id", "give its 12 digits, in quotes"),
]
"""An AWS account: 12 digits, kept as text because of leading zeros."""

Region = Annotated[str, AfterValidator(_check_region)]
"""An AWS Region of the ``aws`` partition."""

AvailabilityZone = Annotated[
    str,
    matching(r"[a-z]+(-[a-z]+)+-[0-9][a-z]", "is not an Availability Zone", "as in 'us-east-1a'"),
]
"""The name of an Availability Zone."""

Cidr = Annotated[str, AfterValidator(_check_cidr)]
"""An IPv4 network without host bits."""

DnsName = Annotated[str, AfterValidator(_check_dns_name)]
"""A fully qualified DNS name, lower case, without the final dot."""

_ID = "is not the id of a"
VpcId = Annotated[
    str, matching(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})", f"{_ID} VPC", "as in 'vpc-0a1b2c3d'")
]
"""The id of an existing VPC."""

SubnetId = Annotated[
    str,
    matching(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})", f"{_ID} subnet", "as in 'subnet-0a1b2c3d'"),
]
"""The id of an existing subnet."""

SecurityGroupId = Annotated[
    str,
    matching(r"sg-([0-9a-f]{8}|[0-9a-f]{17})", f"{_ID} security group", "as in 'sg-0a1b2c3d'"),
]
"""The id of an existing security group."""

EnvironmentVariableName = Annotated[
    str,
    matching(
        r"[A-Za-z_][A-Za-z0-9_]*",
        "is not the name of an environment variable",
        "use letters, digits and underscores, not starting with a digit",
    ),
]
"""The name of an environment variable of a container."""

KmsKeyArn = Annotated[
    str,
    matching(
        r"arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+",
        "is not the ARN of a KMS key",
        "as in 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-...'; an alias does not do",
    ),
]
"""The ARN of a customer-managed key."""

UrlPath = Annotated[str, AfterValidator(_check_path)]
"""An absolute path."""
