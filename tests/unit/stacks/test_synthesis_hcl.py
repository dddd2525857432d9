"""The HCL that cdktf writes instead of JSON, and the comparison of HCL with JSON."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import synthesize
from tests.support.cdktf_command import synthesize_hcl
from tests.support.hcl_document import Blocks, differences, read
from tests.support.shop import AWKWARD, AWKWARD_SHOP, shop
from tests.support.shop_inventory import FOUND
from tests.support.synthesized import Build, Built


@dataclass(frozen=True)
class Written:
    """An application with texts that need escaping, as JSON and as HCL."""

    json: Built
    said: str
    directory: Path
    adopting: Path
    """The HCL of an environment with preserved live values, from the same process."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    out = tmp_path_factory.mktemp("hcl")
    (first,) = synthesize([AWKWARD_SHOP], out / "awkward")
    built = Built.at(first.path)
    node = tmp_path_factory.mktemp("bin") / "node"
    node.write_text("#!/bin/sh\necho the node of the machine >&2\nexit 97\n")
    node.chmod(0o755)
    said = synthesize_hcl(
        {"awkward": AWKWARD_SHOP, "adopting": shop(inventory=FOUND)},
        out,
        PATH=f"{node.parent}{os.pathsep}{os.defpath}",
    )
    return Written(built, said, first.path.parent, out / "adopting/stacks/shop-qa/cdk.tf")


def test_hcl_replaces_the_json_file(written: Written) -> None:
    assert written.said == "cdk.tf\ncdk.tf\n"
    files = {file.name for file in written.directory.iterdir()}
    assert "cdk.tf" in files
    assert "cdk.tf.json" not in files


def test_escaped_texts_and_conditions_are_the_same_in_hcl(written: Written) -> None:
    found = read((written.directory / "cdk.tf").read_text(encoding="utf-8"))

    assert list(differences(written.json.content, found)) == []
    definitions = found["resource"]["aws_ecs_task_definition"]["web_task_definition"]
    # A literal "${" is escaped as "$${".
    assert AWKWARD in {
        one["value"].replace("$${", "${").replace("%%{", "%{")
        for container in json.loads(definitions[0]["container_definitions"])
        for one in container["environment"]
    }
    assert found["terraform"][0]["backend"]["s3"][0]["use_lockfile"] is True
    (lifecycle,) = found["resource"]["aws_ecs_service"]["web_service"][0]["lifecycle"]
    # In JSON a block looks like an object; `terraform validate` checks this HCL elsewhere.
    assert isinstance(lifecycle["postcondition"], Blocks)
    assert lifecycle["postcondition"][0]["condition"].startswith("${self.task_definition == ")


def test_the_live_value_of_a_volume_is_a_block_in_hcl(written: Written, build: Build) -> None:
    found = read(written.adopting.read_text(encoding="utf-8"))
    assert (
        list(differences(build(shop(inventory=FOUND)).content["resource"], found["resource"])) == []
    )
    (task,) = found["resource"]["aws_ecs_task_definition"]["web_task_definition"]
    assert isinstance(task["volume"], Blocks)
    assert isinstance(task["volume"][1]["efs_volume_configuration"], Blocks)


EXAMPLE = """
resource "aws_lb" "one" {
  name       = "a \\"b\\" ${"c"}"
  idle       = 60
  internal   = false
  subnets    = ["x", "y"]
  tags       = { "a.b" = "c" }
  depends_on = [aws_vpc.one]
  access { on = true }
  access { on = false }
}
"""
SAME: dict[str, Any] = {
    "name": 'a "b" ${"c"}',
    "idle": 60,
    "internal": False,
    "subnets": ["x", "y"],
    "tags": {"a.b": "c"},
    "depends_on": ["aws_vpc.one"],
    "access": [{"on": True}, {"on": False}],
    "//": {"noted by": "CDKTF"},
}


def test_the_comparison_accepts_the_same_document() -> None:
    assert list(compared(SAME)) == []


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        ({"name": 'a "b" ${"d"}'}, "name: JSON"),
        ({"idle": "60"}, "idle: JSON '60', HCL 60"),
        ({"idle": True}, "idle: JSON True, HCL 60"),
        ({"internal": 0}, "internal: JSON 0, HCL False"),
        ({"internal": None}, "internal: JSON None, HCL False"),
        ({"subnets": ["y", "x"]}, "subnets[0]: JSON 'y', HCL 'x'"),
        ({"subnets": ["x"]}, "subnets: 1 in the JSON, 2 in the HCL"),
        ({"tags": [{"a.b": "c"}]}, "tags: JSON [{'a.b': 'c'}], HCL {'a.b': 'c'}"),
        ({"tags": {"a.b": "d"}}, "tags.a.b: JSON 'd', HCL 'c'"),
        ({"tags": {}}, "tags.a.b: only in the HCL: 'c'"),
        ({"depends_on": ["aws_vpc.two"]}, "depends_on: JSON 'aws_vpc.two', HCL 'aws_vpc.one'"),
        ({"access": {"on": True}}, "access: 1 in the JSON, 2 in the HCL"),
        ({"access": [{"on": True}, {}]}, "access[1].on: only in the HCL: False"),
        ({"more": 1}, "more: only in the JSON: 1"),
    ],
)
def test_the_comparison_reports_the_argument_that_differs(
    change: dict[str, Any], reported: str
) -> None:
    assert any(
        one.startswith(f"resource.aws_lb.one.{reported}") for one in compared(SAME | change)
    ), list(compared(SAME | change))


def test_the_comparison_reports_a_block_of_one_side_only() -> None:
    document = {"resource": {"aws_lb": {"one": SAME}}}
    assert list(differences(document | {"locals": {"a": 1}}, read(EXAMPLE))) == [
        "locals: only in the JSON: {'a': 1}"
    ]
    assert list(differences(document, read(EXAMPLE + 'data "aws_vpc" "one" {}\n'))) == [
        "data: only in the HCL: {'aws_vpc': {'one': [{}]}}"
    ]


def compared(body: dict[str, Any]) -> list[str]:
    return list(differences({"resource": {"aws_lb": {"one": body}}}, read(EXAMPLE)))
