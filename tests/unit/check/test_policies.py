"""Policies are read in every form in which Terraform JSON contains them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from navra_stacks.check.policies import policies, role_statements
from tests.unit.check.checked import checked, found, resources

STATEMENT = {"Effect": "Allow", "Action": "s3:*", "Resource": "${aws_s3_bucket.a.arn}/*"}
TEXT = (
    '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "${aws_s3_bucket.a.arn}/*"}]}'
)


def policy(written: object, **further: Any) -> Any:
    document = checked(
        {"resource": {"aws_iam_policy": {"p": {"policy": written}}, **further.pop("r", {})}}
        | further
    )
    found = [one for one in policies(document, "identity") if one.resource.type == "aws_iam_policy"]
    return [dict(statement.body) for one in found for statement in one.statements]


@pytest.mark.parametrize(
    "written",
    [
        TEXT,
        TEXT.replace("[", "").replace("]", ""),
        '${jsonencode({Statement = [{Effect = "Allow", Action = "s3:*", '
        'Resource = "${aws_s3_bucket.a.arn}/*"}]})}',
        "${local.text}",
    ],
)
def test_a_policy_as_text_or_function(written: str):
    assert policy(written, locals={"text": TEXT}) == [STATEMENT]


def test_an_expression_with_quotes_in_a_policy():
    written = TEXT.replace("aws_s3_bucket.a.arn", 'var.names["a"]')
    (statement,) = policy(written)
    assert statement["Resource"] == '${var.names["a"]}/*'


@pytest.mark.parametrize("written", ["${file(var.a)}", "no JSON", "${aws_iam_policy.p.policy}", 5])
def test_a_policy_that_is_not_known(written: object):
    assert policy(written) == []


def test_a_policy_document_data_source():
    data = {
        "aws_iam_policy_document": {
            "d": {
                "statement": [
                    {
                        "actions": ["s3:GetObject"],
                        "resources": ["${aws_s3_bucket.a.arn}/*"],
                        "principals": {"type": "AWS", "identifiers": ["*"]},
                        "condition": [
                            {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}
                        ],
                    },
                    {"effect": "Deny", "not_actions": ["s3:*"], "resources": "${var.all}"},
                ]
            }
        }
    }
    assert policy("${data.aws_iam_policy_document.d.json}", data=data) == [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["${aws_s3_bucket.a.arn}/*"],
            "Principal": {"AWS": ["*"]},
            "Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
        },
        {"Effect": "Deny", "NotAction": ["s3:*"], "Resource": ["${var.all}"]},
    ]


@pytest.mark.parametrize(
    "body", [{"source_policy_documents": ["${var.a}"]}, {"dynamic": {"statement": {}}}]
)
def test_a_policy_document_of_which_a_part_is_not_known(body: dict):
    data = {"aws_iam_policy_document": {"d": body}}
    assert policy("${data.aws_iam_policy_document.d.json}", data=data) == []


def role(**types: Any) -> tuple[int, bool]:
    document = resources(aws_iam_role={"r": {"name": "r", "assume_role_policy": "{}"}}, **types)
    statements, complete = role_statements(document, next(document.all("aws_iam_role")))
    return len(statements), complete


EXECUTION = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def test_the_policies_of_a_role():
    own = {"role": "${aws_iam_role.r.name}", "policy": TEXT}
    passing = {"role": "other", "policy": '{"Statement": {"Resource": "${aws_iam_role.r.arn}"}}'}
    assert role(aws_iam_role_policy={"a": own, "b": passing}) == (1, True)
    assert role(aws_iam_role_policy={"a": own | {"role": "r"}}) == (1, True)
    assert role(aws_iam_role_policy={"a": own | {"role": "${var.role}"}}) == (0, False)
    attached = {"role": "r", "policy_arn": "${aws_iam_policy.p.arn}"}
    types = {"aws_iam_policy": {"p": {"policy": TEXT}}}
    assert role(aws_iam_role_policy_attachment={"a": attached}, **types) == (1, True)
    managed = {"role": "r", "policy_arn": EXECUTION}
    assert role(aws_iam_role_policy_attachment={"a": managed}) == (0, True)
    unknown = {"role": "r", "policy_arn": "${var.policy}"}
    assert role(aws_iam_role_policy_attachment={"a": unknown}) == (0, False)


@pytest.mark.parametrize(
    ("condition", "public"),
    [
        ({}, True),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "${var.account}"}}}, False),
        ({"Condition": {"StringLike": {"aws:SourceArn": "*"}}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, True),
        ({"Effect": "Deny"}, False),
    ],
)
def test_a_public_policy_has_no_condition_on_the_caller(condition: dict, public: bool):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    body = {"policy": json.dumps({"Statement": [statement | condition]})}
    document = resources(aws_sqs_queue_policy={"q": body})
    assert bool(found("resource-policy-public", document)) is public
