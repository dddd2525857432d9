"""Tests of an environment: synthesize it once, then query its Terraform document."""

import pytest
from three_services import SHOP

from navra_stacks import synthesize
from navra_stacks.terraform.document import TerraformDocument


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> TerraformDocument:
    (written,) = synthesize([SHOP], tmp_path_factory.mktemp("cdktf"))
    return TerraformDocument.read(written.path)


def test_the_api_has_a_health_check(shop: TerraformDocument) -> None:
    group = shop.one("aws_lb_target_group", name="shop-live-tg-api")
    assert group["health_check"]["path"] == "/api/health"


def test_the_worker_receives_no_traffic(shop: TerraformDocument) -> None:
    assert "load_balancer" not in shop.one("aws_ecs_service", name="shop-worker-live-svc").body


def test_api_paths_are_routed_to_the_api() -> None:
    assert SHOP.routing.resolve("/api/orders/7").service == "api"


def test_the_state_is_encrypted(shop: TerraformDocument) -> None:
    assert shop.content["terraform"]["backend"]["s3"]["encrypt"] is True
