"""SNS topics and who is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from navra_stacks.account.lookup_types import Candidate, LookupTarget, Survey, UnmanagedResource

__all__ = ["other_subscriptions", "policy", "subscription", "topic"]


def topic(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name."""
    name = wanted["name"]
    for live in wanted.account.all("sns", "list_topics"):
        arn = live["TopicArn"]
        if arn.rpartition(":")[2] == name:
            yield Candidate(arn, {"arn": arn, "id": arn, "name": name})


def policy(wanted: LookupTarget) -> Iterator[Candidate]:
    """That of its topic: AWS gives each one a policy from the beginning."""
    arn = wanted["arn"]
    if wanted.account.look("sns", "get_topic_attributes", TopicArn=arn) is not None:
        yield Candidate(arn)


def subscription(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its topic, its protocol and who is told.

    One that nobody has confirmed has no ARN yet and cannot be imported: it counts as missing, and
    to make it asks for the confirmation again.
    """
    protocol, endpoint = wanted["protocol"], wanted["endpoint"]
    for live in _subscriptions(wanted, wanted["topic_arn"]):
        same = (live["Protocol"], live["Endpoint"]) == (protocol, endpoint)
        if same and live["SubscriptionArn"].startswith("arn:"):
            arn = live["SubscriptionArn"]
            yield Candidate(arn, {"arn": arn, "id": arn}, _told(live), live)


def _told(live: Mapping[str, Any]) -> str:
    """Who is told. Of an address in the web the host alone: the rest may hold the key to it."""
    protocol, endpoint = live["Protocol"], live["Endpoint"]
    if protocol in ("http", "https"):
        return f"{protocol} {urlsplit(endpoint).hostname}"
    return f"{protocol} {endpoint}"


def _subscriptions(wanted: LookupTarget | Survey, topic: str) -> list[Any]:
    return wanted.account.all("sns", "list_subscriptions_by_topic", TopicArn=topic)


def other_subscriptions(survey: Survey) -> Iterator[UnmanagedResource]:
    """Who else is told by the found topics."""
    for found in survey.found("aws_sns_topic").values():
        for live in _subscriptions(survey, found.id):
            if live["SubscriptionArn"].startswith("arn:"):
                yield UnmanagedResource(
                    "aws_sns_topic_subscription",
                    live["SubscriptionArn"],
                    f"{_told(live)} of {found.attributes['name']}",
                )
