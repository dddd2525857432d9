"""Finders for Application Load Balancers, listeners and listener rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders import dns
from navra_stacks.account.finders.matching import created, describe, resolved_values
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
)
from navra_stacks.terraform.expressions import UnresolvedError

__all__ = ["listener", "listener_rule", "load_balancer", "other_load_balancing"]

ELB = "elbv2"


def load_balancer(target: LookupTarget) -> Iterator[Candidate]:
    """Find a load balancer by its name, which is unique, and by its alias records in Route 53.

    If neither finds one, find the load balancers that have the target's type, scheme and security
    groups.
    """
    response = target.account.find(ELB, "describe_load_balancers", Names=[target["name"]])
    found = list(response["LoadBalancers"]) if response is not None else []
    found += _from_alias_records(target)
    for live in found or _from_security_groups(target):
        yield _load_balancer(live)


def _load_balancer(live: Mapping[str, Any]) -> Candidate:
    arn = live["LoadBalancerArn"]
    return Candidate(
        arn,
        {
            "arn": arn,
            "id": arn,
            "arn_suffix": arn.partition(":loadbalancer/")[2],
            "dns_name": live["DNSName"],
            "name": live["LoadBalancerName"],
            "vpc_id": live.get("VpcId"),
            "zone_id": live.get("CanonicalHostedZoneId"),
        },
        describe(live["LoadBalancerName"], live["DNSName"], created(live.get("CreatedTime"))),
        live,
    )


def _load_balancers(target: LookupTarget | LookupResults) -> list[Any]:
    return target.account.list_all(ELB, "describe_load_balancers")


def _from_alias_records(target: LookupTarget) -> Iterator[Any]:
    """Look up the document's alias records for the target in the account.

    Yield the load balancers to which the records point.
    """
    for record in target.referenced_by("aws_route53_record", "dns_name"):
        try:
            targets = {dns.alias_target(live) for live in dns.live_records(record)}
        except UnresolvedError:
            continue
        for live in _load_balancers(target):
            if live["DNSName"].lower() in targets:
                yield live


def _from_security_groups(target: LookupTarget) -> Iterator[Any]:
    try:
        groups = set(target.get("security_groups", ()))
    except UnresolvedError:
        return
    # Type and scheme cannot be changed, so a load balancer with other values is another one.
    kind = str(target.get("load_balancer_type", "application"))
    scheme = "internal" if target.get("internal", False) else "internet-facing"
    for live in _load_balancers(target):
        same = (live.get("Type"), live.get("Scheme")) == (kind, scheme)
        if same and groups and groups <= set(live.get("SecurityGroups", ())):
            yield live


def listener(target: LookupTarget) -> Iterator[Candidate]:
    """Find a listener by its load balancer and port."""
    port = int(target["port"])
    for live in _listeners(target, target["load_balancer_arn"]):
        if live["Port"] == port:
            yield Candidate(
                live["ListenerArn"],
                {"arn": live["ListenerArn"], "id": live["ListenerArn"]},
                _listener_description(live),
                live,
            )


def _listeners(target: LookupTarget | LookupResults, load_balancer: str) -> list[Any]:
    return target.account.list_all(ELB, "describe_listeners", LoadBalancerArn=load_balancer)


def _listener_description(live: Mapping[str, Any]) -> str:
    return describe(f"{live['Protocol']} {live['Port']}", _actions(live["DefaultActions"]))


def listener_rule(target: LookupTarget) -> Iterator[Candidate]:
    """Find a listener rule by its listener and conditions; priority and actions may differ."""
    conditions = _document_conditions(target["condition"])
    for live in _rules(target, target["listener_arn"]):
        if _live_conditions(live) == conditions:
            yield Candidate(
                live["RuleArn"],
                {"arn": live["RuleArn"], "id": live["RuleArn"]},
                _rule_description(live),
                live,
            )


def _rules(target: LookupTarget | LookupResults, listener: str) -> list[Any]:
    """Return the rules of a listener, without its default rule."""
    rules = target.account.list_all(ELB, "describe_rules", ListenerArn=listener)
    return [rule for rule in rules if not rule["IsDefault"]]


Conditions = frozenset[tuple[str, str, frozenset[Any]]]


def _document_conditions(conditions: Any) -> Conditions:
    found: set[tuple[str, str, frozenset[Any]]] = set()
    for condition in conditions if isinstance(conditions, list) else [conditions]:
        for kind, body in condition.items():
            if not body:
                continue
            if kind == "query_string":
                pairs = body if isinstance(body, list) else [body]
                values = frozenset((pair.get("key") or "", pair["value"]) for pair in pairs)
            else:
                inner = body[0] if isinstance(body, list) else body
                values = _values(kind, inner.get("values", ()), inner.get("regex_values", ()))
                body = inner
            name = body.get("http_header_name", "") if isinstance(body, dict) else ""
            found.add((kind.replace("_", "-"), name.lower(), values))
    return frozenset(found)


def _values(kind: str, literals: Any, expressions: Any) -> frozenset[Any]:
    """Return the values of a listener rule condition, with host names in lower case."""
    is_host = kind.replace("_", "-") == "host-header"
    plain = [value.lower() if is_host else value for value in literals or ()]
    return frozenset([*plain, *(("expression", value) for value in expressions or ())])


def _live_conditions(rule: Mapping[str, Any]) -> Conditions:
    found: set[tuple[str, str, frozenset[Any]]] = set()
    for condition in rule["Conditions"]:
        config: Mapping[str, Any] = next(
            (value for key, value in condition.items() if key.endswith("Config") and value), {}
        )
        configured = config.get("Values") or condition.get("Values") or []
        pairs = [
            (value.get("Key") or "", value["Value"]) if isinstance(value, dict) else value
            for value in configured
        ]
        values = _values(condition["Field"], pairs, config.get("RegexValues", ()))
        name = config.get("HttpHeaderName", "")
        found.add((condition["Field"], name.lower(), values))
    return frozenset(found)


def _rule_description(rule: Mapping[str, Any]) -> str:
    conditions = " and ".join(
        " ".join(filter(None, (field, name, " or ".join(sorted(map(str, values))))))
        for field, name, values in sorted(_live_conditions(rule), key=str)
    )
    return describe(f"priority {rule['Priority']}", conditions, _actions(rule["Actions"]))


def _actions(actions: list[Any]) -> str:
    groups = [group.split("/")[1] for action in actions for group in _groups(action)]
    kinds = [action["Type"] for action in actions]
    return " ".join([*kinds, *(["to", *groups] if groups else [])])


def _groups(action: Mapping[str, Any]) -> list[str]:
    """Return the ARNs of the target groups to which a live action forwards requests."""
    weighted = action.get("ForwardConfig", {}).get("TargetGroups", [])
    arns = [group["TargetGroupArn"] for group in weighted if group.get("Weight", 1) != 0]
    return arns or ([action["TargetGroupArn"]] if "TargetGroupArn" in action else [])


def other_load_balancing(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find all listeners, listener rules and target groups of the matched load balancers.

    The result also contains the load balancers that share a security group with a matched one.
    """
    # The priorities that rules get, which are unique for each listener.
    needed = {
        (str(listener), int(priority)): rule.address
        for priority, rule in resolved_values(results.targets("aws_lb_listener_rule"), "priority")
        if (match := rule.match()) is None or match.live["Priority"] != str(priority)
        for listener, _ in resolved_values([rule], "listener_arn")
    }
    for balancer in results.matches("aws_lb").values():
        for live in _listeners(results, balancer.id):
            yield UnmanagedResource(
                "aws_lb_listener", live["ListenerArn"], _listener_description(live)
            )
            for rule in _rules(results, live["ListenerArn"]):
                address = needed.get((live["ListenerArn"], int(rule["Priority"])), "")
                conflict = f"; {address} needs this priority" if address else ""
                yield UnmanagedResource(
                    "aws_lb_listener_rule",
                    rule["RuleArn"],
                    f"{_rule_description(rule)}{conflict}",
                    blocks=address,
                )
        for group in results.account.list_all(
            ELB, "describe_target_groups", LoadBalancerArn=balancer.id
        ):
            yield UnmanagedResource(
                "aws_lb_target_group",
                group["TargetGroupArn"],
                describe(group["TargetGroupName"], f"{group.get('Protocol')} {group.get('Port')}"),
            )
        groups = set(balancer.live.get("SecurityGroups", ()))
        for other in _load_balancers(results):
            if groups & set(other.get("SecurityGroups", ())):
                yield UnmanagedResource(
                    "aws_lb", other["LoadBalancerArn"], _load_balancer(other).description
                )
