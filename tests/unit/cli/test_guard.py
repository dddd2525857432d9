"""The output and exit status of `navra guard`."""

import io
import json
import sys
from types import SimpleNamespace

import pytest

from tests.support.plan_fragments import DELETE, NO_OP, UPDATE, change, plan_json

CRITICAL = plan_json(
    change("aws_lb.web", DELETE, action_reason="delete_because_no_resource_config"),
    change("aws_vpc.main", NO_OP),
    change("aws_ecs_cluster.shop", UPDATE, {"tags": None}, {"tags": {"a": "b"}}, importing="shop"),
)
WRAPPED = (
    b"[command]terraform-bin show -json plan\n"
    + json.dumps(CRITICAL).encode()
    + b"\n::debug::Terraform exited with code 0.\n"
)
"""The output of `terraform show` through the wrapper of hashicorp/setup-terraform."""
CHECKED = (
    "checked for deletions, takeovers of existing resources, provisioners, listed protections, "
    "capacities and rules, and adopted resources; no other effect was evaluated."
)
"""The end of the last line about an accepted plan."""
ALLOW = """
[[allow]]
address = "aws_lb.web"
action = "delete"
reason = "the shop is closed"
"""


def test_a_plan_without_violations_exits_with_0_and_counts_the_changes(guard):
    plan = plan_json(
        change("aws_lb.web", NO_OP, importing="arn:web"),
        change("aws_vpc.main", UPDATE, {"enable_dns_support": False}, {"enable_dns_support": True}),
    )
    assert guard(plan=plan) == (
        0,
        "plan.json: 1 to update in place, 1 unchanged; 1 adopted, 1 imported by this plan\n"
        f"Accepted: 1 change {CHECKED}\n",
        "",
    )


def test_a_refused_plan_exits_with_3_and_prints_a_line_for_each_change(guard):
    result = guard(plan=CRITICAL)
    assert (result.status, result.err) == (3, "")
    assert result.out.splitlines() == [
        "plan.json: 1 to update in place, 1 to delete, 1 unchanged; 1 adopted, 1 imported by this "
        "plan",
        "refused  aws_lb.web  delete: it is no longer in the configuration; incoming requests "
        "pass through it",
        "allowed  aws_ecs_cluster.shop  import: changes tags; tags do not affect running workloads",
        "Refused. To allow a change, add an entry with a reason to a file passed by --allow.",
    ]


def test_an_allowed_change_exits_with_0_and_prints_its_reason(guard):
    result = guard("--allow", "a", "--allow", "b", plan=CRITICAL, a="", b=ALLOW)
    assert (result.status, result.err) == (0, "")
    assert (
        "allowed  aws_lb.web  delete: it is no longer in the configuration; allowed: the shop is "
        "closed\n"
    ) in result.out
    assert result.out.endswith(f"Accepted: the allow-list allows 1 change; 2 changes {CHECKED}\n")


def test_the_changes_that_files_allow_are_counted(guard):
    inventory = {
        "stack": "shop-qa",
        "account": "111122223333",
        "region": "eu-west-1",
        "resources": {
            "aws_cloudwatch_log_group.web": {"id": "/web", "changes": {"retention_in_days": "30"}}
        },
    }
    plan = plan_json(
        change("aws_lb.web", DELETE),
        change("aws_lb.old", DELETE),
        change(
            "aws_cloudwatch_log_group.web",
            UPDATE,
            {"retention_in_days": 90},
            {"retention_in_days": 30},
            importing="/web",
        ),
    )
    allow = ALLOW.replace("aws_lb.web", "aws_lb.*")
    options = ("--allow", "a", "--inventory", "i")
    result = guard(*options, plan=plan, a=allow, i=json.dumps(inventory))
    assert result.status == 0
    assert result.out.endswith(
        "Accepted: the allow-list allows 2 changes; an inventory allows 1 change; 3 changes "
        f"{CHECKED}\n"
    )


def test_an_unused_waiver_is_noted(guard):
    result = guard("--allow", "a", plan=plan_json(), a=ALLOW)
    assert result.status == 0
    assert "note     allow-list entry aws_lb.web (delete) matches no refused change" in result.out


def test_resources_of_an_inventory_are_adopted(guard):
    inventory = {
        "stack": "shop-qa",
        "account": "111122223333",
        "region": "eu-west-1",
        "resources": {"aws_lb.web": {"id": "arn:web", "changes": {"idle_timeout": "60 -> 30"}}},
    }
    changed = change("aws_lb.web", UPDATE, {"idle_timeout": 60}, {"idle_timeout": 30})
    assert guard(plan=plan_json(changed)).status == 0
    refused = guard("--inventory", "i", plan=plan_json(changed), i=json.dumps(inventory))
    assert refused.status == 3
    assert "it was adopted (i), and the inventory allows this change only during" in refused.out
    changed["change"]["importing"] = {"id": "arn:web"}
    listed = guard("--inventory", "i", plan=plan_json(changed))
    assert listed.status == 0
    assert "import: changes idle_timeout (60 -> 30); listed in i" in listed.out


