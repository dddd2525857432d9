"""Documents of other teams: forms of JSON that CDKTF does not write, zones, and ARNs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hcl2
import pytest

from navra_stacks.rehearsal.runner import rehearse
from navra_stacks.stacks.synthesis import synthesize
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.shop import shop

# A list of variables, and zones of which moto has one.
LISTED: dict[str, Any] = {
    "variable": {"topic_arn": [{"type": "string"}]},
    "provider": [{"aws": [{"region": "us-west-1"}]}],
    "resource": [
        {
            "aws_vpc": {"main": [{"cidr_block": "10.0.0.0/16"}]},
            "aws_subnet": {
                "a": {
                    "vpc_id": "${aws_vpc.main.id}",
                    "cidr_block": "10.0.1.0/24",
                    "availability_zone": "us-west-1a",
                },
                "c": {
                    "vpc_id": "${aws_vpc.main.id}",
                    "cidr_block": "10.0.2.0/24",
                    "availability_zone": "us-west-1c",
                },
            },
        },
        {
            "aws_sns_topic_subscription": {
                "s": {"topic_arn": "${var.topic_arn}", "protocol": "sqs", "endpoint": "${var.q}"}
            }
        },
    ],
}
LISTED["variable"]["q"] = {"type": "string", "default": "arn:aws:sqs:us-west-1:123456789012:q"}

HCL = """
provider "aws" {
  region = "eu-west-1"
}
variable "key_arn" { type = string }
resource "aws_kms_alias" "one" {
  name          = "alias/one"
  target_key_id = var.key_arn
}
resource "aws_ssm_parameter" "one" {
  name       = "/one"
  type       = "String"
  value      = <<EOT
a "quoted" value
EOT
  depends_on = [aws_kms_alias.one]
  lifecycle { ignore_changes = [description] }
}
"""


@pytest.mark.parametrize(
    "content", [LISTED, hcl2.loads(HCL)], ids=["lists of blocks", "python-hcl2"]
)
def test_a_document_of_another_team_passes_a_rehearsal(
    content: dict[str, Any], installed: tuple[Terraform, Provider], tmp_path: Path
) -> None:
    file = tmp_path / "other.tf.json"
    file.write_text(json.dumps(content))
    terraform, provider = installed
    result = rehearse(
        TerraformDocument.read(file).content,
        terraform=terraform,
        provider=provider,
        directory=tmp_path / "terraform",
    )
    assert (result.failure, result.differences, result.leftovers) == ("", (), ())
    assert result.passed


def test_the_default_vpc_can_use_a_zone_that_moto_lacks(
    installed: tuple[Terraform, Provider], tmp_path: Path
) -> None:
    pytest.importorskip("moto")
    from navra_stacks import DefaultVpc
    from navra_stacks.rehearsal.emulator.client import Emulator
    from navra_stacks.rehearsal.fixtures.seeding import seed

    network = DefaultVpc(availability_zones=("us-west-1a", "us-west-1c"))
    (written,) = synthesize([shop(region="us-west-1", network=network)], tmp_path)
    with Emulator("111122223333") as emulator:
        created = seed(TerraformDocument.read(written.path), emulator, "us-west-1", {})
    assert "zone us-west-1c" in created
