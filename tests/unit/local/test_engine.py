"""The command line of an engine: selection, errors, secrets, and the forms of its answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.local.dialects import DIALECTS
from navra_stacks.local.engine import Engine, EngineError, Image, find_engine
from tests.unit.local.fake_engine import install_command, recorded_calls


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is the whole PATH, apart from that of the shell's commands."""
    directory = tmp_path / "commands"
    directory.mkdir()
    for one in ("env", "echo", "sleep"):
        (directory / one).symlink_to(f"/usr/bin/{one}")
    monkeypatch.setenv("PATH", str(directory))
    return directory


VERSION = 'test "$1" = --version && echo "{}" && exit 0\n'


def test_the_first_engine_that_runs_is_selected(commands: Path) -> None:
    broken = VERSION.format("Docker version 27") + "echo 'Cannot connect to the daemon' >&2; exit 1"
    install_command(commands, "docker", broken)
    install_command(commands, "podman", VERSION.format("podman version 4.3.1") + "exit 0")
    assert find_engine(None).name == "podman"


def test_a_docker_that_is_podman_has_podmans_options(commands: Path) -> None:
    install_command(commands, "docker", VERSION.format("podman version 4.3.1") + "exit 0")
    engine = find_engine("docker")
    assert (engine.command, engine.name) == ("docker", "podman")


def test_an_engine_that_is_missing_or_does_not_run_is_an_error_with_the_repair(
    commands: Path,
) -> None:
    broken = VERSION.format("Docker version 27") + "echo 'Error: no daemon' >&2; exit 1"
    install_command(commands, "docker", broken)
    with pytest.raises(EngineError) as error:
        find_engine(None)
    assert str(error.value) == (
        "no container engine can be used: docker does not run (no daemon); podman is not "
        "installed; nerdctl is not installed. Install and start docker, podman or nerdctl, or "
        "select one with --engine"
    )


@pytest.mark.parametrize("name", ["crio", "echo"])
def test_another_command_is_not_an_engine(commands: Path, name: str) -> None:
    with pytest.raises(
        EngineError, match="there is no such engine; use one of docker, podman, nerdctl"
    ):
        find_engine(name)


def engine(directory: Path, body: str) -> Engine:
    return Engine(str(install_command(directory, "docker", body)), DIALECTS["docker"])


def test_a_failed_command_is_an_error_with_the_last_line_of_the_engine(tmp_path: Path) -> None:
    found = engine(tmp_path, "echo first >&2; echo 'Error: no such image' >&2; exit 125")
    with pytest.raises(EngineError, match=r"^`docker run` failed: no such image$"):
        found.run("run", "--env=A=b", "image")
    assert found.run("run", check=False).returncode == 125


def test_a_command_that_does_not_end_is_an_error(tmp_path: Path) -> None:
    found = engine(tmp_path, "exec sleep 60")
    with pytest.raises(EngineError, match="`docker ps` did not end within"):
        found.run("ps", timeout=0.5)


def test_a_command_that_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be started"):
        Engine(str(tmp_path / "missing"), DIALECTS["docker"]).run("ps")


def test_standard_input_is_passed_on_and_otherwise_empty(tmp_path: Path) -> None:
    found = engine(tmp_path, "cat")
    assert found.run("load", stdin=b"archive").stdout == "archive"
    assert found.run("ps").stdout == ""


def test_the_values_of_secrets_are_only_in_the_environment_of_one_command(tmp_path: Path) -> None:
    found = engine(tmp_path, "exit 0")
    done = found.run("create", "--env=KEY", environment={"KEY": "s3cret"})
    found.run("ps")
    calls = {words[0]: (words, variables) for words, variables in recorded_calls(_command(found))}
    assert "KEY=s3cret" in calls["create"][1]
    assert "KEY=s3cret" not in calls["ps"][1]
    assert "s3cret" not in " ".join(calls["create"][0])
    assert "s3cret" not in repr(done)


def _command(found: Engine) -> Path:
    return Path(found.command)


