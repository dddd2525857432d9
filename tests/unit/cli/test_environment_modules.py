"""Invalid settings of one environment do not hide those of another."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from navra_stacks import NavraError
from navra_stacks.cli.environment_modules import import_environments

HEAD = "from tests.support.shop import shop, web, web_container\n"
GOOD = HEAD + "GOOD = shop()\n"
WRONG_REGION = HEAD + "WRONG = shop(name='one', region='eu-west-9')\n"
WRONG_PART = (
    HEAD + "\nservice = web(cpu=100)\nfaster = service.replace(memory=1024)\nWRONG = shop(faster)\n"
)


@pytest.fixture
def package(module_directory: Path) -> Path:
    """A directory for the modules of the package `described`, in the current directory."""
    directory = module_directory / "described"
    directory.mkdir()
    return directory


def write(directory: Path, **modules: str) -> None:
    for name, text in modules.items():
        (directory / f"{name}.py").write_text(text, encoding="utf-8")


def message(name: str) -> list[str]:
    with pytest.raises(NavraError) as error:
        import_environments(name)
    return str(error.value).splitlines()


REGION = [
    "shop-one: 1 problem in the settings",
    "  region: 'eu-west-9' is not a Region of the 'aws' partition; did you mean 'eu-west-3'?",
]


def part(place: str) -> list[str]:
    return [
        f"{place}: web: 1 problem in the settings",
        "  cpu: 100 is not a Fargate CPU size (256, 512, 1024, 2048, 4096, 8192, 16384)",
    ]


def indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def test_valid_environments_are_imported(package: Path) -> None:
    write(package, __init__="from described.good import GOOD\n", good=GOOD)
    assert import_environments("described").GOOD.name == "qa"


def test_all_environments_of_a_module_are_reported(package: Path) -> None:
    second = "OTHER = shop(name='two', account='1')\n"
    write(package, __init__=WRONG_REGION + second)
    lines = message("described")
    assert lines[:2] == REGION
    assert lines[2] == "  shop-two: 1 problem in the settings"


def test_a_part_that_ends_the_import_does_not_hide_another_module(package: Path) -> None:
    both = "from described.part import WRONG\nfrom described.region import WRONG as OTHER\n"
    write(package, __init__=both, part=WRONG_PART, region=WRONG_REGION)
    lines = message("described")
    assert lines[0] == part("described/part.py:4")[0]
    assert indented(REGION) == lines[-2:]


def test_each_problem_is_reported_once(package: Path) -> None:
    write(package, __init__="from described.part import WRONG\n", part=WRONG_PART, good=GOOD)
    lines = message("described")
    assert [line for line in lines if "problem" in line] == part("described/part.py:4")[:1]


def test_an_invalid_environment_that_is_read_afterwards_is_reported_once(package: Path) -> None:
    write(package, __init__=WRONG_REGION + "OTHER = WRONG.replace(name='two')\n")
    assert message("described") == REGION


def test_a_module_that_cannot_be_imported_otherwise_is_skipped(package: Path) -> None:
    imports = "from described import broken, region\n"
    write(package, __init__=WRONG_PART + imports, broken="1 / 0\n", region=WRONG_REGION)
    lines = message("described")
    assert indented(REGION) == lines[-2:]
    assert "described" not in sys.modules


@pytest.mark.parametrize(
    "imports",
    [
        "from .region import WRONG\n",
        "from . import region\n",
        "from described.region import WRONG\n",
        "import described.region\n",
    ],
)
def test_only_the_modules_that_a_package_imports_are_imported(package: Path, imports: str) -> None:
    program = "from pathlib import Path\nPath('ran').touch()\nraise SystemExit(7)\n"
    write(
        package,
        __init__=f"{WRONG_PART}{imports}",
        region=WRONG_REGION,
        teardown=program,
        __main__=program,
    )
    assert message("described")[-2:] == indented(REGION)
    assert not Path("ran").exists()


def test_an_exception_in_a_module_does_not_hide_other_environments(package: Path) -> None:
    both = "from described.region import WRONG\nfrom described.broken import OTHER\n"
    write(package, __init__=both, region=WRONG_REGION, broken="OTHER = 1 / 0\n")
    assert message("described") == [
        *REGION,
        "  described/broken.py:1: ZeroDivisionError: division by zero",
    ]


def test_a_syntax_error_does_not_hide_a_module_that_is_imported_later(package: Path) -> None:
    both = "from described.broken import OTHER\nfrom described.region import WRONG\n"
    write(package, __init__=both, region=WRONG_REGION, broken="OTHER = (\n")
    assert message("described") == [
        "described/broken.py:1: SyntaxError: '(' was never closed; correct the line",
        *indented(REGION),
    ]


def test_a_syntax_error_in_the_package_itself_is_reported(package: Path) -> None:
    write(package, __init__="x = 1\nOTHER = (\n")
    assert message("described") == [
        "described/__init__.py:2: SyntaxError: '(' was never closed; correct the line"
    ]


def test_an_exception_of_the_library_is_raised_unchanged(package: Path) -> None:
    write(package, __init__="from navra_stacks import ImportInventory\nImportInventory.read(5)\n")
    with pytest.raises(TypeError, match="PathLike"):
        import_environments("described")


def test_outside_a_command_an_invalid_environment_raises_at_once(package: Path) -> None:
    from navra_stacks import SettingsError
    from tests.support.shop import shop

    with pytest.raises(SettingsError):
        shop(region="eu-west-9")
