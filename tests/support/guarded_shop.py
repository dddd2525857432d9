"""A small shop in the emulator, and functions that edit its document: safe, critical, failing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.provider_override import emulator_environment, point_at_emulator
from navra_stacks.terraform.working_directory import TerraformError, WorkingDirectory

REGION = "eu-west-1"

Document = dict[str, Any]


def log_group(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "retention_in_days": 30} | more


def forward() -> list[dict[str, str]]:
    return [{"type": "forward", "target_group_arn": "${aws_lb_target_group.web.arn}"}]


class Shop:
    """A shop with manually created resources and resources of Terraform. Each plan is run once."""

    def __init__(
        self, emulator: Emulator, terraform: Terraform, provider: Provider, directory: Path
    ) -> None:
        self.directory = directory
        self._emulator = emulator
        self._provider = provider
        self.manual = self._create_manually()
        environ = emulator_environment(emulator.endpoint)
        self._workspace = WorkingDirectory(terraform, provider, directory / "module", environ)
        module = {"resource": {"aws_cloudwatch_log_group": {"audit": log_group("/shop/audit")}}}
        (self._workspace.directory / "audit").mkdir()
        path = self._workspace.directory / "audit" / "audit.tf.json"
        path.write_text(json.dumps(module), encoding="utf-8")
        self._workspace.write(self.document())
        self._workspace.init()
        self.plan("first")
        self._workspace.apply()

    def plan(
        self,
        name: str,
        edit: Callable[[Document], None] = lambda document: None,
        *options: str,
        fails: bool = False,
    ) -> Path:
        """Plan an edited document and return the JSON file of the plan."""
        path = self.directory / f"{name}.json"
        if not path.exists():
            document = self.document()
            edit(document)
            self._workspace.write(document)
            try:
                self._workspace.stream("plan", "-out=plan", *options)
                assert not fails
            except TerraformError:
                if not fails:
                    raise
            path.write_text(self._workspace.run("show", "-json", "plan"), encoding="utf-8")
        return path

    @contextmanager
    def tainted(self, address: str) -> Iterator[None]:
        """Taint a resource while the context is active."""
        self._workspace.run("taint", address)
        try:
            yield
        finally:
            self._workspace.run("untaint", address)

    def inventory(self, name: str, **changes: str) -> Path:
        """Write an inventory of the manually created resources and return its path.

        Args:
            name: The name of the file.
            changes: The argument that an import changes, by the name of the resource.
        """
        resources = {}
        for address, id_ in self.manual.items():
            argument = changes.get(address.partition(".")[2])
            listed = {} if argument is None else {"changes": {argument: "old -> new"}}
            resources[address] = {"id": id_} | listed
        head = {"stack": "shop-qa", "account": self._emulator.account, "region": REGION}
        path = self.directory / f"{name}.inventory.json"
        path.write_text(json.dumps(head | {"resources": resources}), encoding="utf-8")
        return path

    def document(self) -> Document:
        """Return the applied document. It imports the load balancer, but not the two log groups."""
        resources = {
            "aws_lb": {
                "shop": {
                    "name": "shop",
                    "subnets": self._subnets,
                    "security_groups": [self._default_group],
                    "enable_deletion_protection": True,
                    "idle_timeout": 120,
                }
            },
            "aws_lb_target_group": {
                "web": {
                    "name": "shop-web",
                    "port": 8080,
                    "protocol": "HTTP",
                    "target_type": "ip",
                    "vpc_id": self._vpc,
                }
            },
            "aws_lb_listener": {
                "http": {
                    "load_balancer_arn": "${aws_lb.shop.arn}",
                    "port": 80,
                    "protocol": "HTTP",
                    "default_action": forward(),
                }
            },
            "aws_lb_listener_rule": {
                name: {
                    "listener_arn": "${aws_lb_listener.http.arn}",
                    "priority": priority,
                    "action": forward(),
                    "condition": [{"path_pattern": {"values": [f"/{name}/*"]}}],
                }
                for name, priority in (("api", 10), ("hooks", 15))
            },
            "aws_security_group": {
                "web": {"name": "shop-web", "description": "The web tasks", "vpc_id": self._vpc}
            },
            "aws_vpc_security_group_ingress_rule": {
                "web": {
                    "security_group_id": "${aws_security_group.web.id}",
                    "ip_protocol": "tcp",
                    "from_port": 8080,
                    "to_port": 8080,
                    "cidr_ipv4": "10.0.0.0/8",
                }
            },
            "aws_ecs_task_definition": {"web": {"family": "web", **containers("shop:1")}},
            "aws_s3_bucket": {"uploads": {"bucket": "shop-uploads"}},
            "aws_dynamodb_table": {
                name: {
                    "name": name,
                    "billing_mode": "PAY_PER_REQUEST",
                    "hash_key": "id",
                    "attribute": [{"name": "id", "type": "S"}],
                    "deletion_protection_enabled": True,
                }
                for name in ("orders", "carts")
            },
            "aws_secretsmanager_secret": {
                name: {"name": f"shop/{name}", "recovery_window_in_days": 7}
                for name in ("database_url", "api_key")
            },
            "aws_cloudwatch_log_group": {
                "web": log_group("/shop/web"),
                "counted": log_group("/shop/counted/${count.index}", count=2),
                "each": log_group("/shop/each/${each.key}", for_each='${toset(["a", "b"])}'),
                "triggered": log_group(
                    "/shop/triggered",
                    lifecycle={"replace_triggered_by": ["terraform_data.note"]},
                ),
            },
            "aws_cloudwatch_metric_alarm": {
                "slow": {
                    "alarm_name": "slow",
                    "comparison_operator": "GreaterThanThreshold",
                    "evaluation_periods": 1,
                    "threshold": 1,
                    "namespace": "shop",
                    "metric_name": "slow",
                    "period": 60,
                    "statistic": "Sum",
                }
            },
            "terraform_data": {"note": {"input": "one"}},
        }
        source = {"source": self._provider.source, "version": self._provider.version}
        return point_at_emulator(
            {
                "terraform": {"required_providers": {"aws": source}},
                "provider": {"aws": [{"region": REGION}]},
                "import": [{"to": "aws_lb.shop", "id": self.manual["aws_lb.shop"]}],
                "module": {"audit": {"source": "./audit"}},
                "resource": resources,
            }
        )

    def _create_manually(self) -> dict[str, str]:
        """Create a load balancer and two log groups, and return their import ids.

        With Terraform, the load balancer would take a minute.
        """
        ec2, elb, logs = (
            self._emulator.client(service, REGION) for service in ("ec2", "elbv2", "logs")
        )
        zones = ec2.describe_subnets()["Subnets"][:2]
        (group,) = ec2.describe_security_groups(
            Filters=[{"Name": "vpc-id", "Values": [zones[0]["VpcId"]]}]
        )["SecurityGroups"]
        self._vpc, self._default_group = zones[0]["VpcId"], group["GroupId"]
        self._subnets = sorted(zone["SubnetId"] for zone in zones)
        created = elb.create_load_balancer(
            Name="shop", Subnets=self._subnets, SecurityGroups=[self._default_group]
        )
        arn = created["LoadBalancers"][0]["LoadBalancerArn"]
        elb.modify_load_balancer_attributes(
            LoadBalancerArn=arn,
            Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "90"}],
        )
        for name in ("/old/a", "/old/b"):
            logs.create_log_group(logGroupName=name)
        return {
            "aws_lb.shop": arn,
            "aws_cloudwatch_log_group.old_a": "/old/a",
            "aws_cloudwatch_log_group.old_b": "/old/b",
        }


def containers(image: str) -> dict[str, str]:
    return {"container_definitions": json.dumps([{"name": "web", "image": image, "memory": 128}])}


def add_failing_import(document: Document) -> None:
    """Make the plan fail after it has found a replacement."""
    document["resource"]["aws_s3_bucket"]["uploads"]["bucket"] = "shop-files"
    document["resource"]["aws_cloudwatch_log_group"]["nowhere"] = log_group("/nowhere")
    to = "aws_cloudwatch_log_group.nowhere"
    document["import"].append({"to": to, "id": "/nowhere"})


def import_logs(document: Document, **changes: Mapping[str, Any]) -> None:
    """Import the two old log groups, each with a change to its arguments."""
    for name in ("a", "b"):
        body = {"name": f"/old/{name}", "retention_in_days": 0} | dict(changes.get(name, {}))
        document["resource"]["aws_cloudwatch_log_group"][f"old_{name}"] = body
        to = f"aws_cloudwatch_log_group.old_{name}"
        document["import"].append({"to": to, "id": f"/old/{name}"})


def apply_safe_changes(document: Document) -> None:
    """Edit the document with changes that affect neither data nor traffic."""
    resources = document["resource"]
    resources["aws_lb"]["shop"]["tags"] = {"team": "shop"}
    resources["aws_lb_target_group"]["web"]["deregistration_delay"] = 30
    resources["aws_lb_listener_rule"]["new"] = dict(
        resources["aws_lb_listener_rule"]["api"],
        priority=20,
        condition=[{"path_pattern": {"values": ["/new/*"]}}],
    )
    resources["aws_cloudwatch_log_group"]["new"] = log_group("/shop/new")
    resources["aws_ecs_task_definition"]["web"] |= containers("shop:2")
    del resources["aws_cloudwatch_metric_alarm"]
    resources["aws_s3_bucket"]["files"] = resources["aws_s3_bucket"].pop("uploads")
    document["moved"] = [{"from": "aws_s3_bucket.uploads", "to": "aws_s3_bucket.files"}]
    del resources["aws_secretsmanager_secret"]["api_key"]
    removed = {"from": "aws_secretsmanager_secret.api_key", "lifecycle": {"destroy": False}}
    document["removed"] = [removed]
    import_logs(document, b={"retention_in_days": 30})


def swap_priorities(document: Document) -> None:
    """Edit the document so that two listener rules swap their priorities."""
    rules = document["resource"]["aws_lb_listener_rule"]
    rules["api"]["priority"], rules["hooks"]["priority"] = 15, 10


def take_over_and_expose(document: Document) -> None:
    """Add resources that take over existing ones, run programs or expose something."""
    resources = document["resource"]
    # The name of the bucket is known before the apply.
    resources["aws_s3_bucket_public_access_block"] = {
        "existing": {"bucket": "shop-uploads", "block_public_acls": True},
        "created": {"bucket": "${aws_s3_bucket.files.id}", "block_public_acls": True},
    }
    resources["aws_s3_bucket"]["files"] = {"bucket": "shop-files"}
    resources["aws_ssm_parameter"] = {
        "key": {"name": "/shop/key", "type": "String", "value": "a", "overwrite": True}
    }
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    resources["aws_s3_bucket_policy"] = {
        "created": {
            "bucket": "${aws_s3_bucket.files.id}",
            "policy": json.dumps({"Version": "2012-10-17", "Statement": [everybody]}),
        }
    }
    resources["aws_vpc_security_group_ingress_rule"]["web"]["cidr_ipv4"] = "0.0.0.0/0"
    resources["terraform_data"]["script"] = {
        "provisioner": [{"local-exec": {"command": "true"}}],
    }


def apply_critical_changes(document: Document) -> None:
    """Edit the document with changes that the guard refuses, each for another reason."""
    resources = document["resource"]
    resources["aws_lb"]["shop"]["enable_deletion_protection"] = False
    resources["aws_lb"]["shop"]["idle_timeout"] = 30
    resources["aws_lb_target_group"]["web"]["port"] = 9090
    del resources["aws_lb_listener_rule"]["api"]
    resources["aws_security_group"]["web"]["description"] = "Web tasks"
    resources["aws_s3_bucket"]["uploads"]["bucket"] = "shop-files"
    resources["aws_dynamodb_table"]["orders"]["deletion_protection_enabled"] = False
    del resources["aws_secretsmanager_secret"]["api_key"]
    removed = {"from": "aws_secretsmanager_secret.api_key", "lifecycle": {"destroy": True}}
    document["removed"] = [removed]
    logs = resources["aws_cloudwatch_log_group"]
    logs["counted"]["count"] = 1
    logs["each"]["for_each"] = '${toset(["a"])}'
    del document["module"]
    resources["terraform_data"]["note"]["input"] = "two"
    import_logs(document, a={"retention_in_days": 30}, b={"name": "/new/b"})
