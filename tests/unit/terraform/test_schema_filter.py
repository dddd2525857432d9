"""What an older provider does not know is left out of a copy, and every bit of it is told."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from navra_stacks.terraform.schema_filter import trimmed, trimmed_hcl

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


def test_a_document_that_is_known_stays_whole() -> None:
    assert trimmed(KNOWN, SCHEMA) == (KNOWN, ())


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ((), "aws_lb.one.new"),
        (("access_logs",), "aws_lb.one.access_logs.new"),
        (("access_logs", "filter", 1), "aws_lb.one.access_logs.filter.new"),
        (("mapping", 0), "aws_lb.one.mapping.new"),
    ],
)
@pytest.mark.parametrize("value", [1, {"a": 1}, [{"a": 1}]])
def test_an_unknown_argument_or_block_is_left_out(
    place: tuple[Any, ...], told: str, value: Any
) -> None:
    document = copy.deepcopy(KNOWN)
    body = document["resource"]["aws_lb"]["one"]
    for step in place:
        body = body[step]
    body["new"] = value
    assert trimmed(document, SCHEMA) == (KNOWN, (told,))


def test_an_unknown_argument_of_a_data_source_or_provider_is_left_out() -> None:
    document = copy.deepcopy(KNOWN)
    document["data"]["aws_vpc"]["vpc"]["new"] = 1
    document["provider"]["aws"][0]["new"] = 1
    assert trimmed(document, SCHEMA) == (KNOWN, ("data.aws_vpc.vpc.new", "provider.aws.new"))


def test_a_provider_may_be_the_only_one() -> None:
    document = copy.deepcopy(KNOWN) | {"provider": {"aws": {"region": "eu-west-1", "new": 1}}}
    copied, left_out = trimmed(document, SCHEMA)
    assert left_out == ("provider.aws.new",)
    assert copied["provider"]["aws"] == {"region": "eu-west-1"}


def test_what_belongs_to_another_provider_stays() -> None:
    document = copy.deepcopy(KNOWN)
    document["resource"]["random_password"] = {"one": {"length": 20}}
    document["data"]["archive_file"] = {"one": {"type": "zip"}}
    assert trimmed(document, SCHEMA) == (document, ())


def test_an_unknown_type_is_left_out_with_all_that_refers_to_it() -> None:
    document = copy.deepcopy(KNOWN)
    document["resource"]["aws_new"] = {"thing": {"name": "n"}}
    one = document["resource"]["aws_lb"]["one"]
    one["depends_on"].append("aws_new.thing")
    one["tags"]["new"] = "a ${aws_new.thing.arn} b"
    one["tags"]["other"] = "${aws_new.thing_else.arn}"
    document["output"]["new"] = {"value": "${aws_new.thing.arn}", "description": "d"}

    copied, left_out = trimmed(document, SCHEMA)

    assert left_out == (
        "aws_new.thing",
        "output.new.value",
        "resource.aws_lb.one.depends_on: aws_new.thing",
        "resource.aws_lb.one.tags.new",
    )
    assert "aws_new" not in copied["resource"]
    assert copied["resource"]["aws_lb"]["one"]["depends_on"] == ["data.aws_vpc.vpc"]
    assert copied["resource"]["aws_lb"]["one"]["tags"] == {
        "any": "tag",
        "other": "${aws_new.thing_else.arn}",
    }


def test_the_document_itself_is_not_changed() -> None:
    document = copy.deepcopy(KNOWN) | {"resource": {"aws_new": {"thing": {}}}}
    before = copy.deepcopy(document)
    trimmed(document, SCHEMA)
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


def test_hcl_is_trimmed_of_arguments_and_of_blocks_with_all_that_is_in_them() -> None:
    assert (
        trimmed_hcl(HCL, ("aws_lb.one.new", "aws_lb.one.access_logs.new"))
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
    left = trimmed_hcl(HCL, ("aws_lb.other.new",))
    assert left == HCL.replace("new = {}\n", "")


def test_hcl_without_what_is_to_be_left_out_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the HCL has no aws_lb\.one\.newer"):
        trimmed_hcl(HCL, ("aws_lb.one.newer",))
