"""Docstrings of fields: the string literal below a field in its class.

Pydantic can read these docstrings (`use_attribute_docstrings`), but reads them when a class is
created. Every settings class would then be parsed on import, which takes 0.2 seconds, although only
error messages use the docstrings.
"""

import ast
import inspect
from itertools import pairwise
from textwrap import dedent

__all__ = ["field_doc"]


def field_doc(kind: type, field: str) -> str:
    """Return the docstring of `field` from `kind` or the nearest base class that defines the field.

    The result is empty if the field has no docstring, or if the source code is not available.
    """
    for owner in kind.__mro__:
        # The annotations of this class only, which `vars` does not contain since Python 3.14.
        if field in getattr(owner, "__annotations__", ()):
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
