"""Public names, imports and layering of the library."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest

import navra_stacks
from tests.support.repository import ROOT

LIB = ROOT / "lib/navra_stacks"
SOURCES = sorted(LIB.rglob("*.py"))

PUBLIC = """
    AccessLogs Alarms Autoscaling Backups Cache CacheThresholds CapacityProviderStrategy
    Container CrossAccountZone Database DatabaseParts DatabaseThresholds DefaultVpc
    DelegatedZone Deployment Domain EcrImage EcrRepositories Egress Environment ExistingCache
    ExistingDatabase ExistingIds ExistingVpc FireLens GitHubDeployRole GitHubWorkflows Hardening
    HealthCheck IamPermission ImportInventory ImportedResource LifecycleHook LoadBalancer LocalState
    LogPatternAlarm Logs NavraError OneOffTask OpenTelemetryCollector OwnedVolume PrivateVpc
    RegistryImage ResponseHeaders RollbackAlarms Route Routing S3State ScheduledAction Secret
    Service ServiceThresholds SettingsError SettingsProblem Synthesized TerraformDocument
    TestTraffic Tmpfs Waf WafException WebStack synthesize
""".split()

NESTED_CONSTRUCTS = {
    # The constructs that other constructs create, and the files in which they create them. All
    # other constructs are created in stacks/ and passed to the constructs that need them.
    "Alarm": {"environment_alarms.py", "data_alarms.py", "service_alarms.py"},
    "AlarmTopic": {"environment_alarms.py"},
    "PrivateBucketConfiguration": {"access_logs.py", "state_bucket.py", "state_log_bucket.py"},
    "DataAlarms": {"environment_alarms.py"},
    "DatabasePassword": {"database.py"},
    "CustomerManagedKey": {"alarm_topic.py", "exec_logging.py"},
    "MetricFilter": {"environment_alarms.py"},
    "ServiceAlarms": {"environment_alarms.py"},
}

HANDLES = set(
    """
    ANYWHERE AccessLogBucket AccountRegion AlarmCondition ApplicationLoadBalancer AuditedExec
    Certificate Cluster ContainerDefinition ContainerImage DeploymentRoles Dns EnvironmentAlarms
    EnvironmentContext FargateService LogGroup Metric MetricExpression MonitoredEnvironment
    MonitoredService Peer Placement SecretHandle StateBucket TargetGroup TaskDefinition TaskRoles
    TrafficShift TrafficShiftAlarms VpcNetwork address_of advanced_configuration
    deny_insecure_transport deployment_arguments described_container final_snapshot_name
    ignored_changes metric_arguments numbered policy_document recovery_window_days
    with_logical_id
    """.split()
)
"""The names that constructs import from other constructs, besides the constructs that they create:
objects of neighbours, values and helper functions."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """Yield every imported module of a file, with the imported name."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((str(node.module), alias.name) for alias in node.names)


@cache
def words(path: Path) -> frozenset[str]:
    """The names in a file's code, without comments and docstrings."""
    return frozenset(
        word
        for node in nodes_of(path)
        for word in (getattr(node, "id", ""), getattr(node, "attr", ""))
    ) | {name for _, name in imported(path)}


def files_where(pattern: str) -> list[str]:
    """The files whose code contains a name that matches a pattern."""
    return [
        path.relative_to(LIB).as_posix()
        for path in SOURCES
        if any(map(re.compile(pattern).fullmatch, words(path)))
    ]


# The public API


def test_the_public_names_equal_the_list_in_this_file() -> None:
    """A removed or renamed public name breaks the stacks of other teams."""
    assert sorted(PUBLIC) == navra_stacks.__all__


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_can_be_imported_and_has_a_docstring(name: str) -> None:
    assert getattr(navra_stacks, name).__doc__
    assert name in dir(navra_stacks)


def test_an_unknown_name_raises_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'navra_stacks' has no attribute 'nope'"):
        _ = navra_stacks.nope


