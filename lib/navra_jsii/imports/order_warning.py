"""Warn where cdktf was imported before this package was activated."""

import ast
import sys
import warnings
from pathlib import Path
from types import FrameType

from navra_jsii.engine import JSII_PACKAGES

__all__ = ["warn_imported_first"]


def warn_imported_first(package: str) -> None:
    """Warn that cdktf is loaded as published, at the line that imported it first.

    The line is searched in the files that are importing this package. If it is in none of them,
    another module has imported cdktf, and the warning names the line that imports this package.

    Args:
        package: The name of the package that was imported.
    """
    frame: FrameType | None = sys._getframe(1)
    importing: tuple[str, int] | None = None
    remedy = (
        "a module that is imported above this line imports it; make `import navra_stacks`, or "
        "`navra_jsii.activate()`, the first of all imports"
    )
    while frame is not None:
        file, line = frame.f_code.co_filename, frame.f_lineno
        if not file.startswith("<") and not _is_own(frame):
            importing = importing or (file, line)
            if (earlier := _import_before(file, line)) is not None:
                importing = file, earlier
                remedy = "move `import navra_stacks`, or `navra_jsii.activate()`, above this import"
                break
        frame = frame.f_back
    file, line = importing or ("<unknown>", 0)
    warnings.warn_explicit(
        f"{package} was imported before navra_jsii was activated, so node loads all of the AWS "
        f"bindings, which takes many times as long; {remedy}",
        RuntimeWarning,
        file,
        line,
    )


def _is_own(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in (
        "navra_jsii",
        "navra_stacks",
        "lazy_loader",
        "importlib",
    )


def _import_before(file: str, line: int) -> int | None:
    """Return the first line before `line` that imports cdktf or a package that requires jsii."""
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return None
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno < line
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
        if name.partition(".")[0] in JSII_PACKAGES
    ]
    return min(lines, default=None)
