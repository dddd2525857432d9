"""`navra guard`: what it prints, and the status with which it ends."""

import io
import json
import sys
from types import SimpleNamespace

import pytest

from tests.support.plan_fragments import DELETE, NOTHING, UPDATE, change, planned

HARMFUL = planned(
    change("aws_lb.web", DELETE, action_reason="delete_because_no_resource_config"),
    change("aws_vpc.main", NOTHING),
    change("aws_ecs_cluster.shop", UPDATE, {"tags": None}, {"tags": {"a": "b"}}, importing="shop"),
)
ALLOW = """
[[allow]]
address = "aws_lb.web"
action = "delete"
reason = "the shop is closed"
"""


def test_a_harmless_plan_ends_with_0_and_tells_what_was_looked_at(guard):
    plan = planned(
        change("aws_lb.web", NOTHING, importing="arn:web"),
        change("aws_vpc.main", UPDATE, {"enable_dns_support": False}, {"enable_dns_support": True}),
    )
    assert guard(plan=plan) == (
        0,
        "plan.json: 1 to change in place, 1 as they are; 1 adopted, 1 imported by this plan\n"
        "Harmless: it loses no data, cuts no traffic and changes nothing adopted unasked.\n",
        "",
    )


def test_a_refused_plan_ends_with_3_and_one_line_for_each_change(guard):
    ended = guard(plan=HARMFUL)
    assert (ended.status, ended.err) == (3, "")
    assert ended.out.splitlines() == [
        "plan.json: 1 to change in place, 1 to delete, 1 as they are; 1 adopted, 1 imported by "
        "this plan",
        "refused  aws_lb.web  delete: it is no longer in the configuration; requests come in "
        "through it",
        "allowed  aws_ecs_cluster.shop  import: changes tags; tags alone change nothing that runs",
        "Refused. An entry with a reason in a file that --allow names lets a change pass.",
    ]


def test_what_is_allowed_ends_with_0_and_its_reason(guard):
    ended = guard("--allow", "a", "--allow", "b", plan=HARMFUL, a="", b=ALLOW)
    assert (ended.status, ended.err) == (0, "")
    assert (
        "allowed  aws_lb.web  delete: it is no longer in the configuration; allowed: the shop is "
        "closed\n"
    ) in ended.out


def test_an_entry_that_is_left_over_is_told(guard):
    ended = guard("--allow", "a", plan=planned(), a=ALLOW)
    assert ended.status == 0
    assert "note     the allow-list's aws_lb.web (delete) is for nothing in this plan" in ended.out


def test_an_inventory_makes_what_it_lists_adopted(guard):
    inventory = {
        "stack": "shop-qa",
        "account": "111122223333",
        "region": "eu-west-1",
        "resources": {"aws_lb.web": {"id": "arn:web", "changes": {"idle_timeout": "60 -> 30"}}},
    }
    changed = change("aws_lb.web", UPDATE, {"idle_timeout": 60}, {"idle_timeout": 30})
    assert guard(plan=planned(changed)).status == 0
    refused = guard("--inventory", "i", plan=planned(changed), i=json.dumps(inventory))
    assert refused.status == 3
    assert "it was adopted (i), which listed this for its import alone" in refused.out
    changed["change"]["importing"] = {"id": "arn:web"}
    listed = guard("--inventory", "i", plan=planned(changed))
    assert listed.status == 0
    assert "import: changes idle_timeout (60 -> 30); i lists it" in listed.out


