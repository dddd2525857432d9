"""What moto lacks and the AWS provider needs: one file a service, one short function a gap.

Each function says when it can go. None replaces what a newer moto does by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from navra_stacks.rehearsal.emulator.moto_patches import (
    acm,
    autoscaling,
    backup,
    ec2,
    ecs,
    ecs_deployments,
    elasticache,
    elasticache_parameters,
    rds,
)

__all__ = ["GAPS", "fill"]

GAPS: tuple[Callable[[], None], ...] = (
    acm.certificates_are_issued_at_once,
    autoscaling.scalable_targets_have_tags,
    backup.a_plan_is_gone_once_deleted,
    backup.plans_have_selections,
    backup.tags_are_told_to_the_provider,
    backup.vaults_list_their_recovery_points,
    ec2.a_nat_gateway_takes_its_interface_with_it,
    ec2.a_rule_for_every_protocol_can_be_changed,
    ec2.a_rule_that_names_a_group_has_a_description,
    ec2.a_vpc_endpoint_is_gone_once_deleted,
    ec2.a_vpc_takes_its_default_acl_with_it,
    ecs.a_service_keeps_what_it_was_created_with,
    ecs.a_service_runs_at_once,
    ecs_deployments.a_service_tells_its_deployment,
    elasticache.a_replication_group_has_as_many_members_as_asked,
    elasticache.a_replication_group_is_changed_in_all_that_it_has,
    elasticache.a_replication_group_is_gone_once_deleted,
    elasticache.members_are_clusters,
    elasticache.subnet_groups_are_changed_and_deleted,
    elasticache_parameters.caches_have_parameter_groups,
    rds.a_database_has_the_certificate_authority_of_aws,
    rds.a_database_tells_its_performance_insights,
    rds.parameters_tell_who_set_them,
)


def fill() -> None:
    """Teach moto, in this process and once, everything here."""
    for gap in GAPS:
        gap()
