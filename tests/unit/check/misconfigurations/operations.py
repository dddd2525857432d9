"""Misconfigurations: secrets, keys, logs, images, alarms."""

from __future__ import annotations

from tests.unit.check.draft import Draft, Resource, edit
from tests.unit.check.misconfigurations.registry import finds


@finds("secret-rotation")
def secret_without_rotation(d: Draft) -> str:
    return d.duplicate(d.first("aws_secretsmanager_secret"))


@finds("secret-in-document")
def password_in_the_code(d: Draft) -> str:
    return edit(d.first("aws_db_instance"), password_wo="correct-horse-9")


@finds("secret-in-state")
def password_from_terraform(d: Draft) -> str:
    return d.add("random_password", "zz_password", length=20)


@finds("credential-literal")
def key_in_user_data(d: Draft) -> str:
    return d.add(
        "aws_launch_template",
        "zz_hosts",
        user_data="export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        metadata_options={"http_tokens": "required"},
    )


@finds("kms-deletion-window")
def key_is_deleted_after_a_week(d: Draft) -> str:
    return edit(d.first("aws_kms_key"), deletion_window_in_days=7)


@finds("log-group-key")
def logs_with_the_key_of_aws(d: Draft) -> str:
    return edit(d.first("aws_cloudwatch_log_group"), kms_key_id=None)


@finds("ecr-scan-on-push")
def images_are_not_scanned(d: Draft) -> str:
    address, repository = d.first("aws_ecr_repository")
    repository["image_scanning_configuration"]["scan_on_push"] = False
    return address


@finds("ecr-key")
def images_with_the_key_of_s3(d: Draft) -> str:
    return edit(
        d.first("aws_ecr_repository"), encryption_configuration=[{"encryption_type": "AES256"}]
    )


def _alarm(d: Draft) -> Resource:
    return d.first("aws_cloudwatch_metric_alarm", lambda one: one.get("alarm_actions"))


@finds("alarm-actions-enabled")
def alarm_with_disabled_actions(d: Draft) -> str:
    return edit(_alarm(d), actions_enabled=False)


@finds("reference-undeclared")
def alarm_on_a_topic_that_does_not_exist(d: Draft) -> str:
    return edit(_alarm(d), alarm_actions=["${aws_sns_topic.missing.arn}"])


@finds("alarm-topic-subscription")
def alarm_topic_without_recipient(d: Draft) -> str:
    d.remove("aws_sns_topic_subscription")
    return d.first("aws_sns_topic")[0]


@finds("alarm-topic-key")
def alarm_topic_with_the_key_of_aws(d: Draft) -> str:
    return edit(d.first("aws_sns_topic"), kms_master_key_id="alias/aws/sns")


@finds("acm-transparency")
def certificate_without_transparency_log(d: Draft) -> str:
    return edit(
        d.first("aws_acm_certificate"),
        options={"certificate_transparency_logging_preference": "DISABLED"},
    )


@finds("alias-target-health")
def alias_without_target_health(d: Draft) -> str:
    address, record = d.first("aws_route53_record", lambda one: "alias" in one)
    record["alias"]["evaluate_target_health"] = False
    return address
