"""All checks together, and the report."""

from __future__ import annotations

import json

import pytest

from navra_stacks import Secret
from navra_stacks.account.aws_reader import AccountError, OperationError, WrongAccountError
from navra_stacks.preflight.dns_resolver import DnsResolver
from navra_stacks.preflight.finding import Finding, Outcome, Report, note, passed, problem, unknown
from navra_stacks.preflight.runner import CHECKS, preflight
from navra_stacks.preflight.text import as_json, lines
from navra_stacks.settings.environment import Environment
from tests.support.fake_account import FakeAccount, denied
from tests.support.shop import shop, web, web_container

READS = (
    *("list_hosted_zones", "describe_vpcs", "describe_secret", "get_role", "get_service_quota"),
    *("describe_log_groups", "describe_load_balancers"),
)


def report(
    account: FakeAccount, environment: Environment | None = None, **variables: str
) -> Report:
    resolver = DnsResolver("127.0.0.1:9")
    return preflight(environment or shop(), account, variables=variables, resolver=resolver)


def test_a_missing_permission_ends_only_its_check() -> None:
    found = report(FakeAccount({"get_role": denied("iam:GetRole")}))
    assert list(found.findings) == ["Account", *CHECKS]
    unread = found.with_outcome(Outcome.UNKNOWN)
    assert [str(one) for one in unread["Service-linked roles"]] == [
        "Service-linked roles: needs the permission iam:GetRole"
    ]
    assert [str(one) for one in unread["Names"]] == [
        "IAM role names: needs the permission iam:GetRole"
    ]
    assert found.findings["Hosted zone"][0].outcome is Outcome.PROBLEM


def test_an_error_of_one_operation_ends_only_its_check() -> None:
    error = OperationError("wafv2 ListWebACLs: 500: the message")
    service = web(container=web_container(secrets=("TOKEN",)))
    environment = shop(service, secrets=(Secret(name="TOKEN"),))
    found = report(FakeAccount(dict.fromkeys(READS, error)), environment)
    assert list(found.findings) == ["Account", *CHECKS]
    for check in CHECKS:
        if check not in ("Images", "OIDC provider", "Existing resources"):  # nothing is read
            assert found.with_outcome(Outcome.UNKNOWN)[check][0].message == str(error), check


def test_unusable_credentials_are_not_hidden() -> None:
    with pytest.raises(AccountError, match="expired"):
        report(FakeAccount({"list_hosted_zones": AccountError("the credentials have expired")}))


def test_the_credentials_of_another_account_are_refused() -> None:
    account = FakeAccount({"get_caller_identity": {"Account": "444455556666"}})
    with pytest.raises(WrongAccountError, match="444455556666, but only account 111122223333"):
        report(account)


def test_an_unknown_account_is_that_of_the_credentials() -> None:
    account = FakeAccount({"get_caller_identity": {"Account": "444455556666"}})
    account.expected_id = None
    found = report(account, shop(account=None))
    assert found.account == "444455556666"
    assert found.findings["Account"][0].outcome is Outcome.NOTE
    found = report(account, shop(account=None), account_id="444455556666")
    assert str(found.findings["Account"][0]) == (
        "444455556666: is the account of the variable account_id and of the credentials"
    )


FINDINGS: dict[str, tuple[Finding, ...]] = {
    "Secrets": (passed("a", "has a value"), problem("b", "has no value", "enter it")),
    "Names": (note("c", "exists already"), unknown("d", "needs the permission x:Y")),
}


def text_of(findings: dict[str, tuple[Finding, ...]]) -> list[str]:
    return list(lines(Report("shop-qa", "111122223333", "eu-west-1", findings)))


def test_a_report_has_the_problems_first_each_with_its_repair() -> None:
    assert text_of(FINDINGS) == [
        "shop-qa in account 111122223333, eu-west-1: 1 problem",
        "",
        "Would stop the first apply (1)",
        "  Secrets",
        "    b: has no value",
        "      repair: enter it",
        "",
        "Not checked (1)",
        "  Names",
        "    d: needs the permission x:Y",
        "",
        "Notes (1)",
        "  Names",
        "    c: exists already",
        "",
        "Checked and right (1)",
        "  Secrets",
        "    a: has a value",
    ]


def test_the_first_line_does_not_hide_what_was_not_checked() -> None:
    first, *_ = text_of({"Names": FINDINGS["Names"]})
    assert first.endswith("no problem found, but not everything was checked")
    first, *_ = text_of({"Names": FINDINGS["Names"][:1]})
    assert first.endswith("no problem found")


def test_a_report_as_json_has_every_finding() -> None:
    found = as_json(Report("shop-qa", "111122223333", "eu-west-1", FINDINGS))
    assert json.loads(json.dumps(found)) == found
    assert found["counts"] == {"problem": 1, "not checked": 1, "note": 1, "passed": 1}
    assert found["findings"][1] == {
        "check": "Secrets",
        "outcome": "problem",
        "subject": "b",
        "message": "has no value",
        "repair": "enter it",
    }
