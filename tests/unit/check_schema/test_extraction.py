"""The schema is extracted from the jsii assembly of the bindings."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.check.schema.extraction import extract_schema
from navra_stacks.check.schema.provider_schema import (
    Argument,
    Kind,
    ProviderSchema,
    SchemaNotAvailableError,
)

DOCS = "https://registry.terraform.io/providers/hashicorp/aws/9.1.0/docs"
STRING = Kind("string")


def assembly(path: Path, manifest: Any, *, indent: int | None = 2) -> Path:
    """Write a tarball like the one in the bindings."""
    content = (
        manifest if isinstance(manifest, bytes) else json.dumps(manifest, indent=indent).encode()
    )
    with tarfile.open(path, "w:gz") as tarball:
        member = tarfile.TarInfo("package/.jsii")
        member.size = len(content)
        tarball.addfile(member, io.BytesIO(content))
    return path


def argument(
    name: str, type_: dict[str, Any], *, property_: str = "", **values: Any
) -> dict[str, Any]:
    link = f"{{@link {DOCS}/resources/thing#{name} Thing#{name}}}"
    summary = f"{name} block." if values.pop("block", False) else f"Docs at {link}."
    docs = {"summary": summary, "remarks": f"Docs at {link}"}
    return {"name": property_ or name, "type": type_, "docs": docs, **values}


def many(type_: dict[str, Any], kind: str = "array") -> dict[str, Any]:
    return {"collection": {"kind": kind, "elementtype": type_}}


def resolvable(type_: dict[str, Any]) -> dict[str, Any]:
    return {"union": {"types": [{"fqn": "cdktf.IResolvable"}, type_]}}


TEXT = {"primitive": "string"}
BOOL = {"primitive": "boolean"}
RULE = {"fqn": "p.thing.ThingRule"}
MANIFEST: dict[str, Any] = {
    "name": "@cdktf/provider-aws",
    "types": {
        "p.thing.Thing": {
            "base": "cdktf.TerraformResource",
            "docs": {"summary": f"Represents a {{@link {DOCS}/resources/thing aws_thing}}."},
            "fqn": "p.thing.Thing",
            "initializer": {
                "parameters": [{"name": "config", "type": {"fqn": "p.thing.ThingConfigA"}}]
            },
            "kind": "class",
            "properties": [
                {"name": "tfResourceType", "static": True},
                {"name": "dnsName"},
                {"name": "fileName"},
                {"name": "fileNameInput"},
                {"name": "rule"},
            ],
        },
        "p.thing.ThingConfigA": {
            "fqn": "p.thing.ThingConfigA",
            "kind": "interface",
            "properties": [
                argument("file_name", TEXT, property_="fileName"),
                argument(
                    "self",
                    resolvable({"primitive": "boolean"}),
                    property_="selfAttribute",
                    optional=True,
                ),
                argument("tags", many(TEXT, "map"), optional=True),
                argument("ports", many({"primitive": "number"}), optional=True),
                argument("rule", resolvable(many(RULE)), block=True),
                argument("one", RULE, block=True, optional=True),
                argument("objects", resolvable(many(RULE)), optional=True),
                argument("object", RULE, optional=True),
                argument("definition", {"primitive": "any"}, block=True, optional=True),
            ],
        },
        "p.thing.ThingRule": {
            "fqn": "p.thing.ThingRule",
            "kind": "interface",
            "properties": [argument("rule", resolvable(many(RULE)), block=True, optional=True)],
        },
        "p.thing.ThingRuleOutputReference": {
            "base": "cdktf.ComplexObject",
            "fqn": "p.thing.ThingRuleOutputReference",
            "kind": "class",
            "properties": [{"name": "internalValue"}, {"name": "rule"}, {"name": "state"}],
        },
        "p.thing.ThingRuleList": {"base": "cdktf.ComplexList", "fqn": "x", "kind": "class"},
    },
    "version": "30.1.0",
}


@pytest.mark.parametrize("indent", [2, None])
def test_types_arguments_and_blocks_are_extracted(tmp_path: Path, indent: int | None):
    schema = ProviderSchema(extract_schema(assembly(tmp_path / "a.tgz", MANIFEST, indent=indent)))
    assert (schema.name, schema.assembly) == ("hashicorp/aws 9.1.0", "@cdktf/provider-aws 30.1.0")
    assert list(schema.types("resource")) == ["aws_thing"]
    assert list(schema.types("data")) == []
    thing = schema.find("resource", "aws_thing")
    assert thing is not None
    assert thing.body.arguments == {
        "file_name": Argument(True, STRING),
        "self": Argument(False, Kind("bool")),
        "tags": Argument(False, Kind("map", STRING)),
        "ports": Argument(False, Kind("list", Kind("number"))),
        "rule": Argument(True, Kind("blocks", structure=1)),
        "one": Argument(False, Kind("block", structure=1)),
        "objects": Argument(False, Kind("list", Kind("object", structure=1))),
        "object": Argument(False, Kind("object", structure=1)),
        "definition": Argument(False, Kind("any")),
    }
    assert thing.body.sets_attribute("dns_name")
    assert not thing.body.sets_attribute("file_name")
    (_, rule) = thing.structures
    assert rule.arguments == {"rule": Argument(False, Kind("blocks", structure=1))}
    assert rule.computed == {"state"}
    assert schema.find("data", "aws_thing") is None


def test_the_same_assembly_gives_the_same_bytes(tmp_path: Path):
    tarball = assembly(tmp_path / "a.tgz", MANIFEST)
    shuffled = MANIFEST | {"types": dict(reversed(MANIFEST["types"].items()))}
    assert extract_schema(tarball) == extract_schema(assembly(tmp_path / "b.tgz", shuffled))


@pytest.mark.parametrize(
    "manifest",
    [
        b"{",
        {"name": "x", "types": {}, "version": "1"},
        MANIFEST | {"types": {"p.t": {"kind": "class", "base": "cdktf.TerraformResource"}}},
        MANIFEST | {"types": {"x": {"docs": DOCS}}},
        [],
    ],
    ids=["no JSON", "another provider", "no documentation", "no kind", "a list"],
)
def test_another_layout_is_reported(tmp_path: Path, manifest: Any):
    with pytest.raises(SchemaNotAvailableError, match=r"a\.tgz is not the assembly"):
        extract_schema(assembly(tmp_path / "a.tgz", manifest))


def test_a_file_that_is_not_a_tarball_is_reported(tmp_path: Path):
    (tmp_path / "a.tgz").write_bytes(b"text")
    with pytest.raises(SchemaNotAvailableError, match="is not the assembly"):
        extract_schema(tmp_path / "a.tgz")
    with pytest.raises(SchemaNotAvailableError, match="cannot be read"):
        extract_schema(tmp_path / "missing.tgz")


def test_the_installed_bindings_have_all_types(schema: ProviderSchema):
    assert schema.version == "6.25.0"
    assert sum(1 for _ in schema.types("resource")) > 1500
    assert sum(1 for _ in schema.types("data")) > 600
    assert list(schema.types("provider")) == ["aws"]
    association = schema.find("resource", "aws_wafv2_web_acl_association")
    assert association is not None, "its structure does not have the usual name"
    assert association.body.arguments["resource_arn"] == Argument(True, STRING)


def test_the_schema_of_a_listener(schema: ProviderSchema):
    listener = schema.find("resource", "aws_lb_listener")
    assert listener is not None
    arguments = listener.body.arguments
    assert arguments["load_balancer_arn"] == Argument(True, STRING)
    assert arguments["port"] == Argument(False, Kind("number"))
    assert arguments["default_action"].required
    assert arguments["default_action"].kind.name == "blocks"
    assert arguments["mutual_authentication"].kind.name == "block"
    assert listener.body.sets_attribute("arn")
