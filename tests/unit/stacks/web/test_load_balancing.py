"""The web ACL, the access logs and the response headers of the load balancer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from environments.prod import PROD
from environments.staging import STAGING
from navra_stacks import (
    AccessLogs,
    Hardening,
    LoadBalancer,
    ResponseHeaders,
    Waf,
    WafException,
)
from navra_stacks.terraform.document import TerraformDocument

COMMON = "AWSManagedRulesCommonRuleSet"
LABEL = "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"

WEB_ACL = {
    "aws_cloudwatch_log_group.web_acl_log_group",
    "aws_wafv2_web_acl.web_acl",
    "aws_wafv2_web_acl_association.web_acl_association",
    "aws_wafv2_web_acl_logging_configuration.web_acl_logging",
}
BUCKET = {
    "aws_s3_bucket.access_logs_bucket",
    "aws_s3_bucket_lifecycle_configuration.access_logs_lifecycle",
    "aws_s3_bucket_ownership_controls.access_logs_ownership",
    "aws_s3_bucket_policy.access_logs_policy",
    "aws_s3_bucket_public_access_block.access_logs_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration.access_logs_encryption",
    "aws_s3_bucket_versioning.access_logs_versioning",
}
# Arguments whose change forces a replacement (provider documentation).
REPLACING = {
    "aws_lb": ("name", "internal", "load_balancer_type"),
    "aws_lb_listener": ("load_balancer_arn",),
}


def rules(document: TerraformDocument) -> dict[str, dict[str, Any]]:
    """The rules of the web ACL by name, in the order of their priority."""
    body = document.one("aws_wafv2_web_acl").body
    ordered = sorted(body["rule"], key=lambda rule: rule["priority"])
    assert len({rule["priority"] for rule in ordered}) == len(ordered)
    return {rule["name"]: rule for rule in ordered}


def statements(document: TerraformDocument) -> dict[str, dict[str, Any]]:
    """The statements of the bucket policy by name."""
    policy = json.loads(document.one("aws_s3_bucket_policy").body["policy"])
    return {statement["Sid"]: statement for statement in policy["Statement"]}


@pytest.mark.parametrize(
    ("toggle", "settings", "added", "changed"),
    [
        # Only `depends_on` of the record changes.
        ("waf", Waf(), WEB_ACL, {"aws_route53_record.alias_record"}),
        ("access_logs", AccessLogs(), BUCKET, {"aws_lb.load_balancer"}),
        ("response_headers", ResponseHeaders(), set(), {"aws_lb_listener.https_listener"}),
    ],
)
def test_a_toggle_adds_its_resources_and_replaces_nothing(
    turned_on, toggle, settings, added, changed
):
    change = turned_on(**{toggle: settings})
    assert (change.added, change.removed, change.changed) == (added, set(), changed)
    for type_, arguments in REPLACING.items():
        before = {block.address: block for block in change.before.all(type_)}
        for block in change.after.all(type_):
            for argument in arguments:
                assert block.get(argument) == before[block.address].get(argument)


# -- Web ACL --------------------------------------------------------------------------------------


def test_waf_rules_check_source_then_rate_then_content(turned_on):
    assert list(rules(turned_on(waf=Waf()).after)) == [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesAnonymousIpList",
        "rate-limit",
        COMMON,
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
    ]


def test_the_anonymous_ip_list_counts_and_all_other_groups_block(turned_on):
    overrides = {
        name: rule["override_action"]
        for name, rule in rules(turned_on(waf=Waf()).after).items()
        if name != "rate-limit"
    }
    assert overrides.pop("AWSManagedRulesAnonymousIpList") == {"count": {}}
    assert all(override == {"none": {}} for override in overrides.values())


def test_any_group_and_the_rate_limit_can_be_set_to_count(turned_on):
    waf = Waf(count_only=(COMMON,), rate_limit_action="count")
    found = rules(turned_on(waf=waf).after)
    assert found[COMMON]["override_action"] == {"count": {}}
    assert found["AWSManagedRulesAnonymousIpList"]["override_action"] == {"none": {}}
    assert found["rate-limit"]["action"] == {"count": {}}


def test_requests_over_the_rate_limit_get_429(turned_on):
    rule = rules(turned_on(waf=Waf(rate_limit=500, rate_window_seconds=60)).after)["rate-limit"]
    assert rule["statement"]["rate_based_statement"] == {
        "aggregate_key_type": "IP",
        "limit": 500,
        "evaluation_window_sec": 60,
    }
    assert rule["action"]["block"]["custom_response"] == {"response_code": 429}


def test_the_host_is_public_only_with_its_web_acl(turned_on):
    change = turned_on(waf=Waf())
    record = change.after.one("aws_route53_record", type="A")
    assert record["depends_on"] == ["aws_wafv2_web_acl_association.web_acl_association"]
    assert "depends_on" not in change.before.one("aws_route53_record", type="A").body


def test_every_rule_has_a_metric_and_sampling_is_off(turned_on):
    document = turned_on(waf=Waf(body_size_exceptions=("/api/uploads/",))).after
    acl = document.one("aws_wafv2_web_acl").body
    measured = [acl, *acl["rule"]]
    for one in measured:
        assert one["visibility_config"] == {
            "metric_name": one["name"],
            "cloudwatch_metrics_enabled": True,
            "sampled_requests_enabled": False,
        }


def test_large_bodies_are_blocked_by_label_except_on_excepted_paths(turned_on):
    waf = Waf(body_size_exceptions=("/api/uploads/", "/api/imports/"))
    found = rules(turned_on(waf=waf).after)
    group = found[COMMON]["statement"]["managed_rule_group_statement"]
    assert group["rule_action_override"] == [
        {"name": "SizeRestrictions_BODY", "action_to_use": {"count": {}}}
    ]
    assert found[COMMON]["override_action"] == {"none": {}}
    own = found["body-size"]
    assert list(found)[-1] == "body-size"  # a label exists after the rule group that adds it
    assert own["action"] == {"block": {}}
    label, *excepted = own["statement"]["and_statement"]["statement"]
    assert label == {"label_match_statement": {"scope": "LABEL", "key": LABEL}}
    matches = [one["not_statement"]["statement"][0]["byte_match_statement"] for one in excepted]
    assert [match["search_string"] for match in matches] == list(waf.body_size_exceptions)
    for match in matches:
        assert match["field_to_match"] == {"uri_path": {}}
        assert match["positional_constraint"] == "STARTS_WITH"
        assert [one["type"] for one in match["text_transformation"]] == [
            "URL_DECODE",
            "NORMALIZE_PATH",
        ]


def test_without_exceptions_the_rule_group_blocks_large_bodies(turned_on):
    found = rules(turned_on(waf=Waf()).after)
    assert "body-size" not in found
    assert "rule_action_override" not in found[COMMON]["statement"]["managed_rule_group_statement"]


def test_large_bodies_are_only_counted_with_a_counting_rule_group(turned_on):
    waf = Waf(count_only=(COMMON,), body_size_exceptions=("/api/uploads/",))
    assert rules(turned_on(waf=waf).after)["body-size"]["action"] == {"count": {}}


def test_excepted_rules_count_and_block_on_all_other_paths(turned_on):
    waf = Waf(
        body_size_exceptions=("/api/",),
        exceptions=(
            WafException(rules=("GenericLFI_BODY", "SQLi_BODY"), paths=("/api/chat/",)),
            WafException(rules=("Log4JRCE_BODY",), paths=("/api/",)),
            WafException(rules=("UserAgent_BadBots_HEADER",)),
        ),
    )
    found = rules(turned_on(waf=waf).after)

    def counting(group):
        overrides = found[group]["statement"]["managed_rule_group_statement"][
            "rule_action_override"
        ]
        assert all(one["action_to_use"] == {"count": {}} for one in overrides)
        return [one["name"] for one in overrides]

    assert counting(COMMON) == [
        "GenericLFI_BODY",
        "SizeRestrictions_BODY",
        "UserAgent_BadBots_HEADER",
    ]
    assert counting("AWSManagedRulesSQLiRuleSet") == ["SQLi_BODY"]
    assert counting("AWSManagedRulesKnownBadInputsRuleSet") == ["Log4JRCE_BODY"]

    assert list(found)[-3:] == ["body-size", "exception-1", "exception-2"]
    first, second = found["exception-1"], found["exception-2"]
    assert first["action"] == second["action"] == {"block": {}}
    labels, path = first["statement"]["and_statement"]["statement"]
    assert [one["label_match_statement"]["key"] for one in labels["or_statement"]["statement"]] == [
        "awswaf:managed:aws:core-rule-set:GenericLFI_Body",
        "awswaf:managed:aws:sql-database:SQLi_Body",
    ]
    match = path["not_statement"]["statement"][0]["byte_match_statement"]
    assert match["search_string"] == "/api/chat/"
    label, _ = second["statement"]["and_statement"]["statement"]
    assert label["label_match_statement"]["key"] == (
        "awswaf:managed:aws:known-bad-inputs:Log4JRCE_Body"
    )


def test_waf_logs_only_requests_that_a_rule_blocked_or_counted(turned_on):
    logging = turned_on(waf=Waf()).after.one("aws_wafv2_web_acl_logging_configuration").body
    assert logging["logging_filter"] == {
        "default_behavior": "DROP",
        "filter": [
            {
                "behavior": "KEEP",
                "requirement": "MEETS_ANY",
                "condition": [
                    {"action_condition": {"action": action}}
                    for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
                ],
            }
        ],
    }


def test_waf_can_log_all_requests(turned_on):
    document = turned_on(waf=Waf(logs="all")).after
    assert "logging_filter" not in document.one("aws_wafv2_web_acl_logging_configuration").body


def test_waf_logs_redact_credentials(turned_on):
    document = turned_on(waf=Waf()).after
    group = document.one("aws_cloudwatch_log_group", name="aws-waf-logs-aep-staging")
    assert group.body["retention_in_days"] == STAGING.logs.retention_days
    logging = document.one("aws_wafv2_web_acl_logging_configuration").body
    assert logging["log_destination_configs"] == [f"${{{group.address}.arn}}"]
    assert logging["redacted_fields"] == [
        {"single_header": {"name": "authorization"}},
        {"single_header": {"name": "cookie"}},
    ]


def test_the_association_references_the_load_balancer_and_the_web_acl_only(turned_on):
    association = turned_on(waf=Waf()).after.one("aws_wafv2_web_acl_association").body
    association = {name: value for name, value in association.items() if name != "//"}
    assert association == {
        "resource_arn": "${aws_lb.load_balancer.arn}",
        "web_acl_arn": "${aws_wafv2_web_acl.web_acl.arn}",
    }


# -- Access and connection logs -------------------------------------------------------------------


def test_the_load_balancer_depends_on_the_bucket_policy(turned_on):
    load_balancer = turned_on(access_logs=AccessLogs()).after.one("aws_lb").body
    bucket = "${aws_s3_bucket.access_logs_bucket.id}"
    assert load_balancer["access_logs"] == {"bucket": bucket, "prefix": "access", "enabled": True}
    assert load_balancer["connection_logs"] == {
        "bucket": bucket,
        "prefix": "connection",
        "enabled": True,
    }
    assert load_balancer["depends_on"] == ["aws_s3_bucket_policy.access_logs_policy"]


def test_only_log_delivery_of_this_account_may_write_with_tls_only(turned_on):
    found = statements(turned_on(access_logs=AccessLogs()).after)
    arn = "${aws_s3_bucket.access_logs_bucket.arn}"
    assert found == {
        "DeliverLogs": {
            "Sid": "DeliverLogs",
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": [
                f"{arn}/access/AWSLogs/{STAGING.account}/*",
                f"{arn}/connection/AWSLogs/{STAGING.account}/*",
            ],
        },
        "OnlyWithTls": {
            "Sid": "OnlyWithTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    }


def test_the_bucket_is_private_versioned_and_encrypted_with_s3_managed_keys(turned_on):
    document = turned_on(access_logs=AccessLogs()).after
    block = document.one("aws_s3_bucket_public_access_block").body
    for name in (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ):
        assert block[name] is True
    ownership = document.one("aws_s3_bucket_ownership_controls").body
    assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}
    versioning = document.one("aws_s3_bucket_versioning").body
    assert versioning["versioning_configuration"] == {"status": "Enabled"}
    encryption = document.one("aws_s3_bucket_server_side_encryption_configuration").body
    assert encryption["rule"] == [
        {
            "apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"},
            # S3 sets it for each new bucket.
            "blocked_encryption_types": ["SSE-C"],
        }
    ]


def test_logs_noncurrent_versions_and_incomplete_uploads_expire(turned_on):
    document = turned_on(access_logs=AccessLogs(retention_days=90)).after
    (rule,) = document.one("aws_s3_bucket_lifecycle_configuration").body["rule"]
    assert rule["status"] == "Enabled"
    assert rule["expiration"] == [{"days": 90}]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 7}]
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]


def test_a_relaxed_bucket_is_destroyed_with_its_logs(turned_on):
    bucket = turned_on(access_logs=AccessLogs()).after.one("aws_s3_bucket").body
    assert bucket["force_destroy"] is True
    assert "prevent_destroy" not in bucket["lifecycle"]


def test_a_protected_bucket_cannot_be_destroyed(turned_on):
    change = turned_on(access_logs=AccessLogs(), deletion_protection=True)
    bucket = change.after.one("aws_s3_bucket").body
    assert bucket["force_destroy"] is False
    assert bucket["lifecycle"]["prevent_destroy"] is True
    assert change.after.one("aws_lb").body["lifecycle"]["prevent_destroy"] is True


def test_the_bucket_name_contains_account_and_region_unless_it_is_set(turned_on):
    assert (
        turned_on(access_logs=AccessLogs()).after.one("aws_s3_bucket").body["bucket"]
        == "aep-staging-alb-logs-625847798833-us-east-1"
    )
    named = turned_on(access_logs=AccessLogs(bucket_name="aep-logs")).after
    assert named.one("aws_s3_bucket").body["bucket"] == "aep-logs"


def test_an_unknown_account_is_a_variable_in_the_bucket_name(synthesized):
    document = synthesized(
        PROD.replace(account=None, hardening=Hardening.relaxed(access_logs=AccessLogs()))
    )
    bucket = document.one("aws_s3_bucket").body["bucket"]
    assert bucket == "aep-prod-alb-logs-${var.account_id}-us-east-1"
    for resource in statements(document)["DeliverLogs"]["Resource"]:
        assert resource.endswith("/AWSLogs/${var.account_id}/*")


# -- Listener -------------------------------------------------------------------------------------


def added_headers(document: TerraformDocument) -> dict[str, Any]:
    listener = document.one("aws_lb_listener", port=443).body
    prefix = "routing_http_response_"
    return {
        name.removeprefix(prefix): value
        for name, value in listener.items()
        if name.startswith(prefix)
    }


def test_the_https_listener_adds_security_headers(turned_on):
    assert added_headers(turned_on(response_headers=ResponseHeaders()).after) == {
        "strict_transport_security_header_value": "max-age=31536000",
        "x_content_type_options_header_value": "nosniff",
        "x_frame_options_header_value": "SAMEORIGIN",
        "server_enabled": False,
    }


def test_each_header_has_its_own_setting(turned_on):
    headers = ResponseHeaders(
        hsts_include_subdomains=True,
        hsts_preload=True,
        content_type_options=None,
        frame_options="DENY",
        content_security_policy="default-src 'self'",
        server_header=True,
    )
    assert added_headers(turned_on(response_headers=headers).after) == {
        "strict_transport_security_header_value": "max-age=31536000; includeSubDomains; preload",
        "x_frame_options_header_value": "DENY",
        "content_security_policy_header_value": "default-src 'self'",
        "server_enabled": True,
    }


def test_a_content_security_policy_is_escaped(turned_on):
    headers = ResponseHeaders(content_security_policy="script-src 'nonce-${x}' %{y}")
    added = added_headers(turned_on(response_headers=headers).after)
    assert added["content_security_policy_header_value"] == "script-src 'nonce-$${x}' %%{y}"


def test_without_response_headers_the_listener_adds_none(staging):
    assert added_headers(staging) == {}


def test_timeouts_and_tls_are_settings_of_the_load_balancer(replaced):
    change = replaced(
        load_balancer=LoadBalancer(
            idle_timeout_seconds=120,
            client_keep_alive_seconds=600,
            tls_policy="ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        )
    )
    assert (change.added, change.removed) == (set(), set())
    assert change.changed == {"aws_lb.load_balancer", "aws_lb_listener.https_listener"}
    load_balancer = change.after.one("aws_lb").body
    assert (load_balancer["idle_timeout"], load_balancer["client_keep_alive"]) == (120, 600)
    listener = change.after.one("aws_lb_listener", port=443).body
    assert listener["ssl_policy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


def test_the_client_keep_alive_defaults_to_one_hour(staging):
    assert staging.one("aws_lb").body["client_keep_alive"] == 3600
