"""The file of --secrets: its forms, precedence, warnings, and messages without values."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from navra_stacks.errors import NavraError
from navra_stacks.local.secrets.secret_values import SecretValues
from navra_stacks.local.secrets.secrets_file import (
    SecretsFile,
    SecretsFileError,
    json_member,
    parse_secrets,
    parse_secrets_json,
)

VALUE = "s3cr3t-v4lue"
PEM = "-----BEGIN KEY-----\nabc\ndef\n-----END KEY-----"


def written(directory: Path, text: str, name: str = "secrets.env") -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("  export A = b  ", "b"),
        ("A=", ""),
        ("A=b=c#d", "b=c#d"),
        ("A=b # comment", "b"),
        ("A= # comment", ""),
        ("A='b # c' # comment", "b # c"),
        ('A="b\\n\\"c\\"\\\\ \\$d"', 'b\n"c"\\ $d'),
        ("A='b\\n$c'", "b\\n$c"),
        (f'A="{PEM}"', PEM),
        (f"A='{PEM}'\nB=x", PEM),
        ("A=$HOME/${X}", "$HOME/${X}"),
        ("\n# comment\nA=b\r\n", "b"),
        (
            "A=postgresql://u:p%23@h:5432/d?sslmode=require",
            "postgresql://u:p%23@h:5432/d?sslmode=require",
        ),
    ],
)
def test_a_line_gives_its_value(line: str, value: str) -> None:
    assert parse_secrets(line, "f")["A"] == value


def test_a_json_file_gives_strings_and_the_text_of_objects(tmp_path: Path) -> None:
    path = written(tmp_path, '{"A": "b\\nc", "app/db": {"user": "x"}}', "secrets.json")
    assert dict(SecretsFile.read(path).values) == {"A": "b\nc", "app/db": '{"user": "x"}'}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"A=b\n{VALUE}", "f:2: is not NAME=VALUE"),
        (f"A=b\nA={VALUE}", "f:2: A has a value in line 1"),
        (f'A="{VALUE}', "f:1: A: the quote"),
        (f"A='{VALUE}' {VALUE}", "f:1: A: has text after the closing quote"),
        (f"A={VALUE}\0", "f:1: A: the value has a NUL"),
        (f"\nMII{VALUE}!x={VALUE}", "f:2: the name is not valid"),
    ],
)
def test_an_error_has_the_line_and_the_name_but_no_value(text: str, message: str) -> None:
    with pytest.raises(SecretsFileError, match=message) as raised:
        parse_secrets(text, "f")
    assert VALUE not in shown(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{{"A": "{VALUE}"', "f:1: is not valid JSON"),
        (f'["{VALUE}"]', "is not a JSON object"),
        (f'{{"A": ["{VALUE}"]}}', "f: A is not a string"),
        (f'{{"A": "{VALUE}", "A": "x"}}', "f: A has two values"),
    ],
)
def test_an_error_in_a_json_file_has_no_value(text: str, message: str) -> None:
    with pytest.raises(SecretsFileError, match=message) as raised:
        parse_secrets_json(text, "f")
    assert VALUE not in shown(raised.value)


def test_an_error_of_the_encoding_has_no_value(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    path.write_bytes(f"A={VALUE}\nB=".encode() + b"\xff")
    with pytest.raises(SecretsFileError, match=r"secrets.env:2: is not UTF-8") as raised:
        SecretsFile.read(path)
    assert VALUE not in shown(raised.value)


def test_a_file_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SecretsFileError, match="cannot be read: No such file"):
        SecretsFile.read(tmp_path / "absent.env")


def test_no_representation_has_a_value() -> None:
    file = SecretsFile({"A": VALUE}, "f")
    for one in (file, file.values, SecretValues({"A": VALUE})):
        assert VALUE not in repr(one) + str(one) + f"{one}"
        assert "A" in repr(one)
    with pytest.raises(KeyError) as raised:
        file.values["B"]
    assert VALUE not in shown(raised.value)


def test_the_value_for_a_service_has_precedence() -> None:
    file = SecretsFile({"A": "all", "web.A": "web", "app/a": "secret"}, "f")
    assert file.value("web", "A", "app/a") == "web"
    assert file.value("api", "A", "app/a") == "secret"
    assert file.value("api", "A", "app/b") == "all"
    assert file.value("api", "B", "app/b") is None


def test_the_value_of_a_secret_is_its_object_and_that_of_a_variable_is_the_member() -> None:
    file = SecretsFile({"app/db": '{"user": "x", "port": 5432}', "A": "plain"}, "f")
    assert file.value("api", "USER", "app/db", "user") == "x"
    assert file.value("api", "PORT", "app/db", "port") == "5432"
    assert file.value("api", "A", "other", "user") == "plain"


def test_a_missing_key_of_an_object_is_reported_without_values() -> None:
    with pytest.raises(NavraError, match=r"no key 'usre'; did you mean 'user'\?") as raised:
        json_member(f'{{"user": "{VALUE}"}}', "usre", "f: app/db")
    assert VALUE not in shown(raised.value)
    with pytest.raises(NavraError, match="is not a JSON object") as raised:
        json_member(VALUE, "user", "f: app/db")
    assert VALUE not in shown(raised.value)


def test_a_file_that_others_can_read_causes_a_warning(tmp_path: Path) -> None:
    path = written(tmp_path, "A=b")
    assert SecretsFile.read(path).warnings == []
    path.chmod(0o640)
    (warning,) = SecretsFile.read(path).warnings
    assert "mode 0640" in warning
    assert f"chmod 600 {path}" in warning


def test_a_name_that_no_container_uses_causes_a_message_with_a_suggestion() -> None:
    file = SecretsFile({"OPENAI_API_KEI": VALUE, "web.A": "x", "job.A": "x", "A": "x"}, "f")
    uses = [("web", "A", "app/a"), ("web", "OPENAI_API_KEY", "")]
    (message,) = file.unused([*uses, ("job", "A", "")])
    assert message == "f: no container uses OPENAI_API_KEI; did you mean 'OPENAI_API_KEY'?"
    assert len(file.unused(uses)) == 2


def shown(error: BaseException) -> str:
    """Everything that a log can contain of an error: its chain and the attributes of each."""
    texts = ["".join(traceback.format_exception(error)).rpartition("Error: ")[2]]
    one: BaseException | None = error
    while one is not None:
        texts += [str(one), repr(one.args), repr(vars(one))]
        one = one.__cause__ or one.__context__
    return "\n".join(texts)
