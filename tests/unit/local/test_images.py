"""The images of containers: the option, missing ones, pulled ones and architectures."""

from __future__ import annotations

import pytest

from navra_stacks.errors import NavraError
from navra_stacks.local.application import LocalService, OneOffTask
from navra_stacks.local.engine import EngineError, Image
from navra_stacks.local.images import Images, parse_images
from navra_stacks.local.task_model import ContainerModel
from tests.unit.local.fake_engine import FakeEngine, task

WEB = task(ContainerModel("app", "shop/web:1"), ContainerModel("proxy", None))
SERVICE = LocalService("web", "shop-web", WEB, "app", ("app",), (), 0)
MIGRATE = task(ContainerModel("schema", None))
WITH_TASK = LocalService(
    "web",
    "shop-web",
    WEB,
    "app",
    ("app",),
    (),
    0,
    (OneOffTask("migrate", "web", MIGRATE, "schema"),),
)


def test_an_image_of_a_service_or_of_a_container() -> None:
    assert parse_images(["web=a:1", "web.proxy=b@sha256:12=3"], [SERVICE]) == {
        "web": "a:1",
        "web.proxy": "b@sha256:12=3",
    }


def test_an_image_of_a_container_that_only_a_one_off_task_has() -> None:
    """`Images.of` requires this option if the image is not known."""
    assert parse_images(["web.schema=a"], [WITH_TASK]) == {"web.schema": "a"}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("web", r"--image 'web' is not of the form SERVICE=IMAGE"),
        ("web=", r"is not of the form SERVICE=IMAGE"),
        ("wbe=a", r"there is no service 'wbe'; did you mean 'web'\?"),
        ("zzz=a", r"there is no service 'zzz'; the services are web"),
        ("web.prox=a", r"did you mean 'web.proxy'\?"),
    ],
)
def test_an_invalid_option_is_an_error_with_the_repair(option: str, message: str) -> None:
    with pytest.raises(NavraError, match=message):
        parse_images([option], [SERVICE])


class Registry(FakeEngine):
    """An engine that pulls the images of a registry."""

    def __init__(self, **available: Image) -> None:
        super().__init__()
        self.available = available
        self.platforms: list[str | None] = []

    def pull(self, reference: str, platform: str | None) -> Image:
        self.platforms.append(platform)
        if reference not in self.available:
            raise EngineError("`podman pull` failed: manifest unknown")
        self.images[reference] = self.available[reference]
        return self.images[reference]


X86, ARM = Image("X86_64", ""), Image("ARM64", "")


def images(engine: FakeEngine, *, use_platform: bool = False, **given: str) -> Images:
    names = {name.replace("_", "."): value for name, value in given.items()}
    return Images(engine, names, lines.append, use_platform=use_platform)


lines: list[str] = []


def test_an_image_in_the_engine_is_not_pulled() -> None:
    engine = Registry()
    engine.images = {"a": X86, "b": X86}
    assert images(engine, web="a", web_proxy="b").of(SERVICE, WEB) == (
        {"app": "a", "proxy": "b"},
        [],
    )
    assert engine.platforms == []


def test_the_image_of_the_document_is_pulled_without_an_option() -> None:
    engine = Registry(**{"shop/web:1": X86, "b": X86})
    lines.clear()
    found, faults = images(engine, web_proxy="b").of(SERVICE, WEB)
    assert (found, faults) == ({"app": "shop/web:1", "proxy": "b"}, [])
    assert lines == ["pulling shop/web:1", "pulling b"]
    assert engine.platforms == [None, None]


def test_an_image_that_only_an_apply_determines_needs_the_option() -> None:
    engine = Registry(a=X86)
    found, (fault,) = images(engine, web="a").of(SERVICE, WEB)
    assert found == {"app": "a"}
    assert (fault.kind, fault.repair) == ("image", "pass --image web.proxy=IMAGE")


def test_an_image_that_cannot_be_pulled_is_a_fault() -> None:
    _, (fault, _) = images(Registry()).of(SERVICE, WEB)
    assert fault.kind == "image"
    assert "manifest unknown" in fault.message
    assert "pass --image web=IMAGE" in fault.repair


def test_an_image_of_another_architecture_is_a_fault() -> None:
    engine = Registry(a=ARM, b=X86)
    found, (fault,) = images(engine, web="a", web_proxy="b").of(SERVICE, WEB)
    assert found["app"] == "a"
    assert fault.kind == "architecture"
    assert "is for ARM64, and the task definition for X86_64" in fault.message
    assert "build it for linux/amd64" in fault.repair


def test_with_platform_the_image_of_the_described_architecture_is_pulled() -> None:
    engine = Registry(a=X86, b=X86)
    found = images(engine, use_platform=True, web="a", web_proxy="b")
    assert found.of(SERVICE, WEB)[1] == []
    assert engine.platforms == ["linux/amd64", "linux/amd64"]
    assert images(engine).platform(WEB) is None
    assert found.platform(WEB) == "linux/amd64"


def test_a_data_image_is_pulled_once() -> None:
    engine = Registry(postgres=X86)
    images(engine).data("postgres")
    images(engine).data("postgres")
    assert engine.platforms == [None]


def test_a_container_without_a_user_has_that_of_its_image() -> None:
    engine = Registry()
    engine.images = {"a": Image("X86_64", "app:staff"), "b": X86, "c": Image("X86_64", "1000")}
    model = task(
        ContainerModel("web", None),
        ContainerModel("root", None),
        ContainerModel("described", None, user="101"),
        ContainerModel("unknown", None),
    )
    references = {"web": "a", "root": "b", "described": "c"}
    found = images(engine).with_users(model, references)
    users = {one.name: one.user for one in found.containers}
    assert users == {"web": "app:staff", "root": None, "described": "101", "unknown": None}
    assert not found.container("web").is_root