def answering(directory: Path, answers: Mapping[str, object]) -> Engine:
    """Return an engine with answers in JSON by kind."""
    lines = [f"{kind}) echo '{json.dumps(answer)}';;" for kind, answer in answers.items()]
    return engine(directory, "\n".join(['case "$1" in', *lines, "*) exit 1;;", "esac"]))


def test_the_state_of_a_container(tmp_path: Path) -> None:
    state = {"Status": "Exited", "ExitCode": 137, "OOMKilled": True}
    found = answering(tmp_path, {"container": [{"Id": "ab", "State": state}]})
    assert found.state("web") == ("exited", 137, True, "ab")
    assert answering(tmp_path, {}).state("web") is None


@pytest.mark.parametrize(
    ("answer", "image"),
    [
        ({"Architecture": "amd64", "Config": {"User": "101"}}, Image("X86_64", "101")),
        ({"Architecture": "arm64", "Config": {}}, Image("ARM64", "")),
        ({"Architecture": "arm64", "User": "www"}, Image("ARM64", "www")),
        ({"Architecture": "riscv64", "Config": None}, Image("riscv64", "")),
    ],
)
def test_an_image(tmp_path: Path, answer: Mapping[str, Any], image: Image) -> None:
    assert answering(tmp_path, {"image": [answer]}).image("web") == image


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("container", {"Config": {"Labels": {"a": "b"}}}),
        ("volume", {"Labels": {"a": "b"}}),
        ("network", {"labels": {"a": "b"}}),
    ],
)
def test_labels_are_read_from_the_form_of_each_kind(
    tmp_path: Path, kind: str, answer: Mapping[str, Any]
) -> None:
    found = answering(tmp_path, {kind: [answer]})
    assert found.labels(kind, "x") == {"a": "b"}
    assert answering(tmp_path, {}).labels(kind, "x") is None


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        ({"subnets": [{"subnet": "10.89.0.0/24", "gateway": "10.89.0.1"}]}, "10.89.0.1"),
        ({"IPAM": {"Config": [{"Gateway": "172.18.0.1"}]}}, "172.18.0.1"),
        ({"IPAM": {"Config": None}}, ""),
        ({}, ""),
    ],
)
def test_the_gateway_of_a_network(tmp_path: Path, answer: Mapping[str, Any], address: str) -> None:
    assert answering(tmp_path, {"network": [answer]}).gateway("n") == address


def test_published_ports(tmp_path: Path) -> None:
    lines = "80/tcp -> 127.0.0.1:49153\\n80/tcp -> [::1]:49154\\n8080/tcp -> 127.0.0.1:1234"
    found = engine(tmp_path, f"printf '{lines}\\n'")
    assert found.ports("pause") == {80: 49153, 8080: 1234}


@pytest.mark.parametrize("name", DIALECTS)
def test_containers_are_removed_with_their_anonymous_volumes(tmp_path: Path, name: str) -> None:
    command = install_command(tmp_path, name)
    found = Engine(str(command), DIALECTS[name])
    found.remove("container", [])
    found.remove("container", ["a", "b"])
    ((words, _),) = recorded_calls(command)
    immediately = ["--time=0"] if name == "podman" else []
    assert words == ["rm", "--force", *immediately, "--volumes", "a", "b"]


def test_a_pulled_image_has_the_platform_of_the_task(tmp_path: Path) -> None:
    answer = [{"Architecture": "arm64", "Config": {}}]
    body = f'test "$1" = pull && exit 0\ntest "$1" = image && echo \'{json.dumps(answer)}\''
    found = engine(tmp_path, body)
    assert found.pull("web:1", "linux/arm64") == Image("ARM64", "")
    words = [words for words, _ in recorded_calls(_command(found)) if words[0] == "pull"]
    assert words == [["pull", "--platform=linux/arm64", "web:1"]]


def test_a_log_is_followed_in_a_session_of_its_own(tmp_path: Path) -> None:
    found = engine(tmp_path, "ps -o sid= -p $$ 2>/dev/null || cut -d' ' -f6 /proc/$$/stat")
    process, output = found.attach("web")
    with output:
        assert int(output.read()) == process.pid
    process.wait(timeout=30)
