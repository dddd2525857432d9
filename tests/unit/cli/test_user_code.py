"""Exceptions in the user's code are one line with the place, and those of the library are bugs."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from navra_stacks.cli.user_code import describe_user_error


def description(module_directory: Path, source: str | bytes) -> str | None:
    content = source if isinstance(source, bytes) else source.encode()
    (module_directory / "described.py").write_bytes(content)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        import_module("described")
    # Without the frame of this test, which is not the library's either.
    return describe_user_error(caught.value.with_traceback(caught.tb.tb_next))


HEAD = "from navra_stacks import Deployment, ImportInventory, Waf\n"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\nX = (\n", "2: SyntaxError: '(' was never closed; correct the line"),
        ("x = 1\n  y = 2\n", "2: IndentationError: unexpected indent; correct the line"),
        ("\nX = Sevice()\n", "2: NameError: name 'Sevice' is not defined; did you mean 'Service'?"),
        (
            "X = Service()\n",
            "1: NameError: name 'Service' is not defined; write `from navra_stacks import Service`",
        ),
        (
            "from navra_stacks import Servce\n",
            "1: ImportError: cannot import name 'Servce' from 'navra_stacks'; "
            "did you mean 'Service'?",
        ),
        (
            "from navra_stacks import Recorded\n",
            "1: ImportError: Recorded is now ExistingIds: see docs/upgrading.md",
        ),
        (
            "import never_installed\n",
            "1: ModuleNotFoundError: No module named 'never_installed'; correct the name, or "
            "install the package",
        ),
        (
            HEAD + "X = Deployment.bluegreen()\n",
            "2: AttributeError: bluegreen; did you mean 'blue_green'?",
        ),
        (
            HEAD + "X = Waf().count\n",
            "2: AttributeError: 'Waf' object has no attribute 'count'; did you mean 'count_only'?",
        ),
        (
            HEAD + "Waf().rate_limit = 5\n",
            "2: TypeError: settings are frozen: create a changed copy with `replace`",
        ),
        (
            HEAD + "ImportInventory.read()\n",
            "2: TypeError: ImportInventory.read() missing 1 required positional argument: 'path'",
        ),
        ("import json\njson.loads('[')\n", "2: JSONDecodeError: Expecting value: line 1 column 2 "),
        ("import os\nos.environ['NO_SUCH']\n", "2: KeyError: 'NO_SUCH'"),
        ("def f():\n    assert False\n\nf()\n", "2: AssertionError"),
        ("raise ValueError('one\\n\\n  two')\n", "1: ValueError: one two"),
    ],
)
def test_an_exception_in_the_users_code_is_one_line_with_its_place(
    module_directory: Path, source: str, line: str
) -> None:
    found = description(module_directory, source)
    assert found is not None
    assert found.startswith(f"described.py:{line}")
    assert "\n" not in found


def test_a_file_that_is_not_text_is_named(module_directory: Path) -> None:
    assert description(module_directory, "X = 1\n".encode("utf-16")) == (
        "described.py: SyntaxError: source code string cannot contain null bytes; "
        "save the file as UTF-8"
    )


def test_a_long_message_is_shortened(module_directory: Path) -> None:
    found = description(module_directory, "raise ValueError('x' * 9999)\n")
    assert found is not None
    assert len(found) < 500


def test_a_credential_in_a_message_is_not_shown(module_directory: Path) -> None:
    secret = "hunter2xyz"
    found = description(module_directory, f"raise ValueError('postgres://shop:{secret}@db/shop')\n")
    assert found is not None
    assert secret not in found


def test_an_exception_within_the_library_is_a_bug(module_directory: Path) -> None:
    assert description(module_directory, HEAD + "ImportInventory.read(5)\n") is None


def test_an_exception_without_code_of_the_user_is_a_bug() -> None:
    with pytest.raises(ValueError, match="Expecting value") as caught:
        json.loads("[")
    assert describe_user_error(caught.value.with_traceback(caught.tb.tb_next)) is None
