"""Files have their previous content or the whole new content, and nothing in between."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from navra_stacks.errors import NavraError
from navra_stacks.files import move_file, write_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "inventory.json"
    file.write_text("old")
    return file


def only(file: Path, content: str) -> bool:
    """Whether `file` has `content` and is the only entry of its directory."""
    return file.read_text() == content and [*file.parent.iterdir()] == [file]


def test_a_file_is_replaced_and_nothing_else_remains(file: Path) -> None:
    write_file(file, "größe")
    assert file.read_bytes() == "größe".encode()
    assert [*file.parent.iterdir()] == [file]
    write_file(file, b"\xff")
    assert file.read_bytes() == b"\xff"


def test_a_new_file_has_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "new", "")
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


def test_a_symbolic_link_is_replaced_and_its_target_is_unchanged(
    file: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    write_file(link, "new")
    assert (link.read_text(), link.is_symlink(), file.read_text()) == ("new", False, "old")


@pytest.mark.parametrize("step", ["write", "rename"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_failure_leaves_the_previous_content_and_no_other_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    if step == "rename":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        original = Path.open

        def open_(self: Path, *arguments: str) -> object:
            stream = original(self, *arguments)
            stream.write(b"half")  # a part of the content reaches the disk
            return _Failing(stream, fail)

        monkeypatch.setattr(Path, "open", open_)
    with pytest.raises(NavraError) as failure:
        write_file(file, "new")
    monkeypatch.undo()
    assert str(failure.value) == f"{file} cannot be written: {os.strerror(number)}"
    assert only(file, "old")


class _Failing:
    """An open file whose ``write`` fails."""

    def __init__(self, stream: object, write: object) -> None:
        self.stream, self.write = stream, write

    def __enter__(self) -> _Failing:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()


def test_a_directory_in_the_way_is_reported_and_stays(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(NavraError, match=r"taken cannot be written: Is a directory$"):
        write_file(tmp_path / "taken", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_missing_directory_is_reported(tmp_path: Path) -> None:
    with pytest.raises(NavraError, match=r"absent/new cannot be written: No such file"):
        write_file(tmp_path / "absent/new", "new")


def test_an_interruption_leaves_the_previous_content_and_no_other_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(file, "new")
    assert only(file, "old")


def test_a_file_is_moved_to_another_file_system_too(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.write_text("new")
    original = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self == source:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return original(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    move_file(source, file)
    assert only(file, "new")
