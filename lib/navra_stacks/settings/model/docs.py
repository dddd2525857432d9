"""Docstrings of fields: the string literal below a field in its class.

Pydantic can read them too (`use_attribute_docstrings`), but when it creates the class. That would
parse every settings class on import, which takes 0.2 seconds, and only error messages use the text.
"""

import ast
import inspect
from itertools import pairwise
from textwrap import dedent

__all__ = ["field_doc"]


def field_doc(kind: type, field: str) -> str:
    """Return the docstring of a field, from the class or the nearest base class that defines it.

    Empty if the field has no docstring, or if the source code is not available.
    """
    for owner in kind.__mro__:
        if field in vars(owner).get("__annotations__", ()):
            try:
                (definition,) = ast.parse(dedent(inspect.getsource(owner))).body
            except (OSError, TypeError, ValueError, SyntaxError):
                return ""
            assert isinstance(definition, ast.ClassDef)
            for line, below in pairwise(definition.body):
                match line, below:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(text))),
                    ) if name == field:
                        return inspect.cleandoc(text)
            return ""
    return ""