def test_an_error_in_the_module_of_a_public_name_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(name: str) -> None:
        raise AttributeError(f"an incompatible cdktf, imported for {name}")

    monkeypatch.setattr(navra_stacks, "_load", fail)
    with pytest.raises(AttributeError, match="an incompatible cdktf, imported for WebStack"):
        navra_stacks.__getattr__("WebStack")


@pytest.mark.parametrize(("old", "new"), navra_stacks._RENAMED.items())
def test_the_error_about_a_former_name_gives_the_present_one(old: str, new: str) -> None:
    assert new in navra_stacks.__all__
    with pytest.raises(ImportError, match=f"^{old} is now {new}: see docs/upgrading.md"):
        exec(f"from navra_stacks import {old}")


def test_the_version_is_that_of_the_distribution() -> None:
    assert navra_stacks.__version__ == version("navra-stacks")


def test_the_library_has_a_typing_marker() -> None:
    assert (LIB / "py.typed").is_file()


# Lazy imports


def test_neither_cdktf_nor_node_is_loaded_before_it_is_needed() -> None:
    script = """
import navra_stacks
from navra_stacks import Environment, Service, SettingsError
from navra_stacks.terraform.document import TerraformDocument
import navra_stacks.cli.app
import sys
print(*sorted(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"JSII_NODE": "/there/is/no/node", "PYTHONPATH": str(ROOT / "lib")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    heavy = {"cdktf", "constructs", "jsii", "boto3", "navra_stacks.stacks.web.stack"}
    assert not heavy & set(done.stdout.split())


def test_the_program_of_cdktf_synth_does_not_load_the_command_line_library() -> None:
    script = "import runpy, sys; runpy.run_path('main.py'); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"typer", "click"} & set(done.stdout.split())


def test_errors_and_naming_import_no_settings() -> None:
    for name in ("errors", "naming"):
        assert not [m for m, _ in imported(LIB / f"{name}.py") if "settings" in m or "cdktf" in m]


# Restricted operations


def test_only_the_base_stack_creates_providers_and_backends() -> None:
    # An IAM identity provider is an ordinary resource, and TerraformProvider is a type.
    made = r"(?!IamOpenidConnect|Terraform)\w+(Provider|Backend)|\w*ProviderDefaultTags"
    # The services of the emulator are called backends too.
    makers = [file for file in files_where(made) if not file.startswith("rehearsal/")]
    assert makers == ["stacks/base.py"]


PROCESSES = {"rehearsal/emulator/server.py", "terraform/embedded.py"}
"""Modules that run as a process of their own."""

STARTERS = {
    "local/engine.py",
    "local/watchdog.py",
    "rehearsal/emulator/client.py",
    "reports/compared_side.py",
    "terraform/installation.py",
    "terraform/working_directory.py",
}
"""Modules that start processes."""


def commands() -> set[str]:
    return {f"cli/{path.name}" for path in (LIB / "cli").glob("*.py")}


def test_only_the_command_reads_arguments() -> None:
    assert not set(files_where("argv|ArgumentParser")) - {"cli/app.py"} - PROCESSES


def test_only_process_starters_read_environment_variables() -> None:
    readers = {"terraform/provider_environment.py", "terraform/provider_override.py"} | STARTERS
    readers |= {"rehearsal/emulator/speedups.py"}  # runs in the emulator's process
    readers |= {"cli/error_handling.py"}  # the entry of every command
    readers |= {"cli/options.py"}  # an endpoint that boto3 and Terraform read
    readers |= {"cli/deploy.py"}  # the commit and the actor in GitHub Actions
    readers |= {"cli/stack_files.py"}  # the output directory, as cdktf does
    readers |= {"check/schema/cache.py"}  # the directory of the user's caches
    readers |= {"cli/preflight.py"}  # the variables that Terraform reads
    assert not set(files_where("environ|environb|getenv")) - readers


@pytest.mark.parametrize("module", ["errors", "settings"])
def test_the_modules_of_public_names_are_attributes(module: str) -> None:
    assert getattr(navra_stacks, module).__name__ == f"navra_stacks.{module}"


def test_only_the_command_prints_or_exits() -> None:
    assert not set(files_where("print|exit")) - commands() - PROCESSES
    assert not set(files_where("stdout|stderr")) - commands() - PROCESSES - STARTERS


def test_constructs_create_no_other_constructs_but_their_own_parts() -> None:
    files = [path for path in SOURCES if LIB / "constructs" in path.parents]
    classes = {
        node.name
        for path in files
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Construct" for base in node.bases)
    }
    assert len(classes) > 30
    created: dict[str, set[str]] = {}
    for path in files:
        for node in nodes_of(path):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in classes:
                created.setdefault(node.func.id, set()).add(path.name)
    assert created == NESTED_CONSTRUCTS


def test_constructs_import_from_each_other_only_handles_and_their_own_parts() -> None:
    taken: dict[str, set[str]] = {}
    for path in SOURCES:
        if LIB / "constructs" in path.parents and path.name != "environment_context.py":
            for module, name in imported(path):
                if module.startswith("navra_stacks.constructs"):
                    taken.setdefault(name, set()).add(path.name)
    assert taken.keys() >= HANDLES
    assert {name: files for name, files in taken.items() if name not in HANDLES} == (
        NESTED_CONSTRUCTS
    )


def test_a_settings_class_and_a_construct_never_share_a_name() -> None:
    classes = {
        folder: {
            node.name
            for path in SOURCES
            if LIB / folder in path.parents
            for node in tree_of(path).body
            if isinstance(node, ast.ClassDef)
        }
        for folder in ("settings", "constructs")
    }
    assert all(classes.values())
    assert not classes["settings"] & classes["constructs"]


def test_constructs_import_their_own_settings_and_never_the_environment() -> None:
    whole = {"navra_stacks.settings.environment", "navra_stacks.settings.environment_fields"}
    for path in SOURCES:
        if LIB / "constructs" in path.parents:
            assert not whole & {module for module, _ in imported(path)}


def test_the_library_names_no_environment() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        # The name of ECR's bucket with image layers begins with "prod-".
        assert not re.search(r"(?i)(?<!s3:::)\b(staging|prod)\b", text), path


def test_the_library_contains_no_domain_and_no_account_of_aep() -> None:
    for path in SOURCES:
        assert not re.search(r"navralabs|625847798833", path.read_text(encoding="utf-8")), path


def test_imports_point_downwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    kept = re.search(r"Contracts: (\d+) kept, 0 broken", done.stdout)
    assert kept is not None
    assert int(kept[1]) >= 4


# Documentation


def test_every_public_module_class_and_function_has_a_docstring() -> None:
    undocumented = [
        f"{path.relative_to(LIB)}: {getattr(node, 'name', 'module')}"
        for path, tree in zip(SOURCES, map(tree_of, SOURCES), strict=True)
        for node in (tree, *tree.body)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and not getattr(node, "name", "").startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not undocumented


def test_every_module_declares_its_exports() -> None:
    for path in SOURCES:
        tree = tree_of(path)
        if path.name == "__init__.py":
            continue
        offered = next(
            (
                ast.literal_eval(node.value)
                for node in tree.body
                if isinstance(node, ast.Assign) and node.targets[0].id == "__all__"
            ),
            None,
        )
        defined = {getattr(node, "name", None) for node in nodes_of(path)} | {
            target.id
            for node in tree.body
            for target in getattr(node, "targets", [getattr(node, "target", None)])
            if isinstance(target, ast.Name)
        }
        assert offered, path
        assert set(offered) <= defined, path


def test_no_file_is_longer_than_400_lines() -> None:
    """A longer file contains more than one concept: split it."""
    long = {p.name: n for p in SOURCES if (n := len(p.read_text().splitlines())) > 400}
    assert not long