def test_a_plan_is_read_from_stdin(guard, monkeypatch):
    stdin = SimpleNamespace(buffer=io.BytesIO(json.dumps(CRITICAL).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    result = guard("-")
    assert result.status == 3
    assert result.out.startswith("stdin: 1 to update in place")


def test_an_incomplete_plan_exits_with_3_without_the_option_incomplete(guard):
    plan = plan_json(change("aws_lb.web", NO_OP), complete=False)
    result = guard(plan=plan)
    assert result.status == 3
    assert result.out.endswith("pass --incomplete to evaluate that part\nRefused.\n")
    assert guard("--incomplete", plan=plan).status == 0


def test_json_contains_the_same_findings(guard):
    result = guard("--json", "--allow", "a", plan=CRITICAL, a=ALLOW.replace("web", "wbe"))
    assert (result.status, result.err) == (3, "")
    assert json.loads(result.out) == {
        "accepted": False,
        "counts": {"delete": 1, "no-op": 1, "update": 1, "import": 1},
        "adopted": 1,
        "refused": [
            {
                "address": "aws_lb.web",
                "action": "delete",
                "sentence": "it is no longer in the configuration; incoming requests pass "
                "through it",
                "violations": [
                    {
                        "argument": None,
                        "what": "it is no longer in the configuration",
                        "why": "incoming requests pass through it",
                        "waiver": None,
                    }
                ],
            }
        ],
        "warnings": [],
        "allowed": [
            {
                "address": "aws_ecs_cluster.shop",
                "action": "import",
                "sentence": "changes tags; tags do not affect running workloads",
                "violations": [
                    {
                        "argument": "tags",
                        "what": "tags",
                        "why": "not listed in an inventory or allow-list",
                        "waiver": "tags do not affect running workloads",
                    }
                ],
            }
        ],
        "notes": [
            "allow-list entry aws_lb.wbe (delete) matches no refused change in this plan; did you "
            "mean aws_lb.web?"
        ],
    }
    unchanged = guard("--json", plan=plan_json())
    assert unchanged.status == 0
    assert json.loads(unchanged.out)["accepted"] is True


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_sensitive_values_are_never_printed(guard, options):
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
    result = guard(*options, plan=plan_json(hidden, updated, *groups))
    assert result.status == 3
    assert "password (values hidden)" in result.out
    assert "settings[0].key (values hidden)" in result.out
    assert result.out.count("its rules no longer allow all of a connection") >= 2
    for value in ("hunter1", "hunter2", "s3cret", "t0ken", "198.51.100.7"):
        assert value not in result.out + result.err


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_values_that_look_like_credentials_are_never_printed(guard, options):
    def variables(secret):
        return {"environment": [{"variables": {"DB_PASSWORD": secret}}]}

    changed = change(
        "aws_lambda_function.web", UPDATE, variables("hunter1"), variables("hunter2"), importing="w"
    )
    result = guard(*options, plan=plan_json(changed))
    assert "environment[0].variables.DB_PASSWORD (values hidden)" in result.out
    assert "hunter" not in result.out + result.err


def test_long_strings_and_blocks_are_named_without_their_values(guard):
    replaced = change(
        "aws_lb.web",
        ["create", "delete"],
        {"policy": "x" * 100, "subnet_mapping": [{"subnet_id": "subnet-1"}]},
        {"policy": "y", "subnet_mapping": []},
        forced_by=[["policy"], ["subnet_mapping"]],
    )
    assert (
        "replace: forced by policy, subnet_mapping; incoming requests"
        in guard(plan=plan_json(replaced)).out
    )


# Security


WIDENED = change(
    "aws_security_group.x",
    UPDATE,
    {"ingress": [{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["::/0"]}]},
    {"ingress": [{"from_port": 0, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["::/0"]}]},
)


def test_an_exposure_is_a_warning_and_is_refused_with_the_option_security(guard):
    sentence = "aws_security_group.x  update: changes ingress[0].from_port (443 -> 0); it opens tcp"
    result = guard(plan=plan_json(WIDENED))
    assert result.status == 0
    assert f"warning  {sentence} 0-443 ::/0 to everybody\n" in result.out
    assert result.out.endswith(
        f"Accepted: 1 warning would be refused with --security; 1 change {CHECKED}\n"
    )
    result = guard("--security", plan=plan_json(WIDENED))
    assert result.status == 3
    assert f"refused  {sentence} 0-443 ::/0 to everybody\n" in result.out
    (finding,) = json.loads(guard("--json", plan=plan_json(WIDENED)).out)["warnings"]
    assert finding["address"] == "aws_security_group.x"


def test_an_allow_list_entry_allows_an_exposure(guard):
    allow = """
        [[allow]]
        address = "aws_security_group.x"
        action = "update"
        arguments = ["ingress"]
        reason = "a public service"
    """
    for options in ((), ("--security",)):
        result = guard(*options, "--allow", "a", plan=plan_json(WIDENED), a=allow)
        assert result.status == 0
        assert "allowed  aws_security_group.x  update: changes ingress[0].from_port" in result.out
        assert "allowed: a public service\n" in result.out
        assert "warning" not in result.out


def test_a_change_with_a_loss_and_an_exposure_has_two_lines(guard):
    changed = change(
        "aws_db_instance.x",
        UPDATE,
        {"backup_retention_period": 35, "publicly_accessible": False},
        {"backup_retention_period": 1, "publicly_accessible": True},
    )
    lines = guard(plan=plan_json(changed)).out.splitlines()
    assert [line.split("  ")[0] for line in lines[1:3]] == ["refused", "warning"]


def test_a_plan_without_changes_is_accepted_as_such(guard):
    result = guard(plan=plan_json(change("aws_lb.web", NO_OP)))
    assert result.out.endswith("Accepted: the plan changes no resource.\n")


# Hostile texts


FORGED = "it\nAccepted: the plan changes no resource.\x1b[2K\r"


def test_no_text_of_a_plan_or_allow_list_forges_a_line(guard):
    plan = plan_json(
        change(f'aws_lb.{FORGED}["\u202e"]', DELETE, action_reason=FORGED, type="aws_lb"),
        change("aws_lb.it", UPDATE, {FORGED: 1}, {FORGED: 2}, importing=FORGED),
        change("aws_db_instance.it", ["delete", "create"], forced_by=[[FORGED]]),
        change("aws_lb.other", [FORGED]),
        action_invocations=[{"address": FORGED}],
    )
    allow = f"""
        [[allow]]
        address = "aws_db_instance.*"
        action = "replace"
        reason = {json.dumps(FORGED)}
    """
    result = guard("--allow", "a", plan=plan, a=allow)
    assert (result.status, result.err) == (3, "")
    lines = result.out.split("\n")
    assert not any(line.startswith("Accepted") for line in lines)
    assert all(line.isprintable() for line in lines)


def test_no_text_of_an_error_forges_a_line(guard):
    twice = [change(f"aws_lb.{FORGED}", DELETE, type="aws_lb")] * 2
    result = guard(plan=plan_json(*twice))
    assert (result.status, result.out) == (2, "")
    assert "\x1b" not in result.err
    assert len(result.err.splitlines()) == 1


# Invalid arguments and files


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (b"{}", "this is not the JSON of a plan"),
        (b'{"format_version', "plan.json is not complete, valid JSON"),
        (b"PK\x03\x04", "plan.json is a binary plan file"),
        (WRAPPED, "set `terraform_wrapper: false` in the step with hashicorp/setup-terraform"),
        (WRAPPED.partition(b"\n")[2], "set `terraform_wrapper: false` in the step"),
        (b"[" * 100_000, "plan.json nests more than 100 levels"),
    ],
)
def test_a_file_that_is_not_a_plan_exits_with_2_and_a_message(guard, plan, message):
    result = guard(plan=plan)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("navra: ")
    assert message in result.err


