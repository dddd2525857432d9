"""What else somebody may have done by hand changes neither what is found nor hides anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from navra_stacks.account.aws_reader import Account
from navra_stacks.account.lookup import Found, search
from tests.support.handmade_account.environment import ByHand
from tests.support.handmade_account.variations import (
    OTHER_NAMES,
    SHARED_EXECUTION_ROLE,
    extra_tags,
    more_of_everything,
    other_priorities,
    other_rule_descriptions,
    rules_of_the_console,
    second_certificate,
    secret_scheduled_for_deletion,
)
from tests.support.synthesized import Built

Look = Callable[[], Found]
Begun = Callable[..., ByHand]


@pytest.fixture
def look(staging: Built, reading: Account) -> Look:
    return lambda: search(staging, reading)


def named(found: Found, type_: str) -> set[str]:
    """What is told of the undescribed things of a type."""
    return {one.told for one in found.undescribed if one.type == type_}


def test_other_tags_descriptions_priorities_and_ranges_hide_nothing(
    own: ByHand, look: Look
) -> None:
    other_priorities(own)
    before = look()
    for variation in (
        extra_tags,
        rules_of_the_console,
        other_rule_descriptions,
        secret_scheduled_for_deletion,
        more_of_everything,
    ):
        variation(own)
    found = look()
    found.check()
    # The rules of the load balancer's group were made anew.
    anew = {f"aws_vpc_security_group_ingress_rule.alb_from_anywhere_{port}" for port in (80, 443)}
    assert {a: i for a, i in found.ids.items() if a not in anew} == {
        a: i for a, i in before.ids.items() if a not in anew
    }
    assert anew <= set(found.ids)
    assert found.missing == before.missing

    group = "in sg-08200836125a8f3af"
    assert named(found, "aws_vpc_security_group_ingress_rule") == {
        f"tcp {port}-{port} from 203.0.113.0/24 {group}, office" for port in (80, 443)
    } | {f"tcp {port}-{port} from ::/0 {group}" for port in (80, 443)}
    assert named(found, "aws_lb_listener") == {"HTTP 8080, forward to aep-staging-tg-backend"}
    assert named(found, "aws_lb_listener_rule") == {
        "priority 50, path-pattern /admin/*, forward to aep-staging-tg-backend"
    }
    assert named(found, "aws_ecs_service") == {"a service of aep-staging"}
    assert named(found, "aws_route53_record") == {"TXT staging.navralabs.com"}
    ids = {one.id for one in found.undescribed}
    assert {"aep-staging/aep-worker-staging-svc", "/ecs/aep-worker-staging"} <= ids
    old, new = sorted(named(found, "aws_secretsmanager_secret"))
    assert old.startswith("aep/staging/OLD_API_KEY, ")
    assert "scheduled for deletion (" in old
    assert new.startswith("aep/staging/SENTRY_DSN, ")
    assert "deletion" not in new


def test_roles_and_target_groups_of_other_names_are_found_by_what_uses_them(
    begun: Begun, look: Look
) -> None:
    made = begun(**OTHER_NAMES).finish()
    found = look()
    found.check()
    assert len(found.ids) == 31
    assert found.ids["aws_iam_role.backend_execution_role"] == "ApiTaskExecution"
    assert found.ids["aws_iam_role.frontend_task_role"] == "WebTask"
    assert found.ids["aws_lb_target_group.backend_target_group"] == made.arns["tg backend"]
    assert found.ids["aws_lb_target_group.frontend_target_group"] == made.arns["tg frontend"]


def test_a_role_that_others_need_is_not_adopted_but_named(begun: Begun, look: Look) -> None:
    begun(**SHARED_EXECUTION_ROLE).finish()
    found = look()
    found.check()
    roles = {f"aws_iam_role.{service}_execution_role" for service in ("frontend", "backend")}
    assert roles <= set(found.missing)
    assert {one.id for one in found.undescribed} == {"ecsTaskExecutionRole"}


def test_a_role_that_two_of_ours_would_need_is_not_adopted(begun: Begun, look: Look) -> None:
    one = dict.fromkeys(("frontend", "backend"), "AepTasks")
    begun(execution_roles=one, task_roles=one).finish()
    found = look()
    assert {address for address in found.missing if address.startswith("aws_iam_role.")} == {
        f"aws_iam_role.{service}_{kind}_role"
        for service in ("frontend", "backend")
        for kind in ("execution", "task")
    }


def test_of_two_certificates_the_one_on_the_listener_is_meant(own: ByHand, look: Look) -> None:
    second_certificate(own)
    found = look()
    found.check()
    assert found.ids["aws_acm_certificate.certificate"] == own.arns["certificate"]
    (beside,) = (one for one in found.undescribed if one.type == "aws_acm_certificate")
    assert beside.id == own.arns["second certificate"]
    assert "used by nothing" in beside.told
