"""Each entry of the guard's tables has an effect on a plan."""

import pytest

from navra_stacks.guard.exposing_arguments import (
    EXPOSING,
    EXPOSING_EVERYWHERE,
    LOOSENING,
    REROUTING,
)
from navra_stacks.guard.protective_arguments import (
    ENTRIES,
    RETENTIONS,
    RETENTIONS_WITHOUT_END,
    SWITCHES,
    SWITCHES_WHEN_ON,
    ZERO,
)
from tests.support.plan_fragments import CREATE, UPDATE, change, evaluated


def values(name, value):
    """Return the arguments of a resource, with `value` for the argument `name`."""
    for part in reversed(name.split(".")[1:]):
        value = [{part: value}]
    return {name.partition(".")[0]: value}


def updated(type_, name, before, after):
    return evaluated(change(f"{type_}.it", UPDATE, values(name, before), values(name, after)))


def sentences(findings):
    return "\n".join(finding.sentence for finding in findings)


@pytest.mark.parametrize(("type_", "name"), SWITCHES)
def test_switching_a_protection_off_is_refused(type_, name):
    on, off = ("ENABLED", "DISABLED") if name.endswith(("state", "status")) else (True, False)
    why = SWITCHES[type_, name].why
    assert why in sentences(updated(type_, name, on, off).refused)
    assert why in sentences(updated(type_, name, on, None).refused)
    assert not updated(type_, name, off, on).refused
    assert not evaluated(change(f"{type_}.it", UPDATE, values(name, off), {"a": 1})).refused
    removed = change(f"{type_}.it", UPDATE, values(name, on), values(name.partition(".")[0], []))
    assert why in sentences(evaluated(removed).refused)


@pytest.mark.parametrize(("type_", "name"), SWITCHES_WHEN_ON)
def test_switching_on_what_cuts_traffic_is_refused(type_, name):
    assert SWITCHES_WHEN_ON[type_, name].why in sentences(updated(type_, name, False, True).refused)
    assert not updated(type_, name, True, False).refused


@pytest.mark.parametrize(("type_", "name"), RETENTIONS)
def test_a_shorter_retention_is_refused(type_, name):
    assert RETENTIONS[type_, name].why in sentences(updated(type_, name, 30, 7).refused)
    assert not updated(type_, name, 7, 30).refused
    assert sentences(updated(type_, name, 30, 0).refused)
    unknown = change(f"{type_}.it", UPDATE, values(name, 30), {}, unknown=values(name, True))
    assert not evaluated(unknown).refused


@pytest.mark.parametrize(("type_", "name"), RETENTIONS_WITHOUT_END)
def test_a_retention_that_gets_an_end_is_refused(type_, name):
    why = RETENTIONS_WITHOUT_END[type_, name].why
    for before, after in ((30, 7), (0, 30), (None, 30)):
        assert why in sentences(updated(type_, name, before, after).refused)
        assert not updated(type_, name, after, before).refused


def test_backups_are_deleted_at_a_retention_of_zero():
    evaluation = updated("aws_db_instance", "backup_retention_period", 30, 0)
    assert sentences(evaluation.refused).endswith("; it deletes the automatic backups")


def test_a_change_that_is_known_only_after_the_apply_weakens_every_protection():
    rule = {"ip_protocol": "tcp", "from_port": 1, "to_port": 1, "cidr_ipv4": "10.0.0.0/8"}
    for type_, before in (
        ("aws_vpc_security_group_ingress_rule", rule),
        ("aws_security_group", {"ingress": [rule | {"cidr_blocks": ["10.0.0.0/8"]}]}),
        ("aws_cloudtrail", {"enable_logging": True}),
    ):
        unknown = change(f"{type_}.it", UPDATE, before, {})
        unknown["change"]["after_unknown"] = True
        assert evaluated(unknown).refused


@pytest.mark.parametrize(("type_", "name"), ZERO)
@pytest.mark.parametrize("before", [-1, None, 10])
def test_a_number_of_zero_is_refused(type_, name, before):
    assert ZERO[type_, name].why in sentences(updated(type_, name, before, 0).refused)
    assert not updated(type_, name, 0, before).refused


