"""The addresses and variables in repairs are those of the documents."""

from __future__ import annotations

import pytest

from environments.prod import PROD
from navra_stacks import EcrImage, EcrRepositories, RegistryImage, Secret
from navra_stacks.errors import NavraError
from navra_stacks.preflight.commands import apply, repository_address, secret_address
from navra_stacks.preflight.variables import check_variable_names, variables_of
from tests.support.shop import shop, web, web_container
from tests.support.synthesized import Build, Built


def test_the_addresses_are_those_of_the_documents(prod: Built, build: Build) -> None:
    image = EcrImage(repository="2fa/web-app")
    awkward = shop(
        web(container=web_container(image=image, secrets=("_2FA_KEY",))),
        registry=EcrRepositories(),
        secrets=(Secret(name="_2FA_KEY", managed=True),),
    )
    for environment, document in ((PROD, prod), (awkward, build(awkward))):
        secrets = document.content["resource"]["aws_secretsmanager_secret"]
        for id_, secret in secrets.items():
            address = f"aws_secretsmanager_secret.{id_}"
            assert secret_address(environment, secret["name"]) == address
        for id_, repository in document.content["resource"]["aws_ecr_repository"].items():
            assert repository_address(repository["name"]) == f"aws_ecr_repository.{id_}"


def test_the_first_apply_of_a_stack_initializes_it() -> None:
    directory = "-chdir=cdktf.out/stacks/shop-qa"
    assert apply("shop-qa") == f"terraform {directory} init && terraform {directory} apply"
    assert apply("shop-qa", "x.y", "x.z").endswith(" apply -target=x.y -target=x.z")


def test_the_variables_are_those_of_the_documents(prod: Built, build: Build) -> None:
    untagged = web(container=web_container(image=RegistryImage(repository="public.ecr.aws/x/y")))
    other = shop(untagged, account=None)
    for environment, document in ((PROD, prod), (other, build(other)), (shop(), build(shop()))):
        assert variables_of(environment) == document.content.get("variable", {}).keys()


def test_the_variables_of_a_stack_class_are_not_known() -> None:
    with pytest.raises(NavraError, match=r"^--var x: shop-qa has no such variable; do not pass"):
        check_variable_names(shop(), {"x": "1"})
    with pytest.raises(NavraError, match="; use one of account_id"):
        check_variable_names(shop(account=None), {"x": "1"})
    check_variable_names(shop(stack_class="shop.stack:ShopStack"), {"x": "1"})
