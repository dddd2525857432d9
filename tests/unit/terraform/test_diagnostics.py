"""Errors and warnings of Terraform."""

from __future__ import annotations

from typing import Any

from navra_stacks.terraform.diagnostics import errors_by_address, format_diagnostic


def diagnostic(summary: str, **more: Any) -> dict[str, Any]:
    return {"severity": "error", "summary": summary, "detail": "", **more}


def test_a_diagnostic_is_formatted_with_its_block_and_details() -> None:
    assert format_diagnostic(diagnostic("No.")) == "error: No."
    context = {"context": "resource.aws_lb.web"}
    text = format_diagnostic(diagnostic("No.", detail="Because.", snippet=context))
    assert text == "error in resource.aws_lb.web: No.: Because."


def test_errors_are_grouped_by_the_resource_to_which_terraform_attributes_them() -> None:
    assert errors_by_address(
        [
            diagnostic("Not allowed", detail="Line 1\n  line 2", address="aws_lb.web"),
            diagnostic("Also not", address="aws_lb.web"),
            # An error of the document has no address, but the block in its context.
            diagnostic("Invalid", snippet={"context": "resource.aws_ecs_service.web"}),
            diagnostic("Elsewhere", snippet={"context": "data.aws_vpc.vpc"}),
            diagnostic("Nowhere", snippet=None),
            diagnostic("Old", severity="warning", address="aws_lb.old"),
        ]
    ) == {
        "aws_lb.web": "Not allowed: Line 1 line 2; Also not",
        "aws_ecs_service.web": "Invalid",
    }
