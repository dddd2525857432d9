"""Documents of other teams that a review of the rules has judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.plan_shapes import policy
from tests.unit.check.checked import HTTP_LISTENER, RULES_BY_ID, checked, found, messages, resources

Content = Mapping[str, Any]

SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def injecting(source: str, resource: str, **types: Any) -> Content:
    """Return a document with a task that injects a secret, and a role that reads `resource`."""
    container = {"name": "web", "secrets": [{"name": "S", "valueFrom": source}]}
    return {
        "aws_ecs_task_definition": {
            "t": {
                "container_definitions": json.dumps([container]),
                "execution_role_arn": "${aws_iam_role.r.arn}",
            }
        },
        "aws_iam_role": {"r": {"name": "r"}},
        "aws_iam_role_policy": {
            "p": {
                "role": "${aws_iam_role.r.id}",
                "policy": policy(Action="secretsmanager:GetSecretValue", Resource=resource),
            }
        },
        "aws_secretsmanager_secret": {"s": {"name": "app/s"}, "other": {"name": "other"}},
        **types,
    }


SECRET = "${aws_secretsmanager_secret.s.arn}"
OTHER = "${aws_secretsmanager_secret.other.arn}"
VERSION = "${aws_secretsmanager_secret_version.v.arn}"
VERSIONS = {
    "aws_secretsmanager_secret_version": {
        "v": {"secret_id": "${aws_secretsmanager_secret.s.id}", "secret_string_wo": "${var.s}"}
    }
}
LOOP_VERSIONS = {
    "aws_secretsmanager_secret_version": {
        "v": {"for_each": "${var.s}", "secret_id": "${aws_secretsmanager_secret.s[each.key].id}"}
    }
}


def listener(**action: Any) -> Content:
    return {
        "aws_lb": {"web": {}},
        "aws_lb_listener": {"l": {**HTTP_LISTENER, "default_action": [action]}},
    }


def bucket(**statement: Any) -> Content:
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["${aws_s3_bucket.b.arn}", "${aws_s3_bucket.b.arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    body = {"bucket": "${aws_s3_bucket.b.id}", "policy": policy(**denied | statement)}
    return {
        "aws_s3_bucket": {"b": {}, "other": {"policy": "${var.policy}"}},
        "aws_s3_bucket_policy": {"p": body},
    }


def opened(*networks: str, **arguments: Any) -> Content:
    name = "ipv6_cidr_blocks" if ":" in networks[0] else "cidr_blocks"
    rule = {"type": "ingress", "from_port": 22, "to_port": 22, "protocol": "tcp"}
    return {"aws_security_group_rule": {"r": {**rule, name: list(networks), **arguments}}}


def service(**load_balancer: Any) -> Content:
    container = {"name": "web", "portMappings": [{"containerPort": 80}]}
    return {
        "aws_ecs_task_definition": {"t": {"container_definitions": json.dumps([container])}},
        "aws_ecs_service": {
            "s": {
                "task_definition": "${aws_ecs_task_definition.t.arn}",
                "load_balancer": [load_balancer],
            }
        },
    }


CASES: list[tuple[str, str, Content, set[str]]] = [
    ("execution-role-secrets", "the pattern of the name",
     injecting(SECRET, f"{SECRET_ARN}app/s-??????"), set()),
    ("execution-role-secrets", "the pattern of a path", injecting(SECRET, f"{SECRET_ARN}app/*"),
     set()),
    ("execution-role-secrets", "the ARN with the suffix",
     injecting(SECRET, f"{SECRET_ARN}app/s-Xy12Zw"), set()),
    ("execution-role-secrets", "the pattern of another path",
     injecting(SECRET, f"{SECRET_ARN}web/*"), {"aws_iam_role_policy.p"}),
    ("execution-role-secrets", "the pattern of a longer name",
     injecting(SECRET, f"{SECRET_ARN}app/s2-??????"), {"aws_iam_role_policy.p"}),
    ("execution-role-secrets", "a name that is not known",
     injecting(SECRET, f"{SECRET_ARN}web/*", aws_secretsmanager_secret={"s": {}}), set()),
    ("execution-role-secrets", "a name with a prefix",
     injecting(SECRET, f"{SECRET_ARN}app-*",
               aws_secretsmanager_secret={"s": {"name_prefix": "app-"}}), set()),
    ("execution-role-secrets", "a name with another prefix",
     injecting(SECRET, f"{SECRET_ARN}web-*",
               aws_secretsmanager_secret={"s": {"name_prefix": "app-"}}),
     {"aws_iam_role_policy.p"}),
    ("execution-role-secrets", "an ARN in the container, a reference in the policy",
     injecting(f"{SECRET_ARN}app/s-Xy12Zw", SECRET), set()),
    ("execution-role-secrets", "a parameter in the container, a secret in the policy",
     injecting("/app/s", SECRET), {"aws_iam_role_policy.p"}),
    ("execution-role-secrets", "a version in the container", injecting(VERSION, SECRET, **VERSIONS),
     set()),
    ("execution-role-secrets", "a version in the policy", injecting(SECRET, VERSION, **VERSIONS),
     set()),
    ("execution-role-secrets", "another secret in the policy",
     injecting(VERSION, OTHER, **VERSIONS), {"aws_iam_role_policy.p"}),
    ("container-secret-readable", "a version in the container",
     injecting(VERSION, SECRET, **VERSIONS), set()),
    ("container-secret-readable", "a version with a JSON key",
     injecting(f"{VERSION}:password::", SECRET, **VERSIONS), set()),
    ("container-secret-readable", "a version in the policy",
     injecting(SECRET, VERSION, **VERSIONS), set()),
    ("container-secret-readable", "a version in a loop",
     injecting('${aws_secretsmanager_secret_version.v["a"].arn}',
               '${aws_secretsmanager_secret.s["a"].arn}', **LOOP_VERSIONS), set()),
    ("container-secret-readable", "another secret in the policy",
     injecting(VERSION, OTHER, **VERSIONS), {"aws_iam_role.r"}),
    *((rule, f"{argument} without {rule}", {"aws_db_instance": {"d": {argument: value}}}, set())
      for rule in ("rds-storage-encrypted", "rds-backup-retention")
      for argument, value in (
          ("restore_to_point_in_time", {"source_db_instance_identifier": "main"}),
          ("snapshot_identifier", "main-1"), ("replicate_source_db", "main"),
          ("s3_import", {"bucket_name": "backups"}))),
    ("rds-storage-encrypted", "restored without encryption",
     {"aws_db_instance": {"d": {"snapshot_identifier": "a", "storage_encrypted": False}}},
     {"aws_db_instance.d"}),
    ("rds-backup-retention", "restored without backups",
     {"aws_db_instance": {"d": {"snapshot_identifier": "a", "backup_retention_period": 1}}},
     {"aws_db_instance.d"}),
    ("rds-backup-retention", "a new database", {"aws_db_instance": {"d": {}}},
     {"aws_db_instance.d"}),
    *((rule, "a cache in a global datastore",
       {"aws_elasticache_replication_group": {
           "c": {"global_replication_group_id": "${aws_elasticache_global_replication_group.g.id}"}
       }}, set())
      for rule in ("cache-encryption-at-rest", "cache-transit-encryption", "cache-failover",
                   "cache-snapshots", "cache-authentication", "cache-subnet-group")),
    *(("target-group-health-check", f"the default of {protocol}",
       {"aws_lb_target_group": {"g": {"protocol": protocol}}}, set())
      for protocol in ("TCP", "UDP", "TCP_UDP", "TLS", "GENEVE", "${var.protocol}")),
    ("target-group-health-check", "HTTP", {"aws_lb_target_group": {"g": {"protocol": "HTTP"}}},
     {"aws_lb_target_group.g"}),
    *(("alb-access-logs", f"a load balancer with {argument} = {value}",
       {"aws_lb": {"web": {argument: value}}}, set())
      for argument, value in (("for_each", {}), ("for_each", []), ("for_each", "${toset([])}"),
                              ("count", 0), ("count", "0"), ("count", "${0}"))),
    ("alb-access-logs", "a load balancer in a loop",
     {"aws_lb": {"web": {"for_each": ["a"]}, "b": {"count": "${var.n}"}}},
     {"aws_lb.b", "aws_lb.web"}),
    ("alb-http-redirect", "a redirect to HTTPS",
     listener(type="redirect", redirect={"protocol": "HTTPS", "status_code": "HTTP_301"}), set()),
    ("alb-http-redirect", "a redirect to HTTP",
     listener(type="redirect", redirect=[{"protocol": "HTTP", "status_code": "HTTP_301"}]),
     {"aws_lb_listener.l"}),
    ("alb-http-redirect", "a redirect with the protocol of the request",
     listener(type="redirect", redirect={"host": "a.example", "status_code": "HTTP_301"}),
     {"aws_lb_listener.l"}),
    ("alb-http-redirect", "a redirect with a protocol that is not known",
     listener(type="redirect", redirect={"protocol": "${var.p}"}), set()),
    ("alb-http-redirect", "a redirect that is not known",
     listener(type="redirect", dynamic={"redirect": {"for_each": "${var.r}", "content": {}}}),
     set()),
    ("s3-tls-only", "the usual statement", bucket(), set()),
    ("s3-tls-only", "all actions, a condition with if-exists and a boolean",
     bucket(Action="*", Condition={"BoolIfExists": {"aws:SecureTransport": False}}), set()),
    ("s3-tls-only", "the ARN as text", bucket(Resource="arn:aws:s3:::shop*"), set()),
    ("s3-tls-only", "requests with TLS are denied",
     bucket(Condition={"Bool": {"aws:SecureTransport": "true"}}), {"aws_s3_bucket.b"}),
    ("s3-tls-only", "another operator",
     bucket(Condition={"Null": {"aws:SecureTransport": "false"}}), {"aws_s3_bucket.b"}),
    ("s3-tls-only", "only writing is denied", bucket(Action=["s3:PutObject"]), {"aws_s3_bucket.b"}),
    ("s3-tls-only", "only the bucket", bucket(Resource="${aws_s3_bucket.b.arn}"),
     {"aws_s3_bucket.b"}),
    ("s3-tls-only", "another bucket", bucket(Resource="${aws_s3_bucket.other.arn}/*"),
     {"aws_s3_bucket.b"}),
    ("s3-tls-only", "resources and actions that are not known",
     bucket(Action="${var.actions}", Resource="${var.objects}"), set()),
    *(("security-group-open-port", f"{network}", opened(network), {"aws_security_group_rule.r"})
      for network in ("::/0", "0::/0", "::0/0", "0.0.0.0/0", "1.2.3.4/0", "0.0.0.0/1",
                      "128.0.0.0/1", "2000::/3", "64.0.0.0/7")),
    *(("security-group-open-port", f"{network} is not the internet", opened(network), set())
      for network in ("10.0.0.0/8", "fc00::/7", "fe80::/10", "8.0.0.0/8", "224.0.0.0/4",
                      "172.16.0.0/12", "office", "${var.office}")),
    ("security-group-open-port", "the networks of a map",
     opened("${each.value}", for_each={"a": "10.0.0.0/8", "b": "0.0.0.0/0"}),
     {'aws_security_group_rule.r["b"]'}),
    ("security-group-open-port", "the networks of a set",
     opened("${each.key}", for_each='${toset(["10.0.0.0/8", "0.0.0.0/0"])}'),
     {'aws_security_group_rule.r["0.0.0.0/0"]'}),
    ("security-group-open-port", "the ports of a local with objects",
     {"aws_vpc_security_group_ingress_rule": {"r": {
         "for_each": {"web": {"port": 443}, "ssh": {"port": 22}, "any": {"port": "${var.p}"}},
         "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "tcp",
         "from_port": "${each.value.port}", "to_port": "${each.value.port}"}}},
     {'aws_vpc_security_group_ingress_rule.r["ssh"]'}),
    ("security-group-open-port", "elements that are not known",
     opened("${each.value}", for_each="${var.networks}"), set()),
    ("security-group-open-port", "an attribute that no element has",
     opened("${each.value.network}", for_each=["a"]), set()),
    ("ecs-load-balancer-container", "the port of the container",
     service(container_name="web", container_port=80), set()),
    ("ecs-load-balancer-container", "a container without its port",
     service(container_name="web", container_port=81), {"aws_ecs_service.s"}),
    ("ecs-load-balancer-container", "no such container",
     service(container_name="api", container_port="${var.port}"), {"aws_ecs_service.s"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "types", "expected"),
    [(rule, types, expected) for rule, _, types, expected in CASES],
    ids=[f"{rule}: {reason}" for rule, reason, _, _ in CASES],
)
def test_the_findings_of_a_rule(rule: str, types: Content, expected: set[str]):
    assert found(rule, resources(**types)) == expected


WEB = {"aws_lb": {"web": {}}}
S3 = {"bucket": "states", "key": "prod"}
AWS = {"region": "eu-west-1"}
TAGS = {"default_tags": [{"tags": {"Team": "${var.team}", "Stage": "${local.stage}"}}]}


def tagged(**tags: str) -> Content:
    return {
        "provider": {"aws": [TAGS]},
        "locals": {"stage": "prod"},
        "resource": {"aws_lb": {"web": {"tags": tags}}},
    }


def declared(value: Any, argument: str = "name", **blocks: Any) -> Content:
    """Return a whole document with an argument of a load balancer."""
    return {"terraform": {}, "resource": {"aws_lb": {"web": {argument: value}}}, **blocks}


BLOCKS: list[tuple[str, str, Content, list[str]]] = [
    ("state-lock", "a whole backend", {"terraform": {"backend": {"s3": S3}}},
     ["the state in S3 has no lock"]),
    ("state-lock", "no bucket", {"terraform": {"backend": {"s3": {"key": "prod"}}}}, []),
    ("state-lock", "no key", {"terraform": {"backend": {"s3": {"bucket": "states"}}}}, []),
    ("state-lock", "an empty block", {"terraform": {"backend": {"s3": {}}}}, []),
    ("state-remote", "no resource", {"terraform": {"required_version": ">= 1.5"}}, []),
    ("state-remote", "data only", {"terraform": {}, "data": {"aws_vpc": {"v": {}}}}, []),
    ("state-remote", "a resource", {"terraform": {}, "resource": WEB},
     ["the state is a local file"]),
    ("state-remote", "a module", {"terraform": {}, "module": {"m": {"source": "./m"}}},
     ["the state is a local file"]),
    ("provider-account", "any account", {"provider": {"aws": [AWS]}},
     ["any account can be changed"]),
    ("provider-account", "an alias", {"provider": {"aws": [AWS | {"alias": "us"}]}},
     ["any account can be changed by the provider with the alias us"]),
    ("provider-account", "an emulator", {"provider": {"aws": [
        AWS | {"skip_requesting_account_id": True}, AWS | {"endpoints": {"s3": "http://localhost"}},
    ]}}, []),
    ("default-tags-repeated", "another value", tagged(Stage="test", Team="web"), []),
    ("default-tags-repeated", "the same value", tagged(Stage="prod"),
     ["the provider sets Stage as well"]),
    ("default-tags-repeated", "the same expression", tagged(Team="${var.team}"),
     ["the provider sets Team as well"]),
    ("default-tags-repeated", "another expression", tagged(Team="${var.other}"), []),
    ("alb-access-logs", "no load balancer is created by default",
     {"variable": {"n": {"default": 0}}, "resource": {"aws_lb": {"web": {"count": "${var.n}"}}}},
     []),
    ("alb-access-logs", "no load balancer is in the map",
     {"locals": {"all": {}}, "resource": {"aws_lb": {"web": {"for_each": "${local.all}"}}}}, []),
    ("reference-undeclared", "a resource that is not created",
     {"terraform": {}, "resource": {"aws_lb": {"web": {"count": 0}},
                                    "aws_lb_listener": {"l": {"a": "${aws_lb.web[0].arn}"}}}}, []),
    ("reference-undeclared", "the iterator of a dynamic block",
     declared({"subnet_mapping": {
         "for_each": "${var.m}", "iterator": "aws_mapping",
         "content": {"subnet_id": "${aws_mapping.value}"}}}, "dynamic"), []),
    ("reference-undeclared", "the label of a dynamic block",
     declared([{"aws_a": [{"for_each": "${var.m}", "content": {"b": "${aws_a.value}"}}]}],
              "dynamic"), []),
    ("reference-undeclared", "another resource than the iterator",
     declared({"aws_a": {"for_each": "${var.m}", "content": {"b": "${aws_b.value}"}}}, "dynamic"),
     ["there is no aws_b.value"]),
    ("reference-undeclared", "a variable", declared("${var.nope}", variable={"a": {}}),
     ["there is no var.nope"]),
    ("reference-undeclared", "a local", declared("${local.x}", locals={"a": 1}),
     ["there is no local.x"]),
    ("reference-undeclared", "a local of a local",
     declared("${local.a}", locals={"a": "${local.x}"}), ["there is no local.x"]),
    ("reference-undeclared", "a module", declared("${module.z.out}", module={"a": {}}),
     ["there is no module.z"]),
    ("reference-undeclared", "declared inputs",
     declared("${var.a}${local.a}${module.a.out}", variable={"a": {}}, locals={"a": 1},
              module={"a": {}}), []),
    ("reference-undeclared", "inputs that another file of the module can declare",
     declared("${var.a}${local.a}${module.a.out}"), []),
    ("reference-undeclared", "a variable of a loop",
     declared("${[for local in var.a : local.x]}", locals={"a": 1}), []),
    ("reference-undeclared", "the prefix of resources",
     declared("${resource.aws_lb.nope.arn}"), ["there is no aws_lb.nope"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "content", "expected"),
    [(rule, content, expected) for rule, _, content, expected in BLOCKS],
    ids=[f"{rule}: {reason}" for rule, reason, _, _ in BLOCKS],
)
def test_the_findings_of_a_rule_on_a_document(rule: str, content: Content, expected: list[str]):
    assert messages(rule, checked(content)) == expected


MESSAGES: list[tuple[str, Content, str, str]] = [
    ("s3-public-access-block", {"aws_s3_bucket": {"b": {}}}, "",
     "no public access block is configured"),
    ("iam-sensitive-wildcard",
     {"aws_iam_role_policy": {"p": {"policy": policy(
         Action="s3:GetObject", Resource="arn:aws:s3:::*")}}}, "policy",
     "s3:GetObject is allowed on arn:aws:s3:::*"),
    ("iam-sensitive-wildcard",
     {"aws_iam_role_policy": {"p": {"policy": policy(
         Action="s3:GetObject", Resource=["arn:aws:s3:::*", "*"])}}}, "policy",
     "s3:GetObject is allowed on all resources"),
    ("ecs-load-balancer-container", service(container_name="api", container_port=80),
     "load_balancer[0].container_name", "aws_ecs_task_definition.t has no container api"),
    ("ecs-load-balancer-container", service(container_name="web", container_port=81),
     "load_balancer[0].container_port",
     "the container web of aws_ecs_task_definition.t does not have the port 81"),
    ("security-group-open-port", opened("0.0.0.0/0"), "", "port 22 is open to the internet"),
    ("security-group-open-port", opened("0.0.0.0/0", from_port=5000, to_port=5999), "",
     "ports 5000 to 5999 are open to the internet"),
    ("rds-backup-retention", {"aws_db_instance": {"d": {"backup_retention_period": 1}}},
     "backup_retention_period", "backups are retained for 1 day; use 7 or more"),
    ("rds-backup-retention", {"aws_db_instance": {"d": {}}},
     "backup_retention_period", "backups are retained for 0 days; use 7 or more"),
    ("ecs-two-tasks", {"aws_ecs_service": {"s": {"load_balancer": [{}], "desired_count": 1}}},
     "desired_count", "it starts with 1 task; use 2 or more"),
    ("alb-http-redirect",
     listener(type="redirect", redirect={"protocol": "HTTP", "status_code": "HTTP_301"}),
     "default_action[0].redirect.protocol", "it redirects to the protocol HTTP; use HTTPS"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "types", "argument", "message"), MESSAGES)
def test_the_argument_and_message_of_a_finding(
    rule: str, types: Content, argument: str, message: str
):
    (finding,) = RULES_BY_ID[rule].findings(resources(**types))
    assert (finding.argument, finding.message) == (argument, message)


def test_the_prefix_of_resources_is_optional():
    document = resources(
        aws_lb={"web": {"internal": False, "name": "web"}},
        aws_s3_bucket={"b": {"tags": {"a": '${lookup(x, "resource.aws_lb.web.arn")}'}}},
        aws_lb_listener={
            "l": {
                "load_balancer_arn": "${resource.aws_lb.web.arn}",
                "name": "${resource.aws_lb.web.name}",
                "depends_on": ["resource.aws_s3_bucket.b"],
            }
        },
    )
    listener, bucket = (next(document.all(type_)) for type_ in ("aws_lb_listener", "aws_s3_bucket"))
    assert listener.references == {"aws_lb.web", "aws_s3_bucket.b"}
    assert listener.get("name") == "web"
    assert bucket.references == frozenset()


LOCALS = {
    "policy": "${data.aws_iam_policy_document.d.json}",
    "again": "${local.policy}",
    "container": {
        "name": "web",
        "image": "web:latest",
        "environment": "${local.environment}",
    },
    "containers": ["${local.container}"],
    "environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2x"}],
}


@pytest.mark.parametrize("name", ["policy", "again"])
def test_a_local_can_hold_the_policy_of_a_data_source(name: str):
    statement = {"actions": ["s3:GetObject"], "resources": ["*"]}
    document = checked(
        {
            "locals": LOCALS,
            "data": {"aws_iam_policy_document": {"d": {"statement": [statement]}}},
            "resource": {"aws_iam_policy": {"p": {"policy": f"${{local.{name}}}"}}},
        }
    )
    assert found("iam-sensitive-wildcard", document) == {"aws_iam_policy.p"}


@pytest.mark.parametrize(
    "written",
    [
        "${jsonencode(local.containers)}",
        "${jsonencode([local.container])}",
        "${jsonencode([resource.terraform_data.d.input])}",
    ],
)
def test_containers_can_be_locals(written: str):
    document = checked(
        {
            "locals": LOCALS,
            "resource": {
                "aws_ecs_task_definition": {"t": {"container_definitions": written}},
                "terraform_data": {"d": {"input": "${local.container}"}},
            },
        }
    )
    for rule in ("container-image-tag", "container-secret-in-environment"):
        assert found(rule, document) == {"aws_ecs_task_definition.t"}


@pytest.mark.parametrize("written", ["${jsonencode(local.nope)}", "${jsonencode(local.loop)}"])
def test_containers_of_a_local_that_is_not_known(written: str):
    document = checked(
        {
            "locals": {"loop": ["${local.loop}"]},
            "resource": {"aws_ecs_task_definition": {"t": {"container_definitions": written}}},
        }
    )
    assert found("container-image-tag", document) == set()