def test_a_plan_is_read_from_stdin(guard, monkeypatch):
    stdin = SimpleNamespace(buffer=io.BytesIO(json.dumps(HARMFUL).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    ended = guard("-")
    assert ended.status == 3
    assert ended.out.startswith("stdin: 1 to change in place")


def test_an_incomplete_plan_ends_with_3_unless_it_is_asked_for(guard):
    plan = planned(change("aws_lb.web", NOTHING), complete=False)
    ended = guard(plan=plan)
    assert ended.status == 3
    assert ended.out.endswith("--incomplete judges what it tells\nRefused.\n")
    assert guard("--incomplete", plan=plan).status == 0


def test_json_tells_the_same(guard):
    ended = guard("--json", "--allow", "a", plan=HARMFUL, a=ALLOW.replace("web", "wbe"))
    assert (ended.status, ended.err) == (3, "")
    told = json.loads(ended.out)
    assert told == {
        "harmless": False,
        "counts": {"delete": 1, "no-op": 1, "update": 1, "import": 1},
        "adopted": 1,
        "refused": [
            {
                "address": "aws_lb.web",
                "action": "delete",
                "sentence": "it is no longer in the configuration; requests come in through it",
                "objections": [
                    {
                        "argument": None,
                        "what": "it is no longer in the configuration",
                        "why": "requests come in through it",
                        "excuse": None,
                    }
                ],
            }
        ],
        "allowed": [
            {
                "address": "aws_ecs_cluster.shop",
                "action": "import",
                "sentence": "changes tags; tags alone change nothing that runs",
                "objections": [
                    {
                        "argument": "tags",
                        "what": "tags",
                        "why": "no inventory and no allow-list names it",
                        "excuse": "tags alone change nothing that runs",
                    }
                ],
            }
        ],
        "notes": [
            "the allow-list's aws_lb.wbe (delete) is for nothing in this plan: did you mean "
            "aws_lb.web?"
        ],
    }
    harmless = guard("--json", plan=planned())
    assert harmless.status == 0
    assert json.loads(harmless.out)["harmless"] is True


@pytest.mark.parametrize("how", [(), ("--json",)], ids=["text", "json"])
def test_what_is_sensitive_is_never_told(guard, how):
    hidden = change(
        "aws_db_instance.main",
        ["delete", "create"],
        {"password": "hunter1", "settings": [{"key": "s3cret"}], "skip_final_snapshot": False},
        {"password": "hunter2", "settings": [{"key": "t0ken"}], "skip_final_snapshot": True},
        forced_by=[["password"], ["settings"], ["settings", 0, "key"], ["skip_final_snapshot"]],
        importing="main",
        sensitive={"password": True, "settings": [{"key": True}]},
    )
    updated = dict(hidden, address="aws_db_instance.other")
    updated["change"] = dict(hidden["change"], actions=UPDATE)
    groups = [
        change(
            f"aws_security_group.{name}",
            UPDATE,
            {"ingress": [{"protocol": "tcp", "cidr_blocks": ["198.51.100.7/32"]}]},
            {"ingress": []},
            sensitive={"ingress": marks},
        )
        for name, marks in (("whole", True), ("within", [{"cidr_blocks": [True]}]))
    ]
    ended = guard(*how, plan=planned(hidden, updated, *groups))
    assert ended.status == 3
    assert "password (its values are not shown)" in ended.out
    assert "settings[0].key (its values are not shown)" in ended.out
    assert ended.out.count("it no longer lets a connection through") >= 2
    for value in ("hunter1", "hunter2", "s3cret", "t0ken", "198.51.100.7"):
        assert value not in ended.out + ended.err


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_what_looks_like_a_credential_is_never_told_although_terraform_does_not_mark_it(guard, how):
    def variables(secret):
        return {"environment": [{"variables": {"DB_PASSWORD": secret}}]}

    changed = change(
        "aws_lambda_function.web", UPDATE, variables("hunter1"), variables("hunter2"), importing="w"
    )
    ended = guard(*how, plan=planned(changed))
    assert "environment[0].variables.DB_PASSWORD (its values are not shown)" in ended.out
    assert "hunter" not in ended.out + ended.err


def test_a_long_text_and_a_block_are_named_and_not_shown(guard):
    replaced = change(
        "aws_lb.web",
        ["create", "delete"],
        {"policy": "x" * 100, "subnet_mapping": [{"subnet_id": "subnet-1"}]},
        {"policy": "y", "subnet_mapping": []},
        forced_by=[["policy"], ["subnet_mapping"]],
    )
    assert (
        "replace: forced by policy, subnet_mapping; requests" in guard(plan=planned(replaced)).out
    )


# Mistakes of the user's


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (b"{}", "this is not the JSON of a plan"),
        (b'{"format_version', "plan.json is no JSON, or not all of it"),
        (b"PK\x03\x04", "plan.json is a plan as Terraform saves it"),
    ],
)
def test_what_is_no_plan_ends_with_2_and_a_message(guard, plan, told):
    ended = guard(plan=plan)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("navra: ")
    assert told in ended.err


def test_a_file_that_is_not_there_ends_with_2(guard):
    assert guard("none.json") == (
        2,
        "",
        "navra: none.json cannot be read: No such file or directory\n",
    )
    for option in ("--allow", "--inventory"):
        ended = guard(option, "none", plan=planned())
        assert (ended.status, ended.out) == (2, "")
        assert "cannot be read" in ended.err


def test_an_allow_list_at_fault_ends_with_2_and_judges_nothing(guard):
    ended = guard("--allow", "a", plan=HARMFUL, a='[[allow]]\naddress = "aws_lb.web"\n')
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("navra: a cannot be used: 2 problems in the allow-list\n")
    assert "reason: is missing" in ended.err


def test_wrong_usage_ends_with_2(guard):
    assert guard().status == 2
    assert guard("--alow", "x", plan=planned()).status == 2
