"""The stack class of an environment, and the document of another class."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import NavraError, S3State, SettingsError, WebStack, synthesize
from navra_stacks.stacks.stack_class import OtherStackClassError
from navra_stacks.terraform.document import TerraformDocument
from tests.support.repository import ROOT
from tests.support.shop import shop

# isort: split
import jsii
from cdktf import App, Aspects, IAspect, TerraformStack
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue


class QueueStack(WebStack):
    def after_services(self) -> None:
        SqsQueue(self, "jobs", name="shop-qa-jobs")


@pytest.fixture
def module(module_directory: Path) -> str:
    """A module in the current directory with stack classes."""
    (module_directory / "shop_stacks.py").write_text(
        "from navra_stacks import WebStack\n\n\nclass ShopStack(WebStack):\n    pass\n\n\n"
        "number = 1\n",
        encoding="utf-8",
    )
    return "shop_stacks"


def recorded(path: Path) -> Any:
    return json.loads(path.read_bytes())["//"]["metadata"]["stack_class"]


# Which class builds a stack


def test_a_document_names_the_class_that_wrote_it_without_its_module(tmp_path: Path) -> None:
    state = S3State(bucket="shop-states", bootstrapped=True)
    environment = shop(state=state)
    bucket, main = synthesize([environment], tmp_path, stack_class=QueueStack)
    assert recorded(bucket.path) == "StateStack"
    assert recorded(main.path) == "QueueStack"


def test_the_class_of_the_environment_builds_its_stack(module: str, tmp_path: Path) -> None:
    environment = shop(stack_class=f"{module}:ShopStack")
    (written,) = synthesize([environment], tmp_path / "out")
    assert recorded(written.path) == "ShopStack"


def test_the_class_of_the_call_replaces_that_of_the_environment(
    module: str, tmp_path: Path
) -> None:
    environment = shop(stack_class=f"{module}:ShopStack")
    (written,) = synthesize([environment], tmp_path / "out", stack_class=QueueStack)
    assert "aws_sqs_queue.jobs" in TerraformDocument.read(written.path).addresses


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("shop_stack:ShopStack", "there is no module 'shop_stack'"),
        ("tests.missing.stack:ShopStack", "there is no module 'tests.missing.stack'"),
        ("shop_stacks:ShopStak", "did you mean ShopStack?"),
        ("shop_stacks:number", "shop_stacks.number is not a class that extends WebStack"),
        ("shop_stacks:WebStack", None),
    ],
)
def test_a_class_that_cannot_be_used_is_an_error(
    module: str, tmp_path: Path, reference: str, problem: str | None
) -> None:
    environment = shop(stack_class=reference)
    if problem is None:
        synthesize([environment], tmp_path / "out")
        return
    with pytest.raises(NavraError, match=re.escape(problem)):
        synthesize([environment], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "reference", ["ShopStack", "shop_stacks", "shop_stacks:", "a b:C", "a:b.c"]
)
def test_the_setting_is_a_module_and_a_class(reference: str) -> None:
    with pytest.raises(SettingsError, match=r"stack_class: .* write it as MODULE:CLASS"):
        shop(stack_class=reference)


def test_an_error_within_the_module_is_not_hidden(module: str, tmp_path: Path) -> None:
    (tmp_path / "failing_stacks.py").write_text("import never_installed\n", encoding="utf-8")
    with pytest.raises(ModuleNotFoundError, match="never_installed"):
        synthesize([shop(stack_class="failing_stacks:Stack")], tmp_path / "out")


# Mistakes in a class


def _without_super(_self: Any, _scope: Any, _environment: Any) -> None:
    pass


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        (
            {"__init__": lambda self, scope: None},
            "its __init__ does not accept the arguments of WebStack; "
            "write `def __init__(self, scope, environment)`",
        ),
        (
            {"__init__": _without_super},
            "its __init__ does not call that of WebStack; "
            "add `super().__init__(scope, environment)`",
        ),
        (
            {"compose": lambda self: None},
            "its compose does not call that of WebStack; add `super().compose()`",
        ),
    ],
)
def test_a_class_that_replaces_a_method_of_the_library_is_an_error(
    members: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    kind = type("ShopStack", (WebStack,), members)
    with pytest.raises(NavraError) as error:
        synthesize([shop()], tmp_path, stack_class=kind)
    assert str(error.value) == f"stack class ShopStack: {problem}"


@pytest.mark.parametrize("id_", ["services", "jobs"])
def test_an_error_of_cdktf_that_is_reported_later_contains_the_class(
    id_: str, module: str, tmp_path: Path
) -> None:
    queue = f"SqsQueue(self, '{id_}', name='shop-jobs')"
    (tmp_path / f"{module}.py").write_text(
        "from navra_stacks import WebStack\n"
        "from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue\n\n\n"
        f"class ShopStack(WebStack):\n    def after_services(self):\n        {queue}\n"
        f"        {queue}\n",
        encoding="utf-8",
    )
    with pytest.raises(NavraError) as error:
        synthesize([shop(stack_class=f"{module}:ShopStack")], tmp_path / "out")
    assert str(error.value).startswith(
        f"stack class {module}:ShopStack: CDKTF reports: "
        f"There is already a Construct with name '{id_}' in TerraformStack [shop-qa]; correct the "
    )


def test_an_exception_in_an_aspect_contains_the_class(tmp_path: Path) -> None:
    @jsii.implements(IAspect)
    class Failing:
        def visit(self, _: Any) -> None:
            raise ValueError("no name")

    def after_services(self: Any) -> None:
        Aspects.of(self).add(Failing())

    kind = type("ShopStack", (WebStack,), {"after_services": after_services})
    with pytest.raises(NavraError, match="ShopStack: CDKTF reports: no name; correct "):
        synthesize([shop()], tmp_path, stack_class=kind)


# The document of another class


def test_another_class_does_not_replace_a_document(tmp_path: Path) -> None:
    (written,) = synthesize([shop()], tmp_path, stack_class=QueueStack)
    before = written.path.read_bytes()
    with pytest.raises(OtherStackClassError) as error:
        synthesize([shop()], tmp_path)
    assert "written by the stack class QueueStack, and WebStack would replace it" in str(
        error.value
    )
    assert "--replace" in str(error.value)
    assert written.path.read_bytes() == before


def test_the_same_class_replaces_its_document(tmp_path: Path) -> None:
    synthesize([shop()], tmp_path, stack_class=QueueStack)
    again = type("QueueStack", (QueueStack,), {})  # from another module, such as __main__
    synthesize([shop()], tmp_path, stack_class=again)


def test_replace_allows_another_class(tmp_path: Path) -> None:
    synthesize([shop()], tmp_path, stack_class=QueueStack)
    (written,) = synthesize([shop()], tmp_path, replace=True)
    assert recorded(written.path) == "WebStack"


@pytest.mark.parametrize(
    "content", ["{}", '{"//": {"metadata": {}}}', "[]", "not JSON", '{"//": 1}']
)
def test_a_document_without_a_class_is_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "stacks/shop-qa/cdk.tf.json"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    synthesize([shop()], tmp_path)
    assert recorded(path) == "WebStack"


def test_a_stack_in_an_app_of_the_team_does_not_replace_a_document_either(tmp_path: Path) -> None:
    synthesize([shop()], tmp_path, stack_class=QueueStack)
    with pytest.raises(OtherStackClassError):
        WebStack(App(outdir=str(tmp_path)), shop())


# In an app of the team


def test_environments_are_synthesized_in_an_app_that_has_other_stacks(
    tmp_path: Path,
) -> None:
    app = App(outdir=str(tmp_path))
    other = TerraformStack(app, "other")
    other.add_override("locals.answer", 42)
    state = S3State(bucket="shop-states", bootstrapped=True)
    written = synthesize([shop(state=state)], app=app)
    assert [one.stack for one in written] == ["shop-qa-state", "shop-qa"]
    assert [one.path.is_file() for one in written] == [True, True]
    document = json.loads((tmp_path / "stacks/other/cdk.tf.json").read_bytes())
    assert document["locals"] == {"answer": 42}
    for one, alone in zip(
        written, synthesize([shop(state=state)], tmp_path / "alone"), strict=True
    ):
        assert one.path.read_bytes() == alone.path.read_bytes()


def test_an_app_and_an_output_directory_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"outdir=\.\.\. to the App"):
        synthesize([shop()], tmp_path, app=App(outdir=str(tmp_path)))


HCL = """
import sys
sys.path.insert(0, {root!r})
from navra_stacks import NavraError, WebStack, synthesize
from tests.support.shop import shop

class HclStack(WebStack):
    pass

(written,) = synthesize([shop()], {out!r}, stack_class=HclStack)
print(written.path.name)
try:
    synthesize([shop()], {out!r})
except NavraError as error:
    print(error)
"""


def test_another_class_does_not_replace_hcl_either(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HCL.format(root=str(ROOT), out=str(tmp_path))],
        env={**os.environ, "SYNTH_HCL_OUTPUT": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    name, refusal = done.stdout.splitlines()
    assert name == "cdk.tf"
    assert "was written by the stack class HclStack, and WebStack would replace it" in refusal
    with pytest.raises(OtherStackClassError, match="HclStack"):  # JSON in place of HCL
        synthesize([shop()], tmp_path)
