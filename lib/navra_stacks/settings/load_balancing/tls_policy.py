"""TLS policies: the protocols and ciphers of the HTTPS listener."""

import re
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator

from navra_stacks.settings.model.base import invalid
from navra_stacks.settings.model.field_types import suggest_repair

__all__ = ["TlsPolicy"]

_Policy = Literal[
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
]

_DEFAULT = "ELBSecurityPolicy-TLS13-1-2-2021-06"

# Names of predefined policies that are rejected, one pattern for each reason.
_OLDER = re.compile(
    r"ELBSecurityPolicy-("
    r"20(15|16)-.*|"  # general policies, with TLS 1.0
    r"TLS13-1-[01]-.*|TLS-1-[01]-.*|"  # named after the oldest protocol that they accept
    r"FS-(20.*|1-1-.*)"
    r")"
)
_WITHOUT_TLS_13 = re.compile(r"ELBSecurityPolicy-(TLS-1-2-.*|FS-1-2-.*)")
_EXTENDED = re.compile(r"ELBSecurityPolicy-TLS13-1-2-Ext[012]-.*")


def _check(value: object) -> object:
    if not isinstance(value, str) or value in get_args(_Policy):
        return value
    repair = f"use a supported policy, for example {_DEFAULT!r}"
    if _OLDER.fullmatch(value):
        raise invalid(
            f"{value!r} accepts protocols older than TLS 1.2 (TLS 1.2 or newer is required)", repair
        )
    if _WITHOUT_TLS_13.fullmatch(value):
        raise invalid(
            f"{value!r} does not offer TLS 1.3 (both TLS 1.2 and 1.3 are required)", repair
        )
    if _EXTENDED.fullmatch(value):
        raise invalid(
            f"{value!r} adds ciphers without forward secrecy (which is required for all ciphers)",
            repair,
        )
    raise invalid(
        f"{value!r} is not a supported security policy of an Application Load Balancer",
        suggest_repair(value, get_args(_Policy)) or repair,
    )


TlsPolicy = Annotated[_Policy, BeforeValidator(_check)]
"""A predefined security policy that requires TLS 1.2, offers TLS 1.3 and has forward secrecy.

See FSBP ELB.17 and Elastic Load Balancing, "Security policies for your Application Load Balancer".
In the names, ``1-3`` stands for TLS 1.3 only, ``Res`` excludes the CBC suites, ``FIPS`` uses
validated modules, and ``PQ`` adds a hybrid post-quantum key exchange for clients that support it.
"""
