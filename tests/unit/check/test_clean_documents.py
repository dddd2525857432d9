"""Documents without faults have no finding under the pack that fits them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from navra_stacks.check.packs import all_rules
from navra_stacks.check.report import check_document, report
from navra_stacks.check.rule import Pack
from navra_stacks.check.waivers import WaiverFile
from tests.support.examples import example_environment
from tests.support.repository import ROOT
from tests.support.synthesized import Build, Built
from tests.unit.check.checked import checked, findings
from tests.unit.check.conftest import Documents


@pytest.fixture(scope="module")
def waivers() -> WaiverFile:
    """The waivers of production."""
    return WaiverFile.read(
        ROOT / "environments/prod.waivers.toml", [rule.id for rule in all_rules()]
    )


def test_production_has_no_finding_but_those_that_are_waived(prod: Built, waivers: WaiverFile):
    assert waivers.pack == "production"
    result = report([(check_document("x", checked(prod.content), waivers.pack), waivers.waivers)])
    assert result.findings == ()
    assert {one.finding.rule for one in result.files[0].waived} == {
        "cache-authentication",
        "secret-rotation",
    }


@pytest.mark.parametrize("stack", ["aep-staging", "aep-prod-state", "aep-prod-zone"])
def test_the_other_stacks_of_aep_have_no_finding_under_baseline(
    documents: Mapping[str, Built], stack: str
):
    assert findings(checked(documents[stack].content), "baseline") == []


def test_another_hardened_application_has_only_the_findings_of_production(applications: Documents):
    assert {one.rule for one in findings(checked(applications["shop"]))} == {
        "cache-authentication",
        "secret-rotation",
    }


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("three_services", set()),
        ("job_queue", set()),
        ("service_calls", set()),
        ("shared_files", set()),
        # These create a bucket or a certificate of their own with the fewest arguments.
        ("own_resources", {"s3-public-access-block", "s3-tls-only", "s3-versioning"}),
        ("scheduled_job", {"s3-public-access-block", "s3-tls-only", "s3-versioning"}),
        ("second_host", {"acm-create-before-destroy"}),
    ],
)
def test_the_examples_have_no_finding_in_what_the_library_creates(
    build: Build, file: str, expected: set[str], monkeypatch: pytest.MonkeyPatch
):
    environment = example_environment(file, monkeypatch)
    found = findings(checked(build(environment).content), "baseline")
    assert {one.rule for one in found} == expected


@pytest.mark.parametrize("pack", ["baseline", "production"])
def test_an_empty_document_has_no_finding(pack: Pack):
    assert findings(checked({}), pack) == []


UNKNOWN = "${data.external.settings.result.value}"
NOT_VALUES = frozenset({"//", "lifecycle", "depends_on"})


def test_no_rule_reports_a_value_that_is_not_known(applications: Documents):
    """Each argument of a resource, and all of them at once, come from outside the document."""
    content = applications["aep"]
    known = {(one.rule, one.address) for one in findings(checked(content))}
    false: set[tuple[str, str, str]] = set()
    for type_, named in content["resource"].items():
        name, body = next(iter(sorted(named.items())))
        values = [argument for argument in body if argument not in NOT_VALUES]
        changes = [dict.fromkeys(values, UNKNOWN)]
        if type_ in ("aws_db_instance", "aws_ecs_service", "aws_lb", "aws_route"):
            changes += [{argument: UNKNOWN} for argument in values]
        for change in changes:
            edited = copy.copy(dict(content))
            edited["resource"] = {**content["resource"], type_: {**named, name: {**body, **change}}}
            new = {(one.rule, one.address) for one in findings(checked(edited))} - known
            false |= {(rule, address, f"{type_}.{name}") for rule, address in new}
    # The data source is not in the document, which is a finding of its own.
    assert {one for one in false if one[0] != "reference-undeclared"} == set()


def test_the_waivers_of_production_are_explained(waivers: WaiverFile):
    assert all(len(waiver.reason) > 40 for waiver in waivers.waivers)


SHAPES: list[Any] = [
    *(None, "", "x", "${", "${var.x}", 5, -1.5, True, [], {}, [None], [[{}]], {"a": [{"b": 1}]}),
    '{"Statement": 5}',
    '{"Statement": [{"Effect": "Allow", "Principal": 5, "Action": [["a"]], "Condition": [1]}]}',
    '[{"name": 5, "secrets": [{"valueFrom": 5}], "environment": [1], "image": [], "user": 0}]',
    "${jsonencode({a = [})}",
]


def reshaped(value: Any, chance: float, choice: Random) -> Any:
    if choice.random() < chance:
        return choice.choice(SHAPES)
    if isinstance(value, Mapping):
        return {name: reshaped(inner, chance, choice) for name, inner in value.items()}
    return [reshaped(one, chance, choice) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(20))
def test_no_rule_fails_on_values_of_another_type(applications: Documents, seed: int):
    choice = Random(seed)
    content = dict(applications["shop"])
    for kind in ("locals", "provider", "terraform", "variable", "output"):
        content[kind] = reshaped(content.get(kind), 0.05, choice)
    content["resource"] = {
        type_: {
            name: {argument: reshaped(value, 0.05, choice) for argument, value in body.items()}
            for name, body in named.items()
        }
        for type_, named in content["resource"].items()
    }
    assert all(one.address for one in findings(checked(content)))
