"""Names and resources that only one environment, or one part of an environment, can have."""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.load_balancing.hosted_zone import CrossAccountZone, DelegatedZone
from navra_stacks.settings.networking.vpc import DefaultVpc, PrivateVpc
from navra_stacks.settings.state import S3State
from navra_stacks.settings.validation.physical_names import (
    KINDS,
    PhysicalName,
    Scope,
    physical_names,
)

__all__ = ["RULES", "claim_problems"]

_CHECKED_ELSEWHERE = ("aws_lb_target_group", "aws_s3_bucket")
"""The types whose names within one environment have rules of their own, with better repairs."""

_LISTED = 3
"""The number of names that a problem lists."""

_REPAIRS = {
    "registry": "set `registry` in only one of the two environments",
    "state.bucket": "use another bucket, or set bootstrapped=True in only one of the two "
    "environments",
    "hardening.access_logs.bucket_name": "use another bucket",
    "domain.zone": "keep DelegatedZone in the environment that owns the zone; in the other, remove "
    "`hosted_zone` if both have one account, else use CrossAccountZone",
}
_RENAME = "rename one of the environments or projects"
_RENAME_PART = "rename the service, or one of the environments or projects"


class _Claim(NamedTuple):
    key: tuple[Hashable, ...]
    """Identifies the resource; two claims with the same key conflict."""

    field: str
    """The setting that claims the resource."""

    description: str
    """The resource, for the error message."""

    location: str
    """The account and the Region of the resource, for the error message."""

    repair: str
    """The repair of a conflict, as an instruction."""


def claim_problems(environments: Sequence[EnvironmentFields]) -> Iterator[SettingsProblem]:
    """Yield a problem for the resources that two or more environments claim.

    Resources are compared in the scope in which AWS requires unique names: everywhere, in the
    account, in the account and the Region, or in the VPC. An account of None is compared with no
    account, not even with another None: the accounts may differ, and a false refusal would have no
    repair as long as the account is unknown. Names that are unique everywhere are compared anyway.

    The field of a problem is a field of the environment that comes later in `environments`. The
    conflicts of one field with one environment are one problem.
    """
    owners: dict[tuple[Hashable, ...], str] = {}
    for environment in environments:
        stack = environment.names.stack
        conflicts: dict[tuple[str, str, str], list[_Claim]] = {}
        for claim in _claims(environment):
            owner = owners.setdefault(claim.key, stack)
            if owner != stack:
                group = (claim.field, owner, claim.repair)
                conflicts.setdefault(group, []).append(claim)
        for (field, owner, repair), claims in conflicts.items():
            verb = "belongs" if len(claims) == 1 else "belong"
            yield SettingsProblem(
                f"{stack}.{field}",
                f"{_described(claims)} already {verb} to the environment {owner!r}",
                repair,
            )
    yield from _state_bucket_problems(environments)
    yield from _delegation_problems(environments)
    yield from _account_problems(environments)


def _described(claims: list[_Claim]) -> str:
    listed = [claim.description for claim in claims[:_LISTED]]
    if more := len(claims) - len(listed):
        listed.append(f"{more} more name{'s' if more > 1 else ''}")
    *others, last = listed
    texts = f"{', '.join(others)} and {last}" if others else last
    return texts + claims[0].location


def _claims(environment: EnvironmentFields) -> Iterator[_Claim]:
    for found in physical_names(environment):
        if (scope := _scope_key(environment, found)) is not None:
            yield _Claim(
                (found.type, *scope, found.name),
                found.field,
                _description(found),
                _location(environment, found),
                _repair(found),
            )
    delivery, account = environment.delivery, environment.account
    if delivery is not None and delivery.creates_provider and account is not None:
        # IAM, "Create an OpenID Connect identity provider": one per URL and account.
        yield _Claim(
            ("provider", account),
            "delivery.creates_provider",
            "GitHub's OIDC provider",
            f" in account {account}",
            "set creates_provider=True in only one of the two environments",
        )
    domain = environment.domain
    yield _Claim(
        ("host", domain.zone, domain.host),
        "domain.host",
        f"the host {domain.host!r} in the zone {domain.zone!r}",
        "",
        "use another host, because its DNS record can refer to only one load balancer",
    )
    for stack in environment.stacks:
        if not isinstance(state := environment.state_of(stack), S3State):
            continue
        key = state.key or environment.names.state_key()
        yield _Claim(
            ("state", state.bucket, key),
            "state.key",
            f"the state object {key!r} in the bucket {state.bucket!r}",
            "",
            "use another key, because otherwise an apply of one environment would undo the apply "
            "of the other",
        )


def _scope_key(environment: EnvironmentFields, found: PhysicalName) -> tuple[Hashable, ...] | None:
    """Return the scope of a name as part of a key; None if the name cannot be compared."""
    scope, account = KINDS[found.type].scope, environment.account
    if scope is Scope.EVERYWHERE:
        return ()
    if scope is Scope.VPC:
        network = environment.network
        if isinstance(network, PrivateVpc):
            return None  # the VPC belongs to the environment
        if not isinstance(network, DefaultVpc) or network.vpc_id is not None:
            return (network.vpc_id,)
    if account is None:
        return None
    return (account,) if scope is Scope.ACCOUNT else (account, found.region)


def _description(found: PhysicalName) -> str:
    label = "bootstrapped bucket" if found.field == "state.bucket" else KINDS[found.type].label
    return f"the {label} {found.name!r}"


