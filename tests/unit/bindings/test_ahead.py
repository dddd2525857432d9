"""What is told JavaScript without waiting comes to the same as what is waited for."""

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

from navra_stacks.bindings.ahead import Ahead, pipelined
from navra_stacks.bindings.messages import Messages
from navra_stacks.bindings.runtime import with_ahead
from navra_stacks.bindings.wire import Wire
from tests.support.bindings.compared_programs import Compared
from tests.support.bindings.sample_program import Done, Ran

ERRORS = """
from navra_stacks.bindings.ahead import pipelined

from cdktf import App, TerraformStack
from constructs import Construct

stack = TerraformStack(App(), "tiny")
first = Construct(stack, "first")
try:
    with pipelined():
        with pipelined():
            Construct(stack, "first")
        print("the inner one goes on")
        raise ValueError("meanwhile")
except RuntimeError as error:
    print(error, "/", error.__context__)
with pipelined():
    Construct(stack, "second")
print(stack.node.id)
"""

LATE = """
import navra_stacks.bindings
from cdktf import App, TerraformStack, Testing
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from constructs import Construct

from navra_stacks.bindings.ahead import pipelined

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


NO_REFERENCE = """
from cdktf import App, TerraformStack, TerraformVariable
from navra_stacks.bindings import ahead

name = TerraformVariable(TerraformStack(App(), "tiny"), "name")
ahead._REFERENCES = {("cdktf.TerraformVariable", "friendlyUniqueId")}
with ahead.pipelined():
    print(name.friendly_unique_id)
"""


@pytest.fixture(scope="module")
def done(first_run: Ran, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """What the programs above did, of which the last one fails."""
    machine = first_run[0].copied(tmp_path_factory.mktemp("ahead") / "home")
    return machine.run('print("---")\n'.join((LATE, ERRORS, NO_REFERENCE)))


@pytest.fixture(scope="module")
def printed(done: Done) -> list[str]:
    parts = done.output.split("---\n")
    assert len(parts) == 3, done.errors
    return parts


def test_it_comes_to_the_same(compared: Compared) -> None:
    told = {
        mode: json.loads(re.sub(r"TfToken\[\w+\.\d+\]", "TfToken[]", said["ahead"]))
        for mode, said in compared.items()
    }
    # Of so many objects the name was known before they were made.
    assert told["lazy"].pop("ahead") == 0
    assert told["quick"].pop("ahead") == 7
    assert told["lazy"] == told["quick"]
    said = told["quick"]["said"]
    assert said["not done"] is said["found"] is True
    assert said["nothing"] is None
    assert "There is already a Construct with name 'group'" in said["twice"]


def test_what_is_refused_is_raised_at_the_end_at_the_latest(printed: list[str]) -> None:
    inner, refused, last = printed[1].splitlines()
    assert inner == "the inner one goes on"
    assert "There is already a Construct with name 'first'" in refused
    assert refused.endswith("/ meanwhile")
    assert last == "tiny"


class Kernel:
    """A kernel that hears everything, and what it was told."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.settled = True

    def hears_ahead(self) -> bool:
        return True

    def write_ahead(self, line: bytes) -> None:
        self.lines.append(json.loads(line))
        self.settled = False


@pytest.fixture
def kernel() -> Kernel:
    return Kernel()


@pytest.fixture
def asked() -> list[bool]:
    """When the kernel was asked for nothing in particular."""
    return []


@pytest.fixture
def ahead(kernel: Kernel, asked: list[bool]) -> Iterator[Ahead]:
    def settle() -> None:
        asked.append(True)
        kernel.settled = True

    one = Ahead(process, Messages(process), cast("Wire", kernel), settle)
    yield one
    one.end()


LISTED: str = vars(LbSubnetMappingList)["__jsii_type__"]
CREATE = types.CreateRequest("a.B", args=["x"])
OVERRIDDEN = types.CreateRequest("a.B", overrides=[types.Override(method="m", cookie="m")])


