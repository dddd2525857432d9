"""Sessions of ECS Exec are logged and encrypted with a KMS key."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.values import UNKNOWN

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cluster in document.all("aws_ecs_cluster"):
        users = [
            service
            for service in document.referring(cluster, "aws_ecs_service")
            if service.flag("enable_execute_command", False) is True
        ]
        configuration = cluster.block("configuration").block("execute_command_configuration")
        if not users or not configuration.is_known:
            continue
        log = configuration.block("log_configuration")
        is_logged = any(
            not log.is_absent(name) for name in ("cloud_watch_log_group_name", "s3_bucket_name")
        )
        logging = configuration.get("logging")
        if configuration.is_absent("kms_key_id") or not (
            logging is UNKNOWN or (logging == "OVERRIDE" and is_logged)
        ):
            yield Violation(
                cluster.address,
                f"sessions in {', '.join(one.address for one in users)} are not logged with a key",
                "configuration.execute_command_configuration",
            )


RULE = Rule(
    id="ecs-exec-logging",
    title="Sessions of ECS Exec are logged and encrypted with a KMS key.",
    failure="It is not known afterwards who read or changed what in a container.",
    sources=("AWS: Logging ECS Exec commands",),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair=(
        "Set `execute_command_configuration` of the cluster with a KMS key and a log (setting: "
        "`hardening.audited_exec`)."
    ),
    violations=_violations,
)
