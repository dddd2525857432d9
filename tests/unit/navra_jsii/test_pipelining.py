"""Pipelined requests have the same results as requests whose replies are waited for."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import jsii
import pytest
from cdktf_cdktf_provider_aws.lb import Lb, LbSubnetMappingList
from jsii._kernel import types
from jsii._kernel.providers import process

from navra_jsii.codec import Messages
from navra_jsii.kernel.runtime import with_pipelining
from navra_jsii.pipelining import Pipeline, pipelined
from navra_jsii.transport import Transport
from tests.support.cdktf_programs.compared_programs import Compared
from tests.support.cdktf_programs.sample_program import ProgramResult, SharedRun

ERRORS = """
from navra_jsii.pipelining import pipelined

from cdktf import App, TerraformStack
from constructs import Construct

stack = TerraformStack(App(), "tiny")
first = Construct(stack, "first")
try:
    with pipelined():
        with pipelined():
            Construct(stack, "first")
        print("the outer scope continues")
        raise ValueError("raised in Python")
except RuntimeError as error:
    print(error, "/", error.__context__)
with pipelined():
    Construct(stack, "second")
print(stack.node.id)
"""

LATE = """
import navra_jsii; navra_jsii.activate()
from cdktf import App, TerraformStack, Testing
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from constructs import Construct

from navra_jsii.pipelining import pipelined

stack = TerraformStack(App(), "tiny")
with pipelined():
    group = LbTargetGroup(stack, "group")
    from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

    SqsQueue(stack, "queue", name=group.name)
print(Testing.synth(stack))
try:
    with pipelined():
        Construct(stack, "queue")
        from cdktf_cdktf_provider_aws.vpc import Vpc

        Vpc(stack, "vpc")
except RuntimeError as error:
    print(error, [child.node.id for child in stack.node.children])
"""


NOT_A_REFERENCE = """
from cdktf import App, TerraformStack, TerraformVariable
from navra_jsii import pipelining

name = TerraformVariable(TerraformStack(App(), "tiny"), "name")
pipelining._REFERENCES = {("cdktf.TerraformVariable", "friendlyUniqueId")}
with pipelining.pipelined():
    print(name.friendly_unique_id)
"""


@pytest.fixture(scope="module")
def result(first_run: SharedRun, tmp_path_factory: pytest.TempPathFactory) -> ProgramResult:
    """The result of the programs above, the last of which fails."""
    machine = first_run[0].copied(tmp_path_factory.mktemp("pipelining") / "home")
    return machine.run('print("---")\n'.join((LATE, ERRORS, NOT_A_REFERENCE)))


@pytest.fixture(scope="module")
def outputs(result: ProgramResult) -> list[str]:
    """The output of each of the programs above."""
    parts = result.output.split("---\n")
    assert len(parts) == 3, result.errors
    return parts


def test_pipelined_programs_have_the_same_results(compared: Compared) -> None:
    outputs = {
        mode: json.loads(re.sub(r"TfToken\[\w+\.\d+\]", "TfToken[]", output["pipelining"]))
        for mode, output in compared.items()
    }
    # The number of objects whose name Python chose.
    assert outputs["lazy"].pop("pipelined objects") == 0
    assert outputs["fast"].pop("pipelined objects") == 7
    assert outputs["lazy"] == outputs["fast"]
    results = outputs["fast"]["results"]
    assert results["skipped after an error"] is results["found"] is True
    assert results["no error"] is None
    assert "There is already a Construct with name 'group'" in results["duplicate ID"]


def test_an_error_in_javascript_is_raised_by_the_end_of_the_scope(outputs: list[str]) -> None:
    continued, error, last = outputs[1].splitlines()
    assert continued == "the outer scope continues"
    assert "There is already a Construct with name 'first'" in error
    assert error.endswith("/ raised in Python")
    assert last == "tiny"


class Kernel:
    """A kernel that accepts pipelined requests and records them."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.is_synchronized = True

    def accepts_pipelined(self) -> bool:
        return True

    def write_pipelined(self, line: bytes) -> None:
        self.lines.append(json.loads(line))
        self.is_synchronized = False


@pytest.fixture
def kernel() -> Kernel:
    return Kernel()


@pytest.fixture
def waits() -> list[bool]:
    """One element for each time that the kernel's requests were waited for."""
    return []


@pytest.fixture
def pipeline(kernel: Kernel, waits: list[bool]) -> Iterator[Pipeline]:
    def synchronize() -> None:
        waits.append(True)
        kernel.is_synchronized = True

    pipeline = Pipeline(process, Messages(process), cast("Transport", kernel), synchronize)
    yield pipeline
    pipeline.end()


LISTED: str = vars(LbSubnetMappingList)["__jsii_type__"]
CREATE = types.CreateRequest("a.B", args=["x"])
OVERRIDDEN = types.CreateRequest("a.B", overrides=[types.Override(method="m", cookie="m")])


def test_python_chooses_the_name_of_a_pipelined_object(pipeline: Pipeline, kernel: Kernel) -> None:
    with pipelined():
        first, second = pipeline.send(CREATE), pipeline.send(CREATE)
    assert first.ref != second.ref
    assert [line["pipelined"] for line in kernel.lines] == [first.ref, second.ref]
    assert kernel.lines[0] == {"api": "create", "pipelined": first.ref} | {
        "fqn": "a.B",
        "args": ["x"],
        "overrides": [],
        "interfaces": None,
    }


