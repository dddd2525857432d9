"""Errors say where, what is wrong and what to do."""

import pytest

from navra_stacks.errors import NavraError, SettingsError, SettingsProblem, UnknownEnvironmentError

PORT = SettingsProblem("port", "87870 is not a port (1-65535)")
NAME = SettingsProblem("name", "is missing", "give it")


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (PORT, "port: 87870 is not a port (1-65535)"),
        (NAME, "name: is missing; give it"),
        (SettingsProblem("", "is faulty as a whole"), "is faulty as a whole"),
        (
            PORT.under("container").under("services.web"),
            "services.web.container.port: 87870 is not a port (1-65535)",
        ),
        (NAME.under("service"), "service.name: is missing; give it"),
        (
            SettingsProblem("", "is faulty as a whole").under("network"),
            "network: is faulty as a whole",
        ),
    ],
)
def test_a_problem_is_one_line(problem: SettingsProblem, line: str) -> None:
    assert str(problem) == line


def test_one_problem_is_counted_in_the_singular() -> None:
    assert str(SettingsError("shop-qa", [PORT])) == (
        "shop-qa: 1 problem in the settings\n  port: 87870 is not a port (1-65535)"
    )


def test_several_problems_stand_under_each_other_in_their_order() -> None:
    error = SettingsError("shop-qa", iter([NAME, PORT]))
    assert error.problems == (NAME, PORT)
    assert str(error).splitlines() == [
        "shop-qa: 2 problems in the settings",
        "  name: is missing; give it",
        "  port: 87870 is not a port (1-65535)",
    ]


@pytest.mark.parametrize("kind", [SettingsError, UnknownEnvironmentError])
def test_every_error_of_a_user_is_of_one_kind(kind: type[Exception]) -> None:
    assert issubclass(kind, NavraError)
    assert not issubclass(kind, ValueError | LookupError)  # which a bug might raise as well
