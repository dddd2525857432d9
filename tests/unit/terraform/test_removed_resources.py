"""Resources that a document no longer contains."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.terraform.removed_resources import removed_resources

BEFORE = {"resource": {"aws_sqs_queue": {"jobs": {}, "mail": {}}, "aws_s3_bucket": {"files": {}}}}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE, ()),
        ({}, ("aws_s3_bucket.files", "aws_sqs_queue.jobs", "aws_sqs_queue.mail")),
        (
            {"resource": {"aws_sqs_queue": {"jobs": {}, "new": {}}}},
            ("aws_s3_bucket.files", "aws_sqs_queue.mail"),
        ),
        (
            {
                "resource": {"aws_sqs_queue": {"jobs": {}, "mailbox": {}}},
                "moved": [{"from": "aws_sqs_queue.mail", "to": "aws_sqs_queue.mailbox"}],
                "removed": {"from": "aws_s3_bucket.files", "lifecycle": {"destroy": False}},
            },
            (),
        ),
        (
            {
                "resource": {"aws_sqs_queue": {"jobs": {}, "mail": {}}},
                "removed": [{"from": "aws_s3_bucket.files"}],
            },
            ("aws_s3_bucket.files",),
        ),
    ],
)
def test_a_resource_without_a_successor_is_removed(
    after: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert removed_resources(BEFORE, after) == expected
