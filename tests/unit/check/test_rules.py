"""What rules must not report, and further forms of what they report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.plan_shapes import policy
from tests.unit.check.checked import HTTP_LISTENER, checked, found, messages, resources

Types = dict[str, dict[str, dict[str, Any]]]

BALANCER = {"load_balancer_type": "application"}
FORWARD = {"type": "forward", "target_group_arn": "${aws_lb_target_group.web.arn}"}
GITHUB = "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"


def task(*definitions: dict[str, Any], **arguments: Any) -> Types:
    written = json.dumps([{"name": "web", "image": "web:1"} | one for one in definitions])
    return {"aws_ecs_task_definition": {"t": {"container_definitions": written, **arguments}}}


NOT_FOUND: list[tuple[str, str, Types]] = [
    (
        "alb-http-redirect",
        "an internal load balancer can forward HTTP",
        {
            "aws_lb": {"web": {"internal": True}},
            "aws_lb_listener": {"l": {**HTTP_LISTENER, "default_action": [FORWARD]}},
        },
    ),
    (
        "alb-http-redirect",
        "whether the load balancer is internal is not known",
        {
            "aws_lb": {"web": {"internal": "${var.internal}"}},
            "aws_lb_listener": {"l": {**HTTP_LISTENER, "default_action": [FORWARD]}},
        },
    ),
    ("alb-drop-invalid-headers", "a network load balancer has no headers",
     {"aws_lb": {"web": {"load_balancer_type": "network"}}}),
    ("alb-two-zones", "the subnets come from a variable",
     {"aws_lb": {"web": {**BALANCER, "subnets": "${var.subnets}"}}}),
    ("alb-two-zones", "the subnets of a resource with count",
     {"aws_lb": {"web": {**BALANCER, "subnets": ["${aws_subnet.public[*].id}"]}}}),
    ("alb-tls-policy", "newer policies",
     {"aws_lb_listener": {
         name: {"protocol": "HTTPS", "ssl_policy": f"ELBSecurityPolicy-{name}"}
         for name in ("TLS13-1-2-2021-06", "TLS13-1-3-2021-06", "TLS13-1-2-Res-2021-06",
                      "TLS13-1-2-Res-PQ-2025-09", "TLS13-1-2-FIPS-2023-04")
     }}),
    ("alias-target-health", "CloudFront does not support it",
     {"aws_route53_record": {"a": {"alias": {
         "name": "${aws_cloudfront_distribution.d.domain_name}", "evaluate_target_health": False}}},
      "aws_cloudfront_distribution": {"d": {}}}),
    ("target-group-health-check", "a Lambda function needs none",
     {"aws_lb_target_group": {"f": {"target_type": "lambda"}}}),
    ("listener-certificate-validated", "an imported certificate needs no validation",
     {"aws_acm_certificate": {"c": {"private_key": "${var.key}"}},
      "aws_lb_listener": {"l": {"certificate_arn": "${aws_acm_certificate.c.arn}"}}}),
    ("listener-certificate-validated", "the listener depends on the validation",
     {"aws_acm_certificate": {"c": {}},
      "aws_acm_certificate_validation": {"v": {"certificate_arn": "${aws_acm_certificate.c.arn}"}},
      "aws_lb_listener": {"l": {"certificate_arn": "${aws_acm_certificate.c.arn}",
                                "depends_on": ["aws_acm_certificate_validation.v"]}}}),
    ("listener-rule-priority", "rules of different listeners",
     {"aws_lb_listener": {"a": {}, "b": {}},
      "aws_lb_listener_rule": {
          name: {"listener_arn": f"${{aws_lb_listener.{name}.arn}}", "priority": 1}
          for name in ("a", "b")}}),
    ("listener-rule-reachable", "a rule with a further condition",
     {"aws_lb_listener": {"a": {}},
      "aws_lb_listener_rule": {
          "first": {"listener_arn": "${aws_lb_listener.a.arn}", "priority": 1, "condition": [
              {"path_pattern": {"values": ["/*"]}}, {"host_header": {"values": ["a.example"]}}]},
          "last": {"listener_arn": "${aws_lb_listener.a.arn}", "priority": 2}}}),
    ("container-image-tag", "digests, tags, and tags that are not known",
     task({"image": "web@sha256:abc"}, {"image": "registry:5000/web:1"}, {"image": "${var.image}"},
          {"image": "web:${var.tag}"}, {"image": "${aws_ecr_repository.a.repository_url}:v1"})),
    ("container-root-user", "users other than root", task({"user": "1000:0"}, {"user": "nginx"})),
    ("container-secret-in-environment", "values that are no secrets",
     task({"environment": [{"name": "PASSWORD_FILE", "value": "/run/secrets/db"},
                           {"name": "DB_PASSWORD_SECRET_ARN", "value": "${var.secret_arn}"},
                           {"name": "TOKEN_URL", "value": "https://auth.example.com/token"},
                           {"name": "DB_SECRET", "value": "${aws_secretsmanager_secret.a.arn}"}]})),
    ("container-stop-timeout", "120 seconds are the limit",
     task({"stopTimeout": 120}, requires_compatibilities=["FARGATE"])),
    ("ecs-fargate-size", "sizes that exist and those of EC2",
     task({}, cpu="4096", memory="30720", requires_compatibilities=["FARGATE"])),
    ("ecs-two-tasks", "a service without load balancer", {"aws_ecs_service": {"s": {}}}),
    ("ecs-deployment-rollback", "an external controller",
     {"aws_ecs_service": {"s": {"deployment_controller": {"type": "EXTERNAL"}}}}),
    ("security-group-open-port", "HTTP, HTTPS, HTTP/3 and ping",
     {"aws_security_group": {"g": {"ingress": [
         {"from_port": 80, "to_port": 80, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]},
         {"from_port": 443, "to_port": 443, "protocol": "udp", "ipv6_cidr_blocks": ["::/0"]},
         {"from_port": 8, "to_port": 0, "protocol": "icmp", "cidr_blocks": ["0.0.0.0/0"]},
         {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]}]}}}),
    ("security-group-open-port", "networks and ports that are not known",
     {"aws_security_group_rule": {"r": {"type": "ingress", "from_port": 22, "to_port": 22,
                                        "protocol": "tcp", "cidr_blocks": ["${var.office}"]},
                                  "s": {"type": "ingress", "from_port": "${var.port}",
                                        "to_port": "${var.port}", "protocol": "tcp",
                                        "cidr_blocks": ["0.0.0.0/0"]}}}),
    ("resource-policy-public", "the default policy of a topic",
     {"aws_sns_topic": {"t": {"policy": policy(
         Principal={"AWS": "*"}, Action="SNS:Publish", Resource="*",
         Condition={"StringEquals": {"AWS:SourceOwner": "111122223333"}})}}}),
    ("iam-sensitive-wildcard", "a condition limits the statement",
     {"aws_iam_role_policy": {"p": {"policy": policy(
         Action="kms:Decrypt", Resource="*",
         Condition={"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}})}}}),
    ("iam-sensitive-wildcard", "an action without resources",
     {"aws_iam_role_policy": {"p": {"policy": policy(
         Action="ecr:GetAuthorizationToken", Resource="*")}}}),
    ("iam-pass-role", "a condition limits the service",
     {"aws_iam_role_policy": {"p": {"policy": policy(
         Action="iam:PassRole", Resource="*",
         Condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}})}}}),
    ("role-trust-github", "one repository, also from a variable",
     {"aws_iam_role": {name: {"assume_role_policy": policy(
         Action="sts:AssumeRoleWithWebIdentity",
         Principal={"Federated": GITHUB},
         Condition={"StringLike": {"token.actions.githubusercontent.com:sub": sub}})}
         for name, sub in (("a", "repo:shop/web:*"), ("b", "repo:${var.repository}:ref:*"))}}),
    ("s3-versioning", "the argument of older providers",
     {"aws_s3_bucket": {"b": {"versioning": {"enabled": True}}}}),
    ("s3-access-logging", "a bucket for logs",
     {"aws_s3_bucket": {"b": {}},
      "aws_lb": {"web": {"access_logs": {"bucket": "${aws_s3_bucket.b.id}"}}}}),
    ("s3-tls-only", "a policy that is not known",
     {"aws_s3_bucket": {"b": {}},
      "aws_s3_bucket_policy": {"p": {"bucket": "${aws_s3_bucket.b.id}",
                                     "policy": "${data.external.p.result.policy}"}}}),
    ("rds-backup-retention", "a replica", {"aws_db_instance": {"r": {
        "replicate_source_db": "${aws_db_instance.main.identifier}"}}}),
    ("rds-iam-authentication", "an engine without it",
     {"aws_db_instance": {"d": {"engine": "sqlserver-ex"}}}),
    ("rds-force-tls", "an engine without the parameter",
     {"aws_db_parameter_group": {"p": {"family": "oracle-ee-19"}}}),
    ("kms-rotation", "an asymmetric key",
     {"aws_kms_key": {"k": {"customer_master_key_spec": "RSA_2048"}}}),
    ("ecr-scan-on-push", "scanning of the registry",
     {"aws_ecr_repository": {"r": {}}, "aws_ecr_registry_scanning_configuration": {"s": {}}}),
    ("secret-in-state", "a parameter that is not secret, and a managed password",
     {"aws_ssm_parameter": {"p": {"type": "String", "value": "info"}},
      "aws_db_instance": {"d": {"manage_master_user_password": True}}}),
    ("secret-in-document", "a password from a variable",
     {"aws_db_instance": {"d": {"password": "${var.password}"}}}),
    ("alarm-action", "a part of a composite alarm",
     {"aws_cloudwatch_metric_alarm": {"a": {"alarm_name": "a"}},
      "aws_cloudwatch_composite_alarm": {"c": {
          "alarm_rule": "ALARM(${aws_cloudwatch_metric_alarm.a.alarm_name})",
          "alarm_actions": ["x"]}}}),
    ("alarm-action", "a deployment is rolled back on the alarm with this name",
     {"aws_cloudwatch_metric_alarm": {"a": {"alarm_name": "errors"}},
      "aws_ecs_service": {"s": {"alarms": {"alarm_names": ["errors"]}}}}),
    ("prevent-destroy", "a bucket that is protected",
     {"aws_s3_bucket": {"b": {"lifecycle": [{"prevent_destroy": True}]}}}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "types"),
    [(rule, types) for rule, _, types in NOT_FOUND],
    ids=[f"{rule}: {reason}" for rule, reason, _ in NOT_FOUND],
)
def test_what_a_rule_does_not_report(rule: str, types: Types):
    assert found(rule, resources(**types)) == set()


FOUND: list[tuple[str, str, str, Types]] = [
    ("alb-http-redirect", "a rule of the HTTP listener forwards", "aws_lb_listener_rule.r",
     {"aws_lb": {"web": {}},
      "aws_lb_listener": {"l": {**HTTP_LISTENER, "default_action": {"type": "redirect"}}},
      "aws_lb_listener_rule": {"r": {"listener_arn": "${aws_lb_listener.l.arn}",
                                     "action": {"type": "forward"}}}}),
    ("alb-tls-policy", "the default of AWS", "aws_lb_listener.l",
     {"aws_lb_listener": {"l": {"protocol": "HTTPS"}}}),
    ("alb-two-zones", "two subnets in one zone", "aws_lb.web",
     {"aws_lb": {"web": {"subnets": ["${aws_subnet.a.id}", "${aws_subnet.b.id}"]}},
      "aws_subnet": {name: {"availability_zone": "eu-west-1a"} for name in ("a", "b")}}),
    ("container-secret-in-environment", "a generated password", "aws_ecs_task_definition.t",
     task({"environment": [{"name": "DB_PASSWORD", "value": "${random_password.db.result}"}]})),
    ("container-secret-in-environment", "a URL with a password", "aws_ecs_task_definition.t",
     task({"environment": [{"name": "DB", "value": "postgres://shop:hunter22x@db/shop"}]})),
    ("container-image-tag", "an image without tag", "aws_ecs_task_definition.t",
     task({"image": "registry:5000/web"})),
    ("container-image-tag", "latest of a repository", "aws_ecs_task_definition.t",
     task({"image": "${aws_ecr_repository.a.repository_url}:latest"})),
    ("container-privileged", "containers in jsonencode", "aws_ecs_task_definition.t",
     {"aws_ecs_task_definition": {"t": {"container_definitions":
         '${jsonencode([{name = "a", image = var.image, privileged = true}])}'}}}),
    ("ecs-deployment-percent", "the only task is stopped first", "aws_ecs_service.s",
     {"aws_ecs_service": {"s": {"desired_count": 1, "deployment_minimum_healthy_percent": 0}}}),
    ("ecs-deployment-rollback", "blue/green with a circuit breaker only", "aws_ecs_service.s",
     {"aws_ecs_service": {"s": {
         "deployment_configuration": {"strategy": "BLUE_GREEN"},
         "deployment_circuit_breaker": {"enable": True, "rollback": True}}}}),
    ("iam-administrator", "an inline policy of a role", "aws_iam_role.r",
     {"aws_iam_role": {"r": {"inline_policy": [{"name": "p", "policy": policy(
         Action=["*"], Resource=["*"])}]}}}),
    ("iam-managed-policy", "the argument of a role", "aws_iam_role.r",
     {"aws_iam_role": {"r": {"managed_policy_arns": [
         "arn:aws:iam::aws:policy/AmazonS3FullAccess"]}}}),
    ("iam-managed-policy", "AWS-wide backups and restores", "aws_iam_role_policy_attachment.a",
     {"aws_iam_role_policy_attachment": {"a": {"policy_arn":
         "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"}}}),
    ("iam-sensitive-wildcard", "all secrets of an account", "aws_iam_role_policy.p",
     {"aws_iam_role_policy": {"p": {"policy": policy(
         Action="secretsmanager:Get*", Resource="arn:aws:secretsmanager:*:*:secret:*")}}}),
    ("role-trust-github", "sub is not compared", "aws_iam_role.r",
     {"aws_iam_openid_connect_provider": {"g": {
         "url": "https://token.actions.githubusercontent.com"}},
      "aws_iam_role": {"r": {"assume_role_policy": policy(
          Action="sts:AssumeRoleWithWebIdentity",
          Principal={"Federated": "${aws_iam_openid_connect_provider.g.arn}"},
          Condition={"StringEquals": {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}})}}}),
    ("role-trust-github", "all repositories of an organization", "aws_iam_role.r",
     {"aws_iam_role": {"r": {"assume_role_policy": policy(
         Action="sts:AssumeRoleWithWebIdentity",
         Principal={"Federated": GITHUB},
         Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:shop/*"}})}}}),
    ("rds-storage-encrypted", "an Aurora cluster", "aws_rds_cluster.c",
     {"aws_rds_cluster": {"c": {"engine": "aurora-postgresql"}}}),
    ("secret-in-state", "a cache with a token", "aws_elasticache_replication_group.c",
     {"aws_elasticache_replication_group": {"c": {"auth_token": "${var.token}"}}}),
    ("secret-in-state", "a nested argument", "aws_mq_broker.b",
     {"aws_mq_broker": {"b": {"user": [{"username": "a", "password": "${var.p}"}]}}}),
    ("security-group-open-port", "a range with a permitted port", "aws_security_group_rule.r",
     {"aws_security_group_rule": {"r": {"type": "ingress", "from_port": 80, "to_port": 443,
                                        "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}}}),
    ("alarm-topic-key", "a key without a statement for CloudWatch", "aws_sns_topic.t",
     {"aws_sns_topic": {"t": {"kms_master_key_id": "${aws_kms_key.k.arn}"}},
      "aws_kms_key": {"k": {}},
      "aws_cloudwatch_metric_alarm": {"a": {"alarm_actions": ["${aws_sns_topic.t.arn}"]}}}),
    ("s3-public-access-block", "an argument that is not set",
     "aws_s3_bucket_public_access_block.b",
     {"aws_s3_bucket_public_access_block": {"b": {"block_public_acls": True}}}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "address", "types"),
    [(rule, address, types) for rule, _, address, types in FOUND],
    ids=[f"{rule}: {reason}" for rule, reason, _, _ in FOUND],
)
def test_what_a_rule_reports(rule: str, address: str, types: Types):
    assert found(rule, resources(**types)) == {address}


KEY = {"access_key": "AKIAIOSFODNN7EXAMPLE"}
SECRET = {"secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
ENDPOINTS = {"endpoints": [{"s3": "http://localhost:4566"}]}


@pytest.mark.parametrize(
    ("provider", "is_found"),
    [
        (KEY, True),
        (SECRET, True),
        (KEY | SECRET | {"skip_credentials_validation": True}, True),
        (SECRET | {"skip_credentials_validation": True}, False),
        (KEY | SECRET | ENDPOINTS, False),
        ({"access_key": "test", "secret_key": "test"}, False),
        ({"access_key": "${var.key}", "secret_key": "${var.secret}"}, False),
        ({"token": "ghp_" + "a" * 36}, True),
        ({"token": "test"}, False),
    ],
)
def test_provider_keys_of_an_emulator_are_no_credentials(provider: dict[str, Any], is_found: bool):
    document = checked({"provider": {"aws": [provider]}})
    assert found("provider-credentials", document) == ({"provider.aws"} if is_found else set())


def test_an_undeclared_reference_is_found_in_a_whole_document_only():
    types = {"aws_subnet": {"a": {"vpc_id": "${aws_vpc.main.id}"}}}
    assert messages("reference-undeclared", checked({"resource": types, "terraform": {}})) == [
        "there is no aws_vpc.main"
    ]
    assert messages("reference-undeclared", checked({"resource": types})) == []


def test_loop_variables_and_functions_are_no_references():
    value = '${[for aws_name in var.names : aws_name.value if can(regex("aws_lb.x", aws_name.a))]}'
    types = {"aws_subnet": {"a": {"vpc_id": value}}}
    assert messages("reference-undeclared", checked({"resource": types, "terraform": {}})) == []
