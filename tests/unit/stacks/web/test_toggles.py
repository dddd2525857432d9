"""Toggles that change a resource that every environment has."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("toggle", "added", "removed", "changed"),
    [
        ("deletion_protection", set(), set(), {"aws_lb.load_balancer"}),
        ("container_insights", set(), set(), {"aws_ecs_cluster.cluster"}),
    ],
)
def test_a_toggle_changes_its_own_resource_only(turned_on, toggle, added, removed, changed):
    change = turned_on(**{toggle: True})
    assert (change.added, change.removed, change.changed) == (added, removed, changed)
