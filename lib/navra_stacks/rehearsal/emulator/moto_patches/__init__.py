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
    cloudformation,
    ec2,
    ecr,
    ecs,
    ecs_deployments,
    ecs_service_tasks,
    ecs_task_definitions,
    ecs_tasks,
    elasticache,
    elasticache_parameters,
    elbv2,
    elbv2_attributes,
    logs,
    rds,
    route53,
    s3,
    service_quotas,
    sqs,
    sts,
    tagging,
)

__all__ = ["PATCHES", "apply_patches"]

PATCHES: tuple[Callable[[], None], ...] = (
    acm.issue_certificates_immediately,
    autoscaling.add_scalable_target_tags,
    backup.remove_deleted_plans,
    backup.add_plan_selections,
    backup.list_tags_without_trailing_slash,
    backup.add_recovery_point_listing,
    cloudformation.find_stacks_by_physical_id,
    cloudformation.tag_resources_of_stacks,
    ec2.delete_nat_gateway_interface,
    ec2.allow_changing_all_protocol_rules,
    ec2.describe_rules_with_source_group,
    ec2.mark_only_subnets_of_the_default_vpc_as_default,
    ec2.remove_deleted_vpc_endpoints,
    ec2.delete_default_network_acl_with_vpc,
    ecr.create_digests_of_manifests,
    ecr.get_images_by_tag_and_digest,
    ecr.keep_untagged_images,
    ecs.store_service_settings,
    ecs_deployments.deploy_services,
    ecs_deployments.add_service_deployments,
    ecs_task_definitions.list_task_definitions_in_order,
    ecs_task_definitions.use_active_task_definitions_only,
    ecs_tasks.run_tasks_to_their_end,
    ecs_tasks.run_tasks_once_for_each_token,
    ecs_service_tasks.list_tasks_of_services,
    ecs_service_tasks.describe_tasks_of_services,
    elasticache.create_requested_members,
    elasticache.store_modified_settings,
    elasticache.remove_deleted_replication_groups,
    elasticache.list_members_as_clusters,
    elasticache.add_subnet_group_operations,
    elasticache_parameters.add_parameter_groups,
    elbv2.return_actions_in_both_forms,
    elbv2.return_conditions_in_both_forms,
    elbv2.return_load_balancers_of_target_groups_once,
    elbv2_attributes.return_all_load_balancer_attributes,
    elbv2_attributes.return_listener_attributes_of_the_protocol,
    elbv2_attributes.return_target_group_health_attributes,
    elbv2_attributes.describe_default_certificates_only,
    logs.add_encryption_keys,
    rds.use_default_certificate_authority_of_aws,
    rds.store_performance_insights,
    rds.add_parameter_source,
    route53.list_reusable_delegation_sets_only,
    s3.ignore_conditional_statements_of_bucket_policies,
    service_quotas.add_quotas,
    sqs.return_compact_redrive_policy,
    sts.use_account_of_assumed_role,
    tagging.return_listed_resources_in_one_page,
)


def apply_patches() -> None:
    """Apply all patches to moto in this process. Call the function once."""
    for patch in PATCHES:
        patch()