def test_an_object_has_the_name_that_python_gives_it(ahead: Ahead, kernel: Kernel) -> None:
    with pipelined():
        first, second = ahead.answer(CREATE), ahead.answer(CREATE)
    assert first.ref != second.ref
    assert [line["ahead"] for line in kernel.lines] == [first.ref, second.ref]
    assert kernel.lines[0] == {"api": "create", "ahead": first.ref} | {
        "fqn": "a.B",
        "args": ["x"],
        "overrides": [],
        "interfaces": None,
    }


def test_nothing_is_pipelined_unless_it_is_asked_for(
    ahead: Ahead, kernel: Kernel, asked: list[bool]
) -> None:
    assert ahead.answer(CREATE) is None
    with pipelined():
        pass
    assert kernel.lines == asked == []


def test_it_ends_when_all_is_done(ahead: Ahead, asked: list[bool]) -> None:
    with pipelined():
        with pipelined():
            ahead.answer(CREATE)
        assert not asked
    assert asked


def test_scopes_of_two_threads_may_overlap(ahead: Ahead, asked: list[bool]) -> None:
    one, other = pipelined(), pipelined()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert ahead.answer(CREATE)
    assert not asked
    other.__exit__(None, None, None)
    assert asked
    assert ahead.answer(CREATE) is None


def test_a_mistake_waits_for_what_was_told_and_an_interruption_for_nothing(
    ahead: Ahead, asked: list[bool]
) -> None:
    def fail(error: BaseException) -> None:
        with pipelined():
            ahead.answer(CREATE)
            raise error

    with pytest.raises(KeyboardInterrupt):
        fail(KeyboardInterrupt())
    assert not asked
    with pytest.raises(ZeroDivisionError):
        fail(ZeroDivisionError())
    assert asked
    assert ahead.answer(CREATE) is None


def test_of_two_kernels_both_are_waited_for(ahead: Ahead, asked: list[bool]) -> None:
    def refuse() -> None:
        raise RuntimeError("refused")

    def tell() -> None:
        with pipelined():
            ahead.answer(CREATE)
            second.answer(CREATE)

    second = Ahead(process, Messages(process), cast("Wire", Kernel()), refuse)
    with pytest.raises(RuntimeError, match="refused"):
        tell()
    second.end()
    assert asked


def test_where_python_may_be_called_everything_is_waited_for(ahead: Ahead, kernel: Kernel) -> None:
    with pipelined():
        assert ahead.answer(CREATE)
        assert ahead.answer(OVERRIDDEN) is None
        assert ahead.answer(CREATE) is None
    assert len(kernel.lines) == 1


def test_an_object_that_calls_python_may_have_been_made_before(ahead: Ahead) -> None:
    assert ahead.answer(OVERRIDDEN) is None
    with pipelined():
        assert ahead.answer(CREATE) is None


@pytest.mark.parametrize(
    ("request_", "answered"),
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
def test_what_is_not_known_beforehand_is_waited_for(
    request_: Any, answered: bool, ahead: Ahead
) -> None:
    with pipelined():
        assert (ahead.answer(request_) is not None) is answered


def test_what_is_no_reference_is_an_error(done: Done, printed: list[str]) -> None:
    assert done.status == 1
    assert printed[2].startswith("${TfToken[AHEAD.")
    assert '"name" is not a reference' in done.errors


@pytest.mark.parametrize("cut", [".registerObject(", "}registerObject(", "}processRequest("])
def test_a_kernel_that_is_laid_out_otherwise_is_waited_for(cut: str) -> None:
    embedded = Path(str(jsii._embedded.jsii.__file__)).parent
    stock = (embedded / "lib__program.js").read_bytes()
    assert with_ahead(stock)[1]
    other = stock.replace(cut.encode(), cut.replace("e", "E").encode())
    assert with_ahead(other) == (other, False)


def test_what_was_not_loaded_yet_is_loaded_before_it_is_needed(printed: list[str]) -> None:
    document, _, refused = printed[0].rpartition("}\n")
    name = "${aws_lb_target_group.group.name}"
    assert json.loads(document + "}")["resource"]["aws_sqs_queue"] == {"queue": {"name": name}}
    assert "There is already a Construct with name 'queue'" in refused
    assert refused.strip().endswith("['group', 'queue']")
