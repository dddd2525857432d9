"""Repairs of CDKTF's HCL by `terraform.hcl_fixes`, fault by fault."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.terraform.hcl_fixes import fix_hcl


@pytest.mark.parametrize(
    ("text", "cdktf", "right"),
    [
        pytest.param(
            '{"Resource": "${aws_lb.one.arn}"}',
            '"{"Resource": "${aws_lb.one.arn}"}"',
            r'"{\"Resource\": \"${aws_lb.one.arn}\"}"',
            id="quotes beside a reference",
        ),
        pytest.param(
            'a "${lookup({"b" = "}"}, "b")}" "c"',
            '"a "${lookup({"b" = "}"}, "b")}" "c""',
            r'"a \"${lookup({"b" = "}"}, "b")}\" \"c\""',
            id="quotes and braces inside a reference stay",
        ),
        pytest.param(
            'a "$${b}" "%%{c}"',
            '"a "$${b}" "%%{c}""',
            r'"a \"$${b}\" \"%%{c}\""',
            id="quotes inside of what is no reference",
        ),
        pytest.param(r"\d+", r'"\d+"', r'"\\d+"', id="a backslash"),
        pytest.param(r"a \"b\"", r'"a \"b\""', r'"a \\\"b\\\""', id="an escaped quote"),
        pytest.param("a\nb", "<<EOF\na\nb\nEOF", r'"a\nb"', id="two lines"),
        pytest.param(
            "${var.a}\nb", "<<EOF\n${var.a}\nb\nEOF", r'"${var.a}\nb"', id="two lines, a reference"
        ),
    ],
)
def test_a_text_is_escaped_outside_of_its_references(text: str, cdktf: str, right: str) -> None:
    assert mend(cdktf, text) == right
    assert mend(right, text) == right, "what is well written changes"


def mend(written: str, text: str) -> str:
    document = {"resource": {"aws_lb": {"one": {"name": text}}}}
    hcl = fix_hcl(f'resource "aws_lb" "one" {{\nname = {written}\n}}', document)
    return hcl.removeprefix('resource "aws_lb" "one" {\nname = ').removesuffix("\n}")


def test_an_override_of_the_terraform_block_is_written_out() -> None:
    document = {"terraform": {"backend": {"local": {}}, "required_version": ">= 1.11"}}
    right = 'terraform {\n  required_version = ">= 1.11"\n}'
    assert fix_hcl('terraform {\n  0 = "required_version"\n}', document) == right
    assert fix_hcl(right, document) == right


def test_the_conditions_of_a_lifecycle_become_blocks() -> None:
    conditions = "".join(
        f'{{\ncondition = "${{self.{name}}}"\nerror_message = "no {name}"\n}},\n' for name in "ab"
    )
    assert fix_hcl(f"lifecycle {{\n  postcondition = [\n{conditions}]\n}}", {}) == (
        'lifecycle {\npostcondition {\ncondition = "${self.a}"\nerror_message = "no a"\n}\n'
        'postcondition {\ncondition = "${self.b}"\nerror_message = "no b"\n}\n}'
    )


@pytest.mark.parametrize("argument", ["depends_on", "  ignore_changes", "  replace_triggered_by"])
def test_references_lose_their_quotes(argument: str) -> None:
    quoted = f'{argument} = [\n"aws_lb.one",\n"aws_lb.two",\n]'
    assert fix_hcl(quoted, {}) == f"{argument} = [\naws_lb.one,\naws_lb.two,\n]"


def test_lists_of_text_keep_their_quotes() -> None:
    assert fix_hcl('subnets = [\n"a",\n"b",\n]', {}) == 'subnets = [\n"a",\n"b",\n]'


@pytest.mark.parametrize(
    ("variable", "added"),
    [
        ({"nullable": False}, "nullable = false\n"),
        ({"sensitive": False}, "sensitive = false\n"),
        ({"nullable": True}, ""),
        ({}, ""),
    ],
)
def test_what_is_false_of_a_variable_is_written_out(variable: dict[str, Any], added: str) -> None:
    found = fix_hcl('variable "a" {\ntype = string\n}', {"variable": {"a": variable}})
    assert found == f'variable "a" {{\n{added}type = string\n}}'


def test_ephemeral_values_are_added() -> None:
    arguments = {"length": 40, "plain": True, "id": "${aws_lb.one.id}", "text": 'a "b"'}
    assert fix_hcl("", {"ephemeral": {"aws_random": {"one": arguments}}}) == (
        '\nephemeral "aws_random" "one" {\n  length = 40\n  plain = true\n'
        '  id = "${aws_lb.one.id}"\n  text = "a \\"b\\""\n}\n'
    )


@pytest.mark.parametrize(("destroy", "told"), [(False, "false"), (True, "true")])
def test_what_is_forgotten_is_added(destroy: bool, told: str) -> None:
    removed = {"from": "aws_kms_key.one", "lifecycle": {"destroy": destroy}}
    assert fix_hcl("", {"removed": [removed]}) == (
        f"\nremoved {{\n  from = aws_kms_key.one\n  lifecycle {{\n    destroy = {told}\n  }}\n}}\n"
    )
