"""Tables of Terraform types by the criticality of a deletion.

A deletion is critical if the type holds data or serves traffic.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["HARMLESS", "HOLDS_DATA", "SERVES_TRAFFIC", "criticality_of"]


def _by_type(reasons: Mapping[str, str]) -> Mapping[str, str]:
    return {type_: reason for reason, types in reasons.items() for type_ in types.split()}


HOLDS_DATA = _by_type(
    {
        "it holds a database": """
            aws_db_instance aws_db_cluster_snapshot aws_db_snapshot aws_docdb_cluster
            aws_dynamodb_global_table aws_dynamodb_table aws_keyspaces_keyspace aws_keyspaces_table
            aws_memorydb_cluster aws_memorydb_snapshot aws_neptune_cluster aws_opensearch_domain
            aws_elasticsearch_domain aws_qldb_ledger aws_rds_cluster aws_rds_global_cluster
            aws_redshift_cluster aws_redshiftserverless_namespace aws_timestreamwrite_database
            aws_timestreamwrite_table aws_dsql_cluster""",
        "it holds a cache, possibly with sessions and queues": """
            aws_elasticache_cluster aws_elasticache_global_replication_group
            aws_elasticache_replication_group aws_elasticache_serverless_cache""",
        "it serves database queries": """
            aws_db_proxy aws_docdb_cluster_instance aws_neptune_cluster_instance
            aws_rds_cluster_instance aws_dax_cluster aws_redshiftserverless_workgroup""",
        "it holds files": """
            aws_ebs_snapshot aws_ebs_volume aws_efs_file_system aws_fsx_lustre_file_system
            aws_fsx_ontap_file_system aws_fsx_openzfs_file_system aws_fsx_windows_file_system
            aws_glacier_vault aws_s3_bucket aws_s3_directory_bucket aws_s3_object aws_ami""",
        "it protects the contents of a bucket": """
            aws_s3_account_public_access_block aws_s3_bucket_object_lock_configuration
            aws_s3_bucket_logging aws_s3_bucket_ownership_controls aws_s3_bucket_policy
            aws_s3_bucket_public_access_block aws_s3_bucket_replication_configuration
            aws_s3_bucket_server_side_encryption_configuration aws_s3_bucket_versioning""",
        "it holds backups": """
            aws_backup_logically_air_gapped_vault aws_backup_vault
            aws_backup_vault_lock_configuration aws_db_instance_automated_backups_replication""",
        "it creates backups": "aws_backup_plan aws_backup_selection aws_dlm_lifecycle_policy",
        "data encrypted with it cannot be read without it": """
            aws_kms_external_key aws_kms_grant aws_kms_key aws_kms_key_policy
            aws_kms_replica_key aws_cloudhsm_v2_cluster""",
        "it holds a secret": """
            aws_secretsmanager_secret aws_secretsmanager_secret_rotation
            aws_secretsmanager_secret_version aws_ssm_parameter random_password tls_private_key
            aws_iam_access_key aws_key_pair""",
        "it holds logs": """
            aws_cloudtrail aws_cloudtrail_event_data_store aws_cloudwatch_log_group
            aws_cloudwatch_log_stream aws_flow_log""",
        "it holds container images": """
            aws_ecr_repository aws_ecrpublic_repository""",
        "it holds unprocessed messages": """
            aws_kinesis_stream aws_mq_broker aws_msk_cluster aws_msk_serverless_cluster
            aws_sqs_queue""",
        "it holds user accounts": """
            aws_cognito_identity_pool aws_cognito_user aws_cognito_user_pool""",
    }
)
"""Types that hold, protect or serve stored data, each with the reason why a deletion is critical.
Creating a new resource does not restore the data."""

SERVES_TRAFFIC = _by_type(
    {
        "incoming requests pass through it": """
            aws_alb aws_api_gateway_deployment aws_api_gateway_domain_name aws_api_gateway_rest_api
            aws_api_gateway_stage aws_apigatewayv2_api aws_apigatewayv2_domain_name
            aws_apigatewayv2_stage aws_apprunner_service aws_cloudfront_distribution aws_elb
            aws_globalaccelerator_accelerator aws_globalaccelerator_endpoint_group
            aws_globalaccelerator_listener aws_lambda_function_url aws_lb
            aws_vpc_endpoint_service aws_vpclattice_service""",
        "requests to the load balancer pass through it": """
            aws_alb_listener aws_alb_target_group aws_lb_listener aws_lb_target_group""",
        "it routes requests to a service": """
            aws_alb_listener_rule aws_alb_target_group_attachment aws_autoscaling_attachment
            aws_lb_listener_rule aws_lb_target_group_attachment""",
        "it serves requests": """
            aws_autoscaling_group aws_ecs_cluster aws_ecs_cluster_capacity_providers
            aws_ecs_service aws_ecs_task_set aws_eks_cluster aws_eks_fargate_profile
            aws_eks_node_group aws_elastic_beanstalk_environment aws_instance aws_lambda_alias
            aws_lambda_function aws_lambda_permission aws_lightsail_instance aws_spot_fleet_request
            kubernetes_deployment kubernetes_ingress_v1 kubernetes_service helm_release""",
        "it scales running workloads": """
            aws_appautoscaling_policy aws_appautoscaling_scheduled_action
            aws_appautoscaling_target aws_autoscaling_policy aws_autoscaling_schedule""",
        "host names are resolved through it": """
            aws_route53_record aws_route53_resolver_endpoint aws_route53_resolver_rule
            aws_route53_zone aws_route53_zone_association aws_service_discovery_http_namespace
            aws_service_discovery_private_dns_namespace aws_service_discovery_public_dns_namespace
            aws_service_discovery_service""",
        "HTTPS connections require it": """
            aws_acm_certificate aws_alb_listener_certificate aws_iam_server_certificate
            aws_lb_listener_certificate aws_lb_trust_store""",
        "it controls which connections are allowed": """
            aws_default_network_acl aws_default_security_group aws_network_acl
            aws_network_acl_rule aws_network_interface_sg_attachment aws_security_group
            aws_security_group_rule aws_vpc_security_group_egress_rule
            aws_vpc_security_group_ingress_rule""",
        "network traffic passes through it": """
            aws_customer_gateway aws_default_route_table aws_default_subnet aws_default_vpc
            aws_dx_connection aws_ec2_managed_prefix_list aws_ec2_transit_gateway
            aws_ec2_transit_gateway_route aws_ec2_transit_gateway_route_table
            aws_ec2_transit_gateway_route_table_association
            aws_ec2_transit_gateway_vpc_attachment aws_egress_only_internet_gateway aws_eip
            aws_eip_association aws_internet_gateway aws_internet_gateway_attachment
            aws_main_route_table_association aws_nat_gateway aws_network_interface
            aws_networkfirewall_firewall aws_route aws_route_table aws_route_table_association
            aws_subnet aws_vpc aws_vpc_dhcp_options_association aws_vpc_endpoint
            aws_vpc_endpoint_route_table_association aws_vpc_endpoint_subnet_association
            aws_vpc_ipv4_cidr_block_association aws_vpc_peering_connection
            aws_vpn_connection aws_vpn_gateway aws_efs_mount_target""",
        "it protects the load balancer from attacks": """
            aws_shield_protection aws_wafv2_ip_set aws_wafv2_rule_group aws_wafv2_web_acl
            aws_wafv2_web_acl_association""",
        "running workloads get permissions from it": """
            aws_iam_instance_profile aws_iam_openid_connect_provider aws_iam_policy
            aws_iam_policy_attachment aws_iam_role aws_iam_role_policies_exclusive
            aws_iam_role_policy aws_iam_role_policy_attachment aws_iam_service_linked_role
            aws_iam_user aws_iam_user_policy aws_iam_user_policy_attachment
            aws_ecr_repository_policy aws_secretsmanager_secret_policy aws_sqs_queue_policy""",
        "resources refer to an encryption key by this alias": "aws_kms_alias",
        "a running database or cache uses it": """
            aws_db_option_group aws_db_parameter_group aws_db_subnet_group
            aws_docdb_cluster_parameter_group aws_docdb_subnet_group
            aws_elasticache_parameter_group aws_elasticache_subnet_group aws_elasticache_user
            aws_elasticache_user_group aws_elasticache_user_group_association
            aws_rds_cluster_parameter_group""",
        "messages pass through it": """
            aws_cloudwatch_event_bus aws_cloudwatch_event_rule aws_cloudwatch_event_target
            aws_lambda_event_source_mapping aws_pipes_pipe aws_s3_bucket_notification
            aws_scheduler_schedule aws_sfn_state_machine aws_ses_domain_identity
            aws_sesv2_email_identity aws_sns_topic aws_sns_topic_policy
            aws_sns_topic_subscription aws_kinesis_firehose_delivery_stream""",
    }
)
"""Types that serve traffic, or that workloads need to serve traffic, each with the reason why a
deletion is critical."""

HARMLESS = frozenset(
    # Monitoring and budgets. No traffic depends on them, and they can be recreated without loss.
    """
    aws_budgets_budget aws_cloudwatch_composite_alarm aws_cloudwatch_dashboard
    aws_cloudwatch_log_metric_filter aws_cloudwatch_metric_alarm aws_cloudwatch_query_definition
    aws_resourcegroups_group aws_wafv2_web_acl_logging_configuration
    """.split()
    # Rules that delete old images and objects. Without a rule, nothing is deleted.
    + "aws_ecr_lifecycle_policy aws_s3_bucket_lifecycle_configuration".split()
    # A replacement creates a new revision. `guard.violations` checks whether the old one is in use.
    + ["aws_ecs_task_definition"]
    # Not a resource in AWS: with this type, Terraform waits until a certificate is issued.
    + ["aws_acm_certificate_validation"]
    # Not resources in AWS. If they force a replacement of another resource, the plan contains that
    # replacement as a separate change.
    + """
    local_file null_resource random_id random_integer random_pet random_shuffle random_string
    random_uuid terraform_data time_offset time_rotating time_sleep time_static
    """.split()
)
"""Types without data or traffic. Their resources may be deleted and replaced, unless they are
adopted or are a task definition whose old revision is in use."""


def criticality_of(type_: str) -> str | None:
    """Return why deleting a resource of the type `type_` is critical; None if it is not critical.

    An unclassified type is critical, because it may hold data or serve traffic.
    """
    if type_ in HARMLESS:
        return None
    unclassified = f"{type_} is not classified and may hold data or serve traffic"
    return HOLDS_DATA.get(type_) or SERVES_TRAFFIC.get(type_) or unclassified