def _location(environment: EnvironmentFields, found: PhysicalName) -> str:
    scope = KINDS[found.type].scope
    if scope is Scope.EVERYWHERE or environment.account is None:
        return ""
    region = "" if scope is Scope.ACCOUNT else f" and Region {found.region}"
    return f" in account {environment.account}{region}"


def _repair(found: PhysicalName) -> str:
    rename = _RENAME_PART if found.field.startswith("services.") else _RENAME
    return _REPAIRS.get(found.field, rename)


def _state_bucket_problems(environments: Sequence[EnvironmentFields]) -> Iterator[SettingsProblem]:
    """Yield the state buckets that are in two Regions, or that are access log buckets as well.

    Environments can share a state bucket, so it is not a claim.
    """
    log_buckets = {
        found.name: environment.names.stack
        for environment in environments
        for found in physical_names(environment)
        if found.type == "aws_s3_bucket" and found.name != getattr(environment.state, "bucket", "")
    }
    regions: dict[str, tuple[str, str]] = {}
    for environment in environments:
        stack, state = environment.names.stack, environment.state
        if not isinstance(state, S3State):
            continue
        if not state.bootstrapped and (owner := log_buckets.get(state.bucket)) is not None:
            yield SettingsProblem(
                f"{stack}.state.bucket",
                f"{state.bucket!r} is the bucket for the access logs of the environment {owner!r}, "
                "which deletes its objects after their retention",
                "use another bucket for the state",
            )
        region = state.region or environment.region
        other_region, other = regions.setdefault(state.bucket, (region, stack))
        if other_region != region:
            yield SettingsProblem(
                f"{stack}.state.region",
                f"the bucket {state.bucket!r} is in {region} here, but in {other_region} for the "
                f"environment {other!r}",
                "set the same Region, because the name of a bucket exists only once in AWS",
            )


def _delegation_problems(environments: Sequence[EnvironmentFields]) -> Iterator[SettingsProblem]:
    """Yield the hosts with records in a zone that delegates the host to the zone of another.

    DNS resolvers follow the delegation, so they do not find these records (RFC 1034, 4.3.2).
    """
    delegated = [one for one in environments if isinstance(one.domain.hosted_zone, DelegatedZone)]
    for environment in environments:
        host, zone = environment.domain.host, environment.domain.zone
        for other in delegated:
            below = other.domain.zone
            if f".{host}".endswith(f".{below}") and not f".{zone}".endswith(f".{below}"):
                yield SettingsProblem(
                    f"{environment.names.stack}.domain.zone",
                    f"{zone!r} delegates {below!r} to the zone of the environment "
                    f"{other.names.stack!r}, so the records of {host!r} in {zone!r} are not found",
                    f"set zone={below!r}, or use a host that is not below {below!r}",
                )


def _account_problems(environments: Sequence[EnvironmentFields]) -> Iterator[SettingsProblem]:
    """Yield the uses of a zone or a state bucket that another environment creates elsewhere.

    A lookup finds only the zones of its own account, and the key of a state bucket can be used only
    in its own account. An account of None is compared with no account.
    """
    zones = {
        one.domain.zone: one
        for one in environments
        if isinstance(one.domain.hosted_zone, DelegatedZone)
    }
    buckets = {
        one.state.bucket: one
        for one in environments
        if isinstance(one.state, S3State) and one.state.bootstrapped
    }
    for environment in environments:
        stack, domain, state = environment.names.stack, environment.domain, environment.state
        zone, account = domain.hosted_zone, environment.account
        if isinstance(zone, CrossAccountZone):
            account = zone.account
        owner = None if isinstance(zone, DelegatedZone) else zones.get(domain.zone)
        if owner is not None and _differ(account, owner.account):
            yield SettingsProblem(
                f"{stack}.domain.hosted_zone",
                f"is in account {account}, but the environment {owner.names.stack!r} creates "
                f"{domain.zone!r} in account {owner.account}, so the zone would not be found",
                f"use CrossAccountZone with a role in account {owner.account}",
            )
        if not isinstance(state, S3State) or state.bootstrapped:
            continue
        owner = buckets.get(state.bucket)
        if owner is not None and _differ(environment.account, owner.account):
            yield SettingsProblem(
                f"{stack}.state.bucket",
                f"{state.bucket!r} is created in account {owner.account} by the environment "
                f"{owner.names.stack!r}, and its key cannot be used in account "
                f"{environment.account}",
                "use a bucket in the account of the environment",
            )


def _differ(account: str | None, other: str | None) -> bool:
    return account is not None and other is not None and account != other


def check_physical_names(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that no two parts of the environment result in the same physical name."""
    owners: dict[tuple[str, str], str] = {}
    for found in physical_names(environment):
        if found.type in _CHECKED_ELSEWHERE:
            continue
        owner = owners.setdefault((found.type, found.name), found.field)
        if owner != found.field:
            yield SettingsProblem(
                found.field,
                f"results in the {KINDS[found.type].label} {found.name!r}, which {owner} already "
                "results in",
                "rename one of the two",
            )


def check_state_keys(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the key of the environment's state is not the key of another of its stacks."""
    *others, _ = environment.stacks
    for stack in others:
        state = environment.state_of(stack)
        if isinstance(state, S3State) and state.key == environment.state.key:
            yield SettingsProblem(
                "state.key",
                f"{state.key!r} is the key of the state of the stack {stack!r}",
                "use another key, because otherwise an apply of one stack would undo the apply of "
                "the other",
            )


RULES = (check_physical_names, check_state_keys)
