"""Fixes of CDKTF's HCL in `terraform.hcl_fixes`, one test for each defect."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.terraform.hcl_fixes import fix_hcl


@pytest.mark.parametrize(
    ("text", "cdktf", "correct"),
    [
        pytest.param(
            '{"Resource": "${aws_lb.one.arn}"}',
            '"{"Resource": "${aws_lb.one.arn}"}"',
            r'"{\"Resource\": \"${aws_lb.one.arn}\"}"',
            id="quotes next to a reference",
        ),
        pytest.param(
            'a "${lookup({"b" = "}"}, "b")}" "c"',
            '"a "${lookup({"b" = "}"}, "b")}" "c""',
            r'"a \"${lookup({"b" = "}"}, "b")}\" \"c\""',
            id="quotes and braces inside a reference",
        ),
        pytest.param(
            'a "$${b}" "%%{c}"',
            '"a "$${b}" "%%{c}""',
            r'"a \"$${b}\" \"%%{c}\""',
            id="quotes next to an escaped reference",
        ),
        pytest.param(r"\d+", r'"\d+"', r'"\\d+"', id="a backslash"),
        pytest.param(r"a \"b\"", r'"a \"b\""', r'"a \\\"b\\\""', id="an escaped quote"),
        pytest.param("a\nb", "<<EOF\na\nb\nEOF", r'"a\nb"', id="two lines"),
        pytest.param(
            "${var.a}\nb", "<<EOF\n${var.a}\nb\nEOF", r'"${var.a}\nb"', id="two lines, a reference"
        ),
    ],
)
def test_a_string_is_escaped_outside_its_references(text: str, cdktf: str, correct: str) -> None:
    assert fix(cdktf, text) == correct
    assert fix(correct, text) == correct, "correct HCL must not change"


def fix(rendered: str, text: str) -> str:
    document = {"resource": {"aws_lb": {"one": {"name": text}}}}
    hcl = fix_hcl(f'resource "aws_lb" "one" {{\nname = {rendered}\n}}', document)
    return hcl.removeprefix('resource "aws_lb" "one" {\nname = ').removesuffix("\n}")


def test_an_override_of_the_terraform_block_is_written_as_an_argument() -> None:
    document = {"terraform": {"backend": {"local": {}}, "required_version": ">= 1.11"}}
    correct = 'terraform {\n  required_version = ">= 1.11"\n}'
    assert fix_hcl('terraform {\n  0 = "required_version"\n}', document) == correct
    assert fix_hcl(correct, document) == correct


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


def test_the_reference_to_a_provider_loses_its_quotes() -> None:
    assert fix_hcl('provider = "aws.zone"', {}) == "provider = aws.zone"


@pytest.mark.parametrize("argument", ['provider = "S3"', 'provider = "aws"', 'name = "aws.zone"'])
def test_an_argument_that_is_no_reference_keeps_its_quotes(argument: str) -> None:
    assert fix_hcl(argument, {}) == argument


def test_lists_of_strings_keep_their_quotes() -> None:
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
def test_a_false_argument_of_a_variable_is_added(variable: dict[str, Any], added: str) -> None:
    found = fix_hcl('variable "a" {\ntype = string\n}', {"variable": {"a": variable}})
    assert found == f'variable "a" {{\n{added}type = string\n}}'


def test_ephemeral_values_are_added() -> None:
    arguments = {"length": 40, "plain": True, "id": "${aws_lb.one.id}", "text": 'a "b"'}
    assert fix_hcl("", {"ephemeral": {"aws_random": {"one": arguments}}}) == (
        '\nephemeral "aws_random" "one" {\n  length = 40\n  plain = true\n'
        '  id = "${aws_lb.one.id}"\n  text = "a \\"b\\""\n}\n'
    )


@pytest.mark.parametrize(("destroy", "rendered"), [(False, "false"), (True, "true")])
def test_a_removed_block_is_added(destroy: bool, rendered: str) -> None:
    removed = {"from": "aws_kms_key.one", "lifecycle": {"destroy": destroy}}
    assert fix_hcl("", {"removed": [removed]}) == (
        "\nremoved {\n  from = aws_kms_key.one\n"
        f"  lifecycle {{\n    destroy = {rendered}\n  }}\n}}\n"
    )
