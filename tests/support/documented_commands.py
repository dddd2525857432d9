"""Run the commands of a page of the documentation, as written, in a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.provider_override import emulator_environment
from tests.support import documented_terraform
from tests.support.code_blocks import CodeBlock, code_blocks
from tests.support.provider_schema import schema_file
from tests.support.repository import ROOT

__all__ = ["NOT_RUN", "REPEATED", "PageRun", "command_of", "needs", "run_page"]

NOT_RUN = (
    "make test",
    "make test-adoption",
    "make lint",
    ".ci/run",
    "python benchmarks/compare.py",
)
"""Commands that the tests do not run: they contain the tests, or take many minutes."""

REPEATED = {"docs/rehearsal.md": "navra rehearse staging"}
"""A slow command that is not run on this page, because README.md has the same command."""

TIMEOUT_SECONDS = 900

STAMPS = ("venv", "runtime", "package", "dev")
"""The steps of the Makefile that set up `.venv`."""

FICTITIOUS_REMOTE = "https://git.example.com/platform/navra-stacks"
"""The git repository in the pages; the copy takes its place."""

# `discover` refuses to write ids of an emulator to the inventory of an environment, so the file is
# named. The `.venv` is the one of the checkout: the copy must not be installed into it, even if
# pyproject.toml is newer than the installation (make ignores the option in MAKEFLAGS). `python3 -m
# venv` creates an environment that already has pip, which takes four seconds to install, and the
# dependencies of the library, because no index is reachable. `preflight` queries a DNS server of
# the test. An image that `docker` builds consists of its index.
FUNCTIONS = r"""
navra() {
    if [ "$1" = preflight ]; then
        command navra "$@" --resolver "$RESOLVER"
    elif [ "$1" = discover ] && [[ " $* " != *" --endpoint-url "* ]]; then
        command navra "$@" --endpoint-url "$AWS_ENDPOINT_URL" --out "environments/$2.inventory.json"
    else
        command navra "$@"
    fi
}
docker() {
    case "$*" in
    login*) cat > /dev/null ;;
    "buildx build --platform linux/amd64 --push --tag "*)
        local image="${7#*/}"
        aws ecr put-image --region us-east-1 --repository-name "${image%:*}" \
            --image-tag "${image##*:}" --image-manifest "$IMAGE_INDEX" > /dev/null ;;
    *) return 1 ;;
    esac
}
make() {
    command make $OLD_FILES "$@"
}
python3() {
    if [ "${1-} ${2-}" != "-m venv" ]; then
        command python3 "$@"
        return
    fi
    command python3 -m venv --without-pip "${@:3}"
    for packages in "${@: -1}"/lib/python*/site-packages; do
        echo "$DEPENDENCIES" > "$packages/dependencies.pth"
    done
    printf '#!/bin/sh\nexec "${0%%pip}python" -m pip "$@"\n' > "${@: -1}/bin/pip"
    chmod +x "${@: -1}/bin/pip"
}
"""

IMAGE_INDEX = {
    "mediaType": "application/vnd.oci.image.index.v1+json",
    "manifests": [{"platform": {"os": "linux", "architecture": "amd64"}}],
}

FILES = {
    "docs/production.md": {
        f"{name}.txt": "entered by the reader"
        for name in ("AUDIT_ENCRYPTION_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY")
    }
}
"""Files of the reader in the repository, by page."""

MARK = "=== block at line "


def needs(block: CodeBlock) -> str:
    """Return what a block of commands needs that no test has: ``aws``, ``network`` or nothing."""
    return next((word for word in block.words if word in ("aws", "network")), "")


def command_of(line: str) -> str:
    """Return a line without its comment and, for `make`, without variables."""
    return re.sub(r"(?<=^make )(\w+) \w+='[^']*'$", r"\1", line.partition("  #")[0].strip())


class PageRun:
    """The result of running all commands of a page."""

    def __init__(self, status: int, output: str) -> None:
        self.status = status
        self.output = output
        sections = re.split(rf"^{MARK}(\d+) .*\n", output, flags=re.MULTILINE)
        self._of_block = dict(zip(map(int, sections[1::2]), sections[2::2], strict=True))

    def shows(self, after: CodeBlock, text: str) -> bool:
        """Return True if the output of a block contains `text`; a line ``...`` is any text."""
        parts = re.split(r"^ *\.\.\.\n", text, flags=re.MULTILINE)
        pattern = r"(?:.*\n)*?".join(map(re.escape, parts))
        return re.search(pattern, self._of_block[after.line]) is not None


def run_page(
    page: str,
    installed: tuple[Terraform, Provider],
    endpoint: str,
    directory: Path,
    *,
    resolver: str = "127.0.0.1:9",
) -> PageRun:
    """Run the commands of a page in a copy of the repository, in order and in one shell.

    Args:
        page: The path of the page.
        installed: The machine's Terraform and AWS provider.
        endpoint: The URL of the emulated AWS, or of nothing.
        directory: An empty directory.
        resolver: The address of a DNS server; by default of none.
    """
    copy = directory / "navra-stacks"
    environ = _environment(installed, endpoint, directory, copy)
    environ |= {"RESOLVER": resolver, "IMAGE_INDEX": json.dumps(IMAGE_INDEX)}
    copy_repository(copy, environ)
    for name, text in FILES.get(page, {}).items():
        (copy / name).write_text(text, encoding="utf-8")
    log = directory / "output"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", _script(page)],
            cwd=copy,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            status = 124  # as of `timeout`
        finally:
            with suppress(ProcessLookupError):  # also ends what the page left in the background
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return PageRun(status, log.read_text(encoding="utf-8"))


def copy_repository(copy: Path, environ: Mapping[str, str]) -> None:
    """Copy all files that are tracked, or would be, to a git repository with a `.venv`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(sys.prefix)
    for arguments in ("init -q -b main", "add -A", "commit -q -m Copy"):
        subprocess.run(["git", *arguments.split()], cwd=copy, env=environ, check=True)


