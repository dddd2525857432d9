"""What moto lacks and the AWS provider needs: one file a service, one short function a gap.

Each function says when it can go. None replaces what a newer moto does by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from navra_stacks.rehearsal.gaps import acm, ec2, ecs

__all__ = ["GAPS", "fill"]

GAPS: tuple[Callable[[], None], ...] = (
    acm.certificates_are_issued_at_once,
    ec2.a_rule_that_names_a_group_has_a_description,
    ecs.a_service_keeps_what_it_was_created_with,
    ecs.a_service_runs_at_once,
)


def fill() -> None:
    """Teach moto, in this process and once, everything here."""
    for gap in GAPS:
        gap()
