"""Every code block has a language, and every command that the tests do not run is listed."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from tests.support.code_blocks import PAGES, code_blocks
from tests.support.documented_commands import NOT_RUN, REPEATED, command_of, needs
from tests.support.repository import ROOT

LANGUAGES = {"sh", "text", "python", "py", "toml", "json", "yaml"}
WORDS = re.compile("aws|network|output|status=[1-9][0-9]*")
"""The words after a language: see `tests.support.documented_commands`."""

NOT_EXECUTED = """
README.md: network: terraform -chdir=cdktf.out/stacks/aep-staging providers lock -platform=linux_amd64 -platform=darwin_arm64
README.md: network: cp cdktf.out/stacks/aep-staging/.terraform.lock.hcl environments/staging.lock.hcl
docs/hardening.md: aws: manifest=$(aws ecr batch-get-image --repository-name aep-backend --image-ids imageTag=1.4.2 --query 'images[0].imageManifest' --output text)
docs/hardening.md: aws: aws ecr put-image --repository-name aep-backend --image-tag deployed-1.4.2 --image-manifest "$manifest"
docs/hardening.md: aws: aws rds modify-db-instance --db-instance-identifier shop-live-db --engine-lifecycle-support open-source-rds-extended-support-disabled
docs/hardening.md: aws: aws secretsmanager restore-secret --secret-id shop/live/DATABASE_URL
docs/hardening.md: aws: arn="$(aws secretsmanager describe-secret --secret-id shop/live/DATABASE_URL --query ARN --output text)"
docs/hardening.md: aws: terraform -chdir=cdktf.out/stacks/shop-live import aws_secretsmanager_secret.database_url_secret "$arn"
docs/hardening.md: aws: aws rds modify-db-instance --apply-immediately --db-instance-identifier shop-live-db --new-db-instance-identifier shop-live-db-former
docs/hardening.md: aws: aws rds wait db-instance-available --db-instance-identifier shop-live-db-former
docs/hardening.md: aws: aws rds modify-db-instance --apply-immediately --db-instance-identifier shop-live-db-restored --new-db-instance-identifier shop-live-db
docs/hardening.md: aws: aws rds wait db-instance-available --db-instance-identifier shop-live-db
docs/hardening.md: aws: terraform -chdir=cdktf.out/stacks/shop-live state rm aws_db_instance.database
docs/hardening.md: aws: terraform -chdir=cdktf.out/stacks/shop-live import aws_db_instance.database shop-live-db
docs/hardening.md: aws: terraform -chdir=cdktf.out/stacks/shop-live plan
docs/hardening.md: aws: terraform -chdir=cdktf.out/stacks/shop-qa-state init -migrate-state
docs/hardening.md: aws: terraform -chdir=cdktf.out/stacks/shop-qa-state apply
docs/installing.md: network: pip install --index-url https://packages.example.com/simple 'navra-stacks[rehearsal]==0.1.0'
docs/local.md: network: navra synth staging
docs/local.md: network: navra local staging --secrets secrets.env --image frontend=aep-frontend:dev --image backend=aep-backend:dev --data DATABASE_URL=docker.io/library/postgres:17 --data REDIS_URL=docker.io/library/redis:7.2
docs/releasing.md: network: git push origin main "v$version"
""".strip().splitlines()  # noqa: E501
"""The commands that need AWS or a network. A new one needs a reason."""

BLOCKS = [block for page in PAGES for block in code_blocks(page)]


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_code_block_has_a_language(page: str) -> None:
    found = list(code_blocks(page))
    assert len(re.findall("^ *```", text_of(page), re.MULTILINE)) == 2 * len(found)
    assert [block for block in found if block.language not in LANGUAGES] == []


def test_words_after_a_language_have_a_meaning() -> None:
    assert [b for b in BLOCKS if not all(map(WORDS.fullmatch, b.words))] == []
    assert {b.language for b in BLOCKS if "output" in b.words} <= {"text"}
    assert {b.language for b in BLOCKS if set(b.words) - {"output"}} <= {"sh"}


def test_a_block_with_an_exit_status_has_a_single_command() -> None:
    marked = [block for block in BLOCKS if any(word.startswith("status=") for word in block.words)]
    assert marked
    assert [block for block in marked if len(block.lines) != 1] == []


def test_commands_that_need_aws_or_a_network_are_listed() -> None:
    found = [
        f"{block.page}: {needs(block)}: {line}"
        for block in filter(needs, BLOCKS)
        for line in block.lines
    ]
    assert found == NOT_EXECUTED


@pytest.mark.parametrize("command", NOT_EXECUTED)
def test_a_command_that_needs_aws_or_a_network(command: str) -> None:
    """Skipped, so that the summary of each run lists and counts these commands."""
    pytest.skip(f"not run: {command}")


def test_readers_see_which_commands_need_aws_or_a_network() -> None:
    for block in filter(needs, BLOCKS):
        before = text_of(block.page).splitlines()[: block.line - 1]
        paragraph = " ".join(before[-3:])
        assert re.search("AWS CLI|This needs", paragraph), block


def test_commands_that_are_not_run_exist() -> None:
    for command in NOT_RUN:
        if command.startswith("make "):
            line = ["make", "--dry-run", "--always-make", command.removeprefix("make ")]
            subprocess.run(line, cwd=ROOT, check=True, capture_output=True)
        elif command.startswith("python "):
            assert (ROOT / command.removeprefix("python ")).is_file()
        else:
            assert os.access(ROOT / command, os.X_OK)


def test_only_these_commands_are_not_run() -> None:
    """`make test` and the like, with their arguments, and no other command."""
    assert command_of("make test    # all the tests; make test ARGS='-k routing'") == "make test"
    assert command_of("make test ARGS='-k routing'") == "make test"
    assert command_of("make tests") not in NOT_RUN
    assert command_of("make test && rm -r build") not in NOT_RUN


def test_a_command_that_is_not_repeated_is_run_on_the_first_page() -> None:
    first = {command_of(line) for block in code_blocks("README.md") for line in block.lines}
    for page, command in REPEATED.items():
        assert command in first
        assert command in {command_of(line) for b in code_blocks(page) for line in b.lines}


BY_NAME = re.compile(
    r"""\b(?:install|add)\b.*\bnavra-stacks(?![\w/.-])|navra-stacks\[[^]]+\](?! @ )"""
)
"""A text that installs the library, or one of its extras, by its name."""


def test_no_text_installs_the_library_from_a_public_index() -> None:
    """Its name is not registered, so another person could publish a package under this name."""
    files = [*map(ROOT.joinpath, PAGES), *ROOT.glob("lib/**/*.py"), *ROOT.glob(".ci/*")]
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (*files, ROOT / "Makefile", ROOT / "pyproject.toml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if BY_NAME.search(line) and "--index-url " not in line
    ]
    assert found == []


def test_the_readme_links_every_page() -> None:
    links = set(re.findall(r"\]\((docs/[^)#]+\.md)", text_of("README.md")))
    assert {page for page in PAGES if page.startswith("docs/")} == links
