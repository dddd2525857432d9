"""All forms of Terraform's JSON syntax, and the output of python-hcl2, become one form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hcl2
import pytest

from navra_stacks.terraform.json_syntax import parse
from tests.support.repository import STACKS
from tests.support.synthesized import Built

PARAMETER = {"name": "/x", "type": "String", "value": "v"}
RESOURCE = {"resource": {"aws_ssm_parameter": {"p": PARAMETER}}}


def parsed(content: Any) -> dict[str, Any]:
    return parse(json.dumps(content))


@pytest.mark.parametrize("stack", STACKS)
def test_the_documents_of_cdktf_have_this_form_already(
    stack: str, documents: dict[str, Built]
) -> None:
    assert list(parse(documents[stack].text).items()) == list(documents[stack].content.items())


@pytest.mark.parametrize(
    "content",
    [
        {"resource": [{"aws_ssm_parameter": {"p": PARAMETER}}]},
        {"resource": {"aws_ssm_parameter": [{"p": PARAMETER}]}},
        {"resource": {"aws_ssm_parameter": {"p": [PARAMETER]}}},
        {"resource": [[{"aws_ssm_parameter": [[{"p": [[PARAMETER]]}]]}]]},
        [RESOURCE],
    ],
    ids=json.dumps,
)
def test_a_list_can_replace_each_object_around_a_block(content: Any) -> None:
    """Terraform 1.11 accepts each of these forms."""
    assert parsed(content) == RESOURCE


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # A list of variables, as in a report about CDKTF.
        ({"variable": {"a": [{"type": "string"}]}}, {"variable": {"a": {"type": "string"}}}),
        (
            {"provider": {"aws": {"region": "us-east-1"}}},
            {"provider": {"aws": [{"region": "us-east-1"}]}},
        ),
        (
            {"provider": [{"aws": {"alias": "a"}}, {"aws": [{"alias": "b"}]}, {"null": {}}]},
            {"provider": {"aws": [{"alias": "a"}, {"alias": "b"}], "null": [{}]}},
        ),
        ({"locals": [{"x": 1}, {"y": [{"z": 2}]}]}, {"locals": {"x": 1, "y": [{"z": 2}]}}),
        (
            {"terraform": [{"required_version": ">= 1.0"}, {"required_version": "< 2"}]},
            {"terraform": {"required_version": ">= 1.0, < 2"}},
        ),
        (
            {
                "terraform": {
                    "required_providers": [{"aws": "~> 6.0"}, {"null": {"source": "null"}}],
                    "backend": [{"s3": [{"bucket": "b"}]}],
                }
            },
            {
                "terraform": {
                    "required_providers": {
                        "aws": {"version": "~> 6.0"},
                        "null": {"source": "null"},
                    },
                    "backend": {"s3": {"bucket": "b"}},
                }
            },
        ),
        (
            {"import": {"to": "aws_a.b", "id": "x"}, "moved": {"from": "aws_a.b", "to": "aws_a.c"}},
            {
                "import": [{"to": "aws_a.b", "id": "x"}],
                "moved": [{"from": "aws_a.b", "to": "aws_a.c"}],
            },
        ),
        (
            {"resource": {"aws_a": {"b": {"lifecycle": [{"prevent_destroy": True}]}}}},
            {"resource": {"aws_a": {"b": {"lifecycle": {"prevent_destroy": True}}}}},
        ),
        ({"output": [{"o": [{"value": 1}]}]}, {"output": {"o": {"value": 1}}}),
        ({"module": {"m": [{"source": "./m"}]}}, {"module": {"m": {"source": "./m"}}}),
        ({"resource": {"aws_a": {"b": None}}}, {"resource": {}}),
        ({"resource": []}, {"resource": {}}),
        ([], {}),
        # Comments.
        ({"//": {"metadata": {"version": "0.21.0"}}}, {"//": {"metadata": {"version": "0.21.0"}}}),
        ({"locals": [{"//": "a"}, {"//": "b"}]}, {"locals": {"//": "b"}}),
        (
            {"resource": {"aws_a": {"b": {"//": "a comment"}}}},
            {"resource": {"aws_a": {"b": {"//": "a comment"}}}},
        ),
    ],
    ids=json.dumps,
)
def test_every_kind_of_block_has_one_form(content: Any, expected: dict[str, Any]) -> None:
    assert parsed(content) == expected
    assert parsed(parsed(content)) == expected


def test_a_list_in_the_body_of_a_block_stays_a_list() -> None:
    body = {"ingress": [{"from_port": 1}, {"from_port": 2}], "tags": {"a": "b"}, "provisioner": []}
    content = {"resource": {"aws_a": {"b": body}}}
    assert parsed(content) == content


# Repeated properties


def test_a_repeated_property_is_a_further_block() -> None:
    text = '{"resource": {"a_a": {"x": {}}}, "resource": {"a_a": {"y": {}}, "a_a": {"z": {}}}}'
    assert parse(text) == {"resource": {"a_a": {"x": {}, "y": {}, "z": {}}}}


def test_a_repeated_nested_block_is_a_list() -> None:
    text = '{"resource": {"a_a": {"x": {"rule": {"p": 1}, "rule": [{"p": 2}], "n": 3}}}}'
    assert parse(text)["resource"]["a_a"]["x"] == {"rule": [{"p": 1}, {"p": 2}], "n": 3}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"resource": {"a_a": {"x": {"n": 1, "n": 2}}}}', "resource.a_a.x.n is set twice"),
        ('{"locals": {"n": 1, "n": 2}}', "locals.n is set twice"),
        ('{"locals": [{"n": 1}, {"n": 2}]}', "locals.n is set twice"),
        ('{"resource": {"a_a": {"x": {}, "x": {}}}}', "resource.a_a.x is declared twice"),
        ('{"resource": {"a_a": {"x": [{}, {}]}}}', "resource.a_a.x is declared twice"),
        ('[{"variable": {"v": {}}}, {"variable": {"v": {}}}]', "variable.v is declared twice"),
    ],
)
def test_a_repeated_argument_or_declaration_is_an_error_as_in_terraform(
    text: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=f"^{problem}; remove one of "):
        parse(text)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"resource": None}, "resource"),
        ({"resource": "x"}, "resource"),
        ({"resource": {"aws_lb": 1}}, "resource.aws_lb"),
        ({"resource": {"//": "a comment", "aws_lb": {}}}, "resource.//"),
        ({"data": {"aws_vpc": {"a": [[{}], "x"]}}}, "data.aws_vpc.a"),
        ({"locals": 3}, "locals"),
        ({"terraform": {"required_providers": "aws"}}, "terraform.required_providers"),
        ({"resource": {"aws_a": {"b": {"lifecycle": "x"}}}}, "lifecycle"),
    ],
)
def test_what_terraform_rejects_is_rejected_with_its_path(content: Any, path: str) -> None:
    with pytest.raises(ValueError, match=f"^{path} is neither an object nor a list of objects$"):
        parsed(content)


# python-hcl2


HCL = r"""
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}
provider "aws" {
  region = var.region
}
provider "aws" {
  alias = "us"
}
variable "region" {
  type    = string
  default = "eu-west-1"
  validation {
    condition     = length(var.region) > 1
    error_message = "a \"region\"\n\u00e4"
  }
}
variable "rules" { type = list(object({ port = number })) }
locals { name = "p-${lookup({ a = "b" }, "a")}" }
data "aws_vpc" "main" { id = "vpc-0a1b2c3d" }
resource "aws_ssm_parameter" "p" {
  provider   = aws.us
  name       = "/x/${local.name}/$${plain}"
  type       = "String"
  value      = <<EOT
first "quoted" ${var.region}
  second \n
EOT
  depends_on = [data.aws_vpc.main]
  tags       = { "a:b" = "c", (var.region) = "d" }
  lifecycle {
    ignore_changes       = [value, tags["a:b"]]
    replace_triggered_by = [data.aws_vpc.main.id]
  }
}
resource "aws_ssm_parameter" "q" {
  name  = "/q"
  type  = "String"
  value = <<-EOT
    first
      second
    EOT
  lifecycle { ignore_changes = all }
}
import {
  to = aws_ssm_parameter.p
  id = "/x"
}
"""
EXPECTED = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "~> 6.0"}}},
    "provider": {"aws": [{"region": "${var.region}"}, {"alias": "us"}]},
    "variable": {
        "region": {
            "type": "string",
            "default": "eu-west-1",
            "validation": [
                {
                    "condition": "${length(var.region) > 1}",
                    "error_message": 'a "region"\nä',
                }
            ],
        },
        "rules": {"type": "list(object({port = number}))"},
    },
    "locals": {"name": 'p-${lookup({a = "b"}, "a")}'},
    "data": {"aws_vpc": {"main": {"id": "vpc-0a1b2c3d"}}},
    "resource": {
        "aws_ssm_parameter": {
            "p": {
                "provider": "aws.us",
                "name": "/x/${local.name}/$${plain}",
                "type": "String",
                "value": 'first "quoted" ${var.region}\n  second \\n\n',
                "depends_on": ["data.aws_vpc.main"],
                "tags": {"a:b": "c", "${(var.region)}": "d"},
                "lifecycle": {
                    "ignore_changes": ["value", 'tags["a:b"]'],
                    "replace_triggered_by": ["data.aws_vpc.main.id"],
                },
            },
            "q": {
                "name": "/q",
                "type": "String",
                "value": "first\n  second\n",
                "lifecycle": {"ignore_changes": "all"},
            },
        }
    },
    "import": [{"to": "aws_ssm_parameter.p", "id": "/x"}],
}


@pytest.mark.parametrize("options", [{}, {"with_meta": True}, {"explicit_blocks": False}], ids=str)
def test_the_output_of_python_hcl2_8_becomes_terraform_json(options: dict[str, bool]) -> None:
    written = hcl2.loads(HCL, serialization_options=hcl2.SerializationOptions(**options))
    assert parsed(written) == EXPECTED


def test_the_output_of_python_hcl2_7_becomes_terraform_json(tmp_path: Path) -> None:
    """Version 7 removes the quotation marks, and writes every reference as a template."""
    written = {
        "variable": [{"a": {"type": "${list(string)}", "__start_line__": 1, "__end_line__": 1}}],
        "resource": [
            {
                "aws_ssm_parameter": {
                    "p": {
                        "provider": "${aws.us}",
                        "name": 'a "quoted" name',
                        "depends_on": ["${aws_vpc.m}"],
                        "lifecycle": [{"ignore_changes": ["${value}", '${tags["a"]}']}],
                        "__start_line__": 2,
                        "__end_line__": 9,
                    }
                }
            },
            {"aws_vpc": {"m": {"lifecycle": [{"ignore_changes": "${all}"}]}}},
        ],
        "module": [{"m": {"source": "./m", "providers": {"aws": "${aws.us}"}}}],
    }
    assert parsed(written) == {
        "variable": {"a": {"type": "list(string)"}},
        "resource": {
            "aws_ssm_parameter": {
                "p": {
                    "provider": "aws.us",
                    "name": 'a "quoted" name',
                    "depends_on": ["aws_vpc.m"],
                    "lifecycle": {"ignore_changes": ["value", 'tags["a"]']},
                }
            },
            "aws_vpc": {"m": {"lifecycle": {"ignore_changes": "all"}}},
        },
        "module": {"m": {"source": "./m", "providers": {"aws": "aws.us"}}},
    }


def test_templates_outside_references_stay_templates() -> None:
    content = {"resource": {"aws_a": {"b": {"type": "${var.t}", "to": "${var.u}"}}}}
    assert parsed(content) == content
