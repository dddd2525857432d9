"""Application load balancers, their listeners and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.account.finders import dns
from navra_stacks.account.finders.matching import created, known, told
from navra_stacks.account.lookup_types import Candidate, LookupTarget, Survey, UnmanagedResource
from navra_stacks.terraform.expressions import UnresolvedError

__all__ = ["listener", "listener_rule", "load_balancer", "others_at_the_load_balancer"]

ELB = "elbv2"


def load_balancer(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name, which is unique; and the one that the described host points at, if another.

    Without one of that name: those that have the described security groups.
    """
    answer = wanted.account.look(ELB, "describe_load_balancers", Names=[wanted["name"]])
    found = list(answer["LoadBalancers"]) if answer is not None else []
    found += _pointed_at(wanted)
    for live in found or _with_its_groups(wanted):
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
        told(live["LoadBalancerName"], live["DNSName"], created(live.get("CreatedTime"))),
        live,
    )


def _all(wanted: LookupTarget | Survey) -> list[Any]:
    return wanted.account.all(ELB, "describe_load_balancers")


def _pointed_at(wanted: LookupTarget) -> Iterator[Any]:
    """The load balancers at which the alias records point that the document points at this one."""
    for record in wanted.referring("aws_route53_record", "dns_name"):
        try:
            targets = {dns.target(live) for live in dns.live_records(record)}
        except UnresolvedError:
            continue
        for live in _all(wanted):
            if live["DNSName"].lower() in targets:
                yield live


def _with_its_groups(wanted: LookupTarget) -> Iterator[Any]:
    try:
        groups = set(wanted.get("security_groups", ()))
    except UnresolvedError:
        return
    # Neither can be changed: one of another kind is another one.
    kind = str(wanted.get("load_balancer_type", "application"))
    scheme = "internal" if wanted.get("internal", False) else "internet-facing"
    for live in _all(wanted):
        same = (live.get("Type"), live.get("Scheme")) == (kind, scheme)
        if same and groups and groups <= set(live.get("SecurityGroups", ())):
            yield live


