"""Reading Terraform's state file, and restoring the backup of a truncated one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from navra_stacks.terraform.state_file import StateFile


def write_state(
    directory: Path, *resources: dict[str, Any], name: str = "terraform.tfstate"
) -> None:
    (directory / name).write_text(json.dumps({"version": 4, "resources": resources}))


def resource(name: str, *instances: dict[str, Any], **others: str) -> dict[str, Any]:
    return {
        "mode": "managed",
        "type": "aws_lb",
        "name": name,
        "instances": instances or [{}],
    } | others


def test_every_instance_is_listed_with_its_taint(tmp_path: Path) -> None:
    write_state(
        tmp_path,
        resource("whole"),
        resource("half", {"status": "tainted"}),
        resource("many", {"index_key": 0}, {"index_key": "a"}),
        resource("inner", module="module.web"),
        resource("read", mode="data"),
    )
    assert StateFile(tmp_path / "terraform.tfstate").resources() == {
        "aws_lb.whole": False,
        "aws_lb.half": True,
        "aws_lb.many[0]": False,
        'aws_lb.many["a"]': False,
        "module.web.aws_lb.inner": False,
    }


def test_a_missing_state_file_has_no_resources(tmp_path: Path) -> None:
    assert StateFile(tmp_path / "terraform.tfstate").resources() == {}


def test_a_readable_state_file_is_not_replaced(tmp_path: Path) -> None:
    write_state(tmp_path, resource("one"))
    state = StateFile(tmp_path / "terraform.tfstate")
    assert not state.restore_backup_if_unreadable()
    assert state.resources() == {"aws_lb.one": False}


def test_the_backup_replaces_a_truncated_state_file(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text('{"version": 4, "res')
    write_state(tmp_path, resource("before"), name="terraform.tfstate.backup")
    state = StateFile(tmp_path / "terraform.tfstate")
    assert state.restore_backup_if_unreadable()
    assert state.resources() == {"aws_lb.before": False}
    assert (tmp_path / "terraform.tfstate.unreadable").read_text() == '{"version": 4, "res'


def test_a_truncated_state_file_without_a_backup_is_removed(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text("")
    state = StateFile(tmp_path / "terraform.tfstate")
    assert state.restore_backup_if_unreadable()
    assert state.resources() == {}
