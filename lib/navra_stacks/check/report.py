"""Check documents and plans with the rules of a pack, and apply waivers to the findings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Finding
from navra_stacks.check.packs import rules_of
from navra_stacks.check.rule import Pack
from navra_stacks.check.waivers import Waiver, waiver_findings
from navra_stacks.terraform.document import DocumentError, TerraformDocument

__all__ = ["CheckedFile", "Report", "Waived", "check_document", "check_file", "report"]


class Waived(NamedTuple):
    """A finding that a waiver accepts."""

    finding: Finding
    waiver: Waiver


class CheckedFile(NamedTuple):
    """A document or plan that was checked."""

    path: str
    pack: Pack
    resources: int
    findings: tuple[Finding, ...]
    """The findings that no waiver accepts, the most severe ones first."""
    waived: tuple[Waived, ...] = ()
    note: str = ""
    """Why the document was not checked against the schema of the provider; empty if it was."""


class Report(NamedTuple):
    """The files that were checked, and the findings on the waivers themselves."""

    files: tuple[CheckedFile, ...]
    waivers: tuple[tuple[Waiver, Finding], ...] = ()
    """The waivers that match nothing or have expired, each with a finding."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings that no waiver accepts."""
        return (
            *(finding for one in self.files for finding in one.findings),
            *(finding for _, finding in self.waivers),
        )


def check_file(
    path: str, written: bytes, pack: Pack, other_provider: Path | None = None
) -> CheckedFile:
    """Check a document in Terraform's JSON configuration syntax, or the JSON of a plan.

    Args:
        path: The name of the file in messages.
        written: The content of the file.
        pack: The pack with the rules.
        other_provider: The jsii assembly of the bindings of another version of the provider. What
            that version rejects in a document is a finding too.

    Raises:
        NavraError: the content is neither a document nor a plan, or there is no such assembly.
    """
    is_binary = written.startswith(b"PK")  # a saved plan, which Plan.parse reports
    text = "" if is_binary else _text(path, written)
    if is_binary or ('"format_version"' in text and '"terraform_version"' in text):
        from navra_stacks.check.plan_document import plan_document  # documents do not need it
        from navra_stacks.terraform.plan import Plan

        return check_document(path, plan_document(Plan.parse(written, path)), pack)
    document = _parse(path, text)
    further: tuple[Finding, ...] = ()
    note = ""
    from navra_stacks.check.schema.checker import check_schema
    from navra_stacks.check.schema.provider_schema import SchemaNotAvailableError

    try:
        further = tuple(check_schema(document))
    except SchemaNotAvailableError as error:
        note = str(error)
    if other_provider is not None:
        from navra_stacks.check.schema.cache import provider_schema, schema_of_assembly
        from navra_stacks.check.schema.comparison import compare_schemas

        other = schema_of_assembly(other_provider)
        further = (*further, *compare_schemas(document, provider_schema(), other))
    checked = check_document(path, CheckedDocument.of(document), pack, further)
    return checked._replace(note=note)


def check_document(
    path: str, document: CheckedDocument, pack: Pack, further: Iterable[Finding] = ()
) -> CheckedFile:
    """Check a document with the rules of a pack.

    Args:
        path: The name of the file in messages.
        document: The document.
        pack: The pack with the rules.
        further: Findings of other checks.
    """
    found = [finding for rule in rules_of(pack) for finding in rule.findings(document)]
    unique = dict.fromkeys((*further, *found))
    ordered = sorted(unique, key=lambda one: (-one.severity, one.rule, one.place, one.message))
    return CheckedFile(path, pack, len(document.resources), tuple(ordered))


def with_waivers(checked: CheckedFile, waivers: Sequence[Waiver], today: date) -> CheckedFile:
    """Return the result with the findings that a valid waiver matches as waived."""
    valid = [waiver for waiver in waivers if not waiver.is_expired(today)]
    findings: list[Finding] = []
    waived: list[Waived] = []
    for finding in checked.findings:
        waiver = next((one for one in valid if one.matches(finding)), None)
        if waiver is None:
            findings.append(finding)
        else:
            waived.append(Waived(finding, waiver))
    return checked._replace(findings=tuple(findings), waived=tuple(waived))


def report(
    files: Sequence[tuple[CheckedFile, tuple[Waiver, ...]]], today: date | None = None
) -> Report:
    """Apply to each file its waivers, and check the waivers themselves.

    Args:
        files: The results, each with the waivers for it. Files can share waivers.
        today: The day on which waivers are compared with their end; None for the present one.
    """
    day = date.today() if today is None else today
    used: dict[tuple[Waiver, ...], list[Finding]] = {}
    for checked, waivers in files:
        used.setdefault(waivers, []).extend(checked.findings)
    on_waivers = [
        found
        for waivers, findings in used.items()
        for found in waiver_findings(waivers, findings, day)
    ]
    return Report(
        tuple(with_waivers(checked, waivers, day) for checked, waivers in files), tuple(on_waivers)
    )


def _text(path: str, written: bytes) -> str:
    """Return the text of a file.

    Raises:
        DocumentError: it is empty, or not in a Unicode encoding.
    """
    try:
        # From bytes, json detects the encoding: PowerShell redirects output as UTF-16.
        text = written.decode(json.detect_encoding(written))
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path} is not in a Unicode encoding: {error}") from error
    if not text.strip():
        raise DocumentError(f"{path} is empty")
    return text


def _parse(path: str, text: str) -> TerraformDocument:
    from navra_stacks.terraform.json_syntax import BLOCKS, parse

    try:
        content = parse(text)
    except (ValueError, RecursionError) as error:
        if not text.lstrip().startswith(("{", "[")):
            raise DocumentError(
                f"{path} is not JSON; for HCL, check the plan: `terraform show -json PLAN`"
            ) from error
        raise DocumentError(f"{path} cannot be read as Terraform JSON: {error}") from error
    if not BLOCKS & content.keys():
        raise DocumentError(
            f"{path} has no block of Terraform, such as resource or module: it is neither a "
            "document nor a plan"
        )
    return TerraformDocument(content)
