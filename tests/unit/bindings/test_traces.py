"""What a program is told of JavaScript and of node, which is made up when it is asked for."""

import json
import re
from typing import Any

import pytest

from tests.support.bindings.compared_programs import Compared
from tests.support.bindings.sample_program import AS_PUBLISHED, IN_ONE_NODE


@pytest.fixture(scope="module")
def told(compared: Compared) -> dict[str, dict[str, Any]]:
    """What the program is told as published, and by a kernel whose code was kept."""
    return {mode: json.loads(said["traced"]) for mode, said in compared.items()}


def test_jsii_starts_its_kernel_where_the_package_alone_is_to_be_lazy(
    told: dict[str, dict[str, Any]],
) -> None:
    kernels = {mode: one["kernel"] for mode, one in told.items()}
    assert kernels == {"lazy": AS_PUBLISHED, "quick": IN_ONE_NODE}


def test_where_a_token_was_made_is_told_as_ever(told: dict[str, dict[str, Any]]) -> None:
    texts = []
    for one in told.values():
        assert "Object creation stack:\n  at new LazyBase" in one["failing token"]
        stacks = (line for stack in one["token"] for line in (str(len(stack)), *stack))
        text = "\n".join([*stacks, one["failing token"]])
        # jsii's own frames lie elsewhere; its methods' names are the same.
        text = re.sub(r"/\S*/jsii-kernel-\w+/", "/", text)
        text = re.sub(r"\S*/(?:program|kernel)\.js:\d+:\d+", "kernel", text)
        # The name of what calls the kernel is looked for when it is worded, and gone by then.
        texts.append(text.replace("_onImmediate", "<anonymous>"))
    assert texts[0] == texts[1] != ""


def test_an_error_tells_where_it_was_raised_now(told: dict[str, dict[str, Any]]) -> None:
    traces = []
    for one in told.values():
        assert len(set(re.findall(r"/jsii-kernel-\w+/", one["error"]))) == 1
        traces.append(re.findall(r"node_modules/\S+", one["error"]))
    assert traces[0] == traces[1] != []


def test_a_kernel_that_dies_is_the_same_error(told: dict[str, dict[str, Any]]) -> None:
    errors = [one["dead kernel"] for one in told.values()]
    assert errors[0] == errors[1] != ""
