"""Stack traces and errors of JavaScript are as published, although they are formatted lazily."""

import json
import re
from typing import Any

import pytest

from tests.support.cdktf_programs.compared_programs import Compared
from tests.support.cdktf_programs.sample_program import AS_PUBLISHED, IN_ONE_NODE


@pytest.fixture(scope="module")
def results(compared: Compared) -> dict[str, dict[str, Any]]:
    """The output of the program, with jsii as published and with a cached kernel."""
    return {mode: json.loads(outputs["traced"]) for mode, outputs in compared.items()}


def test_jsii_starts_the_kernel_itself_if_only_the_package_is_lazy(
    results: dict[str, dict[str, Any]],
) -> None:
    kernels = {mode: result["kernel"] for mode, result in results.items()}
    assert kernels == {"lazy": AS_PUBLISHED, "fast": IN_ONE_NODE}


def test_the_creation_stack_of_a_token_is_as_published(
    results: dict[str, dict[str, Any]],
) -> None:
    texts = []
    for result in results.values():
        assert "Object creation stack:\n  at new LazyBase" in result["failing token"]
        stacks = (line for stack in result["token"] for line in (str(len(stack)), *stack))
        text = "\n".join([*stacks, result["failing token"]])
        # The frames of jsii have other paths and lines, but the same method names.
        text = re.sub(r"/\S*/jsii-kernel-\w+/", "/", text)
        text = re.sub(r"\S*/(?:program|kernel)\.js:\d+:\d+", "kernel", text)
        # V8 looks up the name of the kernel's caller while it formats; by then it is gone.
        texts.append(text.replace("_onImmediate", "<anonymous>"))
    assert texts[0] == texts[1] != ""


def test_the_stack_trace_of_an_error_is_from_the_current_run(
    results: dict[str, dict[str, Any]],
) -> None:
    traces = []
    for result in results.values():
        assert len(set(re.findall(r"/jsii-kernel-\w+/", result["error"]))) == 1
        traces.append(re.findall(r"node_modules/\S+", result["error"]))
    assert traces[0] == traces[1] != []


def test_a_killed_kernel_raises_the_same_error(results: dict[str, dict[str, Any]]) -> None:
    errors = [result["dead kernel"] for result in results.values()]
    assert errors[0] == errors[1] != ""
