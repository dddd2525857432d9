"""Prepare the files with which a first run needs no cache.

Usage: python packaging/prepare.py DIRECTORY

Writes the folders `jsii`, for navra_jsii, and `schema`, for `navra check`.

Exit status 3: the bindings are not installed in this environment, or without a RECORD.
"""

import ast
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
LIB = ROOT / "lib"
NO_BINDINGS = 3

LICENCE = """The files in this directory contain parts of these distributions in another form:

- cdktf-cdktf-provider-aws, MPL-2.0, https://github.com/cdktf/cdktf-provider-aws
- cdktf, MPL-2.0, https://github.com/hashicorp/terraform-cdk
- constructs, Apache-2.0, https://github.com/aws/constructs

The parts keep these licences: https://www.mozilla.org/MPL/2.0/ and
https://www.apache.org/licenses/LICENSE-2.0. The distributions contain the source.
cdktf.tgz also contains the npm packages that cdktf bundles, each with its own licence.
"""

RUN = """
import importlib, json, sys
sys.path[:0] = sys.argv[1:3]
import sample
from navra_stacks import synthesize
# Imported first, because the first request to node loads all imported modules.
for module, names in json.load(sys.stdin).items():
    for name in names:
        constructor = getattr(importlib.import_module(module), name).__init__
        for used in getattr(getattr(constructor, "__code__", None), "co_names", ()):
            if used.startswith("_typecheckingstub__"):  # declared when it is looked up
                constructor.__globals__[used]
synthesize(sample.ENVIRONMENTS, sys.argv[3])
"""

EXPORT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import navra_jsii
navra_jsii.activate()
from navra_jsii.preparation import NotPreparedError, prepare
from navra_stacks.check.schema.cache import provider_schema
prepared, schema = (Path(sys.argv[2], name) for name in ("jsii", "schema"))
prepared.mkdir()
try:
    prepare(prepared)
except NotPreparedError as error:
    print(error, file=sys.stderr)
    sys.exit(3)
schema.mkdir()
provider_schema(directory=schema)
"""


def imported_classes() -> dict[str, list[str]]:
    """Return the classes of cdktf and the bindings that the library imports, by module."""
    found: dict[str, set[str]] = {}
    for file in (LIB / "navra_stacks").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if module.partition(".")[0] in ("cdktf", "cdktf_cdktf_provider_aws", "constructs"):
                assert isinstance(node, ast.ImportFrom)
                found.setdefault(module, set()).update(alias.name for alias in node.names)
    return {module: sorted(names) for module, names in sorted(found.items())}


def main(directory: str) -> int:
    """Fill an empty cache in one process, and copy it in another one."""
    if any(find_spec(name) is None for name in ("cdktf", "cdktf_cdktf_provider_aws", "pydantic")):
        return NO_BINDINGS
    with TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        home.chmod(0o700)
        environ = {name: value for name, value in os.environ.items() if "NAVRA_" not in name}
        environ |= {"XDG_CACHE_HOME": str(home)}
        for script, arguments in (
            (RUN, (str(LIB), str(ROOT / "packaging"), str(home / "out"))),
            (EXPORT, (str(LIB), directory)),
        ):
            done = subprocess.run(
                [sys.executable, "-c", script, *arguments],
                env=environ,
                cwd=home,
                input=json.dumps(imported_classes()),
                text=True,
                check=False,
            )
            if done.returncode:
                return done.returncode
    for part in Path(directory).iterdir():
        (part / "LICENCE").write_text(LICENCE, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
