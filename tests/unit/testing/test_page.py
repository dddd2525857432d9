"""The example in docs/testing.md passes as written."""

from __future__ import annotations

import pytest

from tests.support.code_blocks import code_blocks
from tests.support.repository import ROOT


def test_the_example_passes_once_its_snapshot_is_written(pytester: pytest.Pytester) -> None:
    conftest, tests = (
        block.text for block in code_blocks("docs/testing.md") if block.language == "python"
    )
    pytester.makeconftest(conftest)
    pytester.makepyfile(test_shop=tests)
    pytester.syspathinsert(ROOT / "examples")
    pytester.runpytest_inprocess("--update-snapshots").assert_outcomes(passed=6)
    pytester.runpytest_inprocess().assert_outcomes(passed=6)
