"""Messages are the same as with jsii's own converter, except that absent values are omitted."""

import enum
import json
from datetime import UTC, datetime
from typing import Any

import cdktf
import pytest
from cdktf import App, TerraformResourceLifecycle, TerraformStack
from jsii import _kernel
from jsii._kernel import Kernel, types
from jsii._kernel.providers import process

from navra_jsii.codec import Messages

MESSAGES = Messages(process)
REF = types.ObjRef("cdktf.App@10000")


def without_none(value: Any) -> Any:
    """Omit null properties of structures, which the kernel treats like absent ones."""
    if isinstance(value, list):
        return [without_none(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {key: without_none(item) for key, item in value.items()}
    struct = value.get("$jsii.struct")
    if struct is not None:
        struct["data"] = {key: item for key, item in struct["data"].items() if item is not None}
    return value


@pytest.fixture(scope="module")
def stock() -> Any:
    """The kernel process of this interpreter, which has jsii's converter."""
    return Kernel().provider._process


REQUESTS = [
    types.CreateRequest("a.B"),
    types.CreateRequest(
        "a.B",
        args=["text", 1, 1.5, True, None, ["nested", {"$jsii.map": {"k": "é"}}], REF],
        overrides=[types.Override(method="toString", cookie="to_string")],
        interfaces=["a.IC"],
    ),
    types.GetRequest(REF, "name"),
    types.GetRequest(types.ObjRef("a.B@1", interfaces=["a.IC"]), "name"),
    types.SetRequest(REF, "name", datetime(2026, 1, 2, tzinfo=UTC)),
    types.InvokeRequest(REF, "synth"),
    types.StaticGetRequest("a.B", "ZERO"),
    types.StaticInvokeRequest("a.B", "of", args=[None]),
    types.LoadRequest("a", "1.0.0", "a.tgz"),
    types.StatsRequest(),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: type(request).__name__)
def test_a_request_is_encoded_as_by_jsii(request_: Any, stock: Any) -> None:
    line = MESSAGES.request(request_)
    assert line is not None
    assert line.endswith(b"}\n")
    converted = stock._serializer.unstructure(request_)
    assert json.loads(line) == json.loads(json.dumps(converted, default=process.jdefault))


def test_jsii_encodes_rare_requests() -> None:
    assert MESSAGES.request(types.DeleteRequest(REF)) is None
    assert MESSAGES.request(types.CallbacksRequest()) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"ok":{"$jsii.byref":"a.B@1"}}\n', types.CreateResponse),
        (b'{"ok":{"$jsii.byref":"a.B@1","$jsii.interfaces":["a.IC"]}}\n', types.CreateResponse),
        (b'{"ok":{"value":{"$jsii.byref":"a.B@1","$jsii.interfaces":["a.I"]}}}', types.GetResponse),
        (b'{"ok":{"value":{"$jsii.map":{"k":[1]}}}}', types.GetResponse),
        (b'{"ok":{"value":{"$jsii.enum":"a.Kind/ONE"}}}', types.GetResponse),
        (b'{"ok":{"value":{"$jsii.date":"2026-01-02T00:00:00Z"}}}', types.GetResponse),
        (b'{"ok":{}}', types.GetResponse),
        (b'{"ok":{}}', types.SetResponse),
        (b'{"ok":{"result":"text"}}', types.InvokeResponse),
        (b'{"ok":{"assembly":"a","types":3}}', types.LoadResponse),
        (b'{"ok":{"objectCount":3}}', types.StatsResponse),
    ],
)
def test_a_reply_is_decoded_as_by_jsii(line: bytes, expected: type, stock: Any) -> None:
    converter = stock._serializer
    message = json.loads(line, object_hook=process.ohook)
    reply = converter.structure(message, process._OkayResponse)
    assert MESSAGES.reply(line, expected) == converter.structure(reply.ok, expected)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b'{"error":"it broke","stack":"","name":"@jsii/kernel.Fault"}\n',
        b'{"callback":{"cbid":"1","cookie":"visit","invoke":{}}}\n',
        b'{"ok":{"something":"else"}}\n',
    ],
)
def test_jsii_decodes_errors_callbacks_and_unexpected_replies(line: bytes) -> None:
    assert MESSAGES.reply(line, types.GetResponse) is None


class Colour(enum.StrEnum):
    RED = "red"


class Number(enum.IntEnum):
    ONE = 1


class Words(list[str]):
    pass


@pytest.fixture(scope="module")
def values() -> list[Any]:
    stack = TerraformStack(App(), "values")
    return [
        "text",
        Colour.RED,
        [1, None, {"key": [True]}],
        Words(["a"]),
        {1: "a key that is a number"},
        stack,
        TerraformResourceLifecycle(prevent_destroy=False, ignore_changes=["name"]),
        TerraformResourceLifecycle(),
        {"nested": [cdktf.LocalBackendConfig(path="state")]},
        cdktf.AnnotationMetadataEntryType.WARN,
        datetime(2026, 1, 2, tzinfo=UTC),
    ]


def test_a_value_is_converted_as_by_jsii(values: list[Any]) -> None:
    quick = _kernel._make_reference_for_native
    stock = quick.__closure__[0].cell_contents  # type: ignore[attr-defined]
    assert stock.__name__ == "_make_reference_for_native"
    kernel = Kernel()
    for value in values:
        assert without_none(quick(kernel, value)) == without_none(stock(kernel, value))


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (Number.ONE, AttributeError),
        (lambda: None, _kernel.JSIIError),
    ],
)
def test_a_value_that_jsii_cannot_convert_is_an_error(
    value: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        TerraformStack(App(), "invalid").node.set_context("key", value)


def test_a_string_argument_may_be_a_member_of_a_string_enumeration() -> None:
    stack = TerraformStack(App(), "enumerated")
    output = cdktf.TerraformOutput(stack, "output", value=Colour.RED, description=Colour.RED)
    assert output.value == output.description == "red"


def test_none_is_an_error_for_a_required_property() -> None:
    with pytest.raises(AssertionError, match="Required property 'value' is missing"):
        cdktf.TerraformOutput(TerraformStack(App(), "none"), "output", value=None)