def listener(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its port, which a load balancer has once."""
    port = int(wanted["port"])
    for live in _listeners(wanted, wanted["load_balancer_arn"]):
        if live["Port"] == port:
            yield Candidate(
                live["ListenerArn"],
                {"arn": live["ListenerArn"], "id": live["ListenerArn"]},
                _listener_told(live),
                live,
            )


def _listeners(wanted: LookupTarget | Survey, load_balancer: str) -> list[Any]:
    return wanted.account.all(ELB, "describe_listeners", LoadBalancerArn=load_balancer)


def _listener_told(live: Mapping[str, Any]) -> str:
    return told(f"{live['Protocol']} {live['Port']}", _actions(live["DefaultActions"]))


def listener_rule(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its conditions, whatever its priority and what it does."""
    described = _described_conditions(wanted["condition"])
    for live in _rules(wanted, wanted["listener_arn"]):
        if _live_conditions(live) == described:
            yield Candidate(
                live["RuleArn"],
                {"arn": live["RuleArn"], "id": live["RuleArn"]},
                _rule_told(live),
                live,
            )


def _rules(wanted: LookupTarget | Survey, listener: str) -> list[Any]:
    """The rules of a listener but its default action, which belongs to the listener."""
    rules = wanted.account.all(ELB, "describe_rules", ListenerArn=listener)
    return [rule for rule in rules if not rule["IsDefault"]]


Conditions = frozenset[tuple[str, str, frozenset[Any]]]


def _described_conditions(conditions: Any) -> Conditions:
    told_: set[tuple[str, str, frozenset[Any]]] = set()
    for condition in conditions if isinstance(conditions, list) else [conditions]:
        for kind, body in condition.items():
            if not body:
                continue
            if kind == "query_string":
                pairs = body if isinstance(body, list) else [body]
                values = frozenset((one.get("key") or "", one["value"]) for one in pairs)
            else:
                inner = body[0] if isinstance(body, list) else body
                values = _values(kind, inner.get("values", ()), inner.get("regex_values", ()))
                body = inner
            name = body.get("http_header_name", "") if isinstance(body, dict) else ""
            told_.add((kind.replace("_", "-"), name.lower(), values))
    return frozenset(told_)


def _values(kind: str, given: Any, expressions: Any) -> frozenset[Any]:
    """What is compared with; of hosts the case does not count."""
    is_host = kind.replace("_", "-") == "host-header"
    plain = [one.lower() if is_host else one for one in given or ()]
    return frozenset([*plain, *(("expression", one) for one in expressions or ())])


def _live_conditions(rule: Mapping[str, Any]) -> Conditions:
    told_: set[tuple[str, str, frozenset[Any]]] = set()
    for condition in rule["Conditions"]:
        config: Mapping[str, Any] = next(
            (value for key, value in condition.items() if key.endswith("Config") and value), {}
        )
        given = config.get("Values") or condition.get("Values") or []
        pairs = [
            (one.get("Key") or "", one["Value"]) if isinstance(one, dict) else one for one in given
        ]
        values = _values(condition["Field"], pairs, config.get("RegexValues", ()))
        name = config.get("HttpHeaderName", "")
        told_.add((condition["Field"], name.lower(), values))
    return frozenset(told_)


def _rule_told(rule: Mapping[str, Any]) -> str:
    conditions = " and ".join(
        " ".join(filter(None, (field, name, " or ".join(sorted(map(str, values))))))
        for field, name, values in sorted(_live_conditions(rule), key=str)
    )
    return told(f"priority {rule['Priority']}", conditions, _actions(rule["Actions"]))


def _actions(actions: list[Any]) -> str:
    groups = [group.split("/")[1] for action in actions for group in _groups(action)]
    kinds = [action["Type"] for action in actions]
    return " ".join([*kinds, *(["to", *groups] if groups else [])])


def _groups(action: Mapping[str, Any]) -> list[str]:
    """The target groups to which a live action forwards any requests."""
    weighted = action.get("ForwardConfig", {}).get("TargetGroups", [])
    arns = [one["TargetGroupArn"] for one in weighted if one.get("Weight", 1) != 0]
    return arns or ([action["TargetGroupArn"]] if "TargetGroupArn" in action else [])


def others_at_the_load_balancer(survey: Survey) -> Iterator[UnmanagedResource]:
    """Listeners, rules and target groups of the environment's load balancer.

    And load balancers that have its security groups.
    """
    priorities = {
        int(priority): rule.address
        for priority, rule in known(survey.wanted("aws_lb_listener_rule"), "priority")
        if rule.found() is None
    }
    for balancer in survey.found("aws_lb").values():
        for live in _listeners(survey, balancer.id):
            yield UnmanagedResource("aws_lb_listener", live["ListenerArn"], _listener_told(live))
            for rule in _rules(survey, live["ListenerArn"]):
                taken = priorities.get(int(rule["Priority"]), "")
                told_ = f"{_rule_told(rule)}; {taken} wants this priority" if taken else ""
                yield UnmanagedResource(
                    "aws_lb_listener_rule", rule["RuleArn"], told_ or _rule_told(rule)
                )
        for group in survey.account.all(ELB, "describe_target_groups", LoadBalancerArn=balancer.id):
            yield UnmanagedResource(
                "aws_lb_target_group",
                group["TargetGroupArn"],
                told(group["TargetGroupName"], f"{group.get('Protocol')} {group.get('Port')}"),
            )
        groups = set(balancer.live.get("SecurityGroups", ()))
        for other in _all(survey):
            if groups & set(other.get("SecurityGroups", ())):
                yield UnmanagedResource(
                    "aws_lb", other["LoadBalancerArn"], _load_balancer(other).told
                )
