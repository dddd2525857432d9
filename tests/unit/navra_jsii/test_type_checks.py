"""The fast type checks accept only values that typeguard accepts too."""

import builtins
import sys
import typing
from collections import OrderedDict, UserList
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from types import ModuleType, SimpleNamespace
from typing import Any

import cdktf
import jsii
import pytest
import typeguard
from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs, LbConfig

from navra_jsii.imports import type_checks
from navra_jsii.imports.type_checks import _Expected, _version, fast_type_checks

NAMES = {
    "typing": typing,
    "builtins": builtins,
    "jsii": jsii,
    "_cdktf": cdktf,
    "LbAccessLogs": LbAccessLogs,
}

ANNOTATIONS = [
    "builtins.str",
    "builtins.bool",
    "jsii.Number",
    "typing.Any",
    "typing.Optional[builtins.str]",
    "typing.Optional[jsii.Number]",
    "typing.Sequence[builtins.str]",
    "typing.List[typing.Any]",
    "typing.Mapping[builtins.str, builtins.str]",
    "typing.Dict[builtins.str, typing.Any]",
    "typing.Union[builtins.bool, _cdktf.IResolvable]",
    "_cdktf.IResolvable",
    "_cdktf.TerraformStack",
    "typing.Optional[typing.Union[LbAccessLogs, typing.Dict[builtins.str, typing.Any]]]",
    "typing.Union[_cdktf.IResolvable, typing.Sequence[typing.Union[LbAccessLogs, "
    "typing.Dict[builtins.str, typing.Any]]]]",
    "typing.Mapping[builtins.str, typing.Sequence[typing.Mapping[builtins.str, jsii.Number]]]",
    "typing.Callable[[builtins.str], builtins.int]",
    "typing.Tuple[builtins.str, builtins.int]",
    "typing.Type[builtins.str]",
    "typing.Tuple[()]",
    "typing.Callable[[], builtins.str]",
    "typing.Callable[..., builtins.str]",
    'typing.Literal["text"]',
    "typing.Sequence",
    "builtins.list",
    "builtins.str | None",
]

LOGS = LbAccessLogs(bucket="logs")

VALUES: list[Any] = [
    None,
    "",
    "text",
    True,
    0,
    1.5,
    b"bytes",
    [],
    ["text"],
    ["text", 1],
    [None],
    ("text",),
    {"text"},
    UserList(["text"]),
    {},
    {"key": "text"},
    {"key": 1},
    {1: "text"},
    OrderedDict(key="text"),
    LOGS,
    [LOGS],
    [LOGS, {"bucket": "logs"}],
    [LOGS, "text"],
    (LOGS,),
    {"key": [{"key": 1}]},
    {"key": [{"key": "text"}]},
    cdktf.Token.as_any("x"),
    str,
    len,
    object(),
]


@pytest.mark.parametrize("annotation", ANNOTATIONS)
def test_typeguard_accepts_all_values_that_the_fast_check_accepts(annotation: str) -> None:
    expected = _Expected(annotation, NAMES)
    accepted = [value for value in VALUES if expected.accepts(value)]
    for value in accepted:
        typeguard.check_type("argument", value, expected.kind)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("builtins.str", "text"),
        ("builtins.bool", True),
        ("jsii.Number", 1),
        ("typing.Any", object()),
        ("typing.Optional[typing.Sequence[builtins.str]]", ["a", "b"]),
        ("typing.Mapping[builtins.str, builtins.str]", {"a": "b"}),
        (ANNOTATIONS[13], LOGS),
        (ANNOTATIONS[13], {"bucket": "logs"}),
        (ANNOTATIONS[14], [LOGS]),
    ],
)
def test_the_fast_check_accepts_typical_values_of_programs(annotation: str, value: object) -> None:
    assert _Expected(annotation, NAMES).accepts(value)


def test_an_argument_of_the_wrong_type_raises_the_error_of_typeguard() -> None:
    stack = cdktf.TerraformStack(cdktf.App(), "invalid")
    for arguments in ({"name": 1}, {"subnets": ["a", 1]}, {"access_logs": "logs"}):
        with pytest.raises(TypeError, match=f"type of .*{next(iter(arguments))}"):
            LbConfig(**arguments)
    with pytest.raises(TypeError, match="type of argument scope must be"):
        Lb("stack", "lb")  # type: ignore[arg-type]
    assert not stack.node.children


def stub_of_a_module_imported_in_full() -> Any:
    """A stub of a module that was compiled in one piece; `Later` is declared after the stub."""
    names: dict[str, Any] = {"typing": typing, "builtins": builtins}
    exec(
        "def _typecheckingstub__a(*, value: typing.Optional[typing.Union['Later', builtins.str]],"
        " count: builtins.int) -> None: ...\n"
        "class Later: ...\n",
        names,
    )
    return SimpleNamespace(stub=names["_typecheckingstub__a"], later=names["Later"])


def test_annotations_of_a_module_imported_in_full_are_evaluated() -> None:
    module = stub_of_a_module_imported_in_full()
    names: dict[str, Any] = {"check_type": len, "typing": typing}
    fast_type_checks(names)
    for _ in range(2):
        hints = names["typing"].get_type_hints(module.stub)
        assert hints["value"] == module.later | str | None
        assert hints["count"] is int


def test_a_module_without_type_checks_is_not_changed() -> None:
    names: dict[str, Any] = {"typing": typing}
    fast_type_checks(names)
    assert names == {"typing": typing}


def test_the_version_of_typeguard_is_read_from_its_metadata() -> None:
    assert _version("typeguard") == version("typeguard")


@pytest.mark.parametrize("origin", [None, "/in/an/archive.zip/typeguard/__init__.py"])
def test_the_fast_version_lookup_requires_metadata_next_to_the_package(
    origin: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        type_checks, "find_spec", lambda _: ModuleSpec("typeguard", None, origin=origin)
    )
    assert _version("typeguard") is None


def test_the_fast_version_lookup_ignores_a_stand_in_for_typeguard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "typeguard", ModuleType("typeguard"))
    assert _version("typeguard") is None
