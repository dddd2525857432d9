"""A rehearsal of a document with resources in two accounts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from navra_stacks.rehearsal.result import Rehearsal
from navra_stacks.rehearsal.runner import rehearse
from navra_stacks.terraform.installation import Provider, Terraform

RECORD = {
    "zone_id": "${data.aws_route53_zone.zone.zone_id}",
    "name": "www.shop.example",
    "type": "A",
    "ttl": 60,
    "records": ["192.0.2.1"],
    "provider": "aws.zone",
}
DOCUMENT: dict[str, Any] = {
    "terraform": {"required_providers": {"aws": {"source": "aws", "version": ">= 5.0"}}},
    "provider": {
        "aws": [
            {"region": "eu-west-1", "allowed_account_ids": ["111122223333"]},
            {
                "alias": "zone",
                "region": "eu-west-1",
                "allowed_account_ids": ["444455556666"],
                "assume_role": [{"role_arn": "arn:aws:iam::444455556666:role/dns"}],
            },
        ]
    },
    "data": {"aws_route53_zone": {"zone": {"name": "shop.example", "provider": "aws.zone"}}},
    "resource": {
        "aws_route53_record": {"www": RECORD},
        "aws_cloudwatch_log_group": {"web": {"name": "/shop/web"}},
    },
}


def rehearsal(
    document: dict[str, Any], installed: tuple[Terraform, Provider], directory: Path
) -> Rehearsal:
    terraform, provider = installed
    return rehearse(document, terraform=terraform, provider=provider, directory=directory)


def test_a_record_in_the_zone_of_another_account_is_created_and_destroyed(
    installed: tuple[Terraform, Provider], tmp_path: Path
) -> None:
    result = rehearsal(DOCUMENT, installed, tmp_path)
    assert result.failure == ""
    assert result.passed
    assert (result.resources, result.leftovers) == (2, ())


def test_a_record_with_the_provider_of_the_wrong_account_fails(
    installed: tuple[Terraform, Provider], tmp_path: Path
) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    del document["resource"]["aws_route53_record"]["www"]["provider"]
    failure = rehearsal(document, installed, tmp_path).failure
    assert "resource.aws_route53_record.www: reading Route 53 Hosted Zone" in failure
