"""What passes because somebody wrote down why."""

from datetime import date

import pytest

from navra_stacks.guard.allow_list import AllowList, AllowListError, Waiver
from tests.support.plan_fragments import (
    DELETE,
    REPLACE,
    UPDATE,
    change,
    judged,
    listed,
    permits,
    refusals,
)

GONE = change("aws_lb.web", DELETE)
RENAMED = change(
    "aws_lb.web",
    REPLACE,
    {"name": "a", "internal": False},
    {"name": "b", "internal": True},
    forced_by=[["name"], ["internal"]],
)


def entry(address="aws_lb.web", action="delete", reason="the shop is closed", **more):
    return Waiver(address=address, action=action, reason=reason, **more)


def test_an_entry_lets_a_change_pass_and_tells_its_reason():
    judgement = judged(GONE, allow=(entry(),))
    assert not judgement.refused
    assert permits(judgement)["aws_lb.web"].endswith("; allowed: the shop is closed")
    assert judgement.notes == ()


@pytest.mark.parametrize(
    "other",
    [
        entry(action="replace"),
        entry(address="aws_lb.web2"),
        entry(address="aws_lb.we"),
        entry(address="module.shop.aws_lb.web"),
        entry(address="aws_lb.*b2"),
    ],
)
def test_an_entry_is_for_its_address_and_action_alone(other):
    assert judged(GONE, allow=(other,)).refused


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
def test_an_address_may_hold_wildcards_and_brackets_are_themselves(pattern, address):
    allow = (entry(address=pattern),)
    assert not judged(change(address, DELETE), allow=allow).refused
    assert judged(change("aws_lb.web0", DELETE), allow=(entry(address="aws_lb.web[0]"),)).refused


def test_a_replacement_may_be_allowed_for_some_arguments():
    allowed = entry(action="replace", arguments=("name",))
    assert refusals(judged(RENAMED, allow=(allowed,))) == {
        "aws_lb.web": "replace: forced by internal (false -> true); requests come in through it"
    }
    both = (allowed, entry(action="replace", arguments=("internal",), reason="moved inside"))
    assert permits(judged(RENAMED, allow=both))["aws_lb.web"].endswith(
        "allowed: the shop is closed; allowed: moved inside"
    )
    assert not judged(RENAMED, allow=(entry(action="replace"),)).refused


def test_an_argument_does_not_cover_a_replacement_that_none_forces():
    tainted = change(
        "aws_lb.web", REPLACE, forced_by=[["name"]], action_reason="replace_because_tainted"
    )
    assert judged(tainted, allow=(entry(action="replace", arguments=("name",)),)).refused


@pytest.mark.parametrize(
    ("arguments", "passes"),
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
def test_a_change_in_place_is_covered_by_what_lies_around_it(arguments, passes):
    changed = change(
        "aws_lb_target_group.web",
        UPDATE,
        {"health_check": [{"path": "/a"}]},
        {"health_check": [{"path": "/b"}]},
    )
    judgement = judged(
        changed,
        allow=(entry("aws_lb_target_group.web", "update", arguments=arguments),),
        adopted={"aws_lb_target_group.web": listed("arn:web")},
    )
    assert bool(judgement.refused) is not passes


def test_an_import_is_allowed_as_an_import():
    changed = change("aws_lb.web", UPDATE, {"a": 1}, {"a": 2}, importing="arn:web")
    assert not judged(changed, allow=(entry(action="import", arguments=("a",)),)).refused
    assert judged(changed, allow=(entry(action="update", arguments=("a",)),)).refused


# Time, and what is left over


def test_an_entry_holds_until_its_last_day():
    allow = (entry(until=date(2026, 3, 31)),)
    assert not judged(GONE, allow=allow, today=date(2026, 3, 31)).refused
    late = judged(GONE, allow=allow, today=date(2026, 4, 1))
    assert late.refused
    assert late.notes == (
        "the allow-list's aws_lb.web (delete) held until 2026-03-31 and lets nothing pass any "
        "more: take it out",
    )


def test_an_entry_that_is_for_nothing_is_told_and_refuses_nothing():
    judgement = judged(allow=(entry(),))
    assert not judgement.refused
    assert judgement.notes == (
        "the allow-list's aws_lb.web (delete) is for nothing in this plan: take it out",
    )


def test_an_entry_with_a_slip_is_told_with_the_nearest_that_is_refused():
    judgement = judged(GONE, allow=(entry(address="aws_lb.wbe"),))
    assert judgement.refused
    assert judgement.notes == (
        "the allow-list's aws_lb.wbe (delete) is for nothing in this plan: did you mean "
        "aws_lb.web?",
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


def test_a_file_is_read(tmp_path):
    (one,) = read(tmp_path, GOOD)
    assert one == Waiver(
        address="aws_lb.web",
        action="update",
        arguments=("idle_timeout",),
        reason="uploads take longer than a minute",
        until=date(2026, 12, 31),
    )
    assert read(tmp_path, "") == ()


FAULTY = """
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


def test_everything_that_is_wrong_with_a_file_is_told_at_once(tmp_path):
    with pytest.raises(AllowListError) as caught:
        read(tmp_path, FAULTY)
    title, *lines = str(caught.value).splitlines()
    assert title.endswith("allow.toml cannot be used: 9 problems in the allow-list")
    told = "\n".join(lines)
    for one in (
        "adress: is not a setting of Waiver; did you mean 'address'?",
        "action: 'replaced' is not one of",
        "did you mean 'replace'?",
        "reason: '' is no reason; say why this may happen",
        "address: '*' names everything; name a type at least, as in 'aws_lb.*'",
        "arguments: a delete is of all of a resource; leave them out",
        "until: 'soon' is refused",
        "allow.aws_lb.web (update).reason: is missing; give it: why it may happen",
        "allow.aws_lb.web (update).arguments: is missing; name those that may change",
    ):
        assert one in told, one


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[allow", "is not TOML"),
        ("[[alow]]\n", "alow: is not a setting of AllowList; did you mean 'allow'?"),
        ("allow = 1\n", "allow: 1 is not a list"),
        ('[allow]\naddress = "aws_lb.web"\n', "write each entry under [[allow]], in two brackets"),
        ('[[allow]]\naction = "delete"\n', "allow.0.address: is missing"),
        ('[[allow]]\naddress = "aws lb"\n', "address: 'aws lb' is not an address"),
    ],
)
def test_a_file_that_is_no_allow_list_is_refused(tmp_path, text, told):
    with pytest.raises(AllowListError) as caught:
        read(tmp_path, text)
    assert told in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(AllowListError, match="cannot be read: No such file"):
        AllowList.read(tmp_path / "none.toml")
