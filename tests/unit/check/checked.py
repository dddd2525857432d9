"""Check small documents in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Finding
from navra_stacks.check.packs import all_rules, rules_of
from navra_stacks.check.rule import Pack
from navra_stacks.terraform.document import TerraformDocument

RULES_BY_ID = {rule.id: rule for rule in all_rules()}
HTTP_LISTENER = {"load_balancer_arn": "${aws_lb.web.arn}", "port": 80, "protocol": "HTTP"}


def checked(content: Mapping[str, Any]) -> CheckedDocument:
    return CheckedDocument.of(TerraformDocument(content))


def resources(**types: Mapping[str, Any]) -> CheckedDocument:
    """Return a document with these resources: ``resources(aws_lb={"web": {...}})``."""
    return checked({"resource": types})


def found(rule: str, document: CheckedDocument) -> set[str]:
    """Return the addresses of the findings of a rule."""
    return {one.address for one in RULES_BY_ID[rule].findings(document)}


def messages(rule: str, document: CheckedDocument) -> list[str]:
    return [one.message for one in RULES_BY_ID[rule].findings(document)]


def findings(document: CheckedDocument, pack: Pack = "production") -> list[Finding]:
    return [one for rule in rules_of(pack) for one in rule.findings(document)]
