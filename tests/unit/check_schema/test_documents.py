"""The documents of this repository have no finding, and a typo in any argument is one."""

from __future__ import annotations

import copy
import runpy
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import Environment, synthesize
from navra_stacks.check.schema.checker import schema_findings
from navra_stacks.terraform.document import TerraformDocument
from tests.support.repository import ROOT
from tests.support.toggles import TOGGLES, with_toggles

FREE_NAMES = frozenset({"dimensions", "tags", "variables", "statement", "lifecycle"})
"""The arguments whose values have free names, or structures that the bindings do not have."""


def test_the_environments_have_no_finding(check, documents: Mapping[str, TerraformDocument]):
    assert {stack: check(built.content) for stack, built in documents.items()} == {
        stack: [] for stack in documents
    }


@pytest.mark.parametrize("file", ["three_services", "own_resources", "service_calls"])
def test_the_examples_have_no_finding(check, build, file: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(ROOT / "examples")
    names = runpy.run_path(str(ROOT / "examples" / f"{file}.py"))
    (environment,) = {id(v): v for v in names.values() if isinstance(v, Environment)}.values()
    assert check(build(environment).content) == []


def test_an_environment_with_all_toggles_has_no_finding(check, tmp_path: Path):
    compatible = [name for name in TOGGLES if name != "audited_exec"]
    for stack in synthesize([with_toggles(*compatible)], tmp_path):
        assert check(TerraformDocument.read(stack.path).content) == []


def test_a_typo_in_any_argument_is_found(schema, prod: TerraformDocument):
    content = copy.deepcopy(dict(prod.content["resource"]))
    missed: list[str] = []
    typos = 0
    for type_, named in content.items():
        if not type_.startswith("aws_"):
            continue
        for name, body in named.items():
            document = TerraformDocument({"resource": {type_: {name: body}}})
            for container, argument in list(arguments(body)):
                value = container.pop(argument)
                container[f"{argument}_x"] = value
                typos += 1
                if not any(
                    f"{argument}_x" in one.argument for one in schema_findings(document, schema)
                ):
                    missed.append(f"{type_}.{name}: {argument}")
                del container[f"{argument}_x"]
                container[argument] = value
    assert typos > 1000
    assert missed == []


def arguments(value: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every argument of a body and its blocks, with the object that contains it."""
    if isinstance(value, list):
        for item in value:
            yield from arguments(item)
    elif isinstance(value, dict):
        for name in list(value):
            if name == "//":
                continue
            yield value, name
            if name not in FREE_NAMES:
                yield from arguments(value[name])


def test_a_large_document_is_checked_in_milliseconds(check, prod: TerraformDocument):
    check(prod.content)  # parses the schemas of the types
    fastest = min(_seconds(check, prod.content) for _ in range(5))
    assert fastest < 0.25, "about 0.01 s on an idle machine"


def _seconds(check: Any, content: Mapping[str, Any]) -> float:
    start = time.perf_counter()
    check(content)
    return time.perf_counter() - start
