"""The images of data servers and the option --data."""

from __future__ import annotations

import pytest

from navra_stacks.errors import NavraError
from navra_stacks.local.data.images import default_image, kind_of_image, parse_data_options


@pytest.mark.parametrize(
    ("engine", "version", "image"),
    [
        ("postgres", "17", "docker.io/library/postgres:17"),
        ("postgres", "16.4-R2", "docker.io/library/postgres:16.4"),
        ("postgres", None, "docker.io/library/postgres:17"),
        ("valkey", "8.0", "docker.io/valkey/valkey:8.0"),
        ("valkey", "8.2", "docker.io/valkey/valkey:8.1"),
        ("redis", "7.1", "docker.io/library/redis:7.0"),
        ("redis", "6.x", "docker.io/library/redis:6.2"),
        ("redis", "5.0.6", "docker.io/library/redis:5.0.6"),
    ],
)
def test_the_default_image_has_the_engine_and_version(
    engine: str, version: str | None, image: str
) -> None:
    assert default_image(engine, version) == image


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        ("docker.io/library/postgres:17", "postgres"),
        ("localhost:5000/team/postgres-with-data", "postgres"),
        ("postgis/postgis:16", "postgres"),
        ("valkey/valkey@sha256:0a", "redis"),
        ("redis.example.com/db/postgres:1", "postgres"),
        ("docker.io/library/mysql:8", None),
        ("example/server:postgres", None),
    ],
)
def test_the_repository_of_an_image_determines_the_kind(image: str, kind: str | None) -> None:
    assert kind_of_image(image) == kind


def test_each_option_gives_an_image() -> None:
    options = ["DATABASE_URL=localhost/postgres:1", "api.CACHE=redis"]
    assert parse_data_options(options) == {
        "DATABASE_URL": "localhost/postgres:1",
        "api.CACHE": "redis",
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["DATABASE_URL"], "is not NAME=IMAGE"),
        (["=image"], "is not NAME=IMAGE"),
        (["A="], "'' is not an image"),
        (["A=--privileged"], "is not an image"),
        (["A=x", "A=y"], "has two images"),
        (["A=postgresql://u:hidden-word@h/d"], "into the file of --secrets, as A=URL"),
    ],
)
def test_another_form_is_reported_with_the_repair(options: list[str], message: str) -> None:
    with pytest.raises(NavraError, match=message) as raised:
        parse_data_options(options)
    assert "hidden-word" not in str(raised.value)
