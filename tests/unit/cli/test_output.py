"""No text of a plan, document or account forges a line or reaches the terminal as a command."""

import ast
import io
import json
import subprocess
import sys

import pytest

from navra_stacks.cli.output import (
    never_fail_to_encode,
    print_error,
    print_json,
    print_line,
    printable,
)
from tests.support.navra_command import COMMAND
from tests.support.plan_fragments import DELETE, change, plan_json
from tests.support.repository import ROOT

CLEARS_LINE = "\x1b[2K\rAccepted"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aws_lb.web", "aws_lb.web"),
        ('aws_lb.web["ä · 中"]', 'aws_lb.web["ä · 中"]'),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        (CLEARS_LINE, r"\x1b[2K\rAccepted"),
        ("\x9b2K\x7f", r"\x9b2K\x7f"),
        ("\u202egnp\u2028x\u2066", r"\u202egnp\u2028x\u2066"),
        ("\ud800\U000e0041", r"\ud800\U000e0041"),
        ("it's", "it's"),
    ],
)
def test_only_printable_characters_remain(text, expected):
    assert printable(text) == expected


def test_a_line_remains_one_line(capsys):
    print_line(f"refused  {CLEARS_LINE}\nAccepted.")
    assert capsys.readouterr().out == "refused  \\x1b[2K\\rAccepted\\nAccepted.\n"


def test_all_lines_of_an_error_but_the_first_are_indented(capsys):
    print_error("a: 2 problems\n  b\x1b[1m\nAccepted.\n\nc")
    assert capsys.readouterr().err == "navra: a: 2 problems\n  b\\x1b[1m\n  Accepted.\n\n  c\n"


def test_json_contains_ascii_only(capsys):
    print_json({"ä": "\ud800\x9b\x1b"})
    out = capsys.readouterr().out
    assert out.isascii()
    assert "\x1b" not in out
    assert json.loads(out) == {"ä": "\ud800\x9b\x1b"}


def test_characters_that_the_terminal_does_not_have_are_escaped(monkeypatch):
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
    never_fail_to_encode()
    print_line("aws_lb.ä中")
    sys.stdout.flush()
    assert buffer.getvalue() == b"aws_lb.\\xe4\\u4e2d\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_the_guard_prints_to_a_terminal_with_any_encoding(tmp_path, encoding, options):
    plan = plan_json(change('aws_lb.it["\ud800中"]', DELETE, {"name": "中"}))
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    result = subprocess.run(
        [COMMAND, "guard", "plan.json", *options],
        cwd=tmp_path,
        env={"PYTHONIOENCODING": f"{encoding}:strict"},
        capture_output=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (3, b"")
    assert b"\\ud800" in result.stdout


def test_all_commands_print_through_the_escaping_functions():
    """A call of `print` would be a way around the escapes."""
    found = [
        f"{path.name}:{node.lineno}"
        for path in (ROOT / "lib/navra_stacks/cli").glob("*.py")
        if path.name != "output.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "print")
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "echo")
        )
    ]
    assert found == []
