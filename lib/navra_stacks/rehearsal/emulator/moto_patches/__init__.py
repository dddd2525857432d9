"""Patches of moto for API operations and behaviour that the AWS provider needs.

There is one module for each AWS service and one short function for each patch. The docstring of the
function says when to remove the patch. A patch that adds operations has no effect once a newer moto
implements the operations.
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
    ecs_tasks,
    elasticache,
    elasticache_parameters,
    elbv2,
    rds,
    route53,
    s3,
    service_quotas,
    sqs,
    sts,
)

__all__ = ["PATCHES", "apply_patches"]

PATCHES: tuple[Callable[[], None], ...] = (
    acm.issue_certificates_immediately,
    autoscaling.add_scalable_target_tags,
    backup.remove_deleted_plans,
    backup.add_plan_selections,
    backup.list_tags_without_trailing_slash,
    backup.add_recovery_point_listing,
    ec2.delete_nat_gateway_interface,
    ec2.allow_changing_all_protocol_rules,
    ec2.describe_rules_with_source_group,
    ec2.mark_only_subnets_of_the_default_vpc_as_default,
    ec2.remove_deleted_vpc_endpoints,
    ec2.delete_default_network_acl_with_vpc,
    ecs.store_service_settings,
    ecs.run_services_immediately,
    ecs_deployments.add_service_deployments,
    ecs_tasks.run_tasks_to_their_end,
    elasticache.create_requested_members,
    elasticache.store_modified_settings,
    elasticache.remove_deleted_replication_groups,
    elasticache.list_members_as_clusters,
    elasticache.add_subnet_group_operations,
    elasticache_parameters.add_parameter_groups,
    elbv2.return_conditions_in_both_forms,
    rds.use_default_certificate_authority_of_aws,
    rds.store_performance_insights,
    rds.add_parameter_source,
    route53.list_reusable_delegation_sets_only,
    s3.ignore_conditional_statements_of_bucket_policies,
    service_quotas.add_quotas,
    sqs.return_compact_redrive_policy,
    sts.use_account_of_assumed_role,
)


def apply_patches() -> None:
    """Apply all patches to moto in this process. Call the function once."""
    for patch in PATCHES:
        patch()
