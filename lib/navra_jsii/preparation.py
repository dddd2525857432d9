"""Prepare the files with which a first run needs no cache, when the wheel is built."""

import hashlib
import json
import shutil
from pathlib import Path

from navra_jsii.assemblies.core import slim_core
from navra_jsii.assemblies.module_store import write_modules
from navra_jsii.assemblies.parts import read_tarball
from navra_jsii.engine import selected_engine
from navra_jsii.imports.compiled_module import cached_modules, interpreter, write_prepared_code
from navra_jsii.kernel.start_plan import cached_plan
from navra_jsii.prepared import DESCRIPTION, FORMAT, MODULES, PYTHON, installed_files

__all__ = ["NotPreparedError", "prepare"]


class NotPreparedError(Exception):
    """Nothing can be prepared from this environment."""


def prepare(directory: Path) -> None:
    """Write the prepared files, from the cache that an earlier process has filled.

    Args:
        directory: An empty directory.

    Raises:
        NotPreparedError: no run has filled the cache, or a package was installed without a RECORD.
        OSError: a file cannot be read or written.
    """
    plan = cached_plan()
    if plan is None:
        raise NotPreparedError("no earlier run has written a plan")
    assemblies = plan.assemblies()
    (provider,) = (assembly for assembly in assemblies if assembly.slim is not None)
    assert provider.slim is not None
    shutil.copyfile(provider.slim, directory / f"{provider.package}.tgz")
    core = selected_engine().core
    (tarball,) = (assembly.tarball for assembly in assemblies if assembly.package == core)
    (directory / f"{core}.tgz").write_bytes(slim_core(tarball))
    write_modules(read_tarball(provider.tarball, None), directory / MODULES)
    modules = [Path(file) for file in cached_modules()]
    tarballs = [assembly.tarball for assembly in assemblies]
    jsii = [Path(identity[0]) for identity in plan.jsii]
    files: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    for package in ("jsii", *(assembly.package for assembly in assemblies)):
        site, records = installed_files(package)
        paths = {
            str(file): file.relative_to(site).as_posix()
            for file in (*modules, *tarballs, *jsii)
            if file.is_relative_to(site / package)
        }
        if not records:
            raise NotPreparedError(f"{package} was installed without a RECORD")
        files[package] = {path: records[path] for path in sorted(paths.values())}
        names |= {str(file): paths[str(file)] for file in modules if str(file) in paths}
    write_prepared_code(directory / PYTHON, names)
    description = {
        "format": FORMAT,
        "python": interpreter(),
        "files": files,
        "slim": {
            package: {
                "file": f"{package}.tgz",
                "modules": sorted(slim_modules),
                "sha256": hashlib.sha256((directory / f"{package}.tgz").read_bytes()).hexdigest(),
            }
            for package, slim_modules in ((core, ()), (provider.package, provider.modules))
        },
        "assemblies": [
            {"name": planned.name, "package": planned.package} for planned in plan.early
        ],
    }
    text = json.dumps(description, indent=1, sort_keys=True)
    (directory / DESCRIPTION).write_text(text, encoding="utf-8")
