"""What only one of several environments can have."""

from __future__ import annotations

import pytest

from navra_stacks import EcrImage, EcrRepositories, Environment, GitHubDeployRole, S3State
from navra_stacks.settings.validation.uniqueness import claim_problems
from tests.support.shop import shop, web, web_container

ACCOUNT = "111122223333"
OTHER = "444455556666"


def qa_and_live(live_account: str | None = ACCOUNT, **claims: object) -> list[Environment]:
    """Two environments that make the same claims, the first in `ACCOUNT`."""
    service = web(container=web_container(image=EcrImage(repository="shop-web")))
    return [
        shop(service, **claims),
        shop(service, name="live", **({"account": live_account} | claims)),
    ]


def told(environments: list[Environment]) -> list[str]:
    return [str(problem) for problem in claim_problems(environments)]


def provider() -> GitHubDeployRole:
    return GitHubDeployRole.from_branch("navra/shop", "main", creates_provider=True)


def test_a_repository_is_made_once() -> None:
    assert told(qa_and_live(registry=EcrRepositories())) == [
        "shop-live.registry: the repository 'shop-web' of 111122223333 in eu-west-1 belongs to "
        "shop-qa already; set the registry in one of the two, and leave it out of the other"
    ]


def test_the_identity_provider_of_an_account_is_made_once() -> None:
    assert told(qa_and_live(delivery=provider())) == [
        "shop-live.delivery.creates_provider: GitHub's identity provider of 111122223333 belongs "
        "to shop-qa already; create it in one of the two, and leave this out of the other"
    ]


def test_a_bootstrapped_bucket_is_made_once_in_all_of_aws() -> None:
    state = S3State(bucket="shop-state", bootstrapped=True)
    assert told(qa_and_live(OTHER, state=state)) == [
        "shop-live.state.bucket: the bootstrapped bucket 'shop-state' belongs to shop-qa already; "
        "name another, or leave bootstrapped out of one of the two"
    ]


def test_a_state_has_an_object_of_its_own() -> None:
    state = S3State(bucket="shop-state", key="terraform.tfstate")
    assert told(qa_and_live(state=state)) == [
        "shop-live.state.key: the state 'terraform.tfstate' in 'shop-state' belongs to shop-qa "
        "already; give another key: each apply would undo the other's"
    ]


def test_the_key_that_is_made_for_a_state_counts_too() -> None:
    qa = shop(state=S3State(bucket="shop-state"))
    live = shop(name="live", state=S3State(bucket="shop-state", key="shop/qa/terraform.tfstate"))
    assert len(told([qa, live])) == 1


def test_everything_is_told_at_once_and_of_every_environment() -> None:
    claims = {"registry": EcrRepositories(), "delivery": provider()}
    third = shop(name="demo", delivery=provider())
    fields = [line.partition(":")[0] for line in told([*qa_and_live(**claims), third])]
    assert fields == [
        "shop-live.registry",
        "shop-live.delivery.creates_provider",
        "shop-demo.delivery.creates_provider",
    ]


@pytest.mark.parametrize("live_account", [OTHER, None])
def test_what_an_account_has_is_not_compared_with_another_nor_with_an_unknown_one(
    live_account: str | None,
) -> None:
    claims = {"registry": EcrRepositories(), "delivery": provider()}
    assert told(qa_and_live(live_account, **claims)) == []


def test_two_unknown_accounts_are_not_compared() -> None:
    claims = {"registry": EcrRepositories(), "delivery": provider(), "account": None}
    assert told(qa_and_live(**claims)) == []


def test_environments_may_share_a_bucket_and_another_s_repositories() -> None:
    qa, live = qa_and_live(state=S3State(bucket="shop-state"))
    made = S3State(bucket="shop-state", bootstrapped=True)
    assert told([qa.replace(registry=EcrRepositories(), state=made), live]) == []
