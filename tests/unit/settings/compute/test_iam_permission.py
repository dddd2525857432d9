"""IAM permissions of a service are limited to listed actions and specific resources."""

import pytest

from navra_stacks import IamPermission
from tests.support.settings_errors import problems_of, reported_problems, with_web

ACCOUNT = "arn:aws:iam::111122223333"
KMS = "arn:aws:kms:eu-west-1:111122223333"
SECRETS = "arn:aws:secretsmanager:eu-west-1:111122223333"


@pytest.mark.parametrize("name", ["*", "?*", "**", "*?", "*/*", "?", "*:*", "*-*", "/*", "${*}"])
@pytest.mark.parametrize("service", ["s3", "sqs", "iam"])
def test_rejects_a_resource_without_a_letter_or_digit(service: str, name: str) -> None:
    arn = f"arn:aws:{service}:::{name}"
    assert problems_of(IamPermission(actions=("s3:GetObject",), resources=(arn,))) == [
        f"resources: {arn!r} matches every resource; list specific resources"
    ]


@pytest.mark.parametrize(
    "resource", ["*", "?*", "**", "*/*", "arn:*", "arn:aws:*", "arn:aws:s3:*", "arn:*:s3:::a/*"]
)
def test_rejects_a_wildcard_instead_of_an_arn(resource: str) -> None:
    (problem,) = problems_of(IamPermission(actions=("s3:GetObject",), resources=(resource,)))
    assert problem.startswith(f"resources: {resource!r} is not a valid ARN")


@pytest.mark.parametrize(
    "action", ["*", "s3:*", "s3:?*", "s3:**", "*:*", "s3:Get*", "?3:GetObject"]
)
def test_rejects_a_wildcard_in_an_action(action: str) -> None:
    (problem,) = problems_of(IamPermission(actions=(action,), resources=("arn:aws:s3:::a/*",)))
    assert problem.startswith(f"actions: {action!r} is not a valid name of a single IAM action")


@pytest.mark.parametrize(
    "action", ["iam:PutRolePolicy", "iam:attachrolepolicy", "iam:UpdateAssumeRolePolicy"]
)
def test_rejects_actions_that_change_policies(action: str) -> None:
    role = f"{ACCOUNT}:role/shop-web-qa-task"
    assert problems_of(IamPermission(actions=(action,), resources=(role,))) == [
        f"actions: {action!r} changes IAM policies, so the service could give itself any "
        "permission; remove the action, or grant it in a stack of your own that extends WebStack"
    ]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("kms:Decrypt", f"{KMS}:key/*"),
        ("kms:Decrypt", f"{KMS}:k*"),
        ("kms:Decrypt", f"{KMS}:?ey/0a1b"),
        ("secretsmanager:GetSecretValue", f"{SECRETS}:secret:*"),
        ("secretsmanager:GetSecretValue", f"{SECRETS}:secret:??*"),
        ("secretsmanager:GetSecretValue", f"{SECRETS}:*/DATABASE_URL"),
        ("ssm:GetParameters", "arn:aws:ssm:eu-west-1:111122223333:parameter/*"),
    ],
)
def test_rejects_every_key_secret_or_parameter(action: str, resource: str) -> None:
    (problem,) = problems_of(IamPermission(actions=(action,), resources=(resource,)))
    assert problem.startswith(
        f"resources: {resource!r} with the action {action!r} matches every resource of its type"
    )


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/*"),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders*"),
        ("kms:Decrypt", f"{KMS}:key/0a1b2c3d"),
        ("secretsmanager:GetSecretValue", f"{SECRETS}:secret:shop/qa/KEY-??????"),
        ("ssm:GetParameters", "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/*"),
        ("sts:AssumeRole", "arn:aws:iam::444455556666:role/reader"),
        ("iam:PassRole", f"{ACCOUNT}:role/another-role"),
        ("iam:PassRole", f"{ACCOUNT}:role/shop-web-qa-*"),
        ("iam:PassRole", f"{ACCOUNT}:role/shop-qa-*"),
    ],
)
def test_accepts_specific_resources(action: str, resource: str) -> None:
    permission = IamPermission(actions=(action,), resources=(resource,))
    assert reported_problems(lambda: with_web(permissions=(permission,))) == []


@pytest.mark.parametrize(
    "action", ["iam:PassRole", "sts:AssumeRole", "iam:passrole", "iam:GetRole"]
)
@pytest.mark.parametrize(
    "resource",
    [
        *(f"{ACCOUNT}:role/*", f"{ACCOUNT}:role/?*", f"{ACCOUNT}:r*", f"{ACCOUNT}:role/shop-*"),
        *(f"{ACCOUNT}:role/*-task", f"{ACCOUNT}:role/shop-web-qa*", f"{ACCOUNT}:*role/shop-qa-"),
        *(f"{ACCOUNT}:role/shop-?a-x", "arn:aws:iam::444455556666:role/shop-qa-*"),
    ],
)
def test_rejects_wildcards_for_roles_of_others(action: str, resource: str) -> None:
    permission = IamPermission(actions=("s3:GetObject", action), resources=(resource,))
    assert reported_problems(lambda: with_web(permissions=(permission,))) == [
        f"services.web.permissions.0.resources: {resource!r} with the action {action!r} also "
        "matches roles that do not belong to this environment; list each role in full, or put the "
        "wildcard after a name of this environment, for example '...:role/shop-web-qa-*'"
    ]
