"""The state as a file: what is in it, and what happens to one that was cut off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from navra_stacks.terraform.state_file import StateFile


def written(directory: Path, *resources: dict[str, Any], name: str = "terraform.tfstate") -> None:
    (directory / name).write_text(json.dumps({"version": 4, "resources": resources}))


def resource(name: str, *instances: dict[str, Any], **more: str) -> dict[str, Any]:
    return {
        "mode": "managed",
        "type": "aws_lb",
        "name": name,
        "instances": instances or [{}],
    } | more


def test_every_instance_is_told_and_whether_it_is_tainted(tmp_path: Path) -> None:
    written(
        tmp_path,
        resource("whole"),
        resource("half", {"status": "tainted"}),
        resource("many", {"index_key": 0}, {"index_key": "a"}),
        resource("inner", module="module.web"),
        resource("read", mode="data"),
    )
    assert StateFile(tmp_path / "terraform.tfstate").recorded() == {
        "aws_lb.whole": False,
        "aws_lb.half": True,
        "aws_lb.many[0]": False,
        'aws_lb.many["a"]': False,
        "module.web.aws_lb.inner": False,
    }


def test_where_there_is_no_state_nothing_is_recorded(tmp_path: Path) -> None:
    assert StateFile(tmp_path / "terraform.tfstate").recorded() == {}


def test_a_state_that_can_be_read_stays(tmp_path: Path) -> None:
    written(tmp_path, resource("one"))
    state = StateFile(tmp_path / "terraform.tfstate")
    assert not state.set_aside_if_unreadable()
    assert state.recorded() == {"aws_lb.one": False}


def test_the_state_before_takes_the_place_of_one_that_was_cut_off(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text('{"version": 4, "res')
    written(tmp_path, resource("before"), name="terraform.tfstate.backup")
    state = StateFile(tmp_path / "terraform.tfstate")
    assert state.set_aside_if_unreadable()
    assert state.recorded() == {"aws_lb.before": False}
    assert (tmp_path / "terraform.tfstate.unreadable").read_text() == '{"version": 4, "res'


def test_where_none_was_before_nothing_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text("")
    state = StateFile(tmp_path / "terraform.tfstate")
    assert state.set_aside_if_unreadable()
    assert state.recorded() == {}
