"""What a setting is for, as the text below it in its class says.

Pydantic can read these texts too, while it makes the class; that parses every class of the settings
whenever the library is imported, a fifth of a second for what only an error tells.
"""

import ast
import inspect
from itertools import pairwise
from textwrap import dedent

__all__ = ["purpose"]


def purpose(kind: type, field: str) -> str:
    """The text below the field where a class, or the nearest of its bases, defines it; or none."""
    for owner in kind.__mro__:
        if field in vars(owner).get("__annotations__", ()):
            try:
                (definition,) = ast.parse(dedent(inspect.getsource(owner))).body
            except (OSError, TypeError, ValueError, SyntaxError):
                return ""  # the source is not at hand
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
