"""Names that would result in the same Terraform address are rejected."""

import pytest

from navra_stacks import (
    Alarms,
    EcrImage,
    EcrRepositories,
    Hardening,
    LogPatternAlarm,
    OwnedVolume,
    RegistryImage,
    Service,
)
from tests.support.settings_errors import case, reported_problems, with_web
from tests.support.shop import shop, web, web_container


def worker(name: str, repository: str = "worker") -> Service:
    container = web_container(image=EcrImage(repository=repository), port=None)
    return web(name=name, container=container, health_check=None)


def repositories(*names: str) -> object:
    workers = (worker(f"worker-{index}", name) for index, name in enumerate(names))
    return shop(web(), *workers, registry=EcrRepositories())


def custom_alarms(*names: str) -> object:
    alarms = (LogPatternAlarm(name=name, service="web", pattern="failed") for name in names)
    return shop(hardening=Hardening.relaxed(alarms=Alarms(emails=None, custom=tuple(alarms))))


IMAGE = RegistryImage(repository="public.ecr.aws/x/agent", tag="1")


def volume(path: str) -> OwnedVolume:
    return OwnedVolume(path=path, init_image=IMAGE)


def sidecar(name: str, *paths: OwnedVolume) -> object:
    return web_container(image=IMAGE, name=name, port=None, user="1", writable_paths=paths)


SAME = "differ only in case and punctuation, and would have the same Terraform address"
RULES = "could have the same Terraform address; rename one of these services"
PREFIXES = "starts with a prefix that the library uses for its own alarms"


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        case(
            "repositories",
            lambda: repositories("shop/web", "shop-web", "shop_web"),
            f"registry: 'shop-web' and 'shop/web' and 'shop_web' {SAME}; rename the repositories "
            "in the images so that they differ in letters or digits",
        ),
        case(
            "alarms",
            lambda: custom_alarms("failed-payments", "failed--payments"),
            f"hardening.alarms.custom: 'failed-payments' and 'failed--payments' {SAME}; rename "
            "the alarms so that they differ in letters or digits",
        ),
        case(
            "an alarm of the library",
            lambda: custom_alarms("load-balancer--errors", "load--balancer"),
            "hardening.alarms.custom.load-balancer--errors.name: 'load-balancer--errors' "
            f"{PREFIXES} (load-balancer-, database-, cache-, web-); choose another name",
        ),
        case(
            "rules to the same port",
            lambda: shop(web(), worker("database-from-a"), worker("a-from-alb")),
            f"services: the security group rules of 'database-from-a' and 'a-from-alb' {RULES}",
        ),
        case(
            "rules from the load balancer",
            lambda: shop(web(), worker("alb-to-a"), worker("a-to-anywhere")),
            f"services: the security group rules of 'alb-to-a' and 'a-to-anywhere' {RULES}",
        ),
        case(
            "volumes of two containers",
            lambda: with_web(
                container=web_container(user="1", writable_paths=(volume("/a/b"),)),
                sidecars=(sidecar("web-a", volume("/b")),),
            ),
            "services.web.sidecars: the writable_paths of 2 containers result in the volume name "
            "'web-a-b'; rename one of these containers",
        ),
    ],
)
def test_rejects_names_with_the_same_address(build, expected):
    assert reported_problems(build) == expected


def test_accepts_similar_names_with_different_addresses() -> None:
    repositories("shop/web", "shop/web2", "2048-game")
    custom_alarms("web", "failed-payments", "database")
    shop(web(), worker("import-to-s3"), worker("sync-from-erp"), worker("alb-to-a"))


def test_repositories_without_a_registry_can_have_similar_names() -> None:
    shop(web(), worker("a", "shop/web"), worker("b", "shop-web"))
