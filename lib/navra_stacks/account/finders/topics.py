"""Finders for SNS topics, topic policies and subscriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
)

__all__ = ["other_subscriptions", "policy", "subscription", "topic"]


def topic(target: LookupTarget) -> Iterator[Candidate]:
    """Find an SNS topic by its name."""
    name = target["name"]
    for live in target.account.list_all("sns", "list_topics"):
        arn = live["TopicArn"]
        if arn.rpartition(":")[2] == name:
            yield Candidate(arn, {"arn": arn, "id": arn, "name": name})


def policy(target: LookupTarget) -> Iterator[Candidate]:
    """Find the policy of an SNS topic; AWS creates a policy with every topic."""
    arn = target["arn"]
    if target.account.find("sns", "get_topic_attributes", TopicArn=arn) is not None:
        yield Candidate(arn)


def subscription(target: LookupTarget) -> Iterator[Candidate]:
    """Find an SNS subscription by its topic, protocol and endpoint.

    A subscription that is pending confirmation does not match: it has no ARN and cannot be
    imported. If Terraform creates it, SNS sends the confirmation request again.
    """
    protocol, endpoint = target["protocol"], target["endpoint"]
    for live in _subscriptions(target, target["topic_arn"]):
        same = (live["Protocol"], live["Endpoint"]) == (protocol, endpoint)
        if same and live["SubscriptionArn"].startswith("arn:"):
            arn = live["SubscriptionArn"]
            yield Candidate(arn, {"arn": arn, "id": arn}, _description(live), live)


def _description(live: Mapping[str, Any]) -> str:
    """Return protocol and endpoint; of a URL only the host name, because it may contain a key."""
    protocol, endpoint = live["Protocol"], live["Endpoint"]
    if protocol in ("http", "https"):
        return f"{protocol} {urlsplit(endpoint).hostname}"
    return f"{protocol} {endpoint}"


def _subscriptions(target: LookupTarget | LookupResults, topic: str) -> list[Any]:
    return target.account.list_all("sns", "list_subscriptions_by_topic", TopicArn=topic)


def other_subscriptions(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find the confirmed subscriptions of the matched topics."""
    for match in results.matches("aws_sns_topic").values():
        for live in _subscriptions(results, match.id):
            if live["SubscriptionArn"].startswith("arn:"):
                yield UnmanagedResource(
                    "aws_sns_topic_subscription",
                    live["SubscriptionArn"],
                    f"{_description(live)} of {match.attributes['name']}",
                )
