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


@pytest.mark.parametrize(("status", "is_expected"), [("STOPPED", True), ("RUNNING", False)])
def test_a_stopped_task_is_an_expected_leftover(status: str, is_expected: bool) -> None:
    task = {"service": "ecs", "region": "eu-west-1", "kind": "Task", "name": "a", "status": status}
    unexpected, expected = classify_leftovers([task])
    assert (len(unexpected), len(expected)) == ((0, 1) if is_expected else (1, 0))


def test_an_active_revision_is_expected_only_if_it_has_a_reason() -> None:
    revisions = [
        {
            "service": "ecs",
            "region": "eu-west-1",
            "kind": "TaskDefinition",
            "name": f"arn:web:{number}",
            "status": status,
        }
        for number, status in enumerate(("INACTIVE", "ACTIVE", "ACTIVE"), start=1)
    ]
    reasons = {"arn:web:1": "not used", "arn:web:2": "deployed"}
    unexpected, expected = classify_leftovers(revisions, active_revisions=reasons)
    assert [(one.name, one.reason) for one in expected] == [
        ("arn:web:1", "ECS keeps every revision of a task definition"),
        ("arn:web:2", "deployed"),
    ]
    assert [one.name for one in unexpected] == ["arn:web:3"]
