"""The real Terraform accepts import blocks, as JSON and as HCL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cdktf_command import synthesize_hcl
from tests.support.shop import shop
from tests.support.shop_inventory import FOUND
from tests.support.synthesized import Build
from tests.support.terraform_validate import Validator


@pytest.fixture(scope="module")
def hcl(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("imports")
    synthesize_hcl({"adopting": shop(inventory=FOUND)}, out)
    return Path(out, "adopting/stacks/shop-qa/cdk.tf").read_text(encoding="utf-8")


def test_terraform_accepts_imports_in_json(build: Build, validator: Validator) -> None:
    result = validator.validate(build(shop(inventory=FOUND)).content)
    assert result.diagnostics == ()
    assert result.ok


def test_terraform_accepts_imports_in_hcl(hcl: str, build: Build, validator: Validator) -> None:
    assert hcl.count("\nimport {\n") == 3
    result = validator.validate_hcl(hcl, build(shop(inventory=FOUND)).content)
    assert result.diagnostics == ()
    assert result.ok


def test_terraform_accepts_an_import_into_one_of_several_instances(
    build: Build, validator: Validator
) -> None:
    content = build(shop(inventory=FOUND)).content
    resources = {
        "aws_sns_topic": {"each": {"for_each": '${toset(["a.b/c"])}'}},
        "aws_eip": {"nat": {"count": 2}},
    }
    imports = [
        {"to": 'aws_sns_topic.each["a.b/c"]', "id": "1"},
        {"to": "aws_eip.nat[0]", "id": "2"},
    ]
    several = content | {"resource": content["resource"] | resources, "import": imports}
    result = validator.validate(several)
    assert result.diagnostics == ()


def test_terraform_rejects_an_import_into_an_invalid_address(
    build: Build, validator: Validator
) -> None:
    """Accepting the imports above is meaningful only if invalid ones are rejected."""
    content = build(shop(inventory=FOUND)).content
    invalid = {"to": "aws_lb", "id": "arn:lb"}
    result = validator.validate(content | {"import": [*content["import"], invalid]})
    assert not result.ok
    assert "import" in "\n".join(result.diagnostics)
