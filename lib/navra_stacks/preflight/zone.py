"""Check of the hosted zone: in its account, delegated, and free for the host's record."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.aws_reader import AccountError, AwsAccount
from navra_stacks.account.finders.dns import alias_target
from navra_stacks.account.lookup_types import Candidate
from navra_stacks.preflight.commands import apply, terraform
from navra_stacks.preflight.finding import Finding, note, passed, problem, unknown
from navra_stacks.preflight.owner_tags import owner_tags
from navra_stacks.preflight.target import Target, look_up
from navra_stacks.settings.load_balancing.hosted_zone import CrossAccountZone, DelegatedZone

__all__ = ["check_zone"]


def check_zone(target: Target) -> Iterator[Finding]:
    """Check the zone of the environment's host name, and the record of the host name."""
    domain, account = target.environment.domain, target.account
    if isinstance(domain.hosted_zone, CrossAccountZone):
        role = domain.hosted_zone.role_arn
        try:
            account = account.assume_role(role)
        except AccountError as error:
            yield problem(
                domain.zone,
                f"the role of its account cannot be assumed, so the first plan fails ({error})",
                f"let the credentials assume {role}, and its trust policy name them",
            )
            return
    name = domain.zone
    found = look_up(account, "aws_route53_zone", kind="data", name=name, private_zone=False)
    if not found.candidates:
        yield _missing(target, account)
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
    zone_stack = target.environment.names.zone_stack
    if isinstance(domain.hosted_zone, DelegatedZone) and not target.is_tagged(
        owner_tags(account, "aws_route53_zone", found.match)
    ):
        yield problem(
            name,
            f"hosted zone {found.match.id} exists already, without the tags of this environment, "
            f"so the stack {zone_stack} would create a second one",
            "delete it, import it with `"
            + terraform(zone_stack, f"import aws_route53_zone.hosted_zone {found.match.id}")
            + "`, or remove `domain.hosted_zone`",
        )
        return
    yield passed(name, f"hosted zone {found.match.id} is in account {account.id}")
    yield from _delegation(target, account, found.match)
    yield from _delegations_below(target, account, found.match)
    if not target.imports_resources:
        yield from _host_record(target, account, found.match)


def _missing(target: Target, account: AwsAccount) -> Finding:
    domain = target.environment.domain
    if isinstance(domain.hosted_zone, DelegatedZone):
        return problem(
            domain.zone,
            "does not exist yet, so the first plan of the environment fails",
            f"apply its stack with `{apply(target.environment.names.zone_stack)}`, and create the "
            f"NS record of its output in the zone {domain.hosted_zone.parent}",
        )
    missing = f"account {account.id} has no public zone of this name, so the first plan fails"
    if isinstance(domain.hosted_zone, CrossAccountZone):
        return problem(
            domain.zone,
            missing,
            f"create the zone in account {account.id} and delegate it from the zone above it; set "
            "`domain.zone` to a zone of that account; or set `domain.hosted_zone.role_arn` to a "
            "role in the account of the zone",
        )
    return problem(
        domain.zone,
        missing,
        f"create the zone in account {account.id} and delegate it from the zone above it; set "
        "`domain.zone` to a zone of this account; or set `domain.hosted_zone` to DelegatedZone or "
        "CrossAccountZone",
    )


def _delegation(target: Target, account: AwsAccount, zone: Candidate) -> Iterator[Finding]:
    """Compare the name servers in DNS with those of the hosted zone.

    Without the delegation, ACM cannot validate the certificate: Terraform waits for 75 minutes.
    """
    name = target.environment.domain.zone
    response = account.call("route53", "get_hosted_zone", Id=zone.id)
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


def _delegations_below(target: Target, account: AwsAccount, zone: Candidate) -> Iterator[Finding]:
    """Report NS records between the zone and the host, because they hide the host's record."""
    domain = target.environment.domain
    below = domain.host.removesuffix(domain.zone).rstrip(".")
    labels = below.split(".") if below else []
    for start in range(len(labels)):
        name = ".".join([*labels[start:], domain.zone])
        found = look_up(account, "aws_route53_record", zone_id=zone.id, name=name, type="NS")
        if found.candidates:
            yield problem(
                name,
                f"hosted zone {zone.id} delegates this name, so DNS does not use its record of "
                f"{domain.host}",
                "delete the NS record, or set `domain.zone` to the delegated zone",
            )


def _host_record(target: Target, account: AwsAccount, zone: Candidate) -> Iterator[Finding]:
    """Report existing records of the host: Terraform does not overwrite them."""
    environment = target.environment
    host = environment.domain.host
    balancer = look_up(target.account, "aws_lb", name=environment.names.load_balancer).match
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