@pytest.mark.parametrize(("type_", "name"), ENTRIES)
def test_a_removed_entry_is_refused(type_, name):
    entries = ENTRIES[type_, name]
    one, two = ({entries.keys[0]: key} if entries.keys else key for key in ("one", "two"))
    evaluation = updated(type_, name, [one, two], [two])
    assert f"{entries.why}: one" in sentences(evaluation.refused)
    assert f"{entries.why}: one, two" in sentences(updated(type_, name, [one, two], []).refused)
    assert not updated(type_, name, [one], [two, one]).refused


EXPOSED = {
    **{key: (entry, False) for key, entry in EXPOSING.items()},
    **{key: (entry, True) for key, entry in LOOSENING.items()},
    **{("aws_thing", name): (entry, False) for name, entry in EXPOSING_EVERYWHERE.items()},
}


@pytest.mark.parametrize(("type_", "name"), EXPOSED)
def test_an_exposing_value_is_a_warning(type_, name):
    (exposing, effect), is_default = EXPOSED[type_, name]
    for value in exposing:
        assert effect.why in sentences(updated(type_, name, "other", value).warnings)
        assert not updated(type_, name, value, "other").warnings
        assert not updated(type_, name, value, value).warnings
        created = evaluated(change(f"{type_}.it", CREATE, None, values(name, value)))
        assert bool(created.warnings) is not is_default


def test_an_administrator_policy_as_a_boundary_grants_nothing():
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    attached = updated("aws_iam_role", "managed_policy_arns", [], [arn])
    assert "it grants the permissions of AdministratorAccess" in sentences(attached.warnings)
    assert not updated("aws_iam_role", "permissions_boundary", None, arn).findings


@pytest.mark.parametrize(
    ("type_", "before", "after"),
    [
        ("aws_route_table", {"route": [{"cidr_block": "192.0.2.0/24"}]}, {"route": []}),
        (
            "aws_route_table",
            {"route": [{"cidr_block": "192.0.2.0/24", "gateway_id": "a"}]},
            {"route": [{"cidr_block": "192.0.2.0/24", "gateway_id": "b"}]},
        ),
        (
            "aws_security_group_rule",
            {"type": "ingress", "protocol": "tcp", "cidr_blocks": ["192.0.2.0/24"]},
            {"type": "ingress", "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]},
        ),
    ],
)
def test_sensitive_entries_and_networks_are_not_shown(type_, before, after):
    for sensitive in ({}, dict.fromkeys((*before, *after), True)):
        evaluation = evaluated(change(f"{type_}.it", UPDATE, before, after, sensitive=sensitive))
        text = sentences(evaluation.findings)
        assert text
        assert ("192.0.2.0" in text or "0.0.0.0" in text) is not bool(sensitive)


@pytest.mark.parametrize(("type_", "name"), REROUTING)
def test_another_target_is_a_warning(type_, name):
    effect = REROUTING[type_, name]
    if (type_, name) in ENTRIES:
        key = ENTRIES[type_, name].keys[0]
        before, after = ([{key: "one", "target": target}] for target in "ab")
        assert f"{effect.why}: one" in sentences(updated(type_, name, before, after).warnings)
        assert not updated(type_, name, before, [*before, {key: "two"}]).warnings
    else:
        assert effect.why in sentences(updated(type_, name, "a", "b").warnings)
        assert not evaluated(change(f"{type_}.it", CREATE, None, values(name, "a"))).warnings


def alias(name, **more):
    return {"type": "A", "alias": [{"name": name, "evaluate_target_health": True, **more}]}


def rerouted(before, after):
    evaluation = evaluated(change("aws_route53_record.it", UPDATE, before, after))
    return "resolved to another target" in sentences(evaluation.warnings)


def test_the_dualstack_prefix_of_an_alias_is_no_other_target():
    console = alias("dualstack.web-1.elb.amazonaws.com.", zone_id="Z1")
    assert not rerouted(console, alias("Web-1.elb.amazonaws.com", zone_id="Z1"))
    assert rerouted(console, alias("web-2.elb.amazonaws.com", zone_id="Z1"))
    assert rerouted(console, alias("web-1.elb.amazonaws.com", zone_id="Z2"))
    # An AAAA record needs the prefix.
    assert rerouted(console | {"type": "AAAA"}, alias("web-1.elb.amazonaws.com", zone_id="Z1"))
