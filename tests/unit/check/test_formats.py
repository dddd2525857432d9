"""The report as text, JSON, Markdown and SARIF."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

import navra_stacks
from navra_stacks.check.finding import Finding, Severity
from navra_stacks.check.formats import (
    as_json,
    markdown_lines,
    rules_markdown,
    sarif,
    text_lines,
)
from navra_stacks.check.packs import all_rules, rules_of
from navra_stacks.check.report import CheckedFile, Report, report
from navra_stacks.check.waivers import Waiver
from tests.support.repository import ROOT

RULES = all_rules()
FINDING = Finding(
    "alb-web-acl", "aws_lb.web", "subnets[0]", "no | web <ACL>", Severity.HIGH, "Add one."
)
WAIVED = Finding("rds-public", "aws_db_instance.db", "", "public", Severity.CRITICAL, "Hide it.")
WAIVER = Waiver("rds-public", "aws_db_instance.*", "a public data set", date(2031, 1, 1), "w, 1")
STALE = Waiver("sns-encrypted", "aws_sns_topic.*", "no secret messages", place="w.toml, waiver 2")


@pytest.fixture
def result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(tmp_path)
    document = {"resource": {"aws_lb": {"other": {}, "web": {}}, "aws_db_instance": {"db": {}}}}
    Path("a b.tf.json").write_text(json.dumps(document, indent=1))
    checked = CheckedFile("a b.tf.json", "production", 3, (FINDING, WAIVED))
    return report([(checked, (WAIVER, STALE))], date(2030, 1, 1))


def test_text(result: Report):
    assert list(text_lines(result)) == [
        "a b.tf.json: 3 resources, pack production",
        "high      alb-web-acl  aws_lb.web.subnets[0]: no | web <ACL>",
        "          Add one.",
        "waived    rds-public  aws_db_instance.db: a public data set",
        "low       waiver-stale  aws_sns_topic.*: the waiver of sns-encrypted matches no finding "
        "(w.toml, waiver 2)",
        "          Delete the waiver.",
        "2 findings; 1 finding waived.",
    ]


def test_json(result: Report):
    value = json.loads(json.dumps(as_json(result)))
    (file,) = value["files"]
    assert (file["path"], file["pack"], file["resources"]) == ("a b.tf.json", "production", 3)
    assert file["findings"] == [
        {
            "rule": "alb-web-acl",
            "address": "aws_lb.web",
            "argument": "subnets[0]",
            "message": "no | web <ACL>",
            "severity": "high",
            "repair": "Add one.",
        }
    ]
    (waived,) = file["waived"]
    assert (waived["rule"], waived["reason"], waived["until"]) == (
        "rds-public",
        "a public data set",
        "2031-01-01",
    )
    assert [one["rule"] for one in value["waivers"]] == ["waiver-stale"]
    assert value["findings"] == 2


def test_markdown_escapes_what_would_end_a_cell(result: Report):
    text = "\n".join(markdown_lines(result))
    assert (
        "| high | alb-web-acl | `aws_lb.web.subnets[0]` | no \\| web &lt;ACL> | Add one. |" in text
    )
    assert "| rds-public | `aws_db_instance.db` | a public data set |" in text
    assert "waiver-stale" in text


def test_sarif_has_what_the_standard_and_code_scanning_require(result: Report):
    value = json.loads(json.dumps(sarif(result, "1.2.3")))
    assert (value["version"], len(value["runs"])) == ("2.1.0", 1)
    (run,) = value["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("navra check", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == [rule.id for rule in RULES]
    for rule in driver["rules"]:
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
    found, waived, stale = run["results"]
    assert (found["ruleId"], found["level"]) == ("alb-web-acl", "error")
    assert driver["rules"][found["ruleIndex"]]["id"] == "alb-web-acl"
    assert found["message"]["text"].startswith("aws_lb.web.subnets[0]: no | web <ACL>")
    (location,) = found["locations"]
    assert location["logicalLocations"] == [
        {"fullyQualifiedName": "aws_lb.web.subnets[0]", "kind": "resource"}
    ]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "a%20b.tf.json"
    line = Path("a b.tf.json").read_text().splitlines()[physical["region"]["startLine"] - 1]
    assert '"web"' in line
    assert "suppressions" not in found
    assert waived["suppressions"] == [{"kind": "external", "justification": "a public data set"}]
    assert stale["ruleId"] == "waiver-stale"
    assert stale["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "w.toml"


def test_the_page_has_the_table_of_rules():
    page = (ROOT / "docs/check.md").read_text(encoding="utf-8")
    table = page.partition("a test compares it -->\n")[2]
    assert table.splitlines() == list(rules_markdown())


def test_rules_are_complete_and_readable():
    assert [rule.id for rule in RULES] == sorted(rule.id for rule in RULES)
    assert len(RULES) >= 35
    for rule in RULES:
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", rule.id)
        assert all(text.endswith(".") for text in (rule.title, rule.failure, rule.repair)), rule.id
        assert rule.sources
        assert all(rule.sources)
        assert rule.pack in ("baseline", "production")


def test_each_rule_is_in_a_module_of_its_name():
    modules = {path.stem for path in (ROOT / "lib/navra_stacks/check/rules").glob("[!_]*.py")}
    assert modules == {rule.id.replace("-", "_") for rule in RULES}


def test_the_production_pack_contains_the_baseline():
    baseline, production = rules_of("baseline"), rules_of("production")
    assert set(baseline) < set(production) == set(RULES)
    assert {rule.pack for rule in baseline} == {"baseline"}
    assert {rule.pack for rule in set(production) - set(baseline)} == {"production"}
    assert list(baseline) == sorted(baseline, key=lambda rule: rule.id)


def test_the_settings_in_repairs_exist():
    names = {
        (owner, field)
        for rule in RULES
        for owner, field in re.findall(r"`(\w+)\.(\w+)`", rule.repair.partition("(setting")[2])
    }
    owners = {"hardening": navra_stacks.Hardening, "load_balancer": navra_stacks.LoadBalancer}
    assert ("hardening", "waf") in names
    missing = [
        f"{owner}.{field}"
        for owner, field in sorted(names)
        if not hasattr(cls := owners.get(owner) or getattr(navra_stacks, owner), field)
        and field not in cls.model_fields
    ]
    assert missing == []
