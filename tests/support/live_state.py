"""The live state of an account's resources, to compare before and after an adoption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from tests.support.handmade_account.console import Console

__all__ = ["Difference", "LiveState", "differences", "evaluation_order", "live_state"]

LiveState = Mapping[str, Mapping[str, Any]]
"""The resources by Terraform type, or another noun, and import ID."""

Difference = tuple[str, str, tuple[str, ...]]
"""The type and the import ID of a resource, and the path of a value in it."""


def differences(before: LiveState, after: LiveState) -> Iterator[tuple[Difference, Any, Any]]:
    """Yield the values of existing resources that differ, with the old and the new value.

    New resources are not contained. A value that does not exist is None.
    """
    for noun, resources in before.items():
        for id_, resource in resources.items():
            old, new = dict(_flat(resource)), dict(_flat(after[noun].get(id_)))
            for path in sorted(old.keys() | new.keys()):
                if old.get(path) != new.get(path):
                    yield (noun, id_, path), old.get(path), new.get(path)


def evaluation_order(state: LiveState) -> list[str]:
    """Return the ARNs of the listener rules, in the order of their evaluation."""
    return sorted(state[RULE], key=lambda arn: state[RULE][arn]["Priority"])


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping | list) and value:
        for key, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _flat(inner, (*path, str(key)))
    else:
        yield path, value


RULE = "aws_lb_listener_rule"
CLUSTER = "aep-staging"


def live_state(console: Console) -> LiveState:
    """Return the live state of all resources that the environment can have."""
    return {
        **_network(console),
        **_load_balancing(console),
        **_containers(console),
        **_others(console),
    }


def _tags(tags: Any) -> dict[str, str]:
    """Return tags as a mapping, whichever case the API uses for their keys."""
    return {tag.get("Key", tag.get("key")): tag.get("Value", tag.get("value")) for tag in tags}


def _network(console: Console) -> LiveState:
    ec2 = console("ec2")
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    return {
        "aws_security_group": {
            group["GroupId"]: {
                "GroupName": group["GroupName"],
                "Description": group["Description"],
                "VpcId": group["VpcId"],
                "Tags": _tags(group.get("Tags", ())),
            }
            for group in ec2.describe_security_groups()["SecurityGroups"]
        },
        "aws_vpc_security_group_rule": {
            rule["SecurityGroupRuleId"]: {
                **{key: value for key, value in rule.items() if key != "SecurityGroupRuleArn"},
                "Tags": _tags(rule.get("Tags", ())),
            }
            for rule in rules
        },
    }


def _load_balancing(console: Console) -> LiveState:
    elb, waf = console("elbv2"), console("wafv2")
    state: dict[str, dict[str, Any]] = {
        "aws_lb": {},
        "aws_lb_listener": {},
        RULE: {},
        "aws_lb_target_group": {},
    }
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        arn = balancer["LoadBalancerArn"]
        attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        web_acl = None
        with suppress(ClientError):
            web_acl = waf.get_web_acl_for_resource(ResourceArn=arn).get("WebACL", {}).get("ARN")
        state["aws_lb"][arn] = {
            "DNSName": balancer["DNSName"],
            "Scheme": balancer["Scheme"],
            "SecurityGroups": sorted(balancer["SecurityGroups"]),
            "Subnets": sorted(zone["SubnetId"] for zone in balancer["AvailabilityZones"]),
            "Attributes": _tags(attributes),
            "WebACL": web_acl,
            "Tags": _live_tags(elb, arn),
        }
        for listener in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
            own = listener["ListenerArn"]
            certificates = elb.describe_listener_certificates(ListenerArn=own)["Certificates"]
            attributes = elb.describe_listener_attributes(ListenerArn=own)["Attributes"]
            state["aws_lb_listener"][own] = {
                "Port": listener["Port"],
                "Protocol": listener["Protocol"],
                "SslPolicy": listener.get("SslPolicy"),
                "DefaultActions": _actions(listener["DefaultActions"]),
                "Certificates": {one["CertificateArn"]: one["IsDefault"] for one in certificates},
                "Attributes": _tags(attributes),
                "Tags": _live_tags(elb, own),
            }
            for rule in elb.describe_rules(ListenerArn=own)["Rules"]:
                if not rule["IsDefault"]:
                    state[RULE][rule["RuleArn"]] = {
                        "Priority": int(rule["Priority"]),
                        "Conditions": rule["Conditions"],
                        "Actions": _actions(rule["Actions"]),
                        "Tags": _live_tags(elb, rule["RuleArn"]),
                    }
    for group in elb.describe_target_groups()["TargetGroups"]:
        arn = group.pop("TargetGroupArn")
        health = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        attributes = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        state["aws_lb_target_group"][arn] = {
            **group,
            "Attributes": _tags(attributes),
            "Targets": [target["Target"] for target in health],
            "Tags": _live_tags(elb, arn),
        }
    return state


def _actions(actions: Any) -> list[dict[str, Any]]:
    """Return actions with the order that a single action has if no request contained one."""
    return [{"Order": 1, **action} for action in actions]


def _live_tags(elb: Any, arn: str) -> dict[str, str]:
    (described,) = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return _tags(described["Tags"])


def _containers(console: Console) -> LiveState:
    ecs = console("ecs")
    clusters = ecs.describe_clusters(
        clusters=[CLUSTER], include=["TAGS", "SETTINGS", "CONFIGURATIONS"]
    )["clusters"]
    services = ecs.describe_services(
        cluster=CLUSTER,
        services=[
            arn.rpartition("/")[2] for arn in ecs.list_services(cluster=CLUSTER)["serviceArns"]
        ],
        include=["TAGS"],
    )["services"]
    definitions = ecs.list_task_definitions()["taskDefinitionArns"]
    return {
        "aws_ecs_cluster": {
            cluster["clusterName"]: {
                "settings": {one["name"]: one["value"] for one in cluster["settings"]},
                "tags": _tags(cluster.get("tags", ())),
                **{
                    name: cluster.get(name)
                    for name in (
                        "capacityProviders",
                        "configuration",
                        "defaultCapacityProviderStrategy",
                        "serviceConnectDefaults",
                    )
                },
            }
            for cluster in clusters
        },
        "aws_ecs_service": {
            f"{CLUSTER}/{service['serviceName']}": {
                **{
                    name: value
                    for name, value in service.items()
                    if name not in ("createdAt", "events")
                },
                # A changed ID is another deployment.
                "deployments": {
                    deployment["id"]: deployment.get("serviceConnectConfiguration")
                    for deployment in service["deployments"]
                },
                "tags": _tags(service.get("tags", ())),
            }
            for service in services
        },
        "aws_ecs_task_definition": {arn: _task_definition(ecs, arn) for arn in definitions},
    }


def _task_definition(ecs: Any, arn: str) -> dict[str, Any]:
    described = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
    return {
        "definition": {
            name: value
            for name, value in described["taskDefinition"].items()
            if name != "registeredAt"
        },
        "tags": _tags(described.get("tags", ())),
    }


def _others(console: Console) -> LiveState:
    iam, logs, route53 = console("iam"), console("logs"), console("route53")
    roles: dict[str, Any] = {}
    policies: dict[str, Any] = {}
    for listed in iam.list_roles()["Roles"]:
        name = listed["RoleName"]
        role = iam.get_role(RoleName=name)["Role"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        roles[name] = {
            **{key: value for key, value in role.items() if key != "RoleLastUsed"},
            "AttachedPolicies": sorted(policy["PolicyArn"] for policy in attached),
            "Tags": _tags(role.get("Tags", ())),
        }
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            live = iam.get_role_policy(RoleName=name, PolicyName=policy)
            policies[f"{name}:{policy}"] = live["PolicyDocument"]
    return {
        "aws_iam_role": roles,
        "aws_iam_role_policy": policies,
        "aws_cloudwatch_log_group": {
            group["logGroupName"]: {
                "retentionInDays": group.get("retentionInDays"),
                "kmsKeyId": group.get("kmsKeyId"),
                "Tags": logs.list_tags_log_group(logGroupName=group["logGroupName"])["tags"],
            }
            for group in logs.describe_log_groups()["logGroups"]
        },
        "aws_route53_record": {
            f"{zone['Id'].removeprefix('/hostedzone/')}_{record['Name'].rstrip('.')}"
            f"_{record['Type']}": _record(record)
            for zone in route53.list_hosted_zones()["HostedZones"]
            for record in route53.list_resource_record_sets(HostedZoneId=zone["Id"])[
                "ResourceRecordSets"
            ]
        },
        "aws_acm_certificate": {
            summary["CertificateArn"]: {"DomainName": summary["DomainName"]}
            for summary in console("acm").list_certificates()["CertificateSummaryList"]
        },
    }


def _record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with the name of a load balancer without ``dualstack.``.

    An A record with an alias resolves to the same addresses for both names.
    """
    if "AliasTarget" not in record:
        return dict(record)
    name = record["AliasTarget"]["DNSName"].rstrip(".").removeprefix("dualstack.")
    return {**record, "AliasTarget": record["AliasTarget"] | {"DNSName": name}}
