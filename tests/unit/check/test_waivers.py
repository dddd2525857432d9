"""Waivers accept findings with a reason, and are findings themselves if they are of no use."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from navra_stacks.check.finding import Finding, Severity
from navra_stacks.check.report import CheckedFile, Report, report
from navra_stacks.check.waivers import Waiver, WaiverFile
from navra_stacks.errors import NavraError

TODAY = date(2030, 1, 15)
RULES = ("alarm-action", "alb-web-acl")


def finding(address: str, rule: str = "alb-web-acl") -> Finding:
    return Finding(rule, address, "", "message", Severity.HIGH, "repair")


def checked(waiver: Waiver, *findings: Finding) -> Report:
    return report([(CheckedFile("a.tf.json", "baseline", 1, findings), (waiver,))], TODAY)


@pytest.mark.parametrize(
    ("pattern", "address", "matches"),
    [
        ("aws_lb.web", "aws_lb.web", True),
        ("aws_lb.*", "aws_lb.web", True),
        ("*", "module.a.aws_lb.web", True),
        ('aws_lb.web["a"]', 'aws_lb.web["a"]', True),
        ("aws_lb.web[*]", 'aws_lb.web["a"]', True),
        ("aws_lb.we", "aws_lb.web", False),
        ("aws_lb.[vw]eb", "aws_lb.web", False),
    ],
)
def test_a_waiver_matches_the_address(pattern: str, address: str, matches: bool):
    waiver = Waiver("alb-web-acl", pattern, "an internal tool")
    result = checked(waiver, finding(address))
    assert [one.waiver for one in result.files[0].waived] == ([waiver] if matches else [])
    assert (finding(address) in result.findings) is not matches


def test_a_waiver_matches_its_rule_only():
    waiver = Waiver("alb-web-acl", "*", "an internal tool")
    result = checked(waiver, finding("aws_lb.web"), finding("aws_lb.web", "alarm-action"))
    assert result.findings == (finding("aws_lb.web", "alarm-action"),)


def test_a_waiver_that_matches_nothing_is_a_finding():
    waiver = Waiver("alb-web-acl", "aws_lb.old", "an internal tool", place="w.toml, waiver 1")
    (one,) = checked(waiver).findings
    assert (one.rule, one.address) == ("waiver-stale", "aws_lb.old")
    assert "w.toml, waiver 1" in one.message


@pytest.mark.parametrize(
    ("until", "rules"),
    [
        (date(2030, 1, 14), ["alb-web-acl", "waiver-expired"]),
        (date(2030, 1, 15), []),
        (None, []),
    ],
)
def test_a_waiver_is_valid_until_the_end_of_its_last_day(until: date | None, rules: list[str]):
    waiver = Waiver("alb-web-acl", "*", "an internal tool", until)
    assert [one.rule for one in checked(waiver, finding("aws_lb.web")).findings] == rules


def test_a_file_is_shared_by_several_documents():
    waivers = (Waiver("alb-web-acl", "*", "an internal tool"),)
    first = CheckedFile("a", "baseline", 1, (finding("aws_lb.web"),))
    second = CheckedFile("b", "baseline", 1, ())
    assert report([(first, waivers), (second, waivers)], TODAY).findings == ()


VALID = '[[waiver]]\nrule = "alb-web-acl"\naddress = "*"\nreason = "an internal tool"\n'


def read(tmp_path: Path, text: str) -> WaiverFile:
    path = tmp_path / "w.toml"
    path.write_text(text)
    return WaiverFile.read(path, RULES)


def test_a_file_of_waivers(tmp_path: Path):
    file = read(tmp_path, f'pack = "production"\n{VALID}until = 2030-01-31\n')
    (waiver,) = file.waivers
    assert file.pack == "production"
    assert (waiver.rule, waiver.address, waiver.until) == ("alb-web-acl", "*", date(2030, 1, 31))
    assert waiver.place.endswith("w.toml, waiver 1")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[waiver]", "is not valid TOML"),
        ("waiver = 5", "write each waiver as a table"),
        ("waivers = []", "waivers is not a field"),
        ('pack = "prod"', "'prod' is not a pack; use baseline or production"),
        (VALID.replace("alb-web-acl", "alb-web"), "no rule 'alb-web'; did you mean 'alb-web-acl'?"),
        (VALID.replace("an internal tool", "because"), "shorter than 10 characters"),
        (VALID.replace("reason", "why"), "why is not a field; use rule, address, reason, until"),
        (VALID.replace('"an internal tool"', '""'), "reason is missing"),
        (f'{VALID}until = "2030-01-31"', "write it as 2030-12-31, without quotation marks"),
        (f"{VALID}until = 2030-01-31T10:00:00", "is not a date"),
    ],
)
def test_an_invalid_file(tmp_path: Path, text: str, problem: str):
    with pytest.raises(NavraError) as error:
        read(tmp_path, text)
    assert problem in str(error.value)


def test_all_problems_of_a_file_are_reported_at_once(tmp_path: Path):
    with pytest.raises(NavraError) as error:
        read(tmp_path, VALID.replace("an internal tool", "no") + VALID.replace("alb", "abl"))
    assert "waiver 1: the reason 'no'" in str(error.value)
    assert "waiver 2: there is no rule" in str(error.value)


def test_a_file_that_does_not_exist(tmp_path: Path):
    with pytest.raises(NavraError, match=r"cannot be read: No such file"):
        WaiverFile.read(tmp_path / "missing.toml", RULES)