def _environment(
    installed: tuple[Terraform, Provider], endpoint: str, directory: Path, copy: Path
) -> dict[str, str]:
    """Return environment variables of a shell without a network, apart from the emulator."""
    terraform, provider = installed
    private = re.compile("CDKTF_|GIT_|MAKE|MFLAGS|NAVRA_|PIP_|PYT|SYNTH_|TF_|VIRTUAL_ENV")
    environ = emulator_environment(
        endpoint, {name: value for name, value in os.environ.items() if not private.match(name)}
    )
    commands, settings = directory / "bin", directory / "settings"
    commands.mkdir()
    settings.mkdir()
    documented_terraform.write_command(
        commands / "terraform", terraform, provider, settings, schema_file(provider)
    )
    configuration = settings / "terraform.rc"
    configuration.write_text(provider.cli_configuration(), encoding="utf-8")
    return environ | {
        "PATH": os.pathsep.join((str(commands), environ.get("PATH", os.defpath))),
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": str(configuration),
        # A reader enters "yes". An apply mostly waits.
        "TF_CLI_ARGS_apply": "-auto-approve -parallelism=30",
        **({} if provider.mirror is None else {"NAVRA_PROVIDER_MIRROR": str(provider.mirror)}),
        "OLD_FILES": " ".join(f"--old-file=.venv/stamps/{stamp}" for stamp in STAMPS),
        "DEPENDENCIES": str(_dependencies(settings)),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # the value of `build_isolation`
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{copy}.insteadOf",
        "GIT_CONFIG_VALUE_0": FICTITIOUS_REMOTE,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Reader",
        "GIT_AUTHOR_EMAIL": "reader@example.com",
        "GIT_COMMITTER_NAME": "Reader",
        "GIT_COMMITTER_EMAIL": "reader@example.com",
    }


def _dependencies(directory: Path) -> Path:
    """Create a directory with links to all installed packages except the library."""
    links = directory / "dependencies"
    links.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "navra_stacks" not in entry.name and entry.suffix != ".pth":
            (links / entry.name).symlink_to(entry)
    return links


def _script(page: str) -> str:
    parts = [FUNCTIONS]
    for block in code_blocks(page):
        if block.language != "sh" or needs(block):
            continue
        parts.append(f'echo "{MARK}{block.line} ($SECONDS s)"\n')
        skipped = (*NOT_RUN, REPEATED.get(page))
        commands = "".join(f"{line}\n" for line in block.lines if command_of(line) not in skipped)
        statuses = [word.partition("=")[2] for word in block.words if word.startswith("status=")]
        if statuses:
            commands = (
                f"status=0\n{{\n{commands}}} || status=$?\n"
                f'[ "$status" = {statuses[0]} ] || {{ echo "exit status $status"; exit 1; }}\n'
            )
        parts.append(commands)
    return "".join(parts)
