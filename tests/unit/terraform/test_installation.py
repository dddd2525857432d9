"""Which provider is taken, where a machine holds several or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from navra_stacks.terraform import installation
from navra_stacks.terraform.installation import (
    NotAtHandError,
    Provider,
    find_provider,
    find_terraform,
    quiet,
)
from tests.support import provider_on_disk as disk
from tests.support.provider_on_disk import provider_on_disk

HOST = "registry.example"


def unpacked(mirror: Path, version: str, platform: str = "linux_amd64") -> Path:
    directory = mirror / HOST / "hashicorp" / "aws" / version / platform
    directory.mkdir(parents=True)
    return directory


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A disk with nothing on it."""
    monkeypatch.setattr(disk.os, "sep", str(tmp_path))
    return tmp_path


def find(machine: Path, **environ: str) -> Provider:
    home = {"HOME": str(machine / "home"), "XDG_DATA_DIRS": str(machine / "share")}
    return provider_on_disk("linux_amd64", home | environ)


def test_the_newest_version_of_a_mirror_is_taken(machine: Path) -> None:
    for version in ("5.99.1", "5.100.0", "5.9.0"):
        unpacked(machine / "a", version)
    assert find(machine) == Provider(machine / "a", f"{HOST}/hashicorp/aws", "5.100.0")


def test_a_provider_of_another_platform_is_not_taken(machine: Path) -> None:
    unpacked(machine / "a", "6.0.0", "darwin_arm64")
    unpacked(machine / "b", "5.0.0")
    assert find(machine).mirror == machine / "b"


def test_an_archived_provider_is_taken(machine: Path) -> None:
    directory = machine / "a" / HOST / "hashicorp" / "aws"
    directory.mkdir(parents=True)
    (directory / "terraform-provider-aws_6.1.0_linux_amd64.zip").touch()
    (directory / "terraform-provider-aws_6.2.0_linux_arm64.zip").touch()
    assert find(machine).version == "6.1.0"


def test_the_mirror_that_is_named_is_taken_before_all(machine: Path) -> None:
    unpacked(machine / "home/.terraform.d/plugins", "6.0.0")
    unpacked(machine / "named", "5.0.0")
    assert find(machine, NAVRA_PROVIDER_MIRROR=str(machine / "named")).version == "5.0.0"


def test_a_named_mirror_without_a_provider_is_an_error(machine: Path) -> None:
    unpacked(machine / "home/.terraform.d/plugins", "6.0.0")
    with pytest.raises(NotAtHandError, match=r"none holds no AWS provider"):
        find(machine, NAVRA_PROVIDER_MIRROR=str(machine / "none"))


def test_a_mirror_that_is_named_from_here_is_found_from_everywhere(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked(machine / "mirror", "5.0.0")
    monkeypatch.chdir(machine)
    found = find_provider("linux_amd64", "5.0.0", mirror=Path("mirror"), environ={})
    assert found.mirror == machine / "mirror"


def test_other_providers_come_from_the_mirror_where_it_has_them_else_from_a_registry(
    machine: Path,
) -> None:
    unpacked(machine / "a", "5.0.0")
    (machine / "a" / HOST / "hashicorp" / "random").mkdir()
    told = find(machine).configuration()
    assert f'exclude = ["{HOST}/hashicorp/aws", "{HOST}/hashicorp/random"]' in told


@pytest.mark.parametrize(
    "usual",
    ["home/.terraform.d/plugins", "home/.local/share/terraform/plugins", "share/terraform/plugins"],
)
def test_terraforms_own_mirrors_come_before_the_rest_of_the_disk(machine: Path, usual: str) -> None:
    unpacked(machine / "a", "6.0.0")
    unpacked(machine / usual, "5.0.0")
    assert find(machine).version == "5.0.0"


def test_the_nearest_mirror_of_the_disk_is_taken(machine: Path) -> None:
    unpacked(machine / "a/b/c", "6.0.0")
    unpacked(machine / "z/y", "5.0.0")
    assert find(machine).version == "5.0.0"


def test_what_a_terraform_directory_holds_for_itself_is_passed_over(machine: Path) -> None:
    unpacked(machine / "module/.terraform/providers", "6.0.0")
    with pytest.raises(NotAtHandError, match="NAVRA_PROVIDER_MIRROR names a mirror"):
        find(machine)


def test_a_machine_without_terraform_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda name: None)
    with pytest.raises(NotAtHandError, match="neither terraform nor tofu"):
        find_terraform({"PATH": str(tmp_path)})


def test_a_terraform_that_is_too_old_is_told_so(tmp_path: Path) -> None:
    terraform = tmp_path / "terraform"
    answer = '{"terraform_version": "1.10.9", "platform": "linux_amd64"}'
    terraform.write_text(f"#!/bin/sh\necho '{answer}'\n")
    terraform.chmod(0o755)
    with pytest.raises(NotAtHandError, match=r"1\.10\.9, older than 1\.11"):
        find_terraform({"PATH": str(tmp_path)})


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("#!/bin/sh\necho 'no version is set' >&2; exit 126\n", "status 126: no version is set"),
        ("#!/bin/sh\necho hello\n", "tells no version"),
        ("#!/bin/sh\necho '{}'\n", "tells no version"),
        ("#!/no/such/shell\n", "does not run"),
    ],
)
def test_a_terraform_that_does_not_answer_is_told_so(
    tmp_path: Path, script: str, told: str
) -> None:
    terraform = tmp_path / "terraform"
    terraform.write_text(script)
    terraform.chmod(0o755)
    with pytest.raises(NotAtHandError, match=told):
        find_terraform({"PATH": str(tmp_path)})


def test_what_a_shell_sets_for_terraform_does_not_reach_it() -> None:
    assert "TF_CLI_ARGS" not in quiet({"TF_CLI_ARGS": "-no-color"})


def test_a_machine_without_a_mirror_asks_the_registry_for_the_pinned_version(machine: Path) -> None:
    home = {"HOME": str(machine / "home"), "XDG_DATA_DIRS": str(machine / "share")}
    found = find_provider("linux_amd64", "6.25.0", environ=home)
    assert (found.mirror, found.version) == (None, "6.25.0")
    assert "direct {}" in found.configuration()


def test_terraform_comes_from_its_package_where_the_path_has_none(tmp_path: Path) -> None:
    found = find_terraform({"PATH": str(tmp_path)})
    assert found.command[-1] == "navra_stacks.terraform.embedded"
    assert found.version.startswith("1.")
