"""Misconfigurations: IAM."""

from __future__ import annotations

from tests.support.plan_shapes import policy
from tests.unit.check.draft import Draft, NotApplicableError, edit, reference
from tests.unit.check.misconfigurations.registry import finds

OTHER_SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:other/live/DATABASE_URL-abcdef"


@finds("execution-role-secrets")
def role_reads_the_secret_of_another_environment(d: Draft) -> str:
    return d.add_statement(Action="secretsmanager:GetSecretValue", Resource=OTHER_SECRET)


@finds("container-secret-readable")
def role_cannot_read_the_secret_of_its_container(d: Draft) -> str:
    role, address, statements = d.injecting_role()
    d.set_policy(address, [one for one in statements if "GetSecretValue" not in str(one)])
    return role


@finds("execution-role-kms")
def role_cannot_decrypt_the_secret_of_its_container(d: Draft) -> str:
    role, address, statements = d.injecting_role()
    kept = [one for one in statements if "kms:Decrypt" not in str(one)]
    if len(kept) == len(statements):
        raise NotApplicableError("kms:Decrypt")
    d.set_policy(address, kept)
    return role


@finds("execution-role-via-service")
def role_decrypts_with_any_service(d: Draft) -> str:
    _, address, statements = d.injecting_role()
    for one in statements:
        if "kms:Decrypt" in str(one):
            del one["Condition"]
            return d.set_policy(address, statements)
    raise NotApplicableError("kms:Decrypt")


@finds("iam-pass-role")
def any_role_can_be_passed(d: Draft) -> str:
    return d.add_statement(Action="iam:PassRole", Resource="*")


@finds("iam-action-wildcard")
def all_actions_of_a_service(d: Draft) -> str:
    return d.add_statement(Action="ecs:*", Resource="arn:aws:ecs:eu-west-1:111122223333:cluster/a")


@finds("iam-not-action")
def all_actions_except_some(d: Draft) -> str:
    return d.add_statement(NotAction="iam:*", Resource="arn:aws:s3:::a")


@finds("iam-managed-policy")
def role_is_administrator(d: Draft) -> str:
    return d.add(
        "aws_iam_role_policy_attachment",
        "zz_admin",
        role="operations",
        policy_arn="arn:aws:iam::aws:policy/AdministratorAccess",
    )


@finds("iam-sensitive-wildcard")
def all_parameters_can_be_read(d: Draft) -> str:
    return d.add_statement(Action="ssm:GetParameters", Resource="*")


def _trust(d: Draft, **statement: object) -> str:
    return d.add(
        "aws_iam_role",
        "zz_trust",
        name="trust",
        assume_role_policy=policy(**statement),
    )


GITHUB = "token.actions.githubusercontent.com"


@finds("role-trust-github")
def every_repository_can_assume_a_role(d: Draft) -> str:
    return _trust(
        d,
        Action="sts:AssumeRoleWithWebIdentity",
        Principal={"Federated": f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"},
        Condition={
            "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
            "StringLike": {f"{GITHUB}:sub": "repo:*"},
        },
    )


@finds("role-trust-public")
def everybody_can_assume_a_role(d: Draft) -> str:
    return _trust(d, Action="sts:AssumeRole", Principal={"AWS": "*"})


def _open(d: Draft, address: str, action: str) -> str:
    return edit(d.at(address), policy=policy(Principal={"AWS": "*"}, Action=action, Resource="*"))


@finds("resource-policy-public")
def everybody_can_use_a_key(d: Draft) -> str:
    return _open(d, d.first("aws_kms_key")[0], "kms:*")


@finds("resource-policy-public")
def everybody_can_send_to_a_queue(d: Draft) -> str:
    d.add("aws_sqs_queue", "jobs", name="jobs")
    return _open(d, d.add("aws_sqs_queue_policy", "jobs", queue_url="x"), "sqs:SendMessage")


@finds("resource-policy-public")
def everybody_can_publish_to_a_topic(d: Draft) -> str:
    return _open(d, d.first("aws_sns_topic_policy")[0], "sns:Publish")


@finds("resource-policy-public")
def everybody_can_read_a_secret(d: Draft) -> str:
    secret = reference(d.first("aws_secretsmanager_secret")[0])
    address = d.add("aws_secretsmanager_secret_policy", "zz_open", secret_arn=secret)
    return _open(d, address, "secretsmanager:GetSecretValue")


@finds("resource-policy-public", "state")
def everybody_can_read_the_state(d: Draft) -> str:
    return _open(d, d.first("aws_s3_bucket_policy")[0], "s3:GetObject")
