"""The output directory: complete files replace those of earlier runs, or nothing changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import navra_stacks
from navra_stacks.errors import NavraError
from navra_stacks.stacks.output_directory import replacement_directory, report_node_errors
from tests.support.navra_command import COMMAND
from tests.support.repository import ROOT
from tests.support.shop import shop


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def documents(stack: str, name: str = "cdk.tf.json", content: str = "new") -> Callable[..., None]:
    def write(pending: Path) -> None:
        (pending / "stacks" / stack).mkdir(parents=True)
        (pending / "stacks" / stack / name).write_text(content)

    return write


def publish(directory: Path, *writers: Callable[[Path], None]) -> None:
    with replacement_directory(directory) as pending:
        for write in writers:
            write(pending)


def metadata(stack: str) -> str:
    return json.dumps({"//": {"metadata": {"stackName": stack, "version": "0.21.0"}}})


def test_new_files_replace_old_ones_and_others_remain(tmp_path: Path) -> None:
    publish(tmp_path, documents("shop-qa", content="old"), documents("shop-live"))
    (tmp_path / "stacks/shop-qa/backend.tf").write_text("mine")
    publish(tmp_path, documents("shop-qa"))
    assert files(tmp_path) == {
        "stacks/shop-live/cdk.tf.json": b"new",
        "stacks/shop-qa/backend.tf": b"mine",
        "stacks/shop-qa/cdk.tf.json": b"new",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["stacks"]


def test_the_directories_of_assets_are_merged(tmp_path: Path) -> None:
    def asset(content: str) -> Callable[[Path], None]:
        return documents("shop-qa/assets/page", f"{content}.html", content)

    publish(tmp_path, asset("first"))
    publish(tmp_path, asset("second"))
    assert set(files(tmp_path / "stacks/shop-qa/assets/page")) == {"first.html", "second.html"}


def test_an_exception_changes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, documents("shop-qa", content="old"))
    before = files(tmp_path)

    def interrupt(_: Path) -> None:
        raise ValueError("interrupted")

    with pytest.raises(ValueError, match="interrupted"):
        publish(tmp_path, documents("shop-qa"), interrupt)
    assert files(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["stacks"]


@pytest.mark.parametrize("in_the_way", ["cdk.tf.json", "."])
def test_one_path_in_the_way_leaves_all_documents_unchanged(
    tmp_path: Path, in_the_way: str
) -> None:
    publish(tmp_path, documents("a-qa", content="old"))
    path = tmp_path / "stacks/shop-qa" / in_the_way
    if in_the_way == ".":
        path.write_text("a file in place of the stack's directory")
    else:
        path.mkdir(parents=True)
    with pytest.raises(NavraError, match=r"stacks/shop-qa(/cdk.tf.json)? cannot be written: "):
        publish(tmp_path, documents("a-qa"), documents("shop-qa"))
    assert (tmp_path / "stacks/a-qa/cdk.tf.json").read_text() == "old"


def test_a_symbolic_link_is_replaced_and_its_target_is_unchanged(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.json"
    target.write_text("precious")
    document = tmp_path / "out/stacks/shop-qa/cdk.tf.json"
    document.parent.mkdir(parents=True)
    document.symlink_to(target)
    navra_stacks.synthesize([shop()], tmp_path / "out")
    assert target.read_text() == "precious"
    assert not document.is_symlink()
    assert "aws_lb" in document.read_text()


def test_a_linked_directory_of_a_stack_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/stacks").mkdir(parents=True)
    (tmp_path / "out/stacks/shop-qa").symlink_to(tmp_path / "elsewhere")
    publish(tmp_path / "out", documents("shop-qa"))
    assert files(tmp_path / "elsewhere") == {"cdk.tf.json": b"new"}


# The file in the other syntax


def test_generated_hcl_is_deleted_with_its_metadata(tmp_path: Path) -> None:
    stack = tmp_path / "stacks/shop-qa"
    stack.mkdir(parents=True)
    (stack / "cdk.tf").write_text("resource {}")
    (stack / "metadata.json").write_text(metadata("shop-qa"))
    navra_stacks.synthesize([shop()], tmp_path)
    assert {file.name for file in stack.iterdir()} == {"cdk.tf.json", "deployment.json"}


def test_generated_json_is_deleted_when_hcl_is_written(tmp_path: Path) -> None:
    publish(tmp_path, documents("shop-qa", content=metadata("shop-qa")))
    publish(tmp_path, documents("shop-qa", "cdk.tf"))
    assert files(tmp_path) == {"stacks/shop-qa/cdk.tf": b"new"}


@pytest.mark.parametrize(
    "beside",
    [
        {},
        {"metadata.json": metadata("shop-live")},
        {"metadata.json": "{"},
        {"metadata.json": "[]"},
        {"metadata.json": '{"//": "of another tool"}'},
    ],
    ids=str,
)
def test_a_file_that_cdktf_did_not_generate_is_refused_and_nothing_is_written(
    tmp_path: Path, beside: dict[str, str]
) -> None:
    publish(tmp_path, documents("a-qa", content="old"), documents("shop-qa", content="old"))
    for name, content in (beside | {"cdk.tf": "mine"}).items():
        (tmp_path / "stacks/shop-qa" / name).write_text(content)
    before = files(tmp_path)
    with pytest.raises(NavraError, match=r"shop-qa/cdk\.tf is not a file that cdktf generated"):
        publish(tmp_path, documents("a-qa"), documents("shop-qa"))
    assert files(tmp_path) == before


def test_json_of_another_origin_is_refused_when_hcl_is_written(tmp_path: Path) -> None:
    publish(tmp_path, documents("shop-qa", content='{"resource": {}}'))
    before = files(tmp_path)
    with pytest.raises(NavraError, match=r"cdk\.tf\.json is not a file that cdktf generated"):
        publish(tmp_path, documents("shop-qa", "cdk.tf"))
    assert files(tmp_path) == before


# Errors of the file system


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("ENOSPC: no space left on device, write", "out cannot be written: no space left on"),
        ("Error: EACCES: permission denied, open '/a/b'", "/a/b cannot be written: permission den"),
        ("EROFS: read-only file system, mkdir '/a/b'\n at x", "/a/b cannot be written: read-only"),
    ],
)
def test_an_error_of_node_is_one_sentence(text: str, reported: str) -> None:
    with pytest.raises(NavraError, match=f"^{reported}[^\n]*$"), report_node_errors(Path("out")):
        raise RuntimeError(text)


@pytest.mark.parametrize(
    "text", ["ENOENT: no such file or directory, open 'page.html'", "Validation failed", "ERROR: x"]
)
def test_other_errors_of_node_are_not_changed(text: str) -> None:
    with pytest.raises(RuntimeError, match=text), report_node_errors(Path("out")):
        raise RuntimeError(text)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 kB, with a synthesized environment."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a file system can only be mounted by root on Linux")
    try:
        navra_stacks.synthesize([shop()], disk / "out")
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def synth(directory: Path) -> tuple[int, str]:
    (directory.parent / "shops.py").write_text(
        "from tests.support.shop import shop\nSHOPS = (shop(), shop(name='live'))\n"
    )
    done = subprocess.run(
        [COMMAND, "synth", "--from", "shops:SHOPS", "--out", str(directory / "out")],
        cwd=directory.parent,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'lib'}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("fitting", [0, 0.3, 1.5])
def test_a_full_disk_is_one_sentence_and_the_documents_are_unchanged(
    small_disk: Path, fitting: float
) -> None:
    """Not even the first document fits, or one of the two documents does."""
    before = files(small_disk)
    document = before["out/stacks/shop-qa/cdk.tf.json"]
    fill(small_disk / "filler", int(fitting * len(document)))
    status, errors = synth(small_disk)
    assert status == 2
    assert errors.startswith(f"navra: {small_disk}/out")
    assert "no space left on device" in errors.lower()
    assert errors.count("\n") == 1
    (small_disk / "filler").unlink()
    assert files(small_disk) == before


def fill(file: Path, free: int) -> None:
    """Write zeros to `file` until the disk is full, and then free some bytes."""
    with file.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(b"\0" * 4096)
    os.truncate(file, max(0, file.stat().st_size - free))


def test_a_read_only_disk_is_one_sentence_and_the_documents_are_unchanged(
    small_disk: Path,
) -> None:
    before = files(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert synth(small_disk) == (
        2,
        f"navra: {small_disk}/out cannot be written: Read-only file system\n",
    )
    assert files(small_disk) == before
