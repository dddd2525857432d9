"""What is accepted at a glance, typeguard accepts too."""

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

from navra_stacks.bindings import checks
from navra_stacks.bindings.checks import _Expected, _version, fast_type_checks

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
def test_what_is_accepted_is_right(annotation: str) -> None:
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
def test_what_programs_give_needs_no_further_look(annotation: str, value: object) -> None:
    assert _Expected(annotation, NAMES).accepts(value)


def test_a_mistake_is_the_error_that_typeguard_raises() -> None:
    stack = cdktf.TerraformStack(cdktf.App(), "mistaken")
    mistakes = [{"name": 1}, {"subnets": ["a", 1]}, {"access_logs": "logs"}]
    for given in mistakes:
        with pytest.raises(TypeError, match=f"type of .*{next(iter(given))}"):
            LbConfig(**given)
    with pytest.raises(TypeError, match="type of argument scope must be"):
        Lb("stack", "lb")  # type: ignore[arg-type]
    assert not stack.node.children


def stub_of_a_whole_module() -> Any:
    """As a module declares it that was compiled as it stands: `Later` is declared below it."""
    names: dict[str, Any] = {"typing": typing, "builtins": builtins}
    exec(
        "def _typecheckingstub__a(*, one: typing.Optional[typing.Union['Later', builtins.str]],"
        " two: builtins.int) -> None: ...\n"
        "class Later: ...\n",
        names,
    )
    return SimpleNamespace(stub=names["_typecheckingstub__a"], later=names["Later"])


def test_the_types_of_a_module_that_is_whole_are_what_they_mean() -> None:
    whole = stub_of_a_whole_module()
    names: dict[str, Any] = {"check_type": len, "typing": typing}
    fast_type_checks(names)
    for _ in range(2):
        hints = names["typing"].get_type_hints(whole.stub)
        assert hints["one"] == whole.later | str | None
        assert hints["two"] is int


def test_a_module_that_checks_nothing_is_left_alone() -> None:
    names: dict[str, Any] = {"typing": typing}
    fast_type_checks(names)
    assert names == {"typing": typing}


def test_the_version_of_typeguard_is_what_its_metadata_says() -> None:
    assert _version("typeguard") == version("typeguard")


@pytest.mark.parametrize("origin", [None, "/in/an/archive.zip/typeguard/__init__.py"])
def test_a_version_that_does_not_lie_beside_the_package_is_looked_up(
    origin: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda _: ModuleSpec("typeguard", None, origin=origin))
    assert _version("typeguard") is None


def test_a_module_that_stands_in_for_typeguard_has_no_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "typeguard", ModuleType("typeguard"))
    assert _version("typeguard") is None
