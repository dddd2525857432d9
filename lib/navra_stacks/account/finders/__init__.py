"""Finders: functions that find existing resources, by Terraform type."""

from __future__ import annotations

from collections.abc import Mapping

from navra_stacks.account.finders import (
    autoscaling,
    backups,
    buckets,
    caches,
    certificates,
    containers,
    databases,
    dns,
    gateways,
    keys,
    load_balancing,
    logs,
    network,
    repositories,
    roles,
    routes,
    secrets,
    security_groups,
    target_groups,
    topics,
    web_acls,
)
from navra_stacks.account.lookup_types import Finder, UnmanagedFinder, Unsearchable

__all__ = ["DATA_SOURCES", "FINDERS", "UNMANAGED_FINDERS"]

FINDERS: Mapping[str, Finder | Unsearchable] = {
    "aws_acm_certificate": certificates.certificate,
    "aws_acm_certificate_validation": Unsearchable(
        "it does not exist in AWS: Terraform uses it to wait until the certificate is issued"
    ),
    "aws_appautoscaling_policy": autoscaling.policy,
    "aws_appautoscaling_scheduled_action": autoscaling.SCHEDULED_ACTION,
    "aws_appautoscaling_target": autoscaling.scalable_target,
    "aws_backup_plan": backups.plan,
    "aws_backup_selection": backups.selection,
    "aws_backup_vault": backups.vault,
    "aws_cloudwatch_dashboard": logs.dashboard,
    "aws_cloudwatch_log_group": logs.log_group,
    "aws_cloudwatch_log_metric_filter": logs.metric_filter,
    "aws_cloudwatch_metric_alarm": logs.alarm,
    "aws_db_instance": databases.instance,
    "aws_db_parameter_group": databases.parameter_group,
    "aws_db_subnet_group": databases.subnet_group,
    "aws_default_security_group": security_groups.default_group,
    "aws_ecr_lifecycle_policy": repositories.lifecycle_policy,
    "aws_ecr_repository": repositories.repository,
    "aws_ecs_cluster": containers.cluster,
    "aws_ecs_cluster_capacity_providers": containers.capacity_providers,
    "aws_ecs_service": containers.service,
    "aws_ecs_task_definition": containers.task_definition,
    "aws_eip": gateways.address,
    "aws_elasticache_parameter_group": caches.parameter_group,
    "aws_elasticache_replication_group": caches.replication_group,
    "aws_elasticache_subnet_group": caches.subnet_group,
    "aws_flow_log": network.flow_log,
    "aws_iam_openid_connect_provider": roles.identity_provider,
    "aws_iam_role": roles.role,
    "aws_iam_role_policy": roles.inline_policy,
    "aws_iam_role_policy_attachment": roles.attachment,
    "aws_internet_gateway": gateways.internet_gateway,
    "aws_kms_alias": keys.alias,
    "aws_kms_key": keys.key,
    "aws_lb": load_balancing.load_balancer,
    "aws_lb_listener": load_balancing.listener,
    "aws_lb_listener_rule": load_balancing.listener_rule,
    "aws_lb_target_group": target_groups.target_group,
    "aws_nat_gateway": gateways.nat_gateway,
    "aws_route": routes.route,
    "aws_route53_record": dns.record,
    "aws_route53_zone": dns.hosted_zone,
    "aws_route_table": routes.route_table,
    "aws_route_table_association": routes.route_table_association,
    "aws_s3_bucket": buckets.bucket,
    "aws_s3_bucket_lifecycle_configuration": buckets.setting(
        "get_bucket_lifecycle_configuration", lambda response: response.get("Rules")
    ),
    "aws_s3_bucket_logging": buckets.setting(
        "get_bucket_logging", lambda response: response.get("LoggingEnabled")
    ),
    "aws_s3_bucket_ownership_controls": buckets.setting(
        "get_bucket_ownership_controls", lambda response: response.get("OwnershipControls")
    ),
    "aws_s3_bucket_policy": buckets.setting(
        "get_bucket_policy", lambda response: response.get("Policy")
    ),
    "aws_s3_bucket_public_access_block": buckets.setting(
        "get_public_access_block", lambda response: response.get("PublicAccessBlockConfiguration")
    ),
    "aws_s3_bucket_server_side_encryption_configuration": buckets.setting(
        "get_bucket_encryption", lambda response: response.get("ServerSideEncryptionConfiguration")
    ),
    "aws_s3_bucket_versioning": buckets.setting(
        "get_bucket_versioning", lambda response: response.get("Status")
    ),
    "aws_secretsmanager_secret": secrets.secret,
    "aws_secretsmanager_secret_version": secrets.VERSION,
    "aws_security_group": security_groups.group,
    "aws_sns_topic": topics.topic,
    "aws_sns_topic_policy": topics.policy,
    "aws_sns_topic_subscription": topics.subscription,
    "aws_subnet": network.subnet,
    "aws_vpc": network.vpc,
    "aws_vpc_endpoint": gateways.endpoint,
    "aws_vpc_security_group_egress_rule": security_groups.egress_rule,
    "aws_vpc_security_group_ingress_rule": security_groups.ingress_rule,
    "aws_wafv2_web_acl": web_acls.web_acl,
    "aws_wafv2_web_acl_association": web_acls.association,
    "aws_wafv2_web_acl_logging_configuration": web_acls.logging,
    "terraform_data": Unsearchable("it does not exist in AWS, only in the Terraform state"),
}
"""The finder of each resource type, or the reason why resources of the type cannot be searched
for.
"""

DATA_SOURCES: Mapping[str, Finder | Unsearchable] = {
    "aws_route53_zone": dns.hosted_zone,
    "aws_secretsmanager_secret": secrets.secret,
    "aws_subnet": network.subnet_data_source,
    "aws_vpc": network.vpc_data_source,
}
"""The finder of each data source type; it searches in the same way as the AWS provider."""

UNMANAGED_FINDERS: tuple[UnmanagedFinder, ...] = (
    autoscaling.other_policies,
    certificates.other_certificates,
    containers.other_services,
    dns.other_records,
    load_balancing.other_load_balancing,
    logs.other_alarms,
    logs.other_log_groups,
    network.other_vpc_resources,
    roles.other_permissions,
    secrets.other_secrets,
    security_groups.other_rules,
    topics.other_subscriptions,
)
"""The finders of existing resources that are related to the matches. The lookup leaves out related
resources that match a resource of the document.
"""
