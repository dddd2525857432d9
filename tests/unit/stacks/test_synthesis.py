"""Synthesis: reproducible bytes, and the files that are written."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import jsii
import pytest

import navra_stacks
from environments import ENVIRONMENTS
from navra_jsii.cache import user_cache
from navra_stacks import NavraError, S3State, SettingsError
from tests.support.repository import ROOT, STACKS
from tests.support.shop import shop
from tests.support.synthesized import Built


def run(*arguments: str, cwd: Path, **environ: str) -> subprocess.Popen[str]:
    """Start Python in a directory with a minimal environment."""
    inherited = {key: os.environ[key] for key in ("LANG",) if key in os.environ}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**inherited, "PYTHONPATH": str(ROOT / "lib"), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# The same bytes everywhere


@dataclass(frozen=True)
class Checkout:
    """A copy of the project, after ``python main.py ignored``."""

    directory: Path
    status: int
    output: str
    errors: str

    def document(self, stack: str) -> bytes:
        return (self.directory / "cdktf.out/stacks" / stack / "cdk.tf.json").read_bytes()


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for the PATH with a node and a terraform that must not be started."""
    directory = tmp_path_factory.mktemp("bin")
    for name in ("node", "terraform"):
        (directory / name).write_text(f"#!/bin/sh\ntouch {directory}/{name}-was-run\nexit 97\n")
        (directory / name).chmod(0o755)
    return directory


@pytest.fixture(scope="module")
def other_checkout(tmp_path_factory: pytest.TempPathFactory, commands: Path) -> Checkout:
    """A checkout in another directory, with another user, host and locale.

    It shares the cache of the bindings; tests/unit/bindings/test_same.py covers an empty cache.
    """
    base = tmp_path_factory.mktemp("elsewhere") / "a much longer way/to get there"
    checkout, home, tmp = (base / part for part in ("checkout", "home", "tmp"))
    for directory in (home, tmp):
        directory.mkdir(parents=True)
    for part in ("lib", "environments"):
        shutil.copytree(ROOT / part, checkout / part)
    shutil.copy(ROOT / "main.py", checkout)
    process = run(
        "main.py",
        "ignored",
        cwd=checkout,
        PATH=f"{commands}{os.pathsep}{os.defpath}",
        HOME=str(home),
        XDG_CACHE_HOME=os.environ.get("XDG_CACHE_HOME") or str(user_cache()),
        JSII_RUNTIME_PACKAGE_CACHE_ROOT=str(user_cache() / "aws/jsii/package-cache"),
        TMPDIR=str(tmp),
        PYTHONPATH=str(checkout / "lib"),
        PYTHONHASHSEED="4242",
        TZ="Asia/Tokyo",
        USER="bob",
        AWS_REGION="ap-southeast-2",
        AWS_PROFILE="another",
    )
    output, errors = process.communicate()
    return Checkout(checkout, process.returncode, output, errors)


def test_synthesis_uses_the_node_of_the_python_packages_and_no_terraform(
    other_checkout: Checkout, commands: Path
) -> None:
    assert (other_checkout.status, other_checkout.errors) == (0, "")
    assert {file.name for file in commands.iterdir()} == {"node", "terraform"}


def test_main_py_writes_every_environment_to_cdktf_out_and_ignores_its_arguments(
    other_checkout: Checkout,
) -> None:
    assert other_checkout.status == 0
    *lines, last = other_checkout.output.splitlines()
    paths = [line.split()[-1] for line in lines[: len(STACKS)]]
    assert paths == [f"cdktf.out/stacks/{stack}/cdk.tf.json" for stack in STACKS]
    assert all((other_checkout.directory / path).is_file() for path in paths)
    assert re.fullmatch(r"2 environments in \d+\.\d s", last)


@pytest.mark.parametrize("stack", STACKS)
def test_the_same_settings_give_the_same_bytes_everywhere(
    other_checkout: Checkout, documents: Mapping[str, Built], stack: str
) -> None:
    """tests/environments/test_addresses.py compares with the committed documents."""
    assert other_checkout.document(stack).decode() == documents[stack].text


@pytest.mark.parametrize("stack", STACKS)
def test_a_document_contains_no_path_host_user_or_date_of_the_machine(
    other_checkout: Checkout, stack: str
) -> None:
    text = other_checkout.document(stack).decode()
    directory = other_checkout.directory
    for private in (
        *map(str, (directory, *directory.parents, ROOT, Path.home(), sys.prefix)),
        socket.gethostname(),
        str(date.today()),
    ):
        if len(private) > 4:  # "/" and "/tmp" are parts of anything
            assert private not in text
    assert not re.search(r"\d\d:\d\d:\d\d", text)


