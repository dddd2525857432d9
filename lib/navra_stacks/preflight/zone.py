"""Check of the hosted zone: in this account, delegated, and free for the host's record."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.dns import alias_target
from navra_stacks.account.lookup_types import Candidate
from navra_stacks.preflight.finding import Finding, note, passed, problem, unknown
from navra_stacks.preflight.target import Target, look_up

__all__ = ["check_zone"]


def check_zone(target: Target) -> Iterator[Finding]:
    """Check the zone of the environment's host name, and the record of the host name."""
    name, account = target.environment.domain.zone, target.account
    found = look_up(account, "aws_route53_zone", kind="data", name=name, private_zone=False)
    if not found.candidates:
        yield problem(
            name,
            f"account {account.id} has no public hosted zone of this name, so the first plan fails",
            "create the zone in this account and delegate it from the zone above it, or set "
            "`domain.zone` to a zone of this account",
        )
        return
    if found.match is None:
        ids = ", ".join(candidate.id for candidate in found.candidates)
        yield problem(
            name,
            f"account {account.id} has {len(found.candidates)} public hosted zones of this name "
            f"({ids}), and Terraform accepts only one",
            "delete those to which no name server in the zone above it points",
        )
        return
    yield passed(name, f"hosted zone {found.match.id} is in account {account.id}")
    yield from _delegation(target, found.match)
    yield from _delegations_below(target, found.match)
    if not target.imports_resources:
        yield from _host_record(target, found.match)


def _delegation(target: Target, zone: Candidate) -> Iterator[Finding]:
    """Compare the name servers in DNS with those of the hosted zone.

    Without the delegation, ACM cannot validate the certificate: Terraform waits for 75 minutes.
    """
    name = target.environment.domain.zone
    response = target.account.call("route53", "get_hosted_zone", Id=zone.id)
    own = {server.lower().rstrip(".") for server in response["DelegationSet"]["NameServers"]}
    servers = " ".join(sorted(own))
    repair = f"in the zone above it, or at the registrar, set the NS record of {name} to {servers}"
    delegation = target.resolver.delegation(name)
    if delegation.unreadable:
        yield unknown(
            name, delegation.unreadable, "pass the address of another resolver with --resolver"
        )
    elif delegation.broken:
        yield problem(name, f"is delegated, but {delegation.broken}", repair)
    elif not delegation.name_servers:
        yield problem(
            name,
            "is not delegated in public DNS, so the certificate is never issued",
            repair,
        )
    elif not delegation.name_servers & own:
        found = " ".join(sorted(delegation.name_servers))
        yield problem(
            name,
            f"is delegated to other name servers ({found}), so DNS does not use hosted zone "
            f"{zone.id}",
            repair,
        )
    elif delegation.name_servers != own:
        found = " ".join(sorted(delegation.name_servers))
        yield note(name, f"DNS has other name servers as well, or not all of them: {found}", repair)
    else:
        yield passed(name, f"is delegated to the name servers of hosted zone {zone.id}")


def _delegations_below(target: Target, zone: Candidate) -> Iterator[Finding]:
    """Report NS records between the zone and the host, because they hide the host's record."""
    domain = target.environment.domain
    below = domain.host.removesuffix(domain.zone).rstrip(".")
    labels = below.split(".") if below else []
    for start in range(len(labels)):
        name = ".".join([*labels[start:], domain.zone])
        found = look_up(target.account, "aws_route53_record", zone_id=zone.id, name=name, type="NS")
        if found.candidates:
            yield problem(
                name,
                f"hosted zone {zone.id} delegates this name, so DNS does not use its record of "
                f"{domain.host}",
                "delete the NS record, or set `domain.zone` to the delegated zone",
            )


def _host_record(target: Target, zone: Candidate) -> Iterator[Finding]:
    """Report existing records of the host: Terraform does not overwrite them."""
    host, account = target.environment.domain.host, target.account
    balancer = look_up(account, "aws_lb", name=target.environment.names.load_balancer).match
    own = None if balancer is None else str(balancer.attributes["dns_name"]).lower()
    for type_ in ("A", "CNAME"):
        found = look_up(
            account, "aws_route53_record", zone_id=zone.id, name=host, type=type_
        ).candidates
        for record in found:
            if own is not None and type_ == "A" and alias_target(record.live) == own:
                yield note(host, "its record exists and points to this environment")
                continue
            yield problem(
                host,
                f"hosted zone {zone.id} has a {type_} record of this name, so the apply cannot "
                "create one",
                "delete the record, or set `domain.host` to another name",
            )
        if found:
            return
    yield passed(host, "has no record yet")
