"""Which protocols and ciphers an HTTPS listener accepts."""

import re
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator

from navra_stacks.settings.model.base import refuse
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

# Names of predefined policies, by what is wrong with them.
_OLDER = re.compile(
    r"ELBSecurityPolicy-("
    r"20(15|16)-.*|"  # the general ones, with TLS 1.0
    r"TLS13-1-[01]-.*|TLS-1-[01]-.*|"  # named after what they start from
    r"FS-(20.*|1-1-.*)"
    r")"
)
_WITHOUT_TLS_13 = re.compile(r"ELBSecurityPolicy-(TLS-1-2-.*|FS-1-2-.*)")
_EXTENDED = re.compile(r"ELBSecurityPolicy-TLS13-1-2-Ext[012]-.*")


def _check(value: object) -> object:
    if not isinstance(value, str) or value in get_args(_Policy):
        return value
    repair = f"choose {_DEFAULT!r} or a newer one"
    if _OLDER.fullmatch(value):
        raise refuse(f"{value!r} accepts protocols older than TLS 1.2 (TLS 1.2 at least)", repair)
    if _WITHOUT_TLS_13.fullmatch(value):
        raise refuse(f"{value!r} does not offer TLS 1.3 (TLS 1.2 and 1.3)", repair)
    if _EXTENDED.fullmatch(value):
        raise refuse(f"{value!r} adds ciphers without forward secrecy", repair)
    raise refuse(
        f"{value!r} is not a security policy of an Application Load Balancer with TLS 1.2 or newer",
        suggest_repair(value, get_args(_Policy)) or repair,
    )


TlsPolicy = Annotated[_Policy, BeforeValidator(_check)]
"""A predefined policy with TLS 1.2 at least, TLS 1.3, and forward secrecy (FSBP ELB.17; Elastic
Load Balancing, "Security policies for your Application Load Balancer").

``1-3`` takes TLS 1.3 alone; ``Res`` leaves the CBC suites out; ``FIPS`` uses validated modules;
``PQ`` adds a hybrid post-quantum key exchange for the clients that know it.
"""
