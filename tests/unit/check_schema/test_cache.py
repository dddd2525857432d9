"""The schema is built once, and read from the user's cache afterwards."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from navra_stacks.check.schema import cache as cache_module, checker
from navra_stacks.check.schema.cache import (
    cache_directory,
    cached,
    find_assembly,
    provider_schema,
)
from navra_stacks.check.schema.provider_schema import (
    ProviderSchema,
    SchemaNotAvailableError,
    pack,
)
from navra_stacks.terraform.document import TerraformDocument

HEADER = {"assembly": "@cdktf/provider-aws 1.0.0", "provider": "9.1.0"}
CONTENT = pack(HEADER, ['resource aws_thing\t[{"a":{"name":"!s"}}]'])


class Builder:
    """Builds a content, and counts how often."""

    def __init__(self) -> None:
        self.builds = 0

    def __call__(self) -> bytes:
        self.builds += 1
        return CONTENT


def read(directory: Path, build: Builder) -> ProviderSchema:
    return cached("thing.schema", ProviderSchema, build, directory=directory)


def test_a_schema_is_built_once(tmp_path: Path):
    build = Builder()
    for _ in range(2):
        assert read(tmp_path, build).find("resource", "aws_thing") is not None
    assert build.builds == 1
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["thing.schema"]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{}\n",
        b"[]\n",
        b"\xff\xfe",
        CONTENT[:-1],
        CONTENT.replace(b"name", b"nome"),
        CONTENT.replace(b'"format": 1', b'"format": 0'),
    ],
)
def test_a_damaged_file_is_built_again(tmp_path: Path, damaged: bytes):
    file = tmp_path / "thing.schema"
    build = Builder()
    read(tmp_path, build)
    file.write_bytes(damaged)
    assert read(tmp_path, build).version == "9.1.0"
    assert build.builds == 2
    assert file.read_bytes() == CONTENT


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path):
    (tmp_path / "file").write_text("not a directory")
    build = Builder()
    for _ in range(2):
        assert read(tmp_path / "file" / "schemas", build).version == "9.1.0"
    assert build.builds == 2


def test_a_directory_in_place_of_the_file_is_no_error(tmp_path: Path):
    (tmp_path / "thing.schema").mkdir()
    assert read(tmp_path, Builder()).version == "9.1.0"


def test_the_cache_is_in_the_users_cache(tmp_path: Path):
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    home = {"HOME": str(tmp_path)}
    in_home = tmp_path / caches / "navra-stacks/schemas"
    assert cache_directory(home) == in_home
    assert cache_directory(home | {"XDG_CACHE_HOME": "relative"}) == in_home
    configured = {"XDG_CACHE_HOME": str(tmp_path / "x")}
    assert cache_directory(configured) == tmp_path / "x/navra-stacks/schemas"
    assert cache_directory({}) is None


def test_without_a_home_directory_nothing_is_cached(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache_module, "cache_directory", lambda: None)
    build = Builder()
    for _ in range(2):
        assert cached("thing.schema", ProviderSchema, build).version == "9.1.0"
    assert build.builds == 2


def test_the_file_name_has_the_version_of_the_bindings(cache: Path):
    (file,) = cache.glob("*.schema")
    assert find_assembly().name in file.name
    assert 0 < file.stat().st_size < 2_000_000


def test_missing_bindings_are_reported(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SchemaNotAvailableError) as raised:
        provider_schema("cdktf_cdktf_provider_missing")
    assert str(raised.value) == (
        "the arguments were not checked against the schema of hashicorp/aws: the bindings, which "
        "contain the schema, are not installed; install the Python package "
        "cdktf-cdktf-provider-missing"
    )

    def missing(**_: object) -> ProviderSchema:
        return provider_schema("cdktf_cdktf_provider_missing")

    # Raised by the call, not by the first use of the iterator.
    monkeypatch.setattr(cache_module, "provider_schema", missing)
    with pytest.raises(SchemaNotAvailableError):
        checker.check_schema(TerraformDocument({}))


def test_a_package_without_an_assembly_is_reported():
    with pytest.raises(SchemaNotAvailableError, match="install the Python package json"):
        find_assembly("json")