# The files


def test_each_stack_is_written_to_its_own_directory(tmp_path: Path) -> None:
    other = shop(name="live")
    first, second = navra_stacks.synthesize([shop(), other], tmp_path)
    assert first.path == tmp_path / "stacks/shop-qa/cdk.tf.json"
    assert second.path == tmp_path / "stacks/shop-live/cdk.tf.json"
    assert (first.environment, second.environment) == (shop(), other)


def test_a_relative_output_directory_is_resolved_against_the_current_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    navra_stacks.synthesize([shop()], tmp_path / "before")  # node stays where it was started
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (written,) = navra_stacks.synthesize([shop()], "out")
    assert written.path == Path("out/stacks/shop-qa/cdk.tf.json")
    assert (tmp_path / "here" / written.path).is_file()


def test_the_result_counts_resources_and_data_sources(tmp_path: Path) -> None:
    (written,) = navra_stacks.synthesize([shop()], str(tmp_path))
    built = Built.at(written.path)
    assert written.resources == len(built.resources) > 10
    assert written.data_sources == len(built.data_sources) == 4


def test_an_environment_has_the_same_bytes_alone_and_with_others(tmp_path: Path) -> None:
    (alone,) = navra_stacks.synthesize([shop()], tmp_path / "alone")
    among, _ = navra_stacks.synthesize([shop(), shop(name="live")], tmp_path / "among")
    assert alone.path.read_bytes() == among.path.read_bytes()


def test_two_environments_with_the_same_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="shop-qa: is described more than once"):
        navra_stacks.synthesize([shop(), shop(name="live"), shop(account=None)], tmp_path)
    assert not list(tmp_path.iterdir())


def test_conflicting_environments_are_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    state = S3State(bucket="shop-state", key="terraform.tfstate", bootstrapped=True)
    with pytest.raises(SettingsError) as refused:
        navra_stacks.synthesize([shop(state=state), shop(name="live", state=state)], tmp_path)
    assert [problem.field for problem in refused.value.problems] == [
        "shop-live.state.bucket",
        "shop-live.state.key",
    ]
    assert not list(tmp_path.iterdir())


def test_a_state_bucket_is_created_in_the_region_of_the_backend(
    tmp_path: Path,
) -> None:
    state = S3State(bucket="shop-state", region="us-east-2", bootstrapped=True)
    bucket, environment = (
        Built.at(one.path) for one in navra_stacks.synthesize([shop(state=state)], tmp_path)
    )
    assert bucket.content["provider"]["aws"][0]["region"] == "us-east-2"
    assert environment.content["provider"]["aws"][0]["region"] == "eu-west-1"
    assert environment.content["terraform"]["backend"]["s3"]["region"] == "us-east-2"


def test_a_missing_output_directory_is_created(tmp_path: Path) -> None:
    (written,) = navra_stacks.synthesize([shop()], tmp_path / "a/b")
    assert written.path == tmp_path / "a/b/stacks/shop-qa/cdk.tf.json"
    assert written.path.is_file()


def test_an_output_directory_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(NavraError, match="a/b cannot be created: Not a directory"):
        navra_stacks.synthesize([shop()], tmp_path / "a/b")


def test_the_result_prints_the_stack_its_file_and_its_counts(tmp_path: Path) -> None:
    from navra_stacks import synthesize

    path = tmp_path / "stacks/shop-qa/cdk.tf.json"
    (written,) = synthesize([shop()], tmp_path)
    assert repr(written) == (
        f"Synthesized(stack='shop-qa', path={str(path)!r}, "
        f"resources={written.resources}, data_sources={written.data_sources})"
    )
    assert written.resources > written.data_sources > 0


def test_a_single_environment_is_refused_with_the_repair(tmp_path):
    with pytest.raises(TypeError, match="the environment shop-qa; pass a list of environments"):
        navra_stacks.synthesize(shop(), tmp_path)


def test_environments_can_come_from_an_iterator(tmp_path: Path) -> None:
    written = navra_stacks.synthesize(iter([shop(), shop(name="live")]), tmp_path)
    assert [one.stack for one in written] == ["shop-qa", "shop-live"]


