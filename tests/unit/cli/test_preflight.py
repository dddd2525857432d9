"""The `navra preflight` command: its inputs and exit statuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.account.aws_reader import AccountError, WrongAccountError
from navra_stacks.cli import required_packages
from navra_stacks.cli.app import main
from navra_stacks.cli.options import required_account
from navra_stacks.preflight.finding import Finding, Report, note, passed, problem, unknown
from tests.support.shop import shop

PASSED, NOTE = passed("a", "is right"), note("b", "exists")
PROBLEM, UNKNOWN = problem("c", "is wrong", "repair it"), unknown("d", "needs the permission x:Y")


class Preflight:
    """Takes the place of the checks."""

    def __init__(self) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.error: Exception | None = None
        self.variables: Mapping[str, str] = {}
        self.arguments: dict[str, Any] = {}

    def __call__(self, environment: Any, account: Any, **arguments: Any) -> Report:
        if self.error is not None:
            raise self.error
        self.arguments = {"environment": environment, "account": account, **arguments}
        return Report("aep-prod", "111122223333", "us-east-1", {"Names": self.findings})


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Preflight:
    checks = Preflight()
    monkeypatch.setattr("navra_stacks.preflight.runner.preflight", checks)
    return checks


def status_of(*arguments: str) -> object:
    with pytest.raises(SystemExit) as end:
        main(["preflight", "prod", *arguments])
    return end.value.code or 0


@pytest.mark.parametrize(
    ("findings", "status"),
    [
        ((), 0),
        ((PASSED, NOTE), 0),
        ((PASSED, PROBLEM), 1),
        ((UNKNOWN, PROBLEM), 1),
        ((PASSED, UNKNOWN), 4),
    ],
)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=str)
def test_the_status_is_the_answer(
    findings: tuple[Finding, ...], status: int, options: tuple[str, ...], checks: Preflight
) -> None:
    checks.findings = findings
    assert status_of(*options) == status


@pytest.mark.parametrize(
    ("error", "status"), [(WrongAccountError("another"), 3), (AccountError("no login"), 2)]
)
def test_an_account_that_cannot_be_used_has_a_status(
    error: Exception, status: int, checks: Preflight, capsys: pytest.CaptureFixture[str]
) -> None:
    checks.error = error
    assert status_of() == status
    assert capsys.readouterr() == ("", f"navra: {error}\n")


def test_json_is_the_only_output(checks: Preflight, capsys: pytest.CaptureFixture[str]) -> None:
    checks.findings = (PROBLEM,)
    status_of("--json")
    assert json.loads(capsys.readouterr().out)["findings"][0]["repair"] == "repair it"


def test_variables_come_from_options_and_from_the_variables_of_terraform(
    checks: Preflight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_backend_image_tag", "1.0")
    monkeypatch.setenv("TF_VAR_frontend_image_tag", "2.0")
    assert status_of("--var", "frontend_image_tag=3.0") == 0
    found = checks.arguments["variables"]
    assert (found["backend_image_tag"], found["frontend_image_tag"]) == ("1.0", "3.0")


def test_the_options_reach_the_checks(checks: Preflight) -> None:
    assert status_of("--resolver", "192.0.2.1:53", "--endpoint-url", "http://127.0.0.1:9") == 0
    assert checks.arguments["resolver"]._address == ("192.0.2.1", 53)
    assert checks.arguments["account"]._endpoint == "http://127.0.0.1:9"


@pytest.mark.parametrize("command", ["preflight", "discover"])
def test_an_endpoint_without_a_scheme_has_status_2(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "prod", "--endpoint-url", "127.0.0.1:9"])
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        "navra: --endpoint-url: '127.0.0.1:9' has no scheme; write it as 'http://127.0.0.1:9'\n"
    )


def test_the_variable_of_the_account_restricts_the_credentials(
    checks: Preflight, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert status_of() == 0
    assert checks.arguments["account"].expected_id is None
    monkeypatch.setenv("TF_VAR_account_id", "111122223333")
    assert status_of() == 0
    assert checks.arguments["account"].expected_id == "111122223333"
    assert status_of("--var", "account_id=444455556666") == 0
    assert checks.arguments["account"].expected_id == "444455556666"


def test_credentials_of_another_account_than_the_variable_have_status_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TF_VAR_account_id", "111122223333")
    monkeypatch.setattr(
        "navra_stacks.account.aws_reader.AwsAccount.find",
        lambda *_, **__: {"Account": "123456789012"},
    )
    assert status_of() == 3
    assert "belong to account 123456789012, but only" in capsys.readouterr().err


def test_the_variable_of_an_invalid_account_has_status_2(
    checks: Preflight, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of("--var", "account_id=1111-2222") == 2
    assert "account_id is '1111-2222'; an AWS account id has 12" in capsys.readouterr().err


def test_the_account_in_the_settings_has_precedence() -> None:
    variables = {"account_id": "444455556666"}
    assert required_account(shop(), variables) == "111122223333"
    assert required_account(shop(account=None), variables) == "444455556666"
    assert required_account(shop(account=None), {}) is None


def test_a_variable_that_the_environment_does_not_have_has_status_2(
    checks: Preflight, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of("--var", "backend_image_tga=1") == 2
    assert capsys.readouterr().err == (
        "navra: --var backend_image_tga: aep-prod has no such variable; did you mean "
        "'backend_image_tag'?\n"
    )
    monkeypatch.setenv("TF_VAR_nosuch", "1")  # Terraform ignores it as well
    assert status_of() == 0


@pytest.mark.parametrize("option", [("--var", "x"), ("--resolver", "dns.example")], ids=str)
def test_an_invalid_option_has_status_2(option: tuple[str, str], checks: Preflight) -> None:
    assert status_of(*option) == 2


def test_a_missing_package_is_named_by_its_distribution(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(required_packages, "find_spec", lambda _: None)
    assert status_of() == 2
    message = capsys.readouterr().err
    assert "`navra preflight` requires boto3 and dns: in a checkout run `make dev`" in message
    assert "dnspython>=2.6" in message
