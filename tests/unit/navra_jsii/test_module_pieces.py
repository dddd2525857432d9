"""A generated module is split into its classes, unless it has an unexpected layout."""

import pytest

from navra_jsii.imports.module_pieces import Pieces, UnknownModuleError

TEXT = """r'''
# A module

class InTheDocstring: it begins in the first column.
'''
import typing

import jsii
import publication


@jsii.data_type(
    jsii_type="@shop/things.door.Door",
    jsii_struct_bases=[],
)
class Door:
    '''A door.

    It has a handle.
    '''

    def open(self, hinge: "Hinge") -> builtins.str:
        raise OSError("stuck")


# Adding a "__jsii_proxy_class__(): typing.Type" function to the interface
typing.cast(typing.Any, Door).__jsii_proxy_class__ = lambda : _DoorProxy


class Hinge(
    metaclass=jsii.JSIIMeta,
    jsii_type="@shop/things.door.Hinge",
):
    pass

__all__ = [
    "Door",
]

publication.publish()

def _typecheckingstub__1(
    *,
    hinge: "Hinge",
) -> None:
    pass

for cls in [Door]:
    cls.late = True
"""


def names(text: str) -> set[str]:
    pieces = Pieces(text, "things.py")
    candidates = ("Door", "Hinge", "_typecheckingstub__1", "cls")
    return {name for name in candidates if has_piece(pieces, name)}


def has_piece(pieces: Pieces, name: str) -> bool:
    try:
        pieces.code(name)
    except KeyError:
        return False
    return True


def test_classes_and_stubs_are_pieces() -> None:
    assert names(TEXT) == {"Door", "Hinge", "_typecheckingstub__1"}
    assert Pieces(TEXT, "things.py").prefix == "@shop/things.door"


def test_the_head_is_the_rest_without_the_publish_call() -> None:
    head = Pieces(TEXT, "things.py").head()
    assert {"typing", "jsii", "publication", "__all__", "cls"} <= set(head.co_names)
    assert {"publish", "Hinge", "_typecheckingstub__1", "__jsii_proxy_class__"}.isdisjoint(
        head.co_names
    )
    assert head.co_consts[0].startswith("\n# A module")


def test_a_piece_has_the_line_numbers_of_the_file() -> None:
    constants = Pieces(TEXT, "things.py").code("Hinge").co_consts
    (body,) = (constant for constant in constants if hasattr(constant, "co_firstlineno"))
    assert TEXT.splitlines()[body.co_firstlineno - 1] == "class Hinge("
    assert body.co_filename == "things.py"


def test_the_proxy_statement_belongs_to_the_piece_of_its_class() -> None:
    assert "__jsii_proxy_class__" in Pieces(TEXT, "things.py").code("Door").co_names


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("publication.publish()\n", ""),
        ("__all__ = [", "names = ["),
        ("jsii_type=", "type="),
        ("class Hinge(", "@jsii.member\ndef hinge("),
        ("class Hinge(", "class Door("),
        ("class Hinge(", "class OSError("),
        ("    It has a handle.", "word in the first column of a docstring"),
    ],
    ids=[
        "no publish call",
        "no __all__",
        "no jsii type",
        "decorated function",
        "duplicate class",
        "name of a builtin",
        "docstring",
    ],
)
def test_a_module_with_another_layout_is_not_split(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(UnknownModuleError, match=r"things\.py"):
        Pieces(TEXT.replace(old, new), "things.py")
