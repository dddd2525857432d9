"""No secret value, and nothing derived from one, is in a document."""

from __future__ import annotations

import base64
import json

import pytest

from environments import ENVIRONMENTS
from navra_stacks import SettingsError, synthesize
from tests.support.toggles import with_toggles

MARKER = "postgresql://app:S3cr3t-marker-93b1@db.internal/app"
EVERYTHING = with_toggles("database", "cache", "managed_secrets", "customer_managed_keys")
WRITE_ONLY = ("password_wo", "secret_string_wo")


@pytest.fixture(scope="module")
def texts(documents, tmp_path_factory) -> dict[str, str]:
    environment = EVERYTHING.replace(project="everything")
    (written,) = synthesize([environment], tmp_path_factory.mktemp("out"))
    made = {written.stack: written.path.read_text(encoding="utf-8")}
    return {stack: one.text for stack, one in documents.items()} | made


@pytest.mark.parametrize("place", ["environment", "command"])
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda one: one.name)
def test_a_credential_in_the_wrong_field_is_refused_without_being_shown(environment, place):
    service = environment.service("backend")
    value = {"DATABASE_PASSWORD": MARKER} if place == "environment" else ("run", MARKER)
    broken = service.replace(container=service.container.replace(**{place: value}))
    with pytest.raises(SettingsError) as refused:
        environment.replace(services=(environment.service("frontend"), broken))
    assert "S3cr3t-marker" not in str(refused.value)
    assert "S3cr3t-marker" not in repr(broken)


def test_secrets_are_written_through_write_only_arguments_from_ephemeral_values(texts):
    for text in texts.values():
        for type_, named in json.loads(text).get("resource", {}).items():
            for name, body in named.items():
                place = f"{type_}.{name}"
                assert not {"password", "secret_string", "auth_token"} & set(body), place
                for argument in WRITE_ONLY:
                    if argument in body:
                        assert f"{argument}_version" in body, place


def test_no_output_or_variable_contains_a_secret(texts):
    for text in texts.values():
        document = json.loads(text)
        assert "ephemeral." not in json.dumps(document.get("output", {}))
        assert "secret_string" not in json.dumps(document.get("output", {}))
        for name in document.get("variable", {}):
            assert not {"password", "secret", "token", "url"} & set(name.split("_")), name


def test_no_data_source_reads_a_secret_s_value(texts):
    for text in texts.values():
        data = json.loads(text).get("data", {})
        for type_ in data:
            assert not type_.startswith("aws_secretsmanager_secret_version"), type_
            assert type_ != "aws_secretsmanager_random_password"


def test_ephemeral_values_are_used_in_write_only_arguments_only(texts):
    for text in texts.values():
        for type_, named in json.loads(text).get("resource", {}).items():
            for name, body in named.items():
                for argument, value in body.items():
                    if "ephemeral." in json.dumps(value):
                        assert argument in (*WRITE_ONLY, "depends_on"), f"{type_}.{name}.{argument}"


@pytest.mark.parametrize("form", [MARKER, base64.b64encode(MARKER.encode()).decode()])
def test_a_marker_secret_appears_in_no_document(texts, form):
    assert all(form not in text for text in texts.values())
