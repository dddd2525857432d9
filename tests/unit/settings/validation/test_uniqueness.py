"""Resources that only one of several environments can own."""

from __future__ import annotations

import pytest

from navra_stacks import EcrImage, EcrRepositories, Environment, GitHubDeployRole, S3State
from navra_stacks.settings.validation.uniqueness import claim_problems
from tests.support.shop import shop, web, web_container

ACCOUNT = "111122223333"
OTHER = "444455556666"


def qa_and_live(live_account: str | None = ACCOUNT, **claims: object) -> list[Environment]:
    """Build two environments with the same claims, the first one in `ACCOUNT`."""
    service = web(container=web_container(image=EcrImage(repository="shop-web")))
    return [
        shop(service, **claims),
        shop(service, name="live", **({"account": live_account} | claims)),
    ]


def conflicts(environments: list[Environment]) -> list[str]:
    return [str(problem) for problem in claim_problems(environments)]


def provider() -> GitHubDeployRole:
    return GitHubDeployRole.from_branch("navra/shop", "main", creates_provider=True)


def test_rejects_a_repository_in_two_environments() -> None:
    assert conflicts(qa_and_live(registry=EcrRepositories())) == [
        "shop-live.registry: the ECR repository 'shop-web' in account 111122223333 and Region "
        "eu-west-1 already belongs to the environment 'shop-qa'; set `registry` in only one of "
        "the two environments"
    ]


def test_rejects_two_oidc_providers_in_one_account() -> None:
    assert conflicts(qa_and_live(delivery=provider())) == [
        "shop-live.delivery.creates_provider: GitHub's OIDC provider in account 111122223333 "
        "already belongs to the environment 'shop-qa'; set creates_provider=True in only one of "
        "the two environments"
    ]


def test_rejects_a_bootstrapped_bucket_in_two_accounts() -> None:
    state = S3State(bucket="shop-state", bootstrapped=True)
    assert conflicts(qa_and_live(OTHER, state=state)) == [
        "shop-live.state.bucket: the bootstrapped bucket 'shop-state' already belongs to the "
        "environment 'shop-qa'; use another bucket, or set bootstrapped=True in only one of the "
        "two environments"
    ]


def test_rejects_the_same_state_object_for_two_environments() -> None:
    state = S3State(bucket="shop-state", key="terraform.tfstate")
    assert conflicts(qa_and_live(state=state)) == [
        "shop-live.state.key: the state object 'terraform.tfstate' in the bucket 'shop-state' "
        "already belongs to the environment 'shop-qa'; use another key, because otherwise an "
        "apply of one environment would undo the apply of the other"
    ]


def test_compares_default_state_keys_too() -> None:
    qa = shop(state=S3State(bucket="shop-state"))
    live = shop(name="live", state=S3State(bucket="shop-state", key="shop/qa/terraform.tfstate"))
    assert len(conflicts([qa, live])) == 1


def test_reports_the_conflicts_of_all_environments() -> None:
    claims = {"registry": EcrRepositories(), "delivery": provider()}
    third = shop(name="demo", delivery=provider())
    fields = [line.partition(":")[0] for line in conflicts([*qa_and_live(**claims), third])]
    assert fields == [
        "shop-live.registry",
        "shop-live.delivery.creates_provider",
        "shop-demo.delivery.creates_provider",
    ]


@pytest.mark.parametrize("live_account", [OTHER, None])
def test_does_not_compare_resources_in_different_or_unknown_accounts(
    live_account: str | None,
) -> None:
    claims = {"registry": EcrRepositories(), "delivery": provider()}
    assert conflicts(qa_and_live(live_account, **claims)) == []


def test_does_not_compare_two_unknown_accounts() -> None:
    claims = {"registry": EcrRepositories(), "delivery": provider(), "account": None}
    assert conflicts(qa_and_live(**claims)) == []


def test_environments_can_share_a_state_bucket_and_repositories() -> None:
    qa, live = qa_and_live(state=S3State(bucket="shop-state"))
    bootstrapped = S3State(bucket="shop-state", bootstrapped=True)
    assert conflicts([qa.replace(registry=EcrRepositories(), state=bootstrapped), live]) == []
