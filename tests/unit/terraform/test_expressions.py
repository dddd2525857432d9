"""Static evaluation of Terraform expressions, and its limits."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.terraform.expressions import UnresolvedError, evaluate, references

OPTIONS = [
    {"domain_name": "a.example", "resource_record_name": "_1.a.example"},
    {"domain_name": "b.example", "resource_record_name": "_2.b.example"},
]
KNOWN: dict[tuple[str, str], Any] = {
    ("aws_lb.web", "arn"): "arn:lb",
    ("data.aws_vpc.vpc", "id"): "vpc-1",
    ("aws_acm_certificate.main", "domain_validation_options"): OPTIONS,
    ("aws_vpc.vpc", "cidrs"): ["10.0.0.0/16", "10.1.0.0/16"],
    ("var", "mails"): ["a@b.example", "c@d.example", "a@b.example"],
    ("var", "count"): 3,
    ("local", "names"): {"web": "shop-web"},
    ("each", "value"): "a@b.example",
}


def scope(owner: str, name: str) -> Any:
    if (owner, name) not in KNOWN:
        raise UnresolvedError(f"{owner}.{name}")
    return KNOWN[owner, name]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("plain", "plain"),
        (7, 7),
        ("${aws_lb.web.arn}", "arn:lb"),
        ("${data.aws_vpc.vpc.id}", "vpc-1"),
        ("${ aws_lb.web.arn }", "arn:lb"),
        ("service/${local.names.web}/${var.count}", "service/shop-web/3"),
        ("${var.count}", 3),
        ("${aws_vpc.vpc.cidrs[1]}", "10.1.0.0/16"),
        ("${each.value}", "a@b.example"),
        ("${toset(var.mails)}", ["a@b.example", "c@d.example"]),
        ('${"a literal"}', "a literal"),
        ("${true}", True),
        ("is ${true}", "is true"),
        ("$${aws_lb.web.arn}", "${aws_lb.web.arn}"),
        ("${aws_lb.web.arn} and $${this}", "arn:lb and ${this}"),
        ({"a": ["${var.count}", {"b": "${aws_lb.web.arn}"}]}, {"a": [3, {"b": "arn:lb"}]}),
        (
            "${one([for option in aws_acm_certificate.main.domain_validation_options : "
            'option.resource_record_name if option.domain_name == "b.example"])}',
            "_2.b.example",
        ),
        (
            "${one([for option in aws_acm_certificate.main.domain_validation_options : "
            'option.resource_record_name if option.domain_name == "c.example"])}',
            None,
        ),
    ],
    ids=str,
)
def test_an_expression_is_evaluated(expression: Any, value: Any) -> None:
    assert evaluate(expression, scope) == value


@pytest.mark.parametrize(
    "expression",
    [
        "${aws_lb.other.arn}",
        "${upper(aws_lb.web.arn)}",
        "${aws_lb.web}",
        "${aws_lb.web.arn == null ? 1 : 2}",
        "${aws_vpc.vpc.cidrs[7]}",
        "${aws_lb.web.arn.deeper}",
        "cidrs ${aws_vpc.vpc.cidrs}",
        "${unfinished",
    ],
)
def test_an_expression_that_only_terraform_can_evaluate_is_unresolved(expression: str) -> None:
    with pytest.raises(UnresolvedError):
        evaluate(expression, scope)


def test_references_are_found_in_nested_values() -> None:
    value = {"a": ["${aws_lb.web.arn}:${upper(data.aws_vpc.vpc.id)}"], "b": "aws_lb.not.this"}
    assert list(references(value)) == ["aws_lb.web.arn", "data.aws_vpc.vpc.id"]