def test_a_missing_file_exits_with_2(guard):
    assert guard("none.json") == (
        2,
        "",
        "navra: none.json cannot be read: No such file or directory\n",
    )
    result = guard("--allow", "none", plan=plan_json())
    assert result == (2, "", "navra: none cannot be read: No such file or directory\n")
    for path, name in (("environments/qa.inventory.json", "qa"), ("none.json", "ENV")):
        result = guard("--inventory", path, plan=plan_json())
        message = f"navra: {path} does not exist; create it with `navra discover {name}`\n"
        assert result == (2, "", message)


def test_an_invalid_allow_list_exits_with_2_and_evaluates_nothing(guard):
    result = guard("--allow", "a", plan=CRITICAL, a='[[allow]]\naddress = "aws_lb.web"\n')
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("navra: a is not a valid allow-list: 2 problems\n")
    assert "reason: is missing" in result.err


def test_files_that_nest_deeply_exit_with_2(guard):
    nested = "[" * 5000 + "]" * 5000
    for option, content in (("--allow", f"a = {nested}"), ("--inventory", nested)):
        result = guard(option, "file", plan=plan_json(), file=content)
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith("navra: file")


def test_invalid_options_exit_with_2(guard):
    assert guard().status == 2
    assert guard("--alow", "x", plan=plan_json()).status == 2
