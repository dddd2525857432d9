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

from navra_stacks.bindings.ahead import Ahead, told_ahead
from navra_stacks.bindings.messages import Messages
from navra_stacks.bindings.runtime import with_ahead
from navra_stacks.bindings.wire import Wire
from tests.bindings.conftest import Ran
from tests.bindings.small import Machine

PROGRAM = """
import json
from navra_stacks.bindings.ahead import told_ahead

import jsii
from cdktf import App, TerraformStack, TerraformVariable, Testing
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from cdktf_cdktf_provider_aws.lb import Lb, LbSubnetMappingList
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from constructs import Construct

said = {}


def refused(name, act):
    try:
        with told_ahead():
            act()
    except RuntimeError as error:
        said[name] = str(error)
    else:
        said[name] = None


class Mistaken(Exception):
    pass


stack = TerraformStack(App(), "tiny")
with told_ahead():
    vpc = DataAwsVpc(stack, "vpc", default=True)
    vpc.override_logical_id("theirs")
    inner = Construct(stack, "inner")
    name = TerraformVariable(inner, "name", type="string")
    group = LbTargetGroup(inner, "group", name=name.string_value, port=80, vpc_id=vpc.id)
    said["named"] = group.fqn
    lb = Lb(inner, "lb", name=f"{group.name} of {group.arn}", tags={vpc.id: vpc.cidr_block})
    lb.override_logical_id("ours")
    lb.add_override("idle_timeout", 90)
    said["given"] = [lb.name_input, group.port_input, lb.tags_input, lb.internal_input]
    said["found"] = inner.node.find_child("lb") is lb
document = Testing.synth(stack)

refused("twice", lambda: LbTargetGroup(inner, "group"))
refused("late", lambda: group.override_logical_id("later"))


def more():
    group.override_logical_id("later")
    Construct(stack, "more")
    said["asked"] = lb.node.path


refused("asked too", more)
said["not done"] = stack.node.try_find_child("more") is None


def many():
    for number in range(2000):
        group.override_logical_id("x" * 1000)


refused("many", many)
refused("nothing", lambda: None)
ahead = sum("@ahead" in reference for reference in jsii._reference_map._refs._refs)
print(json.dumps({"document": json.loads(document), "said": said, "ahead": ahead}))
"""


ERRORS = """
from navra_stacks.bindings.ahead import told_ahead

from cdktf import App, TerraformStack
from constructs import Construct

stack = TerraformStack(App(), "tiny")
first = Construct(stack, "first")
try:
    with told_ahead():
        with told_ahead():
            Construct(stack, "first")
        print("the inner one goes on")
        raise ValueError("meanwhile")
except RuntimeError as error:
    print(error, "/", error.__context__)
with told_ahead():
    Construct(stack, "second")
print(stack.node.id)
"""

LATE = """
import navra_stacks.bindings
from cdktf import App, TerraformStack, Testing
from cdktf_cdktf_provider_aws.lb import Lb, LbSubnetMappingList
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from constructs import Construct

from navra_stacks.bindings.ahead import told_ahead

stack = TerraformStack(App(), "tiny")
with told_ahead():
    group = LbTargetGroup(stack, "group")
    from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

    SqsQueue(stack, "queue", name=group.name)
print(Testing.synth(stack))
try:
    with told_ahead():
        Construct(stack, "queue")
        from cdktf_cdktf_provider_aws.vpc import Vpc

        Vpc(stack, "vpc")
except RuntimeError as error:
    print(error, [child.node.id for child in stack.node.children])
"""


