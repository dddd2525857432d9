"""Error messages contain the field, the problem and the repair."""

import pytest

from navra_stacks.errors import (
    NavraError,
    SettingsError,
    SettingsProblem,
    UnknownEnvironmentError,
    suggest,
)

PORT = SettingsProblem("port", "87870 is not a valid port (1-65535)")
NAME = SettingsProblem("name", "is missing", "set it")


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (PORT, "port: 87870 is not a valid port (1-65535)"),
        (NAME, "name: is missing; set it"),
        (SettingsProblem("", "is invalid"), "is invalid"),
        (
            PORT.with_prefix("container").with_prefix("services.web"),
            "services.web.container.port: 87870 is not a valid port (1-65535)",
        ),
        (NAME.with_prefix("service"), "service.name: is missing; set it"),
        (
            SettingsProblem("", "is invalid").with_prefix("network"),
            "network: is invalid",
        ),
    ],
)
def test_a_problem_is_formatted_as_one_line(problem: SettingsProblem, line: str) -> None:
    assert str(problem) == line


def test_one_problem_is_counted_in_the_singular() -> None:
    assert str(SettingsError("shop-qa", [PORT])) == (
        "shop-qa: 1 problem in the settings\n  port: 87870 is not a valid port (1-65535)"
    )


def test_problems_are_listed_in_order() -> None:
    error = SettingsError("shop-qa", iter([NAME, PORT]))
    assert error.problems == (NAME, PORT)
    assert str(error).splitlines() == [
        "shop-qa: 2 problems in the settings",
        "  name: is missing; set it",
        "  port: 87870 is not a valid port (1-65535)",
    ]


@pytest.mark.parametrize("kind", [SettingsError, UnknownEnvironmentError])
def test_user_errors_derive_from_navra_error_only(kind: type[Exception]) -> None:
    assert issubclass(kind, NavraError)
    assert not issubclass(kind, ValueError | LookupError)  # a bug can raise these too


@pytest.mark.parametrize("given", ["genericlfi_body", "GENERICLFI_BODY", "GenericLFI_BODI"])
def test_suggests_a_name_in_another_case(given: str) -> None:
    assert suggest(given, ["GenericLFI_BODY", "GenericRFI_BODY"]) == "GenericLFI_BODY"
    assert suggest(given, ["SQLi_BODY"]) is None
