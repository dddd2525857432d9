"""Arguments that an older provider does not support are removed from a copy and reported."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from navra_stacks.terraform.schema_filter import strip_from_hcl, strip_unknown_arguments

SCHEMA: dict[str, Any] = {
    "provider": {"block": {"attributes": {"region": {}}, "block_types": {}}},
    "resource_schemas": {
        "aws_lb": {
            "block": {
                "attributes": {
                    "name": {},
                    "tags": {"type": ["map", "string"]},
                    "mapping": {"nested_type": {"attributes": {"subnet": {}}}},
                },
                "block_types": {
                    "access_logs": {
                        "block": {
                            "attributes": {"bucket": {}},
                            "block_types": {"filter": {"block": {"attributes": {"id": {}}}}},
                        }
                    }
                },
            }
        }
    },
    "data_source_schemas": {"aws_vpc": {"block": {"attributes": {"id": {}}}}},
}
KNOWN: dict[str, Any] = {
    "//": {"metadata": {}},
    "provider": {"aws": [{"region": "eu-west-1", "alias": "one"}]},
    "data": {"aws_vpc": {"vpc": {"id": "vpc-1", "//": {}}}},
    "resource": {
        "aws_lb": {
            "one": {
                "//": {},
                "name": "one",
                "tags": {"any": "tag"},
                "mapping": [{"subnet": "a"}],
                "access_logs": {"bucket": "b", "filter": [{"id": "1"}, {"id": "2"}]},
                "depends_on": ["data.aws_vpc.vpc"],
                "lifecycle": {"prevent_destroy": True},
            }
        }
    },
    "output": {"name": {"value": "${aws_lb.one.name}"}},
}


def test_a_supported_document_is_not_changed() -> None:
    assert strip_unknown_arguments(KNOWN, SCHEMA) == (KNOWN, ())


@pytest.mark.parametrize(
    ("path", "omission"),
    [
        ((), "aws_lb.one.new"),
        (("access_logs",), "aws_lb.one.access_logs.new"),
        (("access_logs", "filter", 1), "aws_lb.one.access_logs.filter.new"),
        (("mapping", 0), "aws_lb.one.mapping.new"),
    ],
)
@pytest.mark.parametrize("value", [1, {"a": 1}, [{"a": 1}]])
def test_an_unknown_argument_or_block_is_removed(
    path: tuple[Any, ...], omission: str, value: Any
) -> None:
    document = copy.deepcopy(KNOWN)
    body = document["resource"]["aws_lb"]["one"]
    for step in path:
        body = body[step]
    body["new"] = value
    assert strip_unknown_arguments(document, SCHEMA) == (KNOWN, (omission,))


def test_an_unknown_argument_of_a_data_source_or_provider_is_removed() -> None:
    document = copy.deepcopy(KNOWN)
    document["data"]["aws_vpc"]["vpc"]["new"] = 1
    document["provider"]["aws"][0]["new"] = 1
    assert strip_unknown_arguments(document, SCHEMA) == (
        KNOWN,
        ("data.aws_vpc.vpc.new", "provider.aws.new"),
    )


def test_blocks_of_other_providers_are_not_changed() -> None:
    document = copy.deepcopy(KNOWN)
    document["resource"]["random_password"] = {"one": {"length": 20}}
    document["data"]["archive_file"] = {"one": {"type": "zip"}}
    assert strip_unknown_arguments(document, SCHEMA) == (document, ())


def test_a_resource_of_an_unknown_type_is_removed_with_all_references_to_it() -> None:
    document = copy.deepcopy(KNOWN)
    document["resource"]["aws_new"] = {"thing": {"name": "n"}}
    load_balancer = document["resource"]["aws_lb"]["one"]
    load_balancer["depends_on"].append("aws_new.thing")
    load_balancer["tags"]["new"] = "a ${aws_new.thing.arn} b"
    load_balancer["tags"]["other"] = "${aws_new.thing_else.arn}"
    document["output"]["new"] = {"value": "${aws_new.thing.arn}", "description": "d"}

    stripped, omissions = strip_unknown_arguments(document, SCHEMA)

    assert omissions == (
        "aws_new.thing",
        "output.new.value",
        "resource.aws_lb.one.depends_on: aws_new.thing",
        "resource.aws_lb.one.tags.new",
    )
    assert "aws_new" not in stripped["resource"]
    assert stripped["resource"]["aws_lb"]["one"]["depends_on"] == ["data.aws_vpc.vpc"]
    assert stripped["resource"]["aws_lb"]["one"]["tags"] == {
        "any": "tag",
        "other": "${aws_new.thing_else.arn}",
    }


def test_only_a_copy_is_changed() -> None:
    document = copy.deepcopy(KNOWN) | {"resource": {"aws_new": {"thing": {}}}}
    before = copy.deepcopy(document)
    strip_unknown_arguments(document, SCHEMA)
    assert document == before


HCL = """
resource "aws_lb" "one" {
name = "{["
new = {
"a" = "}"
}
access_logs {
enabled = true
new {
deeper {
name = "n"
}
}
}
values = [
"new",
{
new = 1
},
]
}
resource "aws_lb" "other" {
new = {}
}
"""


def test_arguments_and_whole_blocks_are_removed_from_hcl() -> None:
    assert (
        strip_from_hcl(HCL, ("aws_lb.one.new", "aws_lb.one.access_logs.new"))
        == """
resource "aws_lb" "one" {
name = "{["
access_logs {
enabled = true
}
values = [
"new",
{
new = 1
},
]
}
resource "aws_lb" "other" {
new = {}
}
"""
    )
    stripped = strip_from_hcl(HCL, ("aws_lb.other.new",))
    assert stripped == HCL.replace("new = {}\n", "")


def test_an_omission_that_the_hcl_does_not_have_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"the HCL has no aws_lb\.one\.newer"):
        strip_from_hcl(HCL, ("aws_lb.one.newer",))
