"""Fail if a committed file, or one that git would add, has machine-specific or secret content.

Each pattern is written so that it does not match itself in this file.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FORBIDDEN = {
    "a path of a local machine": re.compile(
        r"(?<![\w.~$}])/(?:root|work|opt|Users|home/[a-z][\w.-]*)/"
    ),
    "the address of a package registry": re.compile(
        r"python[h]osted|pypi\.(?:org|python)|npm(?:js|mirror)\.(?:org|com)|yarnpkg\.com"
        r"|deb\.debian\.org|proxy\.golang\.org|crates\.io"
    ),
    # Except the keys in the examples of AWS's documentation.
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)(?![A-Z0-9]{9}EXAMPLE)[A-Z0-9]{16}\b"),
    "an AWS secret key": re.compile(r"(?i)secret_?access_?key\W{1,6}[a-z0-9/+]{40}\b"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE [K]EY"),
    # Words that had a meaning of their own in this project: see "Language" in CONTRIBUTING.md.
    "a word that readers have to guess at": re.compile(
        r"(?i)(?<![\w{])(?:[t]old|[t]ells?|[n]obody|[s]omebody|[w]hoever|[a]new|[s]ought"
        r"|(?:is|becomes?) [w]ell|at [h]and)(?![\w}])"
    ),
}
# The library is for all environments, so no environment name may appear in it. The name of ECR's
# bucket with image layers begins with "prod-".
ENVIRONMENT_NAME = re.compile(r"(?i)(?<![a-z])(?<!s3:::)(?:staging|prod)(?![a-z])")


def committed_files() -> list[Path]:
    """Return every tracked file, and every new file that git would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in sorted(set(listed.split("\0"))) if (path := Path(name)).is_file()]


def forbidden_in(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        for description, pattern in FORBIDDEN.items():
            if found := pattern.search(line):
                yield number, f"{description}: {found[0]}"


def environment_names_in(source: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(source)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        is_docstring = id(node) in statements
        if not is_docstring and (found := ENVIRONMENT_NAME.search(node.value)):
            yield node.lineno, f"an environment name in the library: {found[0]}"


def main() -> int:
    files = committed_files()
    problems = 0
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = list(forbidden_in(text))
        if path.parts[0] == "lib" and path.suffix == ".py":
            found += environment_names_in(text)
        for number, problem in found:
            print(f"{path}:{number}: {problem}")
        problems += len(found)
    print(f"Tree: {len(files)} files, {problems} problems.")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
