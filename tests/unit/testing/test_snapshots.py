"""Snapshots of documents, and the pytest plugin."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.testing import Snapshots

DOCUMENT: dict[str, Any] = {
    "//": {"metadata": {"version": "1"}},
    "resource": {
        "aws_sqs_queue": {"jobs": {"name": "jobs", "delay_seconds": 1, "//": {"path": "a/b"}}}
    },
}

CONFTEST = 'pytest_plugins = ["navra_stacks.testing.plugin"]\n'

TESTS = """
from tests.support.shop import shop

ENVIRONMENT = shop()


def test_the_internet_reaches_the_load_balancer_only(synthesized):
    assert synthesized(ENVIRONMENT).internet_ports() == {"shop-qa-alb-sg": {"80", "443"}}


def test_the_document_is_the_reviewed_one(synthesized, snapshots):
    snapshots.check("qa", synthesized(ENVIRONMENT).content)
"""


def changed(**arguments: Any) -> dict[str, Any]:
    queue = {**DOCUMENT["resource"]["aws_sqs_queue"]["jobs"], **arguments}
    return {**DOCUMENT, "resource": {"aws_sqs_queue": {"jobs": queue}}}


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    """Snapshots with the file `qa.tf.json`."""
    Snapshots(tmp_path, update=True).check("qa", DOCUMENT)
    return Snapshots(tmp_path, how="write it again")


def test_an_equal_document_passes(snapshots: Snapshots) -> None:
    snapshots.check("qa", DOCUMENT)


def test_comments_of_cdktf_do_not_count(snapshots: Snapshots) -> None:
    snapshots.check("qa", {**changed(**{"//": {"path": "c"}}), "//": {}})


def test_a_difference_names_the_resource_and_the_argument(snapshots: Snapshots) -> None:
    with pytest.raises(AssertionError) as error:
        snapshots.check("qa", changed(delay_seconds=2))
    message = str(error.value)
    assert "  aws_sqs_queue.jobs is changed: delay_seconds\n" in message
    assert '-        "delay_seconds": 1,' in message
    assert message.endswith("If the change is intended: write it again")


def test_a_missing_file_is_a_failure(snapshots: Snapshots) -> None:
    with pytest.raises(AssertionError, match=r"live\.tf\.json does not exist in .* write it again"):
        snapshots.check("live", DOCUMENT)


def test_the_plugin_has_the_fixtures_and_the_option(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    missing = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    missing.assert_outcomes(passed=1, failed=1)
    assert re.search("run pytest with --update-snapshots", missing.stdout.str())
    pytester.runpytest_inprocess("--update-snapshots").assert_outcomes(passed=2)
    assert (pytester.path / "snapshots" / "qa.tf.json").is_file()
    pytester.runpytest_inprocess().assert_outcomes(passed=2)
