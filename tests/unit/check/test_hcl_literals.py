"""Literal parts of Terraform expressions are read; the others stay expressions."""

from __future__ import annotations

import pytest

from navra_stacks.check.hcl_literals import parse_literal


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("true", True),
        ("-1.5", -1.5),
        ('"a\\"b"', 'a"b'),
        ("[1, 2]", [1, 2]),
        ('["a", aws_lb.web.arn]', ["a", "${aws_lb.web.arn}"]),
        ('{ a = 1, "b" : [true] }', {"a": 1, "b": [True]}),
        ("{\n  a = 1 # first\n  b = 2\n}", {"a": 1, "b": 2}),
        ('jsonencode({"a" = "${var.b}"})', {"a": "${var.b}"}),
        ('jsonencode({ a = join(",", [var.x, "}"]) })', {"a": '${join(",", [var.x, "}"])}'}),
        ('toset(["a"])', ["a"]),
        ("{ a = var.b ? 1 : 2 }", {"a": "${var.b ? 1 : 2}"}),
        ('{ a = "b" == var.c }', {"a": '${"b" == var.c}'}),
        ('{ a = "$${b}" }', {"a": "$${b}"}),
    ],
)
def test_a_literal(expression: str, value: object):
    assert parse_literal(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "var.a",
        "file(var.a)",
        "[for a in b : a]",
        "{for a in b : a => a}",
        "{a",
        '"a',
        "",
        "[1] + b",
    ],
)
def test_no_literal(expression: str):
    with pytest.raises(ValueError, match=r".+"):
        parse_literal(expression)
