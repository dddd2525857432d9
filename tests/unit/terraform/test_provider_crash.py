"""The crash of a provider is found in the output of Terraform."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.terraform.provider_crash import find_crash

# The form of Terraform's internal/logging/panic.go, with the stack traces of crash reports at
# https://github.com/hashicorp/terraform-provider-aws/issues?q=label%3Acrash
TRACE = """
Stack trace from the terraform-provider-aws_v5.100.0_x5 plugin:

panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]

goroutine 115 [running]:
github.com/aws/aws-sdk-go-v2/service/iam.(*Client).GetRole(0x68, {0x0, 0x0})
\tgithub.com/aws/aws-sdk-go-v2/service/iam@v1.2.3/api_op_GetRole.go:30 +0x1
github.com/hashicorp/terraform-provider-aws/internal/service/iam.resourceRolePolicyRead(0x68)
\t%s/internal/service/iam/role_policy.go:59 +0x59d
github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema.(*Resource).read(0x95725bb)
\tgithub.com/hashicorp/terraform-plugin-sdk/v2@v2.10.1/helper/schema/resource.go:707 +0x1

Error: The terraform-provider-aws_v5.100.0_x5 plugin crashed!
"""
PANIC = "panic: runtime error: invalid memory address or nil pointer dereference"


def no_response(address: str = "", summary: str = "Plugin did not respond") -> dict[str, Any]:
    found = {"severity": "error", "summary": summary, "detail": "The plugin encountered an error"}
    return found | ({"address": address} if address else {})


@pytest.mark.parametrize(
    "root",
    [
        "github.com/hashicorp/terraform-provider-aws",
        "/build/src/github.com/hashicorp/terraform-provider-aws",
        "github.com/hashicorp/terraform-provider-aws@v1.60.1-0",
    ],
)
def test_the_panic_and_the_first_line_of_the_provider_are_found(root: str) -> None:
    crash = find_crash([no_response("aws_iam_role_policy.p")], TRACE % root)
    assert crash is not None
    assert crash.panic == PANIC
    assert crash.location == "internal/service/iam/role_policy.go:59"
    assert str(crash) == (
        f"the provider crashed while it processed aws_iam_role_policy.p: {PANIC} "
        "(internal/service/iam/role_policy.go:59)"
    )


def test_of_several_resources_that_of_the_source_file_is_named() -> None:
    addresses = ("aws_lb.a", 'module.m["x.y"].aws_iam_role_policy.p[0]', "aws_vpc.v")
    trace = TRACE % "github.com/hashicorp/terraform-provider-aws"
    crash = find_crash(map(no_response, addresses), trace)
    assert crash is not None
    assert crash.resources == (addresses[1],)


def test_without_a_matching_type_all_resources_are_named() -> None:
    trace = TRACE % "github.com/hashicorp/terraform-provider-aws"
    crash = find_crash([no_response("aws_vpc.v"), no_response("aws_lb.a")], trace)
    assert crash is not None
    assert crash.resources == ("aws_lb.a", "aws_vpc.v")


def test_a_crash_without_a_stack_trace_is_found() -> None:
    crash = find_crash([no_response("aws_lb.a"), no_response()], "")
    assert crash is not None
    assert str(crash) == "the provider crashed while it processed aws_lb.a"


def test_a_crash_without_a_resource_is_found() -> None:
    crash = find_crash([], TRACE % "x/terraform-provider-aws")
    assert crash is not None
    assert str(crash).startswith("the provider crashed: panic: ")


@pytest.mark.parametrize("output", ["", "panic: in the text of a resource", "it crashed!"])
def test_other_errors_are_not_a_crash(output: str) -> None:
    assert find_crash([no_response("aws_lb.a", "creating ELBv2 Load Balancer")], output) is None
