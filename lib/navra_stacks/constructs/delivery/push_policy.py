"""The permissions of the role that pushes images."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["push_statements"]


def push_statements(repository_arns: Sequence[str]) -> list[dict[str, object]]:
    """Return the statements of the policy: push, and what a push reads.

    Source: Amazon ECR User Guide, "IAM permissions for pushing an image to an Amazon ECR private
    repository". `BatchGetImage` and `DescribeImages` are for a further tag of an image.

    Args:
        repository_arns: The ARNs of the repositories of the environment.
    """
    return [
        # No resource-level permissions (Service Authorization Reference, Amazon ECR).
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                "ecr:DescribeImages",
                "ecr:GetDownloadUrlForLayer",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            "Resource": list(repository_arns),
        },
    ]
