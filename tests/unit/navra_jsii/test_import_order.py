"""A program that imports cdktf before the bindings gets one warning, with the line to move."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.repository import ROOT

# Stand-ins, because only the names of the imported modules count.
MODULES = {"jsii": "", "cdktf": "import jsii\nApp = 1\n", "cdktf_cdktf_provider_aws": ""}

ACTIVATE = "import navra_jsii; navra_jsii.activate()"

WARNING = (
    "RuntimeWarning: {name} was imported before navra_jsii was activated, so node loads all of the "
    "AWS bindings, which takes many times as long; "
)
MOVE = "move `import navra_stacks`, or `navra_jsii.activate()`, above this import"
FIRST = (
    "a module that is imported above this line imports it; make `import navra_stacks`, or "
    "`navra_jsii.activate()`, the first of all imports"
)


def warnings(directory: Path, program: str, **environ: str) -> list[str]:
    """Return the lines that a program prints to stderr, with the name of its file."""
    for name, text in MODULES.items():
        (directory / f"{name}.py").write_text(text, encoding="utf-8")
    (directory / "program.py").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT / "lib"), **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr.replace(f"{directory}{os.sep}", "").splitlines()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from cdktf import App", "cdktf"),
        ("import os, cdktf", "cdktf"),
        ("import cdktf_cdktf_provider_aws as aws, cdktf", "cdktf"),
        ("import jsii", "jsii"),
    ],
)
def test_the_warning_names_the_line_of_the_first_import(
    tmp_path: Path, line: str, name: str
) -> None:
    program = f"import os\n{line}\n\n{ACTIVATE}\n{ACTIVATE}\n"
    assert warnings(tmp_path, program) == [
        f"program.py:2: {WARNING.format(name=name)}{MOVE}",
        f"  {line}",
    ]


def test_the_warning_names_the_import_of_the_program_and_not_of_a_module(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(
        "import navra_jsii; navra_jsii.activate()\n", encoding="utf-8"
    )
    program = "import cdktf\nimport settings\n"
    assert warnings(tmp_path, program)[0].startswith("program.py:1: ")


def test_without_that_import_in_a_file_the_warning_names_the_import_of_the_bindings(
    tmp_path: Path,
) -> None:
    (tmp_path / "team.py").write_text("import cdktf\n", encoding="utf-8")
    program = "import team\nimport navra_jsii; navra_jsii.activate()\n"
    assert warnings(tmp_path, program)[0] == f"program.py:2: {WARNING.format(name='cdktf')}{FIRST}"


def test_the_right_order_has_no_warning(tmp_path: Path) -> None:
    assert warnings(tmp_path, "import navra_jsii; navra_jsii.activate()\nimport json\n") == []


def test_the_published_bindings_have_no_warning(tmp_path: Path) -> None:
    program = "import cdktf\nimport navra_jsii; navra_jsii.activate()\n"
    assert warnings(tmp_path, program, NAVRA_JSII="stock") == []


@pytest.mark.parametrize("name", ["cdktf", "cdktf_cdktf_provider_aws", "constructs", "jsii"])
def test_a_name_of_the_library_imported_first_is_sufficient(name: str) -> None:
    program = (
        f"import navra_stacks, sys\nassert 'navra_jsii.engine' not in sys.modules\n"
        f"import {name}\nimport cdktf_cdktf_provider_aws as aws\n"
        "from navra_jsii.imports import lazy_packages as lazy\n"
        "print(lazy.is_lazy('cdktf_cdktf_provider_aws'), aws.sqs_queue.SqsQueue.__name__,"
        " type(aws.__spec__.loader).__name__, len(sys.modules) < 2000)\n"
        "import jsii\nprint(type(jsii.kernel.provider._process).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "lib")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["True SqsQueue SourceFileLoader True", "FastProcess"]
