"""What is kept and told about a running environment: logs, alarms."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, refuse, rule
from navra_stacks.settings.model.field_types import between
from navra_stacks.settings.observability.log_pattern_alarm import LogPatternAlarm
from navra_stacks.settings.observability.thresholds import (
    CacheThresholds,
    DatabaseThresholds,
    ThresholdPercent,
)

__all__ = ["Alarms"]


_LABELS = r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
_EMAIL = re.compile(rf"[A-Za-z0-9._%+-]{{1,64}}@{_LABELS}")
_ENDPOINT = re.compile(rf"https://{_LABELS}(:[0-9]{{1,5}})?(/[A-Za-z0-9._~%+-]*)*")


def _check_email(value: str) -> str:
    if _EMAIL.fullmatch(value) is None:
        raise refuse(f"{value!r} is not a mail address", "as in 'operations@example.com'")
    return value


def _check_endpoint(value: str) -> str:
    # What follows the host may be a credential, so it is not shown.
    host = re.sub(r"^([a-z]+://)?([^/?#@]*@)?([^/?#]*).*$", r"\1\3", value, flags=re.DOTALL)
    if value.startswith("http://"):
        raise refuse(f"{host!r} is not encrypted", "only https:// is allowed")
    if _ENDPOINT.fullmatch(value) is None:
        raise refuse(
            f"{host!r} is not an address that can be subscribed here",
            "write https://, a host and a path, without user, password or query",
        )
    if any(_is_token(segment) for segment in value.split("/")[3:]):
        raise refuse(
            f"a part of the path under {host!r} looks like a token, which would lie open in the "
            "JSON and in the state",
            "subscribe it by hand to a topic of yours and give that as topic_arn",
        )
    return value


def _is_token(segment: str) -> bool:
    return (
        len(segment) >= 20
        and re.search(r"[0-9]", segment) is not None
        and re.search(r"[A-Za-z]", segment) is not None
    )


def _check_topic(value: str) -> str:
    if re.fullmatch(r"arn:aws:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}", value) is None:
        raise refuse(
            f"{value!r} is not the ARN of a standard SNS topic",
            "as in 'arn:aws:sns:us-east-1:123456789012:operations'",
        )
    return value


class Alarms(Settings):
    """Alarms and whom they tell: by a topic made here, or by one that exists.

    An alarm that tells nobody is refused. Where nobody knows the addresses yet, ``emails=None``
    has Terraform ask for them at each plan.
    """

    renamed_fields: ClassVar[Mapping[str, str]] = {"budget_rejections": "custom"}

    emails: tuple[Annotated[str, AfterValidator(_check_email)], ...] | None = ()
    """Addresses that get a mail; each is asked to confirm. None where they are not known yet."""

    https_endpoints: tuple[Annotated[str, AfterValidator(_check_endpoint)], ...] = ()
    """Addresses that get a POST, ``https://`` only; each is asked to confirm. An address that holds
    a token is a secret and does not belong here: subscribe it by hand to a topic of yours."""

    topic_arn: Annotated[str, AfterValidator(_check_topic)] | None = None
    """An existing SNS topic of the same Region, instead of one made here. Its policy, and that of
    its key, must let ``cloudwatch.amazonaws.com`` publish."""

    error_percent: ThresholdPercent = 5
    """Share of 5xx answers that raises an alarm, in percent."""

    minimum_requests: Annotated[int, between(1, 1_000_000, "a number of requests")] = 20
    """Requests a minute below which neither errors nor latency raise an alarm: one failure at night
    is not a share of anything."""

    latency_seconds: Annotated[int, between(1, 120, "a threshold", "seconds")] = 2
    """p95 of the response time that raises an alarm, in seconds."""

    cpu_percent: ThresholdPercent = 85
    """CPU of a service that raises an alarm, in percent of what its tasks have."""

    memory_percent: ThresholdPercent = 85
    """Memory of a service that raises an alarm, in percent; at 100 a task is killed."""

    custom: tuple[LogPatternAlarm, ...] = ()
    """Alarms of the application's own, each on log lines that match a pattern."""

    database: DatabaseThresholds = DatabaseThresholds()
    """What raises an alarm on a managed database."""

    cache: CacheThresholds = CacheThresholds()
    """What raises an alarm on a managed cache."""

    @property
    def asks_for_emails(self) -> bool:
        """Whether Terraform must be told at each plan who gets a mail."""
        return self.emails is None

    @rule
    def _tells_somebody(self) -> Iterator[SettingsProblem]:
        if self.emails == () and not self.https_endpoints and self.topic_arn is None:
            yield SettingsProblem(
                "emails",
                "no address and no topic is given, so the alarms would tell nobody",
                "give emails, https_endpoints or topic_arn; or emails=None while nobody knows "
                "them, and Terraform asks",
            )

    @rule
    def _one_topic(self) -> Iterator[SettingsProblem]:
        if self.topic_arn is not None and (self.emails != () or self.https_endpoints):
            yield SettingsProblem(
                "topic_arn",
                "is given beside addresses, which would be subscribed to a topic made here",
                "subscribe them to your topic and leave them out, or leave topic_arn out",
            )

    @rule
    def _told_once(self) -> Iterator[SettingsProblem]:
        for field in ("emails", "https_endpoints"):
            for address, count in Counter(getattr(self, field) or ()).items():
                if count > 1:
                    yield SettingsProblem(
                        field, f"{address!r} is given {count} times", "give it once"
                    )

    @rule
    def _custom_alarms_have_names_of_their_own(self) -> Iterator[SettingsProblem]:
        for name, count in Counter(alarm.name for alarm in self.custom).items():
            if count > 1:
                yield SettingsProblem(
                    "custom", f"{count} alarms are named {name!r}", "name each differently"
                )
