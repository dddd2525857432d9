"""Shapes of plans that public issues and pull requests quote or describe, with the evaluation.

Only the types, actions and arguments of these plans are used, with values of our own. If a page
does not show which argument forces a replacement, the shape has a plausible one. Each shape names
its page. The file is long, because it is a table.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.plan_fragments import CREATE, DELETE, REPLACE, UPDATE, change
from tests.support.plan_shapes import (
    CREATE_FIRST,
    Shape,
    created,
    deleted,
    ports,
    replaced,
    rule,
    updated,
)

_GITHUB = "https://github.com/"
_PROVIDER = f"{_GITHUB}hashicorp/terraform-provider-aws/"
_TERRAFORM = f"{_GITHUB}hashicorp/terraform/"

_DATABASE = "it holds a database"
_QUERIES = "it serves database queries"
_CACHE = "it holds a cache"
_CONNECTIONS = "it controls which connections are allowed"
_UNUSED = "no data or traffic depends on it"

ALL_OF = {"protocol": "-1", "from_port": 0, "to_port": 0}
NAT = {"cidr_block": "0.0.0.0/0", "gateway_id": "", "nat_gateway_id": "nat-1"}


def notification(**arguments: object) -> dict[str, object]:
    return created("aws_s3_bucket_notification", queue=[{"queue_arn": "arn:queue"}], **arguments)


def alias(name: str, zone: str = "Z1", **more: object) -> dict[str, object]:
    return {"alias": [{"name": name, "zone_id": zone, "evaluate_target_health": True} | more]}


PUBLIC: Mapping[str, Shape] = {
    # Databases and caches
    "database with a new engine": Shape(
        "refused",
        _DATABASE,
        (replaced("aws_db_instance", "engine", id="a"),),
        f"{_TERRAFORM}issues/25188",
    ),
    "database that is created before the old one is deleted": Shape(
        "refused",
        _DATABASE,
        (replaced("aws_db_instance", "snapshot_identifier", actions=CREATE_FIRST),),
        f"{_TERRAFORM}issues/25188",
    ),
    "database with a new name": Shape(
        "refused",
        "forced by identifier",
        (replaced("aws_db_instance", "identifier"),),
        f"{_TERRAFORM}issues/11636",
    ),
    "database with a patch": Shape(
        "refused",
        _DATABASE,
        (replaced("aws_db_instance", "engine_version"),),
        f"{_PROVIDER}issues/6075",
    ),
    "database with another character set": Shape(
        "refused",
        "forced by character_set_name",
        (replaced("aws_db_instance", "character_set_name"),),
        f"{_PROVIDER}issues/38765",
    ),
    "database in another zone": Shape(
        "refused",
        "forced by availability_zone",
        (replaced("aws_db_instance", "availability_zone"),),
        f"{_PROVIDER}issues/9760",
    ),
    "deleted parameter group of a database": Shape(
        "refused",
        "a running database or cache uses it",
        (
            updated(
                "aws_db_instance",
                {"parameter_group_name": "a"},
                {},
                unknown={"parameter_group_name": True},
            ),
            deleted("aws_db_parameter_group", name="a"),
        ),
        f"{_PROVIDER}issues/6448",
    ),
    "database instance with a new engine version": Shape(
        "refused",
        _QUERIES,
        (replaced("aws_rds_cluster_instance", "engine_version"),),
        f"{_PROVIDER}issues/10714",
    ),
    "database instance of a cluster that changes": Shape(
        "refused",
        _QUERIES,
        (replaced("aws_rds_cluster_instance", "cluster_identifier"),),
        f"{_PROVIDER}issues/31558",
    ),
    "database without backups, before its deletion": Shape(
        "refused",
        "it deletes the automatic backups",
        (
            updated(
                "aws_db_instance",
                {"skip_final_snapshot": False, "backup_retention_period": 7},
                {"skip_final_snapshot": True, "backup_retention_period": 0},
            ),
        ),
        f"{_PROVIDER}issues/2588",
    ),
    "database cluster without deletion protection": Shape(
        "refused",
        "it removes the deletion protection",
        (
            updated(
                "aws_rds_cluster", {"deletion_protection": True}, {"deletion_protection": False}
            ),
        ),
        f"{_GITHUB}fleetdm/fleet-terraform/pull/275",
    ),
    "database with deletion protection": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_db_instance", {"deletion_protection": False}, {"deletion_protection": True}
            ),
        ),
        f"{_GITHUB}traveloka/terraform-aws-rds-postgres/pull/23",
    ),
    "cluster that is restored from another snapshot": Shape(
        "refused",
        "forced by snapshot_identifier",
        (replaced("aws_rds_cluster", "snapshot_identifier"),),
        f"{_GITHUB}wellcomecollection/catalogue-pipeline/pull/3515",
    ),
    "cache without a list of zones": Shape(
        "refused",
        _CACHE,
        (replaced("aws_elasticache_replication_group", "availability_zones"),),
        f"{_PROVIDER}issues/31435",
    ),
    "cache that is replaced without a known argument": Shape(
        "refused",
        _CACHE,
        (
            change(
                "aws_elasticache_replication_group.it",
                REPLACE,
                {"auth_token": "a"},
                {},
                sensitive={"auth_token": True},
                unknown={"cluster_enabled": True},
            ),
        ),
        f"{_PROVIDER}issues/17148",
    ),
    "cache with another number of nodes": Shape(
        "refused",
        "forced by number_cache_clusters",
        (replaced("aws_elasticache_replication_group", "number_cache_clusters"),),
        f"{_TERRAFORM}issues/8410",
    ),
    "cache cluster in another zone": Shape(
        "refused",
        _CACHE,
        (replaced("aws_elasticache_cluster", "availability_zones"),),
        f"{_PROVIDER}issues/9300",
    ),
    # Listener rules and listeners
    "priority that no rule has": Shape(
        "accepted", "", (rule("it", UPDATE, 100, 101),), f"{_TERRAFORM}issues/9227"
    ),
    "priority that replaces a rule": Shape(
        "refused",
        "it routes requests to a service",
        (replaced("aws_lb_listener_rule", "priority", actions=CREATE_FIRST),),
        f"{_PROVIDER}issues/24811",
    ),
    "new rule with the priority of a changed one": Shape(
        "refused",
        "AWS rejects priority 1500 with PriorityInUse as long as",
        (rule("new", CREATE, None, 1500), rule("old", UPDATE, 1500, 1600)),
        f"{_GITHUB}pulumi/pulumi-aws/issues/175",
    ),
    "three rules that move by one": Shape(
        "refused",
        "AWS rejects priority 49994 with PriorityInUse as long as",
        (
            rule("api", CREATE, None, 49994),
            rule("works", UPDATE, 49994, 49995),
            rule("items", UPDATE, 49995, 49996),
        ),
        f"{_GITHUB}wellcomecollection/wellcomecollection.org/pull/6519",
    ),
    "listener with another target group": Shape(
        "warned",
        "requests are handled differently",
        (
            updated(
                "aws_lb_listener",
                {"default_action": [{"type": "forward", "target_group_arn": "arn:a"}]},
                {"default_action": [{"type": "forward"}]},
                unknown={"default_action": [{"target_group_arn": True}]},
            ),
        ),
        f"{_TERRAFORM}issues/26407",
    ),
    "target group that a listener uses": Shape(
        "refused",
        "forced by name",
        (
            replaced("aws_lb_target_group", "name"),
            updated(
                "aws_lb_listener",
                {"default_action": [{"type": "forward", "target_group_arn": "arn:a"}]},
                {},
                unknown={"default_action": True},
            ),
        ),
        f"{_GITHUB}terraform-aws-modules/terraform-aws-alb/issues/57",
    ),
    "target group with another port": Shape(
        "refused",
        "forced by port",
        (replaced("aws_alb_target_group", "port"),),
        f"{_TERRAFORM}issues/16120",
    ),
    "target group of a rule that a deletion blocks": Shape(
        "refused",
        "requests to the load balancer pass through it",
        (
            replaced("aws_lb_target_group", "port", actions=CREATE_FIRST),
            updated(
                "aws_lb_listener",
                {"default_action": [{"target_group_arn": "arn:a"}]},
                {"default_action": [{}]},
                unknown={"default_action": [{"target_group_arn": True}]},
            ),
        ),
        f"{_PROVIDER}issues/5699",
    ),
    # Buckets
    "notification of a new bucket": Shape(
        "accepted",
        "",
        (
            created("aws_s3_bucket", ("id",), bucket="acme"),
            created("aws_s3_bucket_notification", ("bucket",)),
        ),
        f"{_PROVIDER}issues/22147",
    ),
    "notification of a bucket from a data source": Shape(
        "refused",
        "an existing notification configuration of the bucket would be replaced",
        (notification(bucket="acme-uploads"),),
        f"{_PROVIDER}issues/38402",
    ),
    "second notification of a bucket": Shape(
        "refused",
        "an existing notification configuration of the bucket would be replaced",
        (
            change("aws_s3_bucket_notification.first", ["no-op"], {"bucket": "acme"}),
            notification(bucket="acme"),
        ),
        f"{_PROVIDER}issues/35480",
    ),
    "bucket with public access": Shape(
        "refused",
        "access of the public is no longer blocked",
        (
            updated(
                "aws_s3_bucket_public_access_block",
                dict.fromkeys(["block_public_acls", "block_public_policy"], True),
                dict.fromkeys(["block_public_acls", "block_public_policy"], False),
            ),
        ),
        f"{_GITHUB}18F/identity-terraform/pull/66",
    ),
    "bucket with public access and without an ACL": Shape(
        "refused",
        "access of the public is no longer blocked",
        (
            updated(
                "aws_s3_bucket_public_access_block",
                {"restrict_public_buckets": True},
                {"restrict_public_buckets": False},
            ),
            change("aws_s3_bucket_acl.it", DELETE, {"acl": "public-read"}),
        ),
        f"{_GITHUB}oxheadalpha/teztnets/pull/136",
    ),
    "arguments of a bucket that become resources": Shape(
        "refused",
        "an existing versioning status of the bucket would be replaced",
        (
            updated("aws_s3_bucket", {"versioning": [{"enabled": True}]}, {"versioning": []}),
            created("aws_s3_bucket_versioning", bucket="acme"),
        ),
        f"{_GITHUB}trussworks/terraform-aws-s3-private-bucket/pull/368",
    ),
    # IAM
    "exclusive attachment of a policy": Shape(
        "refused",
        "the policy would be detached from all roles",
        (
            created(
                "aws_iam_policy_attachment",
                name="ecs",
                roles=["ecs"],
                policy_arn="arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceRole",
            ),
        ),
        f"{_GITHUB}CodeFarmer/aws-ecs-terraform-sonarqube/pull/1",
    ),
    "changed inline policy": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_iam_role",
                {"inline_policy": [{"name": "InlinePolicy", "policy": "{}"}]},
                {"inline_policy": [{"name": "InlinePolicy", "policy": "{ }"}]},
            ),
        ),
        f"{_PROVIDER}issues/22336",
    ),
    "emptied inline policies": Shape(
        "refused",
        "workloads lose permissions: InlinePolicy",
        (
            updated(
                "aws_iam_role",
                {"inline_policy": [{"name": "InlinePolicy", "policy": "{}"}]},
                {"inline_policy": [{"name": "", "policy": ""}]},
            ),
        ),
        f"{_PROVIDER}issues/45153",
    ),
    "empty inline policy that is added": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_iam_role",
                {"inline_policy": []},
                {"inline_policy": [{"name": "", "policy": ""}]},
            ),
        ),
        f"{_PROVIDER}issues/23336",
    ),
    "fewer managed policies": Shape(
        "refused",
        "workloads lose permissions: arn:aws:iam::111122223333:policy/c",
        (
            updated(
                "aws_iam_role",
                {"managed_policy_arns": [f"arn:aws:iam::111122223333:policy/{n}" for n in "abc"]},
                {"managed_policy_arns": [f"arn:aws:iam::111122223333:policy/{n}" for n in "ab"]},
            ),
        ),
        f"{_PROVIDER}issues/38287",
    ),
    # Networks
    "route to a NAT gateway that is written as a gateway": Shape(
        "warned",
        "network traffic takes another route: 0.0.0.0/0",
        (
            updated(
                "aws_route_table",
                {"route": [NAT]},
                {"route": [{**NAT, "gateway_id": "nat-1", "nat_gateway_id": ""}]},
            ),
        ),
        f"{_PROVIDER}issues/19373",
    ),
    "route that is added again": Shape(
        "warned",
        "network traffic takes another route",
        (
            updated(
                "aws_route_table",
                {"route": [NAT]},
                {"route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "nat-1"}]},
            ),
        ),
        f"{_TERRAFORM}issues/8035",
    ),
    "route of a private subnet in a module": Shape(
        "warned",
        "network traffic takes another route",
        (
            updated(
                "aws_route_table",
                {"route": [{**NAT, "carrier_gateway_id": "", "core_network_arn": ""}]},
                {
                    "route": [
                        {
                            **NAT,
                            "gateway_id": "nat-1",
                            "nat_gateway_id": "",
                            "carrier_gateway_id": "",
                            "core_network_arn": "",
                        }
                    ]
                },
            ),
        ),
        f"{_GITHUB}skkuding/codedang/issues/1617",
    ),
    "security group with one more rule": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_security_group",
                {"ingress": [ports(8300, 8302, "172.20.0.0/20")]},
                {
                    "ingress": [
                        ports(8300, 8302, "172.20.0.0/20"),
                        ports(8500, 8500, "172.20.0.0/20"),
                    ]
                },
            ),
        ),
        f"{_TERRAFORM}issues/1719",
    ),
    "security group without two rules for other groups": Shape(
        "refused",
        "its rules no longer allow all of tcp 1433-1433 sg-1, tcp 61621-61621 sg-2",
        (
            updated(
                "aws_security_group",
                {
                    "ingress": [
                        ports(80, 80, security_groups=["sg-1"]),
                        ports(1433, 1433, security_groups=["sg-1"]),
                        ports(61621, 61621, security_groups=["sg-2"]),
                    ]
                },
                {"ingress": [ports(80, 80, security_groups=["sg-1"])]},
            ),
        ),
        f"{_TERRAFORM}issues/2843",
    ),
    "security group with networks in another order": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_security_group",
                {"ingress": [ports(111, 111, "10.30.0.0/16", "10.20.0.0/16")]},
                {"ingress": [ports(111, 111, "10.20.0.0/16", "10.30.0.0/16")]},
            ),
        ),
        f"{_TERRAFORM}issues/2200",
    ),
    "imported security group with other rules": Shape(
        "refused",
        "changes",
        (
            updated(
                "aws_security_group",
                {"ingress": [ports(80, 80, "10.0.0.0/16")], "revoke_rules_on_delete": None},
                {"revoke_rules_on_delete": False},
                importing="sg-1",
            ),
        ),
        f"{_GITHUB}terraform-aws-modules/terraform-aws-ec2-instance/issues/346",
    ),
    "rule of a security group with one more network": Shape(
        "refused",
        _CONNECTIONS,
        (replaced("aws_security_group_rule", "cidr_blocks"),),
        f"{_PROVIDER}issues/14966",
    ),
    "rule of a security group with a narrower network": Shape(
        "refused",
        "forced by cidr_blocks",
        (
            change(
                "aws_security_group_rule.it",
                REPLACE,
                {"type": "ingress"} | ports(22, 22, "0.0.0.0/0"),
                {"type": "ingress"} | ports(22, 22, "10.16.0.0/16"),
                forced_by=[["cidr_blocks"]],
            ),
        ),
        f"{_GITHUB}terraform-aws-modules/terraform-aws-security-group/issues/67",
    ),
    "rule of a security group for everybody": Shape(
        "refused",
        "forced by cidr_blocks, from_port (5001 -> 50000)",
        (
            change(
                "aws_security_group_rule.it",
                REPLACE,
                {"type": "ingress"} | ports(5001, 5001, "10.0.0.0/16"),
                {"type": "ingress"} | ports(50000, 60000, "0.0.0.0/0", protocol="udp"),
                forced_by=[["cidr_blocks"], ["from_port"], ["protocol"], ["to_port"]],
            ),
        ),
        f"{_GITHUB}terraform-aws-modules/terraform-aws-security-group/issues/351",
    ),
    "rule of a security group that is created first": Shape(
        "refused",
        _CONNECTIONS,
        (replaced("aws_security_group_rule", "cidr_blocks", actions=CREATE_FIRST),),
        f"{_GITHUB}terraform-aws-modules/terraform-aws-eks/issues/984",
    ),
    "rules with other keys": Shape(
        "refused",
        _CONNECTIONS,
        (
            change(
                'aws_security_group_rule.it["web"]',
                DELETE,
                ports(80, 80, "10.0.0.0/8"),
                action_reason="delete_because_each_key",
            ),
        ),
        f"{_TERRAFORM}issues/24593",
    ),
    "new rule for everybody": Shape(
        "warned",
        "it opens tcp 8443-8443 0.0.0.0/0 to everybody",
        (created("aws_security_group_rule", type="ingress", **ports(8443, 8443, "0.0.0.0/0")),),
        f"{_PROVIDER}issues/3270",
    ),
    "API server without a list of networks": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_eks_cluster",
                {"vpc_config": [{"public_access_cidrs": ["0.0.0.0/0"]}]},
                {"vpc_config": [{"public_access_cidrs": []}]},
            ),
        ),
        f"{_GITHUB}terraform-aws-modules/terraform-aws-eks/pull/2320",
    ),
    # Records
    "record with another health evaluation": Shape(
        "warned",
        "the name is resolved to another target",
        (
            updated(
                "aws_route53_record",
                alias("lb.example.com"),
                alias("lb.example.com", evaluate_target_health=False),
            ),
        ),
        f"{_TERRAFORM}pull/9125",
    ),
    "record with a target in another case": Shape(
        "warned",
        "the name is resolved to another target",
        (updated("aws_route53_record", alias("test1-web-1"), alias("TEST1-WEB-1")),),
        f"{_TERRAFORM}issues/9772",
    ),
    "record with a target in another zone": Shape(
        "warned",
        "the name is resolved to another target",
        (updated("aws_route53_record", alias("lb.example.com."), alias("lb.example.com", "Z2")),),
        f"{_TERRAFORM}issues/10398",
    ),
    "record of another type": Shape(
        "refused",
        "host names are resolved through it",
        (replaced("aws_route53_record", "type"),),
        f"{_TERRAFORM}issues/1122",
    ),
    # Web ACLs
    "web ACL without a rule": Shape(
        "refused",
        "requests are no longer inspected by it: AWSManagedRulesBotControlRuleSet",
        (
            updated(
                "aws_wafv2_web_acl",
                {
                    "rule": [
                        {"name": "AWSManagedRulesCommonRuleSet", "priority": 0},
                        {"name": "AWSManagedRulesBotControlRuleSet", "priority": 10},
                    ]
                },
                {"rule": [{"name": "AWSManagedRulesCommonRuleSet", "priority": 0}]},
            ),
        ),
        f"{_PROVIDER}issues/25669",
    ),
    "web ACL without its limit of requests": Shape(
        "refused",
        "requests are no longer inspected by it: 2000-Requests-per-second",
        (
            updated(
                "aws_wafv2_web_acl",
                {"rule": [{"name": "2000-Requests-per-second"}]},
                {"rule": []},
            ),
        ),
        f"{_PROVIDER}issues/32456",
    ),
    "web ACL with rules in another order": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_wafv2_web_acl",
                {"rule": [{"name": "a", "priority": 10}, {"name": "b", "priority": 20}]},
                {"rule": [{"name": "b", "priority": 20}, {"name": "a", "priority": 10}]},
            ),
        ),
        f"{_PROVIDER}issues/45858",
    ),
    "web ACL with data protection": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_wafv2_web_acl",
                {"data_protection_config": []},
                {"data_protection_config": [{"data_protection": [{"action": "HASH"}]}]},
            ),
        ),
        f"{_PROVIDER}issues/49388",
    ),
    # Workloads
    "function with unreserved concurrency": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_lambda_function",
                {"reserved_concurrent_executions": 0},
                {"reserved_concurrent_executions": -1},
            ),
        ),
        f"{_PROVIDER}issues/7980",
    ),
    "function without concurrency": Shape(
        "refused",
        "it scales to zero",
        (
            updated(
                "aws_lambda_function",
                {"reserved_concurrent_executions": -1},
                {"reserved_concurrent_executions": 0},
            ),
        ),
        f"{_GITHUB}claranet/terraform-aws-lambda/issues/40",
    ),
    "revision with other mount points": Shape(
        "accepted",
        _UNUSED,
        (replaced("aws_ecs_task_definition", "container_definitions"),),
        f"{_TERRAFORM}issues/23780",
    ),
    "revision with a platform": Shape(
        "accepted",
        _UNUSED,
        (replaced("aws_ecs_task_definition", "runtime_platform", actions=CREATE_FIRST),),
        f"{_GITHUB}terraform-aws-modules/terraform-aws-ecs/issues/103",
    ),
    "service with another placement": Shape(
        "accepted",
        "",
        (
            updated(
                "aws_ecs_service",
                {"ordered_placement_strategy": [{"type": "spread"}]},
                {"ordered_placement_strategy": []},
            ),
        ),
        f"{_PROVIDER}pull/13376",
    ),
    "service with another revision": Shape(
        "accepted",
        "",
        (updated("aws_ecs_service", {"task_definition": "web:1"}, {"task_definition": "web"}),),
        f"{_PROVIDER}issues/5205",
    ),
    "new autoscaling group and load balancer": Shape(
        "accepted",
        "",
        (
            created("aws_autoscaling_group", ("id",), max_size=10, min_size=2),
            created("aws_elb", ("dns_name",), name="web"),
        ),
        f"{_GITHUB}infracost/infracost/issues/566",
    ),
    # Logs
    "shorter retention of logs": Shape(
        "refused",
        "older log events are deleted",
        (
            updated(
                "aws_cloudwatch_log_group",
                {"retention_in_days": 1827},
                {"retention_in_days": 1096},
            ),
        ),
        f"{_GITHUB}cloud-gov/terraform-provision/pull/1524",
    ),
    "log group that is created again": Shape(
        "refused",
        "it holds logs",
        (replaced("aws_cloudwatch_log_group", "name"),),
        f"{_GITHUB}terraform-aws-modules/terraform-aws-cloudwatch/issues/2",
    ),
    # Other providers
    "trigger with a timestamp": Shape(
        "accepted",
        _UNUSED,
        (replaced("null_resource", "triggers"),),
        f"{_GITHUB}terraform-aws-modules/terraform-aws-notify-slack/issues/232",
    ),
    "data with a timestamp": Shape(
        "accepted",
        "",
        (updated("terraform_data", {"input": "a"}, {}, unknown={"input": True, "output": True}),),
        f"{_GITHUB}hashicorp/terraform-provider-null/issues/91",
    ),
    "deleted data": Shape(
        "accepted",
        _UNUSED,
        (deleted("terraform_data", input="foo", triggers_replace=None),),
        f"{_GITHUB}ovsds/tf-plan-format",
    ),
    "random bytes with another length": Shape(
        "refused",
        "random_bytes is not classified",
        (
            change(
                "random_bytes.it",
                REPLACE,
                {"length": 4, "hex": "00"},
                {"length": 8},
                forced_by=[["length"]],
                sensitive={"hex": True},
                unknown={"hex": True},
            ),
        ),
        f"{_GITHUB}ovsds/tf-plan-format",
    ),
    "resource group and service bus": Shape(
        "accepted",
        "",
        (
            created("azurerm_resource_group", ("id",), name="rg", timeouts=None),
            created("azurerm_servicebus_namespace", ("id",), name="bus"),
        ),
        f"{_GITHUB}jason-johnson/azure-pipelines-tasks-terraform/issues/61",
    ),
}
"""Shapes of public plans, by name."""
