"""Manual changes of the environment do not change the result of the lookup."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.lookup import FoundResources, find_resources
from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.handmade_account.variations import (
    OTHER_NAMES,
    SHARED_EXECUTION_ROLE,
    extra_tags,
    more_of_everything,
    other_priorities,
    other_rule_descriptions,
    rules_from_the_console,
    second_certificate,
    secret_scheduled_for_deletion,
)
from tests.support.synthesized import Built

FindStaging = Callable[[], FoundResources]
Restore = Callable[..., HandmadeEnvironment]


@pytest.fixture
def find_staging(staging: Built, account: AwsAccount) -> FindStaging:
    return lambda: find_resources(staging, account)


def descriptions(found: FoundResources, type_: str) -> set[str]:
    """Return the descriptions of the unmanaged resources of a type."""
    return {resource.description for resource in found.unmanaged if resource.type == type_}


def test_other_tags_descriptions_priorities_and_ranges_do_not_change_the_result(
    handmade_copy: HandmadeEnvironment, find_staging: FindStaging
) -> None:
    other_priorities(handmade_copy)
    before = find_staging()
    for variation in (
        extra_tags,
        rules_from_the_console,
        other_rule_descriptions,
        secret_scheduled_for_deletion,
        more_of_everything,
    ):
        variation(handmade_copy)
    found = find_staging()
    assert found.problems == {}
    # The rules of the load balancer's group were recreated.
    recreated = {
        f"aws_vpc_security_group_ingress_rule.alb_from_anywhere_{port}" for port in (80, 443)
    }
    assert {a: i for a, i in found.ids.items() if a not in recreated} == {
        a: i for a, i in before.ids.items() if a not in recreated
    }
    assert recreated <= set(found.ids)
    assert found.missing == before.missing

    group = "in sg-08200836125a8f3af"
    assert descriptions(found, "aws_vpc_security_group_ingress_rule") == {
        f"tcp {port}-{port} from 203.0.113.0/24 {group}, office" for port in (80, 443)
    } | {f"tcp {port}-{port} from ::/0 {group}" for port in (80, 443)}
    assert descriptions(found, "aws_lb_listener") == {
        "HTTP 8080, forward to aep-staging-tg-backend"
    }
    assert descriptions(found, "aws_lb_listener_rule") == {
        "priority 50, path-pattern /admin/*, forward to aep-staging-tg-backend"
    }
    assert descriptions(found, "aws_ecs_service") == {"a service of aep-staging"}
    assert descriptions(found, "aws_route53_record") == {"TXT staging.navralabs.com"}
    ids = {resource.id for resource in found.unmanaged}
    assert {"aep-staging/aep-worker-staging-svc", "/ecs/aep-worker-staging"} <= ids
    old, new = sorted(descriptions(found, "aws_secretsmanager_secret"))
    assert old.startswith("aep/staging/OLD_API_KEY, ")
    assert "scheduled for deletion (" in old
    assert new.startswith("aep/staging/SENTRY_DSN, ")
    assert "deletion" not in new


def test_roles_and_target_groups_with_other_names_are_found_by_the_resources_that_use_them(
    restore_unnamed_parts: Restore, find_staging: FindStaging
) -> None:
    handmade = restore_unnamed_parts(**OTHER_NAMES).build_named_parts()
    found = find_staging()
    assert found.problems == {}
    assert len(found.ids) == 31
    assert found.ids["aws_iam_role.backend_execution_role"] == "ApiTaskExecution"
    assert found.ids["aws_iam_role.frontend_task_role"] == "WebTask"
    assert found.ids["aws_lb_target_group.backend_target_group"] == handmade.arns["tg backend"]
    assert found.ids["aws_lb_target_group.frontend_target_group"] == handmade.arns["tg frontend"]


def test_a_role_of_the_whole_account_is_listed_as_unmanaged(
    restore_unnamed_parts: Restore, find_staging: FindStaging
) -> None:
    restore_unnamed_parts(**SHARED_EXECUTION_ROLE).build_named_parts()
    found = find_staging()
    assert found.problems == {}
    roles = {f"aws_iam_role.{service}_execution_role" for service in ("frontend", "backend")}
    assert roles <= set(found.missing)
    assert {resource.id for resource in found.unmanaged} == {"ecsTaskExecutionRole"}


def test_a_role_that_would_match_two_resources_is_not_a_match(
    restore_unnamed_parts: Restore, find_staging: FindStaging
) -> None:
    shared = dict.fromkeys(("frontend", "backend"), "AepTasks")
    restore_unnamed_parts(execution_roles=shared, task_roles=shared).build_named_parts()
    found = find_staging()
    assert {address for address in found.missing if address.startswith("aws_iam_role.")} == {
        f"aws_iam_role.{service}_{kind}_role"
        for service in ("frontend", "backend")
        for kind in ("execution", "task")
    }


def test_the_certificate_of_the_listener_is_preferred(
    handmade_copy: HandmadeEnvironment, find_staging: FindStaging
) -> None:
    second_certificate(handmade_copy)
    found = find_staging()
    assert found.problems == {}
    assert found.ids["aws_acm_certificate.certificate"] == handmade_copy.arns["certificate"]
    (other,) = (resource for resource in found.unmanaged if resource.type == "aws_acm_certificate")
    assert other.id == handmade_copy.arns["second certificate"]
    assert "not in use" in other.description