@pytest.fixture(scope="module")
def told(second_run: Ran, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What came of it, and of how many objects the name was known before they were made."""
    machine = second_run[0].copied(tmp_path_factory.mktemp("told") / "home")
    outputs = {}
    for mode in ("lazy", "quick"):
        done = machine.run(PROGRAM, NAVRA_BINDINGS=mode)
        assert done.status == 0, done.errors
        outputs[mode] = json.loads(re.sub(r"TfToken\[\w+\.\d+\]", "TfToken[]", done.output))
    return outputs


def test_it_comes_to_the_same(told: dict[str, dict[str, Any]]) -> None:
    assert told["lazy"].pop("ahead") == 0
    assert told["quick"].pop("ahead") == 7
    assert told["lazy"] == told["quick"]
    said = told["quick"]["said"]
    assert said["not done"] is said["found"] is True
    assert said["nothing"] is None
    assert "There is already a Construct with name 'group'" in said["twice"]


def test_what_is_refused_is_raised_at_the_end_at_the_latest(kept: Machine) -> None:
    done = kept.run(ERRORS)
    assert done.status == 0, done.errors
    inner, refused, last = done.output.splitlines()
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
    with told_ahead():
        first, second = ahead.answer(CREATE), ahead.answer(CREATE)
    assert first.ref != second.ref
    assert [line["ahead"] for line in kernel.lines] == [first.ref, second.ref]
    assert kernel.lines[0] == {"api": "create", "ahead": first.ref} | {
        "fqn": "a.B",
        "args": ["x"],
        "overrides": [],
        "interfaces": None,
    }


def test_nothing_is_told_ahead_unless_it_is_asked_for(
    ahead: Ahead, kernel: Kernel, asked: list[bool]
) -> None:
    assert ahead.answer(CREATE) is None
    with told_ahead():
        pass
    assert kernel.lines == asked == []


def test_it_ends_when_all_is_done(ahead: Ahead, asked: list[bool]) -> None:
    with told_ahead():
        with told_ahead():
            ahead.answer(CREATE)
        assert not asked
    assert asked


def test_scopes_of_two_threads_may_overlap(ahead: Ahead, asked: list[bool]) -> None:
    one, other = told_ahead(), told_ahead()
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
        with told_ahead():
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
        with told_ahead():
            ahead.answer(CREATE)
            second.answer(CREATE)

    second = Ahead(process, Messages(process), cast("Wire", Kernel()), refuse)
    with pytest.raises(RuntimeError, match="refused"):
        tell()
    second.end()
    assert asked


def test_where_python_may_be_called_everything_is_waited_for(ahead: Ahead, kernel: Kernel) -> None:
    with told_ahead():
        assert ahead.answer(CREATE)
        assert ahead.answer(OVERRIDDEN) is None
        assert ahead.answer(CREATE) is None
    assert len(kernel.lines) == 1


def test_an_object_that_calls_python_may_have_been_made_before(ahead: Ahead) -> None:
    assert ahead.answer(OVERRIDDEN) is None
    with told_ahead():
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
    with told_ahead():
        assert (ahead.answer(request_) is not None) is answered


def test_what_is_no_reference_is_an_error(kept: Machine) -> None:
    done = kept.run(
        "import navra_stacks.bindings, jsii\n"
        "from cdktf import App, TerraformStack, TerraformVariable\n"
        "from navra_stacks.bindings import ahead\n"
        "name = TerraformVariable(TerraformStack(App(), 'tiny'), 'name')\n"
        "ahead._REFERENCES = {('cdktf.TerraformVariable', 'friendlyUniqueId')}\n"
        "with ahead.told_ahead():\n"
        "    print(name.friendly_unique_id)\n"
    )
    assert done.status == 1
    assert done.output.startswith("${TfToken[AHEAD.")
    assert '"name" is not a reference' in done.errors


@pytest.mark.parametrize("cut", [".registerObject(", "}registerObject(", "}processRequest("])
def test_a_kernel_that_is_laid_out_otherwise_is_waited_for(cut: str) -> None:
    embedded = Path(str(jsii._embedded.jsii.__file__)).parent
    stock = (embedded / "lib__program.js").read_bytes()
    assert with_ahead(stock)[1]
    other = stock.replace(cut.encode(), cut.replace("e", "E").encode())
    assert with_ahead(other) == (other, False)


def test_what_was_not_loaded_yet_is_loaded_before_it_is_needed(warm: Machine) -> None:
    done = warm.run(LATE)
    assert done.status == 0, done.errors
    document, _, refused = done.output.rpartition("}\n")
    name = "${aws_lb_target_group.group.name}"
    assert json.loads(document + "}")["resource"]["aws_sqs_queue"] == {"queue": {"name": name}}
    assert "There is already a Construct with name 'queue'" in refused
    assert refused.strip().endswith("['group', 'queue']")