def test_nothing_is_pipelined_outside_a_pipelined_scope(
    pipeline: Pipeline, kernel: Kernel, waits: list[bool]
) -> None:
    assert pipeline.send(CREATE) is None
    with pipelined():
        pass
    assert kernel.lines == waits == []


def test_the_outermost_scope_waits_for_all_requests(pipeline: Pipeline, waits: list[bool]) -> None:
    with pipelined():
        with pipelined():
            pipeline.send(CREATE)
        assert not waits
    assert waits


def test_scopes_of_two_threads_may_overlap(pipeline: Pipeline, waits: list[bool]) -> None:
    first, second = pipelined(), pipelined()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert pipeline.send(CREATE)
    assert not waits
    second.__exit__(None, None, None)
    assert waits
    assert pipeline.send(CREATE) is None


def test_a_scope_waits_for_its_requests_after_an_exception_but_not_after_an_interruption(
    pipeline: Pipeline, waits: list[bool]
) -> None:
    def fail(error: BaseException) -> None:
        with pipelined():
            pipeline.send(CREATE)
            raise error

    with pytest.raises(KeyboardInterrupt):
        fail(KeyboardInterrupt())
    assert not waits
    with pytest.raises(ZeroDivisionError):
        fail(ZeroDivisionError())
    assert waits
    assert pipeline.send(CREATE) is None


def test_a_scope_waits_for_every_kernel_even_if_one_reports_an_error(
    pipeline: Pipeline, waits: list[bool]
) -> None:
    def fail() -> None:
        raise RuntimeError("failed")

    def create_in_both() -> None:
        with pipelined():
            pipeline.send(CREATE)
            second.send(CREATE)

    second = Pipeline(process, Messages(process), cast("Transport", Kernel()), fail)
    with pytest.raises(RuntimeError, match="failed"):
        create_in_both()
    second.end()
    assert waits


def test_nothing_is_pipelined_after_an_object_overrides_a_method(
    pipeline: Pipeline, kernel: Kernel
) -> None:
    with pipelined():
        assert pipeline.send(CREATE)
        assert pipeline.send(OVERRIDDEN) is None
        assert pipeline.send(CREATE) is None
    assert len(kernel.lines) == 1


def test_an_override_before_the_scope_prevents_pipelining_too(pipeline: Pipeline) -> None:
    assert pipeline.send(OVERRIDDEN) is None
    with pipelined():
        assert pipeline.send(CREATE) is None


@pytest.mark.parametrize(
    ("request_", "pipelined_"),
    [
        (types.GetRequest(types.ObjRef(f"{Lb.__jsii_type__}@1"), "arn"), True),
        (types.GetRequest(types.ObjRef(f"{Lb.__jsii_type__}@1"), "arnInput"), False),
        (types.GetRequest(types.ObjRef(f"{Lb.__jsii_type__}@1"), "nameInput"), False),
        (types.GetRequest(types.ObjRef(f"{Lb.__jsii_type__}@1"), "idleTimeout"), False),
        (types.GetRequest(types.ObjRef(f"{Lb.__jsii_type__}@1"), "subnets"), False),
        (types.GetRequest(types.ObjRef(f"{Lb.__jsii_type__}@1"), "accessLogs"), False),
        (types.GetRequest(types.ObjRef(f"{Lb.__jsii_type__}@1"), "fqn"), False),
        (types.GetRequest(types.ObjRef(f"{LISTED}@1"), "terraformAttribute"), False),
        (types.GetRequest(types.ObjRef("cdktf.TerraformVariable@1"), "stringValue"), True),
        (types.GetRequest(types.ObjRef("cdktf.TerraformVariable@1"), "listValue"), False),
        (types.GetRequest(types.ObjRef("unknown.Type@1"), "arn"), False),
        (types.InvokeRequest(types.ObjRef("a.B@1"), "overrideLogicalId", ["x"]), True),
        (types.InvokeRequest(types.ObjRef("a.B@1"), "addOverride", ["x", 1]), True),
        (types.InvokeRequest(types.ObjRef("a.B@1"), "toString"), False),
        (types.SetRequest(types.ObjRef("a.B@1"), "name", "x"), False),
    ],
)
def test_only_requests_whose_reply_is_known_in_advance_are_pipelined(
    request_: Any, pipelined_: bool, pipeline: Pipeline
) -> None:
    with pipelined():
        assert (pipeline.send(request_) is not None) is pipelined_


def test_a_pipelined_attribute_that_is_not_a_reference_is_an_error(
    result: ProgramResult, outputs: list[str]
) -> None:
    assert result.status == 1
    assert outputs[2].startswith("${TfToken[PIPELINED.")
    assert '"name" is not a reference' in result.errors


@pytest.mark.parametrize("code", [".registerObject(", "}registerObject(", "}processRequest("])
def test_a_kernel_with_another_layout_is_not_changed(code: str) -> None:
    embedded = Path(str(jsii._embedded.jsii.__file__)).parent
    stock = (embedded / "lib__program.js").read_bytes()
    assert with_pipelining(stock)[1]
    other = stock.replace(code.encode(), code.replace("e", "E").encode())
    assert with_pipelining(other) == (other, False)


def test_a_module_imported_within_the_scope_is_loaded_before_it_is_used(
    outputs: list[str],
) -> None:
    document, _, error = outputs[0].rpartition("}\n")
    name = "${aws_lb_target_group.group.name}"
    assert json.loads(document + "}")["resource"]["aws_sqs_queue"] == {"queue": {"name": name}}
    assert "There is already a Construct with name 'queue'" in error
    assert error.strip().endswith("['group', 'queue']")
