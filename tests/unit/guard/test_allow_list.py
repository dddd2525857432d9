"""Waivers in the allow-list, and the file that contains them."""

from datetime import date

import pytest

from navra_stacks.guard.allow_list import AllowList, AllowListError, Waiver
from tests.support.plan_fragments import (
    DELETE,
    REPLACE,
    UPDATE,
    adopted_resource,
    allowances,
    change,
    evaluated,
    refusals,
)

DELETED = change("aws_lb.web", DELETE)
RENAMED = change(
    "aws_lb.web",
    REPLACE,
    {"name": "a", "internal": False},
    {"name": "b", "internal": True},
    forced_by=[["name"], ["internal"]],
)


def waiver(address="aws_lb.web", action="delete", reason="the shop is closed", **more):
    return Waiver(address=address, action=action, reason=reason, **more)


def test_a_waiver_allows_a_change_and_reports_its_reason():
    evaluation = evaluated(DELETED, allow=(waiver(),))
    assert not evaluation.refused
    assert allowances(evaluation)["aws_lb.web"].endswith("; allowed: the shop is closed")
    assert evaluation.notes == ()


@pytest.mark.parametrize(
    "other",
    [
        waiver(action="replace"),
        waiver(address="aws_lb.web2"),
        waiver(address="aws_lb.we"),
        waiver(address="module.shop.aws_lb.web"),
        waiver(address="aws_lb.*b2"),
    ],
)
def test_a_waiver_applies_only_to_its_address_and_action(other):
    assert evaluated(DELETED, allow=(other,)).refused


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("aws_lb.*", "aws_lb.web"),
        ("aws_lb.we?", "aws_lb.web"),
        ("*.aws_lb.web", "module.shop.aws_lb.web"),
        ('aws_lb.web["a.b"]', 'aws_lb.web["a.b"]'),
        ("aws_lb.web[0]", "aws_lb.web[0]"),
        ("aws_lb.web[*]", "aws_lb.web[12]"),
    ],
)
def test_an_address_may_contain_wildcards_and_brackets_are_literal(pattern, address):
    allow = (waiver(address=pattern),)
    assert not evaluated(change(address, DELETE), allow=allow).refused
    assert evaluated(
        change("aws_lb.web0", DELETE), allow=(waiver(address="aws_lb.web[0]"),)
    ).refused


def test_a_waiver_may_allow_a_replacement_for_some_arguments_only():
    allowed = waiver(action="replace", arguments=("name",))
    assert refusals(evaluated(RENAMED, allow=(allowed,))) == {
        "aws_lb.web": "replace: forced by internal (false -> true); incoming requests pass "
        "through it"
    }
    both = (allowed, waiver(action="replace", arguments=("internal",), reason="moved inside"))
    assert allowances(evaluated(RENAMED, allow=both))["aws_lb.web"].endswith(
        "allowed: the shop is closed; allowed: moved inside"
    )
    assert not evaluated(RENAMED, allow=(waiver(action="replace"),)).refused


def test_a_waiver_with_arguments_does_not_cover_a_replacement_without_one():
    tainted = change(
        "aws_lb.web", REPLACE, forced_by=[["name"]], action_reason="replace_because_tainted"
    )
    assert evaluated(tainted, allow=(waiver(action="replace", arguments=("name",)),)).refused


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (("health_check",), True),
        (("health_check[0]",), True),
        (("health_check.path",), True),
        (("health_check[0].path",), True),
        (("*",), True),
        (("health",), False),
        (("health_check.pat",), False),
        (("path",), False),
    ],
)
def test_a_waiver_for_an_argument_covers_all_paths_within_it(arguments, allowed):
    changed = change(
        "aws_lb_target_group.web",
        UPDATE,
        {"health_check": [{"path": "/a"}]},
        {"health_check": [{"path": "/b"}]},
    )
    evaluation = evaluated(
        changed,
        allow=(waiver("aws_lb_target_group.web", "update", arguments=arguments),),
        adopted={"aws_lb_target_group.web": adopted_resource("arn:web")},
    )
    assert bool(evaluation.refused) is not allowed


def test_a_change_during_an_import_needs_the_action_import():
    changed = change("aws_lb.web", UPDATE, {"a": 1}, {"a": 2}, importing="arn:web")
    assert not evaluated(changed, allow=(waiver(action="import", arguments=("a",)),)).refused
    assert evaluated(changed, allow=(waiver(action="update", arguments=("a",)),)).refused


@pytest.mark.parametrize(
    "address", ["*", "**", "*.*", "?*", "*.web", "aws_*", "aws_*.*", "module.*", "*a*", "*[0]"]
)
def test_an_address_that_matches_resources_of_all_types_is_invalid(address, tmp_path):
    entry = f"[[allow]]\naddress = '{address}'\naction = 'delete'\nreason = 'closed'\n"
    with pytest.raises(AllowListError, match="matches resources of all types"):
        read(tmp_path, entry)


