"""The recorded environment as it was created in the AWS console: only with AWS API calls.

Names are those of the architecture record. Values that the record does not contain (descriptions,
tags, health check numbers, roles, sizes) are defaults of the console or arbitrary.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.handmade_account.console import ACCOUNT, REGION, Console, tags
from tests.support.handmade_account.containers import HOST, SIZES, container
from tests.support.handmade_account.recorded_ids import GROUPS, VPC

__all__ = ["ACCOUNT", "HOST", "REGION", "TRUST", "Console", "HandmadeEnvironment", "tags"]

SECRETS = (
    "AUDIT_ENCRYPTION_KEY",
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "DATABASE_URL",
    "REDIS_URL",
)
BACKEND_REVISIONS = 10

# The trust policy that the console creates for a role of ECS tasks.
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
EXECUTION_ROLE_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


@dataclass
class HandmadeEnvironment:
    """Build the recorded environment in an empty account, and record the ids that AWS assigns.

    >>> environment = HandmadeEnvironment(Console(emulator)).build()
    >>> environment.arns["alb"]

    Args:
        console: The console of the account.
        execution_roles: The name of each service's execution role. The services may share one.
        task_roles: The name of each service's task role; a service without one is missing.
        target_groups: The name of each service's target group.
        log_groups: The name of each service's log group.
    """

    console: Console
    execution_roles: Mapping[str, str] = field(
        default_factory=lambda: {s: f"aep-{s}-staging-execution" for s in ("frontend", "backend")}
    )
    task_roles: Mapping[str, str] = field(
        default_factory=lambda: {s: f"aep-{s}-staging-task" for s in ("frontend", "backend")}
    )
    target_groups: Mapping[str, str] = field(
        default_factory=lambda: {s: f"aep-staging-tg-{s}" for s in ("frontend", "backend")}
    )
    log_groups: Mapping[str, str] = field(
        default_factory=lambda: {s: f"/ecs/aep-{s}-staging" for s in ("frontend", "backend")}
    )
    containers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Values that replace those of a service's container definition, by service."""

    sidecars: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Further container definitions, by service."""

    arguments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Arguments that replace those of an API operation, by operation: ``{"CreateCluster": {}}``.

    An argument that is None is omitted.
    """

    arns: dict[str, str] = field(default_factory=dict)
    """The ARN or id of each resource: ``arns["alb"]``, ``arns["https"]``, ``arns["tg backend"]``,
    ``arns["role aep-backend-staging-task"]``, ``arns["secret DATABASE_URL"]``, ``arns["zone"]``,
    ``arns["sg alb"]``, ``arns["certificate"]``, ``arns["rule /api/*"]`` ..."""

    subnets: list[str] = field(default_factory=list)

    def build(self) -> HandmadeEnvironment:
        return self.build_unnamed_parts().build_named_parts()

    def build_unnamed_parts(self) -> HandmadeEnvironment:
        """Build the resources that do not depend on the configurable names."""
        self._network()
        self._security_groups()
        self._secrets()
        self._data()
        return self

    def build_named_parts(self) -> HandmadeEnvironment:
        """Build the other resources."""
        self._roles()
        self._load_balancing()
        self._dns()
        self._compute()
        return self

    def _network(self) -> None:
        """Create the default VPC and delete all but three of its subnets."""
        self.console.set_default_vpc_id(VPC)
        ec2 = self.console("ec2")
        found = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [VPC]}])["Subnets"]
        zones = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in found}
        self.subnets = [zones.pop(f"{REGION}{letter}") for letter in "abc"]
        for subnet in zones.values():
            ec2.delete_subnet(SubnetId=subnet)

    def _security_groups(self) -> None:
        alb = self._group("alb", "aep-staging-alb-sg", "ALB for staging, created in the console")
        frontend = self._group("frontend", "aep-staging-ecs-frontend-sg", "frontend tasks")
        backend = self._group("backend", "aep-staging-ecs-backend-sg", "backend tasks")
        self.allow(alb, 80, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
        self.allow(alb, 443, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
        self.allow(frontend, 80, UserIdGroupPairs=[{"GroupId": alb}])
        self.allow(backend, 8787, UserIdGroupPairs=[{"GroupId": alb, "Description": "from ALB"}])

    def _group(self, key: str, name: str, description: str) -> str:
        self.console.set_next_ids(GROUPS[name])
        # The default egress rule, which allows all traffic, remains.
        created = self.console("ec2").create_security_group(
            GroupName=name,
            Description=description,
            VpcId=VPC,
            TagSpecifications=[{"ResourceType": "security-group", "Tags": tags(Name=name)}],
        )
        self.arns[f"sg {key}"] = created["GroupId"]
        return str(created["GroupId"])

    def allow(self, group: str, port: int, **sources: Sequence[Mapping[str, str]]) -> None:
        """Allow TCP to a port of a group, from sources in the form of ``IpPermissions``."""
        self.console("ec2").authorize_security_group_ingress(
            GroupId=group,
            IpPermissions=[{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **sources}],
        )

    def _secrets(self) -> None:
        for name in SECRETS:
            created = self.console("secretsmanager").create_secret(
                Name=f"aep/staging/{name}", SecretString=f"not a real {name}"
            )
            self.arns[f"secret {name}"] = created["ARN"]

    def _data(self) -> None:
        """Create the database and the cache, which the environment uses only through their URLs."""
        self.console("rds").create_db_instance(
            DBInstanceIdentifier="aep-staging",
            Engine="postgres",
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            MasterUsername="aep",
            MasterUserPassword="not-a-real-password",
        )
        self.console("elasticache").create_cache_cluster(
            CacheClusterId="aep-staging",
            Engine="redis",
            CacheNodeType="cache.t4g.micro",
            NumCacheNodes=1,
        )

    def _roles(self) -> None:
        iam = self.console("iam")
        secrets = [self.arns[f"secret {name}"] for name in SECRETS]
        read_secrets = {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": secrets,
        }
        for name in {*self.execution_roles.values(), *self.task_roles.values()}:
            created = iam.create_role(
                **self._arguments(
                    "CreateRole",
                    RoleName=name,
                    AssumeRolePolicyDocument=TRUST,
                    Description="Allows ECS tasks to call AWS services on your behalf.",
                )
            )
            self.arns[f"role {name}"] = created["Role"]["Arn"]
        for name in {*self.execution_roles.values()}:
            iam.attach_role_policy(RoleName=name, PolicyArn=EXECUTION_ROLE_POLICY)
        iam.put_role_policy(
            RoleName=self.execution_roles["backend"],
            PolicyName="read-staging-secrets",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [read_secrets]}),
        )

    def _load_balancing(self) -> None:
        elb = self.console("elbv2")
        for service, port, path in (("frontend", 80, "/"), ("backend", 8787, "/health/live")):
            created = elb.create_target_group(
                Name=self.target_groups[service],
                Protocol="HTTP",
                Port=port,
                VpcId=VPC,
                TargetType="ip",
                HealthCheckPath=path,
            )
            self.arns[f"tg {service}"] = created["TargetGroups"][0]["TargetGroupArn"]
        self.arns["certificate"] = self.console("acm").request_certificate(
            DomainName=HOST, ValidationMethod="DNS"
        )["CertificateArn"]
        self.arns["alb"] = self.load_balancer("aep-staging-alb")
        self.arns["http"] = self._listener(
            80,
            Protocol="HTTP",
            DefaultActions=[
                {
                    "Type": "redirect",
                    "RedirectConfig": {
                        "Protocol": "HTTPS",
                        "Port": "443",
                        "Host": "#{host}",
                        "Path": "/#{path}",
                        "Query": "#{query}",
                        "StatusCode": "HTTP_301",
                    },
                }
            ],
        )
        self.arns["https"] = self._listener(
            443,
            Protocol="HTTPS",
            SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
            Certificates=[{"CertificateArn": self.arns["certificate"]}],
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.arns["tg frontend"]}],
        )
        for priority, path in enumerate(("/api/*", "/health/*"), start=1):
            self.rule(path, priority)

    def load_balancer(self, name: str) -> str:
        """Create an internet-facing load balancer in the three subnets, and return its ARN."""
        created = self.console("elbv2").create_load_balancer(
            Name=name,
            Subnets=self.subnets,
            SecurityGroups=[self.arns["sg alb"]],
            Scheme="internet-facing",
            Tags=tags(owner="platform"),
        )
        return str(created["LoadBalancers"][0]["LoadBalancerArn"])

    def _listener(self, port: int, **arguments: Any) -> str:
        created = self.console("elbv2").create_listener(
            LoadBalancerArn=self.arns["alb"], Port=port, **arguments
        )
        return str(created["Listeners"][0]["ListenerArn"])

    def rule(self, path: str, priority: int) -> None:
        """Create a listener rule that forwards a path to the backend."""
        created = self.console("elbv2").create_rule(
            ListenerArn=self.arns["https"],
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
            Actions=[{"Type": "forward", "TargetGroupArn": self.arns["tg backend"]}],
        )
        self.arns[f"rule {path}"] = created["Rules"][0]["RuleArn"]

    def _dns(self) -> None:
        zone = self.console("route53").create_hosted_zone(
            Name="navralabs.com", CallerReference="by hand"
        )
        self.arns["zone"] = zone["HostedZone"]["Id"].removeprefix("/hostedzone/")
        self.point_at(self.arns["alb"])
        described = self.console("acm").describe_certificate(
            CertificateArn=self.arns["certificate"]
        )["Certificate"]
        record = described["DomainValidationOptions"][0]["ResourceRecord"]
        self.record(
            Name=record["Name"],
            Type=record["Type"],
            TTL=300,
            ResourceRecords=[{"Value": record["Value"]}],
        )

    def point_at(self, load_balancer: str) -> None:
        """Point the host's alias record at a load balancer, given by its ARN."""
        (balancer,) = self.console("elbv2").describe_load_balancers(
            LoadBalancerArns=[load_balancer]
        )["LoadBalancers"]
        self.record(
            Name=f"{HOST}.",
            Type="A",
            AliasTarget={
                "HostedZoneId": balancer["CanonicalHostedZoneId"],
                "DNSName": f"dualstack.{balancer['DNSName']}.",
                "EvaluateTargetHealth": True,
            },
        )

    def record(self, **record: Any) -> None:
        """Create or replace a record set in the hosted zone."""
        self.console("route53").change_resource_record_sets(
            HostedZoneId=self.arns["zone"],
            ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]},
        )

    def _compute(self) -> None:
        for service in ("frontend", "backend"):
            self.console("logs").create_log_group(logGroupName=self.log_groups[service])
        self.arns["cluster"] = self.console("ecs").create_cluster(
            **self._arguments(
                "CreateCluster",
                clusterName="aep-staging",
                settings=[{"name": "containerInsights", "value": "disabled"}],
            )
        )["cluster"]["clusterArn"]
        for revision in range(1, BACKEND_REVISIONS + 1):
            self.arns["task backend"] = self.register("backend", 8787, f"build-{revision}")
        self.arns["task frontend"] = self.register("frontend", 80, "build-1")
        self.create_services()

    def create_services(self) -> None:
        """Create the services, in place of existing ones."""
        for service, port in (("frontend", 80), ("backend", 8787)):
            created = self.console("ecs").create_service(
                **self._arguments(
                    "CreateService",
                    cluster="aep-staging",
                    serviceName=f"aep-{service}-staging-svc",
                    taskDefinition=self.arns[f"task {service}"],
                    desiredCount=1,
                    launchType="FARGATE",
                    platformVersion="LATEST",
                    deploymentConfiguration={
                        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                        "maximumPercent": 200,
                        "minimumHealthyPercent": 100,
                    },
                    networkConfiguration={
                        "awsvpcConfiguration": {
                            "subnets": self.subnets,
                            "securityGroups": [self.arns[f"sg {service}"]],
                            "assignPublicIp": "ENABLED",
                        }
                    },
                    loadBalancers=[
                        {
                            "targetGroupArn": self.arns[f"tg {service}"],
                            "containerName": service,
                            "containerPort": port,
                        }
                    ],
                )
            )
            self.arns[f"service {service}"] = created["service"]["serviceArn"]

    def register(self, service: str, port: int, image_tag: str) -> str:
        """Register a revision of a service's task definition, and return its ARN."""
        secrets = {name: self.arns[f"secret {name}"] for name in SECRETS}
        main = container(service, port, image_tag, secrets, self.log_groups[service])
        task_role = self.task_roles.get(service)
        created = self.console("ecs").register_task_definition(
            **self._arguments(
                "RegisterTaskDefinition",
                family=f"aep-{service}-staging",
                networkMode="awsvpc",
                requiresCompatibilities=["FARGATE"],
                executionRoleArn=self.arns[f"role {self.execution_roles[service]}"],
                taskRoleArn=None if task_role is None else self.arns[f"role {task_role}"],
                **SIZES[service],
                containerDefinitions=[
                    main | dict(self.containers.get(service, {})),
                    *self.sidecars.get(service, ()),
                ],
            )
        )
        return str(created["taskDefinition"]["taskDefinitionArn"])

    def _arguments(self, operation: str, **recorded: Any) -> dict[str, Any]:
        """Return the arguments of an API operation, replaced by those of the field."""
        arguments = recorded | dict(self.arguments.get(operation, {}))
        return {name: value for name, value in arguments.items() if value is not None}
