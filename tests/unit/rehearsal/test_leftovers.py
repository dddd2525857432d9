"""The division of the resources that exist after a destroy."""

from __future__ import annotations

import pytest

from navra_stacks.rehearsal.leftovers import classify_leftovers


@pytest.mark.parametrize(("status", "is_expected"), [("SUCCESS", True), ("PENDING", False)])
def test_a_completed_operation_of_cloud_map_is_an_expected_leftover(
    status: str, is_expected: bool
) -> None:
    kind = {"service": "servicediscovery", "region": "eu-central-1", "kind": "Operation"}
    unexpected, expected = classify_leftovers([kind | {"name": "a", "status": status}])
    assert (len(unexpected), len(expected)) == ((0, 1) if is_expected else (1, 0))
    assert all(leftover.reason for leftover in expected)
