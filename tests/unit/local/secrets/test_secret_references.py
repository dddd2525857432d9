"""The physical name and the JSON key of each form of valueFrom."""

from __future__ import annotations

import pytest

from navra_stacks.local.secrets.secret_references import SecretReference, secret_references
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.task_definition_changes import containers_of
from tests.support.document_builder import document
from tests.support.synthesized import Built

SECRET = "aws_secretsmanager_secret"
DOCUMENT = document(
    {
        f"{SECRET}.db": {"name": "app/db"},
        f"{SECRET}.named": {"name": "${var.project}/named"},
        f"{SECRET}.prefixed": {"name_prefix": "app-"},
        f"{SECRET}.each": {"for_each": {"a": "first", "b": "second"}, "name": "x/${each.value}"},
        f"{SECRET}_version.db": {"secret_id": f"${{{SECRET}.db.id}}"},
        f"data.{SECRET}.found": {"name": "app/found"},
        f"data.{SECRET}.by_arn": {
            "arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/arn-AbCdEf"
        },
        f"data.{SECRET}_version.found": {"secret_id": f"${{data.{SECRET}.found.id}}"},
        "aws_ssm_parameter.p": {"name": "/app/p"},
        "aws_db_instance.main": {"engine": "postgres"},
    },
    variables={"project": {"default": "shop"}},
)
ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:"
PARAMETER = "arn:aws:ssm:eu-west-1:111122223333:parameter/"


@pytest.mark.parametrize(
    ("value_from", "secret", "key", "address"),
    [
        (f"${{{SECRET}.db.arn}}", "app/db", None, f"{SECRET}.db"),
        (f"${{{SECRET}.db.arn}}:user::", "app/db", "user", f"{SECRET}.db"),
        (f"${{{SECRET}.db.id}}:::", "app/db", None, f"{SECRET}.db"),
        (f"${{{SECRET}.db.arn}}::AWSPREVIOUS:", "app/db", None, f"{SECRET}.db"),
        (f"${{{SECRET}.named.arn}}", "shop/named", None, f"{SECRET}.named"),
        (f"${{{SECRET}.prefixed.arn}}", "app-", None, f"{SECRET}.prefixed"),
        (f'${{{SECRET}.each["b"].arn}}', "x/second", None, f"{SECRET}.each"),
        (f"${{{SECRET}_version.db.arn}}", "app/db", None, f"{SECRET}.db"),
        (f"${{data.{SECRET}.found.arn}}:k::", "app/found", "k", f"data.{SECRET}.found"),
        (f"${{data.{SECRET}.by_arn.arn}}", "app/arn", None, None),
        (f"${{data.{SECRET}_version.found.arn}}", "app/found", None, f"data.{SECRET}.found"),
        ("${aws_ssm_parameter.p.arn}", "/app/p", None, "aws_ssm_parameter.p"),
        ("${aws_ssm_parameter.p.name}", "/app/p", None, "aws_ssm_parameter.p"),
        (f"{ARN}app/db-AbCdEf", "app/db", None, f"{SECRET}.db"),
        (f"{ARN}app/db-AbCdEf:user::", "app/db", "user", f"{SECRET}.db"),
        (f"{ARN}other", "other", None, None),
        ("arn:aws:secretsmanager:${data.aws_region.r.name}:1:secret:a/b", "a/b", None, None),
        (f"{PARAMETER}app/p", "/app/p", None, "aws_ssm_parameter.p"),
        (f"{PARAMETER}single", "single", None, None),
        ("/app/p", "/app/p", None, "aws_ssm_parameter.p"),
        (
            "${aws_db_instance.main.master_user_secret[0].secret_arn}:password::",
            "master user secret of aws_db_instance.main",
            "password",
            "aws_db_instance.main",
        ),
        ("${module.db.secret_arn}:user::", "module.db.secret_arn", "user", None),
    ],
)
def test_a_reference_has_the_name_of_its_secret_and_the_key(
    value_from: str, secret: str, key: str | None, address: str | None
) -> None:
    container = {"name": "web", "secrets": [{"name": "A", "valueFrom": value_from}]}
    assert secret_references(DOCUMENT, container) == (SecretReference("A", secret, key, address),)


def test_a_container_without_secrets_has_no_references() -> None:
    assert secret_references(DOCUMENT, {"name": "web"}) == ()


def test_each_environment_of_this_repository_has_the_names_of_its_secrets(either: Built) -> None:
    found = {
        reference.variable: reference.secret
        for task in either.all("aws_ecs_task_definition")
        for container in containers_of(task.body).values()
        for reference in secret_references(TerraformDocument(either.content), container)
    }
    prefix = "aep/" + either.one("aws_ecs_cluster")["name"].removeprefix("aep-").split("-")[0]
    assert len(found) == 5
    assert all(name.endswith(f"/{variable}") for variable, name in found.items())
    assert {name.rpartition("/")[0] for name in found.values()} == {prefix}
