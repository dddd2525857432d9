"""What a program is told of JavaScript and of node, which is made up when it is asked for."""

import json
import re
from typing import Any

import pytest

from tests.bindings.conftest import Ran
from tests.bindings.small import AS_PUBLISHED, IN_ONE_NODE

PROGRAM = """
import navra_stacks.bindings, json, jsii, os, signal
from cdktf import App, IStringProducer, Lazy, TerraformOutput, TerraformStack, Testing

@jsii.implements(IStringProducer)
class Failing:
    def produce(self, context):
        raise ValueError("no")

app = App()
stack = TerraformStack(app, "tiny")
told = {"kernel": type(jsii.kernel.provider._process._process).__name__}

token = Lazy.any_value(Failing())
told["token"] = [token.creation_stack for _ in range(2)]

TerraformOutput(stack, "failing", value=Lazy.string_value(Failing()))
try:
    Testing.synth(stack)
except RuntimeError as error:
    told["failing token"] = str(error)

try:
    TerraformStack(app, "tiny")
except RuntimeError as error:
    told["error"] = str(error.__cause__)

process = jsii.kernel.provider._process._process
os.kill(process.pid, signal.SIGKILL)
process.wait()
try:
    TerraformStack(App(), "other")
except BaseException as error:
    told["dead kernel"] = type(error).__name__
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(second_run: Ran, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the program is told as published, and by a kernel whose code was kept."""
    folder = tmp_path_factory.mktemp("told")
    machine, _ = second_run
    machines = {
        "lazy": machine.sharing(folder / "lazy"),
        "quick": machine.copied(folder / "quick"),
    }
    done = {mode: one.run(PROGRAM, NAVRA_BINDINGS=mode) for mode, one in machines.items()}
    assert [one.status for one in done.values()] == [0, 0], done
    # Nothing was kept for the next run, which starts as this one did.
    assert not machines["lazy"].cache.exists()
    return {mode: json.loads(one.output) for mode, one in done.items()}


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