@pytest.mark.parametrize(
    "address",
    [
        "aws_lb.*",
        "*.aws_lb.web",
        "*aws_lb.web",
        "aws_cloudwatch_*.web",
        "module.shop.*",
        "module.shop[*].*",
        "action.aws_ec2_stop_instance.*",
    ],
)
def test_an_address_may_match_all_resources_of_a_type_or_module(address, tmp_path):
    entry = f"[[allow]]\naddress = '{address}'\naction = 'delete'\nreason = 'closed'\n"
    assert read(tmp_path, entry)[0].address == address


# Expired and unused waivers


def test_a_waiver_is_valid_through_its_last_day():
    allow = (waiver(until=date(2026, 3, 31)),)
    assert not evaluated(DELETED, allow=allow, today=date(2026, 3, 31)).refused
    late = evaluated(DELETED, allow=allow, today=date(2026, 4, 1))
    assert late.refused
    assert late.notes == (
        "allow-list entry aws_lb.web (delete) expired after 2026-03-31; remove the entry, "
        "or set a later `until`",
    )


def test_an_unused_waiver_is_noted_and_does_not_refuse_the_plan():
    evaluation = evaluated(allow=(waiver(),))
    assert not evaluation.refused
    assert evaluation.notes == (
        "allow-list entry aws_lb.web (delete) matches no refused change in this plan; "
        "remove the entry",
    )


def test_a_misspelled_address_is_noted_with_the_most_similar_refused_address():
    evaluation = evaluated(DELETED, allow=(waiver(address="aws_lb.wbe"),))
    assert evaluation.refused
    assert evaluation.notes == (
        "allow-list entry aws_lb.wbe (delete) matches no refused change in this plan; "
        "did you mean aws_lb.web?",
    )


@pytest.mark.parametrize(
    ("action", "arguments", "reason"),
    [
        ("delete", (), "the refused action on aws_lb.web is `import`"),
        ("import", ("b",), "its `arguments` cover no refused change of aws_lb.web"),
    ],
)
def test_an_unused_waiver_for_a_refused_resource_is_noted_with_the_reason(
    action, arguments, reason
):
    changed = change("aws_lb.web", UPDATE, {"a": 1}, {"a": 2}, importing="arn:web")
    evaluation = evaluated(changed, allow=(waiver(action=action, arguments=arguments),))
    assert evaluation.notes == (
        f"allow-list entry aws_lb.web ({action}) matches no refused change in this plan; {reason}",
    )


# The file


GOOD = """
[[allow]]
address = "aws_lb.web"
action = "update"
arguments = ["idle_timeout"]
reason = "uploads take longer than a minute"
until = 2026-12-31
"""


def read(tmp_path, text):
    path = tmp_path / "allow.toml"
    path.write_text(text)
    return AllowList.read(path).allow


def test_an_allow_list_is_read_from_a_file(tmp_path):
    (only,) = read(tmp_path, GOOD)
    assert only == Waiver(
        address="aws_lb.web",
        action="update",
        arguments=("idle_timeout",),
        reason="uploads take longer than a minute",
        until=date(2026, 12, 31),
    )
    assert read(tmp_path, "") == ()


INVALID = """
[[allow]]
adress = "aws_lb.web"
action = "replaced"
reason = ""

[[allow]]
address = "*"
action = "delete"
arguments = ["name"]
reason = "why not"
until = "soon"

[[allow]]
address = "aws_lb.web"
action = "update"
"""


def test_all_problems_of_a_file_are_reported_at_once(tmp_path):
    with pytest.raises(AllowListError) as caught:
        read(tmp_path, INVALID)
    title, *lines = str(caught.value).splitlines()
    assert title.endswith("allow.toml is not a valid allow-list: 9 problems")
    problems = "\n".join(lines)
    for expected in (
        "adress: is not a setting of Waiver; did you mean 'address'?",
        "action: 'replaced' is not one of",
        "did you mean 'replace'?",
        "reason: '' is not a valid reason; explain why the change is acceptable",
        "address: '*' matches resources of all types; name at least a type or a module, for "
        "example 'aws_lb.*' or 'module.shop.*'",
        "arguments: has no effect with the action `delete`; remove `arguments` from the entry",
        "until: 'soon' is invalid",
        "allow.aws_lb.web (update).reason: is missing; set it: why the change is acceptable",
        "allow.aws_lb.web (update).arguments: is missing; list the arguments that may change",
    ):
        assert expected in problems, expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[allow", "is not valid TOML"),
        ("[[alow]]\n", "alow: is not a setting of AllowList; did you mean 'allow'?"),
        ("allow = 1\n", "allow: 1 is not a list"),
        (
            '[allow]\naddress = "aws_lb.web"\n',
            "write each entry as [[allow]], with double brackets",
        ),
        ('[[allow]]\naction = "delete"\n', "allow.0.address: is missing"),
        ('[[allow]]\naddress = "aws lb"\n', "address: 'aws lb' is not a valid address"),
    ],
)
def test_an_invalid_allow_list_is_refused(tmp_path, text, message):
    with pytest.raises(AllowListError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(AllowListError, match="cannot be read: No such file"):
        AllowList.read(tmp_path / "none.toml")
