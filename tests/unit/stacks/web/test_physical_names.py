"""The table of physical names has every shared name that a synthesized document creates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from environments import ENVIRONMENTS
from navra_stacks import (
    DelegatedZone,
    Deployment,
    Domain,
    Environment,
    LifecycleHook,
    S3State,
    synthesize,
)
from navra_stacks.preflight.names import ARGUMENTS
from navra_stacks.settings.validation.physical_names import KINDS, physical_names
from tests.support.catalogue_environment import CATALOGUE
from tests.support.shop import shop
from tests.support.synthesized import Built
from tests.support.toggles import EXCLUSIVE, TOGGLES, as_separate_project, with_toggles

WITHOUT_SHARED_NAMES = set(
    """
    aws_acm_certificate aws_acm_certificate_validation aws_appautoscaling_policy
    aws_appautoscaling_target aws_backup_plan aws_backup_selection aws_cloudwatch_log_metric_filter
    aws_default_security_group aws_ecr_lifecycle_policy aws_ecs_cluster_capacity_providers
    aws_ecs_service aws_eip aws_flow_log aws_iam_openid_connect_provider aws_iam_role_policy
    aws_iam_role_policy_attachment aws_internet_gateway aws_kms_key aws_lb_listener
    aws_lb_listener_rule aws_nat_gateway aws_route aws_route53_record aws_route_table
    aws_route_table_association aws_s3_bucket_lifecycle_configuration
    aws_s3_bucket_logging aws_s3_bucket_ownership_controls aws_s3_bucket_policy
    aws_s3_bucket_public_access_block
    aws_s3_bucket_server_side_encryption_configuration aws_s3_bucket_versioning
    aws_secretsmanager_secret_version aws_sns_topic_policy aws_sns_topic_subscription aws_subnet
    aws_vpc aws_vpc_endpoint aws_vpc_security_group_egress_rule aws_vpc_security_group_ingress_rule
    aws_wafv2_web_acl_association aws_wafv2_web_acl_logging_configuration terraform_data
    """.split()
)
"""Types whose resources have no name, a name that need not be unique, or one that is unique within
another resource of the environment. DNS records and identity providers are claims of their own.
"""

HOOK = LifecycleHook(
    function_arn="arn:aws:lambda:us-east-1:625847798833:function:check",
    stages=("POST_SCALE_UP",),
)


def with_all_toggles(number: int) -> Environment:
    """Turn all toggles on, except one toggle of each exclusive pair."""
    excluded = {sorted(pair)[number] for pair in EXCLUSIVE}
    toggled = with_toggles(*(name for name in TOGGLES if name not in excluded))
    first, *others = toggled.services
    shifted = first.replace(deployment=Deployment.blue_green(hooks=(HOOK,)))
    toggled = toggled.replace(services=(shifted, *others))
    return as_separate_project(toggled, f"p{number}", number)


@pytest.fixture(scope="module")
def synthesized(
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[Environment, str, Built]]:
    state = S3State(bucket="shop-state", region="us-east-2", bootstrapped=True)
    zone = DelegatedZone(parent="shop.example")
    domain = Domain(host="zoned.shop.example", zone="zoned.shop.example", hosted_zone=zone)
    environments = [
        *ENVIRONMENTS,
        CATALOGUE,
        shop(state=state),
        shop(name="zoned", domain=domain),
        with_all_toggles(0),
        with_all_toggles(1),
    ]
    written = synthesize(environments, tmp_path_factory.mktemp("names"))
    return [(one.environment, one.stack, Built.at(one.path)) for one in written]


def created(built: Built, stack: str) -> Iterator[tuple[str, str]]:
    yield "stack", stack
    for block in built.resources:
        if block.type in KINDS:
            yield block.type, block[ARGUMENTS.get(block.type, "name")]


Synthesized = list[tuple[Environment, str, Built]]


def test_every_type_has_an_entry_or_no_shared_name(synthesized: Synthesized) -> None:
    types = {block.type for _, _, built in synthesized for block in built.resources}
    assert types - KINDS.keys() - WITHOUT_SHARED_NAMES == set()
    assert KINDS.keys() - types == {"stack"}


def test_every_shared_name_in_a_document_is_in_the_table(synthesized: Synthesized) -> None:
    for environment, stack, built in synthesized:
        names = {(found.type, found.name) for found in physical_names(environment)}
        # A name with the account is not known while the account is a variable.
        missing = {name for name in created(built, stack) if "${" not in name[1]} - names
        assert missing == set(), stack


def test_the_table_has_no_other_names(synthesized: Synthesized) -> None:
    """Except the alarms that depend on details, for example on a second node of the cache."""
    in_documents: dict[str, set[tuple[str, str]]] = {}
    environments: Mapping[str, Environment] = {
        environment.names.stack: environment for environment, _, _ in synthesized
    }
    for environment, stack, built in synthesized:
        in_documents.setdefault(environment.names.stack, set()).update(created(built, stack))
    for stack, environment in environments.items():
        names = {(found.type, found.name) for found in physical_names(environment)}
        others = names - in_documents[stack]
        assert {type_ for type_, _ in others} <= {"aws_cloudwatch_metric_alarm"}, others


def test_the_region_of_each_name_is_that_of_its_stack(synthesized: Synthesized) -> None:
    for environment, stack, built in synthesized:
        regions = {(found.type, found.name): found.region for found in physical_names(environment)}
        (provider,) = built.content["provider"]["aws"]
        assert {regions[name] for name in created(built, stack) if name in regions} == {
            provider["region"]
        }
