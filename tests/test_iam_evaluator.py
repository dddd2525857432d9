"""The evaluator of IAM policies gives the results that AWS documents.

The policies are the examples of the IAM User Guide, on the page that each test names.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.iam_evaluator import Decision, Request, UnknownElementError, evaluate, is_allowed

BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket-confidential-data"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any = "*", resource: Any = "*", **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def deny(action: Any = "*", resource: Any = "*", **elements: Any) -> dict[str, Any]:
    return {**allow(action, resource, **elements), "Effect": "Deny"}


def is_met(condition: dict[str, Any], **context: Any) -> bool:
    """Return whether a condition is met; in the names of keys, two underscores are a colon."""
    keys = {name.replace("__", ":"): value for name, value in context.items()}
    return is_allowed(Request("any:Action", context=keys), policy(allow(Condition=condition)))


# "Policy evaluation logic"

USER = policy(
    {"Sid": "FirstStatement", **allow(["iam:ChangePassword"])},
    {"Sid": "SecondStatement", **allow("s3:ListAllMyBuckets")},
    {
        "Sid": "ThirdStatement",
        **allow(
            ["s3:List*", "s3:Get*"],
            [BUCKET, f"{BUCKET}/*"],
            Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        ),
    },
)
"""From "Policies and permissions in IAM", "JSON policy document structure"."""


@pytest.mark.parametrize(
    ("action", "arn", "context", "allowed"),
    [
        ("iam:ChangePassword", "arn:aws:iam::123456789012:user/ana", {}, True),
        ("IAM:changepassword", "arn:aws:iam::123456789012:user/ana", {}, True),
        ("iam:DeleteUser", "arn:aws:iam::123456789012:user/ana", {}, False),
        ("s3:ListAllMyBuckets", "*", {}, True),
        ("s3:GetObject", f"{BUCKET}/report", {"aws:MultiFactorAuthPresent": "true"}, True),
        ("s3:GetObject", f"{BUCKET}/report", {"AWS:multifactorauthpresent": "true"}, True),
        ("s3:GetObject", f"{BUCKET}/report", {"aws:MultiFactorAuthPresent": "false"}, False),
        ("s3:GetObject", f"{BUCKET}/report", {}, False),
        ("s3:PutObject", f"{BUCKET}/report", {"aws:MultiFactorAuthPresent": "true"}, False),
        ("s3:GetObject", f"{BUCKET.upper()}/report", {"aws:MultiFactorAuthPresent": "true"}, False),
        (
            "s3:GetObject",
            "arn:aws:s3:::other/report",
            {"aws:MultiFactorAuthPresent": "true"},
            False,
        ),
    ],
)
def test_a_request_is_denied_unless_a_statement_allows_it(
    action: str, arn: str, context: dict[str, str], allowed: bool
) -> None:
    assert is_allowed(Request(action, (arn,), context), USER) is allowed


def test_an_explicit_deny_comes_before_an_allow_of_any_policy() -> None:
    request = Request("s3:GetObject", (f"{BUCKET}/report",))
    assert evaluate(request) is Decision.IMPLICITLY_DENIED
    assert evaluate(request, policy(allow("s3:*"))) is Decision.ALLOWED
    denied = policy(deny("s3:*", f"{BUCKET}/*"))
    assert evaluate(request, policy(allow("s3:*")), denied) is Decision.EXPLICITLY_DENIED
    assert evaluate(request, denied, policy(allow("s3:*"))) is Decision.EXPLICITLY_DENIED


def test_an_action_with_several_resources_needs_a_permission_for_each() -> None:
    # Service Authorization Reference, "The actions table", column "Resource types".
    statements = policy(allow("ecs:StopServiceDeployment", "arn:aws:ecs:*:*:service/shop/web"))
    service = "arn:aws:ecs:eu-west-1:123456789012:service/shop/web"
    deployment = "arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/web/1"
    assert is_allowed(Request("ecs:StopServiceDeployment", (service,)), statements)
    assert not is_allowed(Request("ecs:StopServiceDeployment", (service, deployment)), statements)


# "IAM JSON policy elements: NotAction" and "NotResource"


def test_not_action_matches_all_other_actions() -> None:
    all_but_deletion = policy(
        {"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*"}
    )
    assert is_allowed(Request("s3:GetObject", (f"{BUCKET}/report",)), all_but_deletion)
    assert not is_allowed(Request("s3:DeleteBucket", (BUCKET,)), all_but_deletion)


def test_not_resource_matches_all_other_resources() -> None:
    only_payroll = policy(
        allow("s3:*"),
        {
            "Effect": "Deny",
            "Action": "s3:*",
            "NotResource": [
                "arn:aws:s3:::HRBucket/Payroll",
                "arn:aws:s3:::HRBucket/Payroll/*",
            ],
        },
    )
    assert is_allowed(Request("s3:GetObject", ("arn:aws:s3:::HRBucket/Payroll/may",)), only_payroll)
    assert not is_allowed(Request("s3:GetObject", ("arn:aws:s3:::HRBucket/plan",)), only_payroll)


# "IAM JSON policy elements: Resource", wildcards


@pytest.mark.parametrize(
    ("pattern", "arn", "matches"),
    [
        ("arn:aws:s3:::amzn-s3-demo-bucket/*/test/*", "{}/1/test/2", True),
        ("arn:aws:s3:::amzn-s3-demo-bucket/*/test/*", "{}/1/3/test/2", True),
        ("arn:aws:s3:::amzn-s3-demo-bucket/*/test/*", "{}/1/2", False),
        ("arn:aws:s3:::amzn-s3-demo-bucket/???", "{}/abc", True),
        ("arn:aws:s3:::amzn-s3-demo-bucket/???", "{}/ab", False),
        ("arn:aws:s3:::amzn-s3-demo-bucket/a.c", "{}/abc", False),
    ],
)
def test_wildcards_of_resources(pattern: str, arn: str, matches: bool) -> None:
    request = Request("s3:GetObject", (arn.format("arn:aws:s3:::amzn-s3-demo-bucket"),))
    assert is_allowed(request, policy(allow("s3:GetObject", pattern))) is matches


# "IAM JSON policy elements: Condition operators"

TYPES = {"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}}
TOPIC = "arn:aws:sns:us-east-1:123456789012:MyTopic"


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        # String operators
        (
            {"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}},
            {"aws:PrincipalTag/job-category": "iamuser-admin"},
            True,
        ),
        (
            {"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}},
            {"aws:PrincipalTag/job-category": "IAMuser-admin"},
            False,
        ),
        ({"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}}, {}, False),
        ({"StringEquals": {"k": "a*"}}, {"k": "abc"}, False),
        ({"StringLike": {"s3:prefix": ["", "home/", "home/ana/*"]}}, {"s3:prefix": ""}, True),
        (
            {"StringLike": {"s3:prefix": ["", "home/", "home/ana/*"]}},
            {"s3:prefix": "home/ana/2026"},
            True,
        ),
        (
            {"StringLike": {"s3:prefix": ["", "home/", "home/ana/*"]}},
            {"s3:prefix": "home/eve/2026"},
            False,
        ),
        # Negated operators: none of the values, and true if the key is absent
        ({"StringNotEquals": {"k": ["a", "b"]}}, {"k": "c"}, True),
        ({"StringNotEquals": {"k": ["a", "b"]}}, {"k": "b"}, False),
        ({"StringNotEquals": {"k": ["a", "b"]}}, {}, True),
        ({"StringNotLike": {"k": "a*"}}, {"k": "abc"}, False),
        ({"ArnNotLike": {"aws:SourceArn": TOPIC}}, {}, True),
        # Boolean operator
        ({"Bool": {"aws:SecureTransport": "true"}}, {"aws:SecureTransport": "true"}, True),
        ({"Bool": {"aws:SecureTransport": True}}, {"aws:SecureTransport": "true"}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "true"}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, {}, False),
        # ARN operators: the two behave in the same way, each part separately
        ({"ArnEquals": {"aws:SourceArn": TOPIC}}, {"aws:SourceArn": TOPIC}, True),
        ({"ArnEquals": {"aws:SourceArn": f"{TOPIC}2"}}, {"aws:SourceArn": TOPIC}, False),
        (
            {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}},
            {"aws:SourceArn": TOPIC},
            True,
        ),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:MyTopic"}}, {"aws:SourceArn": TOPIC}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*"}}, {"aws:SourceArn": TOPIC}, False),
        # ...IfExists: true if the key is absent
        (TYPES, {"ec2:InstanceType": "t2.micro"}, True),
        (TYPES, {"ec2:InstanceType": "x1.large"}, False),
        (TYPES, {}, True),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, {}, True),
        # Null: true if the key is absent
        ({"Null": {"aws:TokenIssueTime": "true"}}, {}, True),
        ({"Null": {"aws:TokenIssueTime": "true"}}, {"aws:TokenIssueTime": "2026-11-30"}, False),
        ({"Null": {"aws:TokenIssueTime": "false"}}, {"aws:TokenIssueTime": "2026-11-30"}, True),
        ({"Null": {"aws:TokenIssueTime": "false"}}, {}, False),
    ],
)
def test_condition_operators(condition: dict[str, Any], context: dict[str, str], met: bool) -> None:
    statements = policy(allow(Condition=condition))
    assert is_allowed(Request("any:Action", context=context), statements) is met


# "Conditions with multiple context keys or values"


def test_all_operators_and_all_keys_of_a_condition_must_be_met() -> None:
    condition = {
        "StringEquals": {"aws:PrincipalTag/department": ["finance", "hr"], "k": "v"},
        "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::222222222222:user/*"},
    }
    statements = policy(allow(Condition=condition))
    context = {
        "aws:PrincipalTag/department": "hr",
        "k": "v",
        "aws:PrincipalArn": "arn:aws:iam::222222222222:user/Ana",
    }
    assert is_allowed(Request("any:Action", context=context), statements)
    for key in context:
        changed = {**context, key: "arn:aws:iam::333333333333:role/Other"}
        assert not is_allowed(Request("any:Action", context=changed), statements)


# "Single-valued vs. multivalued context keys"

TAGS = {"aws:TagKeys": ["environment", "cost-center"]}


@pytest.mark.parametrize(
    ("operator", "keys", "met"),
    [
        ("ForAllValues:StringEquals", ["environment", "cost-center"], True),
        ("ForAllValues:StringEquals", ["environment"], True),
        ("ForAllValues:StringEquals", ["environment", "owner"], False),
        ("ForAllValues:StringEquals", None, True),
        ("ForAllValues:StringEquals", [], True),
        ("ForAnyValue:StringEquals", ["environment", "owner"], True),
        ("ForAnyValue:StringEquals", ["owner"], False),
        ("ForAnyValue:StringEquals", None, False),
        ("ForAnyValue:StringEquals", [], False),
        # Any value that is none of those of the policy
        ("ForAnyValue:StringNotEquals", ["environment", "owner"], True),
        ("ForAnyValue:StringNotEquals", ["environment"], False),
        ("ForAnyValue:StringNotEquals", None, False),
        ("ForAllValues:StringNotEquals", ["owner"], True),
        ("ForAllValues:StringNotEquals", ["environment", "owner"], False),
        ("ForAllValues:StringNotEquals", None, True),
        ("ForAnyValue:StringEqualsIfExists", None, True),
        ("ForAnyValue:StringEqualsIfExists", ["owner"], False),
    ],
)
def test_set_operators(operator: str, keys: list[str] | None, met: bool) -> None:
    context = {} if keys is None else {"aws:TagKeys": keys}
    statements = policy(allow(Condition={operator: TAGS}))
    assert is_allowed(Request("any:Action", context=context), statements) is met


# What is not known is never skipped


@pytest.mark.parametrize(
    "content",
    [
        policy(allow(Principal="*")),
        policy(allow(), {"Effect": "Permit", "Action": "*", "Resource": "*"}),
        policy({"Effect": "Allow", "Action": "*"}),
        policy({"Effect": "Allow", "Action": "*", "NotAction": "s3:*", "Resource": "*"}),
        policy(allow(Condition={"NumericLessThan": {"k": "1"}})),
        policy(allow(Condition={"ForSomeValues:StringEquals": {"k": "1"}})),
        policy(allow(Condition={"NullIfExists": {"k": "true"}})),
        policy(allow(Condition={"StringEquals": {"k": "${aws:username}"}})),
        policy(allow(resource="arn:aws:s3:::home/${aws:username}/*")),
        policy(allow(resource="${aws_iam_role.web_task_role.arn}")),
        {"Version": "2008-10-17", "Statement": [allow()]},
        {"Statement": [allow()]},
        {**policy(allow()), "Rules": []},
    ],
)
def test_an_unknown_element_is_an_error_also_in_a_statement_that_does_not_match(
    content: dict[str, Any],
) -> None:
    with pytest.raises(UnknownElementError):
        evaluate(Request("none:None"), content)


def test_several_values_need_a_set_operator() -> None:
    with pytest.raises(UnknownElementError, match="has several values"):
        is_met({"StringEquals": {"aws:TagKeys": "a"}}, aws__TagKeys=["a", "b"])


def test_a_request_without_a_resource_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no resource"):
        evaluate(Request("s3:GetObject", ()), USER)
