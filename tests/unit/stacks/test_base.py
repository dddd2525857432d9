"""The base of every stack: backend, provider, account, tags and outputs."""

import json
import os
from pathlib import Path

from navra_stacks import EcrImage, LocalState, S3State, Service
from tests.support.shop import shop, web, web_container
from tests.support.synthesized import Build, Built

# State


def test_local_state_has_a_relative_path_outside_the_output_directory(build: Build) -> None:
    (path,) = build(state=LocalState()).content["terraform"]["backend"]["local"].values()
    assert path == "../../../terraform.shop-qa.tfstate"
    directory = Path("/anywhere/cdktf.out/stacks/shop-qa")
    assert Path(os.path.normpath(directory / path)).parent == Path("/anywhere")


def test_s3_state_is_encrypted_and_locked_by_a_lock_file(build: Build) -> None:
    backend = build(state=S3State(bucket="shop-states")).content["terraform"]["backend"]
    assert backend == {
        "s3": {
            "bucket": "shop-states",
            "key": "shop/qa/terraform.tfstate",
            "region": "eu-west-1",
            "encrypt": True,
            "use_lockfile": True,
        }
    }


def test_s3_state_takes_its_own_region_key_and_encryption_key(build: Build) -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    state = S3State(
        bucket="shop-states", region="us-east-1", key="qa/shop.tfstate", kms_key_arn=key
    )
    backend = build(state=state).content["terraform"]["backend"]["s3"]
    assert backend["region"] == "us-east-1"
    assert backend["key"] == "qa/shop.tfstate"
    assert backend["kms_key_id"] == key


def test_the_backend_changes_nothing_else(build: Build) -> None:
    assert build(state=S3State(bucket="shop-states")).bodies == build().bodies


# The account


def provider(built: Built) -> dict:
    (provider,) = built.content["provider"]["aws"]
    return provider


def ecr(**changes: str) -> Service:
    image = EcrImage(repository="shop-web", **changes)
    return web(container=web_container(image=image))


def test_the_provider_allows_the_known_account_only(build: Build) -> None:
    built = build(shop(ecr()))
    assert provider(built)["allowed_account_ids"] == ["111122223333"]
    assert "account_id" not in built.content["variable"]
    image = built.containers("shop-web-qa")["web"]["image"]
    assert image == "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop-web:${var.web_image_tag}"


def test_an_unknown_account_is_a_variable_and_the_only_one_that_the_provider_allows(
    build: Build,
) -> None:
    built = build(shop(ecr(), account=None))
    variable = built.content["variable"]["account_id"]
    assert "default" not in variable
    assert variable["nullable"] is False
    assert "^[0-9]{12}$" in variable["validation"][0]["condition"]
    assert provider(built)["allowed_account_ids"] == ["${var.account_id}"]


def test_an_unknown_account_is_used_in_image_references_and_policies(build: Build) -> None:
    built = build(shop(ecr(), account=None))
    image = built.containers("shop-web-qa")["web"]["image"]
    assert image.startswith("${var.account_id}.dkr.ecr.eu-west-1.amazonaws.com/")
    policy = json.dumps(built.role_statements("shop-web-qa"))
    assert "arn:aws:ecr:eu-west-1:${var.account_id}:repository/shop-web" in policy
    trust = json.loads(built.one("aws_iam_role", name="shop-web-qa-task")["assume_role_policy"])
    condition = trust["Statement"][0]["Condition"]
    assert condition["StringEquals"]["aws:SourceAccount"] == "${var.account_id}"


# Tags


def test_the_providers_default_tags_apply_to_every_resource(build: Build) -> None:
    (default,) = provider(build(tags={"CostCenter": "42", "Owner": "shop@example"}))["default_tags"]
    assert default["tags"] == {
        "CostCenter": "42",
        "Environment": "qa",
        "ManagedBy": "terraform",
        "Owner": "shop@example",
        "Project": "shop",
    }


def test_tags_change_no_resource(build: Build) -> None:
    assert build(tags={"CostCenter": "42"}).bodies == build().bodies


# Variables and outputs


def test_the_outputs_contain_the_url_the_load_balancer_and_the_cluster(build: Build) -> None:
    outputs = {name: one["value"] for name, one in build().content["output"].items()}
    assert outputs == {
        "url": "https://qa.shop.example",
        "load_balancer_dns_name": "${aws_lb.load_balancer.dns_name}",
        "cluster_name": "${aws_ecs_cluster.cluster.name}",
        "state_file": "../../../terraform.shop-qa.tfstate",
    }


def test_a_complete_environment_has_no_variables(build: Build) -> None:
    assert "variable" not in build().content


def test_a_plan_of_local_state_fails_in_a_copy_and_in_another_workspace(build: Build) -> None:
    """tests/terraform/test_local_state.py runs Terraform there."""
    output = build(state=LocalState()).content["output"]["state_file"]
    assert output["value"] == "../../../terraform.shop-qa.tfstate"
    condition = output["precondition"]["condition"]
    assert 'terraform.workspace == "default"' in condition
    assert 'fileexists("${path.root}/../../manifest.json")' in condition


def test_s3_state_has_no_such_check(build: Build) -> None:
    outputs = build(state=S3State(bucket="shop-states")).content["output"]
    assert "state_file" not in outputs
