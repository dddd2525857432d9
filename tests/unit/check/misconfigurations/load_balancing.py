"""Misconfigurations: load balancing."""

from __future__ import annotations

from tests.unit.check.draft import Draft, Resource, edit, reference
from tests.unit.check.misconfigurations.registry import finds


@finds("target-group-health-check-timing")
def health_check_timeout_is_its_interval(d: Draft) -> str:
    address, group = d.first("aws_lb_target_group")
    group["health_check"]["timeout"] = group["health_check"]["interval"]
    return address


@finds("target-group-health-check-port")
def health_check_on_a_port_without_container(d: Draft) -> str:
    address, group = d.target_group()
    group["health_check"]["port"] = "9999"
    return address


@finds("target-group-vpc")
def target_group_in_another_vpc(d: Draft) -> str:
    other = d.add("aws_vpc", "other", cidr_block="10.99.0.0/16")
    d.first("aws_vpc", lambda one: one["cidr_block"] != "10.99.0.0/16")
    return edit(d.target_group(), vpc_id=reference(other, "id"))


@finds("target-group-listener")
def service_in_a_target_group_without_listener(d: Draft) -> str:
    _, service = d.service()
    lost = reference(d.duplicate(d.first("aws_lb_target_group")))
    (used,) = service["load_balancer"]
    kept = {name: used[name] for name in ("container_name", "container_port")}
    return edit(d.service(), load_balancer=[{**kept, "target_group_arn": lost}])


def _https_listener(d: Draft) -> Resource:
    return d.first("aws_lb_listener", lambda one: one["port"] == 443)


@finds("listener-certificate-validated")
def listener_does_not_wait_for_the_validation(d: Draft) -> str:
    certificate, _ = d.first("aws_acm_certificate")
    return edit(_https_listener(d), certificate_arn=reference(certificate))


@finds("listener-certificate")
def https_listener_without_certificate(d: Draft) -> str:
    return d.duplicate(_https_listener(d), certificate_arn=None, port=8443)


@finds("certificate-used")
def certificate_is_not_the_one_of_the_listener(d: Draft) -> str:
    old = "arn:aws:acm:eu-west-1:111122223333:certificate/old"
    edit(_https_listener(d), certificate_arn=old)
    return d.first("aws_acm_certificate")[0]


def _rule(d: Draft, priority: int, path: str) -> str:
    _, rule = d.first("aws_lb_listener_rule")
    return d.add(
        "aws_lb_listener_rule",
        "zz_added",
        listener_arn=rule["listener_arn"],
        priority=priority,
        condition=[{"path_pattern": {"values": [path]}}],
        action=[{"type": "fixed-response", "fixed_response": {"content_type": "text/plain"}}],
    )


@finds("listener-rule-priority")
def two_rules_of_a_listener_with_one_priority(d: Draft) -> str:
    return _rule(d, d.first("aws_lb_listener_rule")[1]["priority"], "/zz/*")


@finds("listener-rule-reachable")
def rule_behind_one_that_matches_everything(d: Draft) -> str:
    first = d.first("aws_lb_listener_rule", lambda one: one["priority"] == 1)
    edit(first, condition=[{"path_pattern": {"values": ["/*"]}}])
    return _rule(d, 900, "/zz/*")


def _shifted_rule(d: Draft) -> Resource:
    return d.first("aws_lb_listener_rule", lambda one: "alternate" in str(one["action"]))


@finds("listener-weights")
def half_of_the_traffic_to_the_alternate_group(d: Draft) -> str:
    address, rule = _shifted_rule(d)
    for group in rule["action"][0]["forward"]["target_group"]:
        group["weight"] = 50
    return address


@finds("listener-rule-shift-ignore")
def weights_of_a_shifted_rule_are_not_ignored(d: Draft) -> str:
    return edit(_shifted_rule(d), lifecycle=None)


@finds("alb-two-zones")
def load_balancer_in_one_zone(d: Draft) -> str:
    address, balancer = d.first("aws_lb")
    balancer["subnets"] = balancer["subnets"][:1]
    return address


@finds("alb-connection-logs")
def load_balancer_without_connection_log(d: Draft) -> str:
    return edit(d.first("aws_lb"), connection_logs=None)


@finds("alb-log-bucket-policy")
def load_balancer_does_not_wait_for_the_bucket_policy(d: Draft) -> str:
    address, balancer = d.first("aws_lb", lambda one: "aws_s3_bucket" in str(one))
    balancer["depends_on"] = [one for one in balancer["depends_on"] if "policy" not in one]
    return address


@finds("alb-log-bucket-encryption")
def access_logs_in_a_bucket_with_a_kms_key(d: Draft) -> str:
    address, encryption = d.first("aws_s3_bucket_server_side_encryption_configuration")
    encryption["rule"][0]["apply_server_side_encryption_by_default"] = {
        "sse_algorithm": "aws:kms",
        "kms_master_key_id": reference(d.first("aws_kms_key")[0]),
    }
    return address


@finds("alb-web-acl")
def load_balancer_without_web_acl(d: Draft) -> str:
    d.first("aws_wafv2_web_acl_association")
    return d.duplicate(d.first("aws_lb"))


@finds("waf-associated")
def web_acl_before_nothing(d: Draft) -> str:
    d.remove("aws_wafv2_web_acl_association")
    return d.first("aws_wafv2_web_acl")[0]


@finds("waf-association-scope")
def web_acl_for_cloudfront_before_a_load_balancer(d: Draft) -> str:
    return edit(d.first("aws_wafv2_web_acl"), scope="CLOUDFRONT")


@finds("waf-log-destination")
def waf_log_group_without_prefix(d: Draft) -> str:
    edit(d.first("aws_cloudwatch_log_group", lambda one: "waf" in one["name"]), name="firewall")
    return d.first("aws_wafv2_web_acl_logging_configuration")[0]


@finds("waf-log-redaction")
def waf_log_with_credentials(d: Draft) -> str:
    address, logging = d.first("aws_wafv2_web_acl_logging_configuration")
    del logging["redacted_fields"][0]
    return address


@finds("waf-managed-rules")
def web_acl_without_rules_on_sql(d: Draft) -> str:
    address, acl = d.first("aws_wafv2_web_acl")
    acl["rule"] = [rule for rule in acl["rule"] if "SQLi" not in rule["name"]]
    return address


@finds("waf-rate-limit")
def rate_limit_counts_only(d: Draft) -> str:
    address, acl = d.first("aws_wafv2_web_acl")
    for rule in acl["rule"]:
        if "rate_based_statement" in rule["statement"]:
            rule["action"] = {"count": {}}
    return address
