"""The typed keyword arguments of `replace`, `production` and `relaxed`."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import navra_stacks
from navra_stacks.settings.model.base import Settings

PUBLIC = [
    class_
    for name in navra_stacks.__all__
    if isinstance(class_ := getattr(navra_stacks, name), type)
    and issubclass(class_, Settings)
    and class_.model_fields
]


class _WithoutAnnotated(ast.NodeTransformer):
    """Replaces ``Annotated[int, ...]`` with ``int``."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "Annotated":
            assert isinstance(node.slice, ast.Tuple)
            return node.slice.elts[0]
        return node


def _annotations(node: ast.ClassDef) -> dict[str, str]:
    return {
        statement.target.id: ast.unparse(_WithoutAnnotated().visit(statement.annotation))
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }


def _classes(module: Path) -> dict[str, ast.ClassDef]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


@pytest.mark.parametrize("class_", PUBLIC, ids=lambda class_: class_.__name__)
def test_type_checkers_see_exactly_the_fields_of_a_class(class_: type[Settings]) -> None:
    """A new or changed field is added to the TypedDict below its class."""
    fields: dict[str, str] = {}
    changes: dict[str, str] = {}
    for owner in reversed(class_.__mro__):
        if owner is Settings or not issubclass(owner, Settings):
            continue
        classes = _classes(Path(str(inspect.getsourcefile(owner))))
        fields |= _annotations(classes[owner.__name__])
        if f"{owner.__name__}Changes" in classes:
            changes = _annotations(classes[f"{owner.__name__}Changes"])
            text = ast.unparse(classes[owner.__name__]).replace("'", "")
            assert f"def replace(self, **changes: Unpack[{owner.__name__}Changes]) -> Self" in text
    assert changes == {name: fields[name] for name in class_.model_fields}
