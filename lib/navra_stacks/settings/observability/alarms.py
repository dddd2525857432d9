"""CloudWatch alarms of an environment: thresholds and recipients."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.credentials import has_random_segment
from navra_stacks.settings.model.field_types import Name
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping
from navra_stacks.settings.observability.log_pattern_alarm import LogPatternAlarm
from navra_stacks.settings.observability.thresholds import (
    CacheThresholds,
    DatabaseThresholds,
    LatencySeconds,
    RequestCount,
    ServiceThresholds,
    ThresholdPercent,
)

__all__ = ["Alarms"]


_LABELS = r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
_EMAIL = re.compile(rf"[A-Za-z0-9._%+-]{{1,64}}@{_LABELS}")
_ENDPOINT = re.compile(rf"https://{_LABELS}(:[0-9]{{1,5}})?(/[A-Za-z0-9._~%+-]*)*")


def _check_email(value: str) -> str:
    if _EMAIL.fullmatch(value) is None:
        raise invalid(
            f"{value!r} is not a valid email address",
            "use an address such as 'operations@example.com'",
        )
    return value


def _check_endpoint(value: str) -> str:
    # The rest of the URL can be a credential, so only the host is shown.
    host = re.sub(r"^([a-z]+://)?([^/?#@]*@)?([^/?#]*).*$", r"\1\3", value, flags=re.DOTALL)
    if value.startswith("http://"):
        raise invalid(f"{host!r} is not encrypted", "use a URL that starts with https://")
    if _ENDPOINT.fullmatch(value) is None:
        raise invalid(
            f"the URL at {host!r} is not a valid HTTPS endpoint",
            "write https://, a host name, and optionally a port and a path of letters, digits and "
            "._~%+-, without user, password and query",
        )
    if has_random_segment(value):
        raise invalid(
            f"part of the path under {host!r} looks like a token, and would be stored in plain "
            "text in the Terraform JSON and in the state",
            "remove the URL, subscribe all recipients manually to a topic of your own, and set "
            "topic_arn instead",
        )
    return value


def _check_topic(value: str) -> str:
    if re.fullmatch(r"arn:aws:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}", value) is None:
        raise invalid(
            f"{value!r} is not a valid ARN of a standard SNS topic",
            "use an ARN such as 'arn:aws:sns:us-east-1:123456789012:operations'",
        )
    return value


class Alarms(Settings):
    """CloudWatch alarms of an environment, and the recipients of their notifications.

    The recipients are the subscribers of an SNS topic, which Terraform creates or which exists
    already. At least one recipient is required. If the email addresses are not known yet, set
    ``emails=None``: the addresses are then a Terraform variable that must be set at each plan.
    """

    former_names: ClassVar[Mapping[str, str]] = {
        "budget_rejections": "custom",
        "asks_for_emails": "emails_unknown",
    }

    emails: tuple[Annotated[str, AfterValidator(_check_email)], ...] | None = ()
    """Email addresses to notify; each recipient must confirm the subscription. None if the
    addresses are not known yet."""

    https_endpoints: tuple[Annotated[str, AfterValidator(_check_endpoint)], ...] = ()
    """HTTPS URLs to notify with a POST request; each endpoint must confirm the subscription. A URL
    that contains a token is a secret and is rejected: subscribe the URL manually to your own topic,
    and set `topic_arn`."""

    topic_arn: Annotated[str, AfterValidator(_check_topic)] | None = None
    """The ARN of an existing SNS topic in the environment's Region; None to create a topic. The
    policy of the topic and the policy of its KMS key must allow ``cloudwatch.amazonaws.com`` to
    publish."""

    error_percent: ThresholdPercent = 5
    """Share of 5xx responses, 1-100 percent, above which an alarm goes into the ALARM state."""

    minimum_requests: RequestCount = 20
    """Number of requests per minute below which the alarms on errors and latency stay in the OK
    state, because with few requests one failure is not a meaningful share."""

    latency_seconds: LatencySeconds = 2
    """p95 of the response time, 1-4000 seconds, above which an alarm goes into the ALARM state. The
    load balancer measures the time until the response begins."""

    cpu_percent: ThresholdPercent = 85
    """Average CPU utilization of a service, 1-100 percent, above which an alarm goes into the
    ALARM state."""

    memory_percent: ThresholdPercent = 85
    """Average memory utilization of a service, 1-100 percent, above which an alarm goes into the
    ALARM state. Use less than 100, because a task that uses all of its memory is killed."""

    services: FrozenMapping[Name, ServiceThresholds] = EMPTY
    """Other thresholds for single services, by their names, for example ``{"reports":
    ServiceThresholds(latency_seconds=30)}``."""

    custom: tuple[LogPatternAlarm, ...] = ()
    """Alarms on log lines that match a pattern, for events in the application."""

    database: DatabaseThresholds = DatabaseThresholds()
    """Thresholds of the alarms on a database that Terraform creates."""

    cache: CacheThresholds = CacheThresholds()
    """Thresholds of the alarms on a cache that Terraform creates."""

    @property
    def emails_unknown(self) -> bool:
        """True if the email addresses are a Terraform variable that must be set at each plan."""
        return self.emails is None

    def for_service(self, name: str) -> Self:
        """Return a copy with the thresholds of the service named `name`."""
        own = self.services.get(name, ServiceThresholds())
        return self.replace(
            **{field: value for field, value in own.model_dump().items() if value is not None}
        )

    @rule
    def _check_recipients(self) -> Iterator[SettingsProblem]:
        if self.emails == () and not self.https_endpoints and self.topic_arn is None:
            yield SettingsProblem(
                "emails",
                "is empty, and https_endpoints and topic_arn are not set, so the alarms would "
                "have no recipient",
                "set emails, https_endpoints or topic_arn, or set emails=None to enter the "
                "addresses at each plan",
            )

    @rule
    def _check_topic_or_subscribers(self) -> Iterator[SettingsProblem]:
        if self.topic_arn is not None and (self.emails != () or self.https_endpoints):
            yield SettingsProblem(
                "topic_arn",
                "is set together with emails or https_endpoints, but these are subscribed only "
                "to a topic that Terraform creates",
                "remove emails and https_endpoints and subscribe the addresses to your own "
                "topic, or remove topic_arn",
            )

    @rule
    def _check_duplicates(self) -> Iterator[SettingsProblem]:
        for field in ("emails", "https_endpoints"):
            for address, count in Counter(getattr(self, field) or ()).items():
                if count > 1:
                    yield SettingsProblem(
                        field, f"{address!r} is listed {count} times", "list each address once"
                    )

    @rule
    def _check_service_thresholds(self) -> Iterator[SettingsProblem]:
        for name, thresholds in self.services.items():
            if thresholds == ServiceThresholds():
                yield SettingsProblem(
                    f"services.{name}", "sets no threshold", "set a threshold, or remove the entry"
                )

    @rule
    def _check_custom_names(self) -> Iterator[SettingsProblem]:
        for name, count in Counter(alarm.name for alarm in self.custom).items():
            if count > 1:
                yield SettingsProblem(
                    "custom",
                    f"{count} alarms are named {name!r}",
                    "give each alarm a different name",
                )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[AlarmsChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class AlarmsChanges(TypedDict, total=False):
        emails: tuple[str, ...] | None
        https_endpoints: tuple[str, ...]
        topic_arn: str | None
        error_percent: ThresholdPercent
        minimum_requests: RequestCount
        latency_seconds: LatencySeconds
        cpu_percent: ThresholdPercent
        memory_percent: ThresholdPercent
        services: FrozenMapping[Name, ServiceThresholds]
        custom: tuple[LogPatternAlarm, ...]
        database: DatabaseThresholds
        cache: CacheThresholds