def test_environments_of_an_earlier_call_for_the_same_app_are_compared(tmp_path: Path) -> None:
    from cdktf import App

    app = App(outdir=str(tmp_path))
    navra_stacks.synthesize([shop()], app=app)
    with pytest.raises(SettingsError, match="shop-qa: is described more than once"):
        navra_stacks.synthesize([shop()], app=app)
    same_host = shop(name="live", domain=shop().domain)
    with pytest.raises(SettingsError, match=r"shop-live\.domain\.host"):
        navra_stacks.synthesize([same_host], app=app)
    assert [path.name for path in (tmp_path / "stacks").iterdir()] == ["shop-qa"]
    assert navra_stacks.synthesize([shop(name="live")], app=app)


# The lock file

LOCK = 'provider "registry.terraform.io/hashicorp/aws" {}\n'


def test_the_lock_file_is_copied_beside_every_document(tmp_path: Path) -> None:
    lock_file = tmp_path / "qa.lock.hcl"
    lock_file.write_text(LOCK, encoding="utf-8")
    state = S3State(bucket="shop-states", bootstrapped=True)
    for _ in range(2):
        written = navra_stacks.synthesize([shop(lock_file=lock_file, state=state)], tmp_path)
        copies = [one.path.with_name(".terraform.lock.hcl") for one in written]
        assert [copy.read_text(encoding="utf-8") for copy in copies] == [LOCK, LOCK]


def test_without_a_committed_lock_file_that_of_terraform_remains(tmp_path: Path) -> None:
    environment = shop(lock_file=tmp_path / "qa.lock.hcl")
    (written,) = navra_stacks.synthesize([environment], tmp_path)
    file = written.path.with_name(".terraform.lock.hcl")
    assert not file.exists()
    file.write_text(LOCK, encoding="utf-8")
    navra_stacks.synthesize([environment], tmp_path)
    assert file.read_text(encoding="utf-8") == LOCK


def test_a_lock_file_has_the_suffix_of_terraforms_syntax() -> None:
    with pytest.raises(SettingsError, match=r"lock_file: 'qa.json' is not a lock file"):
        shop(lock_file=Path("somewhere/qa.json"))


def test_the_committed_environments_name_a_lock_file_beside_their_module() -> None:
    for environment in ENVIRONMENTS:
        assert environment.lock_file == ROOT / f"environments/{environment.name}.lock.hcl"


# Threads and processes


def test_threads_wait_for_each_other(tmp_path: Path) -> None:
    names = [f"qa{number}" for number in range(4)]
    with ThreadPoolExecutor(len(names)) as threads:
        found = threads.map(
            lambda name: navra_stacks.synthesize([shop(name=name)], tmp_path / name), names
        )
        stacks = [written.stack for (written,) in found]
    assert stacks == [f"shop-{name}" for name in names]


def test_an_app_that_two_threads_use_at_once_is_an_error_and_not_a_deadlock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cdktf import App

    process = jsii.kernel.provider._process
    entered, done = threading.Event(), threading.Event()
    exchange = process._exchange

    def slow(request: object, response: object) -> object:
        entered.set()
        assert done.wait(10)
        return exchange(request, response)

    monkeypatch.setattr(process, "_exchange", slow)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(App, outdir=str(tmp_path / "first"))
        assert entered.wait(10)
        try:
            with pytest.raises(RuntimeError, match="two threads use cdktf at the same time"):
                App(outdir=str(tmp_path / "second"))
        finally:
            done.set()
        assert first.result().outdir == str(tmp_path / "first")


FORKED = """
import os, sys
sys.path.insert(0, {root!r})
import navra_stacks
from navra_stacks import NavraError
from tests.support.shop import shop
from cdktf import App
navra_stacks.synthesize([shop()], {out!r})
if os.fork():
    os.wait()
    sys.exit()
for use in (lambda: navra_stacks.synthesize([shop()], {out!r}), lambda: App(outdir={out!r})):
    try:
        use()
    except (NavraError, RuntimeError) as error:
        print(type(error).__name__, error, flush=True)
os._exit(0)
"""


def test_a_forked_process_is_refused_with_the_repair(tmp_path: Path) -> None:
    program = FORKED.format(root=str(ROOT), out=str(tmp_path))
    # Since Python 3.12, a fork warns of the threads of this process.
    forks = ("-W", "ignore:This process:DeprecationWarning")
    process = run(*forks, "-c", program, cwd=ROOT, PATH=os.environ["PATH"])
    output, errors = process.communicate()
    refused, broken = output.splitlines()
    assert refused.startswith("NavraError this process was forked from one that uses cdktf")
    assert "`spawn`" in refused
    assert broken.startswith("RuntimeError this process was forked from one that uses cdktf")
    assert errors == ""
