"""AEP production, as it stands: staging's application under its own domain, host and names."""

from tests.conftest import Built


def test_the_account_is_asked_for_and_is_the_only_one_that_can_be_touched(prod: Built) -> None:
    (provider,) = prod.content["provider"]["aws"]
    assert provider["allowed_account_ids"] == ["${var.account_id}"]
    assert "default" not in prod.content["variable"]["account_id"]


def test_nothing_is_shared_with_staging(staging: Built, prod: Built) -> None:
    def names(built: Built) -> set[str]:
        return {
            f"{block.type} {block[key]}"
            for block in built.resources
            for key in ("name", "family", "domain_name")
            if block.get(key) is not None and block.type != "aws_iam_role_policy"
        }

    shared = {name for name in names(staging) & names(prod) if "${" not in name}
    assert not shared
    for private in ("625847798833", "staging", "vpc-0652a6de1c9efdc2f", "sg-0"):
        assert private not in prod.text


def test_the_host_is_productions_own(prod: Built) -> None:
    assert prod.one("aws_acm_certificate")["domain_name"] == "app.navralabs.com"
    (container,) = prod.containers("aep-backend-prod").values()
    assert {"name": "APP_ENV", "value": "prod"} in container["environment"]
    origins = {"name": "CORS_ORIGINS", "value": "https://app.navralabs.com"}
    assert origins in container["environment"]


def test_the_load_balancer_cannot_be_deleted_by_mistake(prod: Built) -> None:
    load_balancer = prod.one("aws_lb", name="aep-prod-alb")
    assert load_balancer["enable_deletion_protection"] is True
    assert load_balancer["lifecycle"]["prevent_destroy"] is True


def test_container_insights_are_on(prod: Built) -> None:
    setting = {"name": "containerInsights", "value": "enhanced"}
    assert prod.one("aws_ecs_cluster", name="aep-prod")["setting"] == [setting]
