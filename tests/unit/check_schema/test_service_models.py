"""The models of botocore limit the values of arguments."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from navra_stacks.check.schema.cache import provider_schema
from navra_stacks.check.schema.provider_schema import ProviderSchema, Structure, TypeSchema
from navra_stacks.check.schema.service_models import (
    Limit,
    api_limits,
    literal_check,
    operation_limits,
)
from navra_stacks.check.schema.service_table import OPERATIONS, Operation

MODEL = {
    "operations": {"CreateThing": {"input": {"shape": "Input"}}},
    "shapes": {
        "Input": {
            "type": "structure",
            "members": {
                "launchType": {"shape": "Launch"},
                "OKActions": {"shape": "Arns"},
                "Count": {"shape": "Count"},
                "Inner": {"shape": "Inner"},
                "Free": {"shape": "Free"},
                "Pattern": {"shape": "Java"},
            },
        },
        "Launch": {"type": "string", "enum": ["A", "B"]},
        "Arns": {"type": "list", "member": {"shape": "Arn"}, "max": 3},
        "Arn": {"type": "string", "min": 1, "max": 5},
        "Count": {"type": "integer", "min": 1, "max": 9},
        "Inner": {
            "type": "structure",
            "members": {"Mode": {"shape": "Launch"}, "Inner": {"shape": "Inner"}},
        },
        "Free": {"type": "string"},
        "Java": {"type": "string", "pattern": r"\p{L}+"},
    },
}


def test_arguments_with_the_names_of_members_have_their_limits():
    operation = Operation("things", "CreateThing", {"size": "Count", "mode.kind": "Inner.Mode"})
    limits = operation_limits(operation, MODEL)
    assert limits["launch_type"].values == ("A", "B")
    assert limits["launch_type"].source == "things CreateThing launchType"
    assert (limits["ok_actions"].minimum, limits["ok_actions"].maximum) == (1, 5)
    assert limits["size"] == limits["count"]._replace(source="things CreateThing Count")
    assert limits["mode.kind"].values == limits["inner.mode"].values == ("A", "B")
    assert "inner.inner.mode" in limits
    assert "free" not in limits
    assert "pattern" not in limits, "Python cannot evaluate the pattern"


def test_the_values_of_the_provider_are_accepted_too():
    operation = Operation("things", "CreateThing", more_values={"launch_type": ("NONE",)})
    assert operation_limits(operation, MODEL)["launch_type"].values == ("A", "B", "NONE")


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        (Limit("s", False, ("A", "B")), "C", 'it is "C", and the AWS API accepts A, B (s)'),
        (Limit("s", False, ("A", "B")), "a", 'it is "a", and the AWS API accepts A, B (s)'),
        (Limit("s", False, ("A", "B"), ignores_case=True), "a", None),
        (Limit("s", False, pattern="[a-z]+"), "a b", "does not match the pattern"),
        (Limit("s", False, pattern="[a-z]+"), "ab", None),
        (Limit("s", False, minimum=2), "x", '"x": it has 1 characters, and the AWS API accepts 2'),
        (Limit("s", False, maximum=2), "xyz", "accepts 2 or less"),
        (Limit("s", True, minimum=1, maximum=9), 10, "it is 10, and the AWS API accepts 1 to 9"),
        (Limit("s", True, minimum=1, maximum=9), "10", "it is 10, and the AWS API accepts 1 to 9"),
        (Limit("s", True, minimum=1), -1, "accepts 1 or more"),
        (Limit("s", True, minimum=1), 0, None),
        (Limit("s", True, minimum=1), True, None),
        (Limit("s", True, minimum=1), "many", None),
        (Limit("s", False, minimum=1), "", None),
    ],
)
def test_a_value_outside_the_limits_is_found(limit: Limit, value: object, message: str | None):
    problems = list(literal_check({"a.b": limit})("a[0].b", "a.b", value))
    assert [problem.argument for problem in problems] == (["a[0].b"] if message else [])
    for problem in problems:
        assert message in problem.message
        assert problem.repair


def test_without_botocore_there_are_no_limits():
    assert api_limits("no_such_botocore") == {}


def test_neither_botocore_nor_the_bindings_are_imported(cache: Path):
    code = (
        "import pathlib, sys; from navra_stacks.check.schema import cache, service_models;"
        f"directory = pathlib.Path({str(cache)!r});"
        "assert cache.provider_schema(directory=directory);"
        "assert service_models.api_limits(directory=directory);"
        "imported = {'botocore', 'cdktf', 'jsii', 'navra_jsii.engine'} & sys.modules.keys();"
        "assert not imported, imported"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_type_of_the_table_has_limits(cache: Path):
    without = {"aws_sns_topic", "aws_vpc_security_group_egress_rule"} | {
        "aws_vpc_security_group_ingress_rule"
    }
    assert set(api_limits(directory=cache)) >= OPERATIONS.keys() - without


def test_the_arguments_of_the_table_exist(cache: Path):
    schema = provider_schema(directory=cache)
    for type_, operation in OPERATIONS.items():
        of_type = schema.find("resource", type_)
        assert of_type is not None, type_
        for path in (*operation.members, *operation.more_values):
            assert _has(of_type, path), f"{type_}.{path}"


def _has(schema: TypeSchema, path: str) -> bool:
    structure: Structure = schema.body
    *outer, last = path.split(".")
    for name in outer:
        structure = schema.structures[structure.arguments[name].kind.structure]
    return last in structure.arguments


def test_a_schema_is_read_without_limits(schema: ProviderSchema):
    assert schema.find("resource", "aws_lb") is schema.find("resource", "aws_lb")
