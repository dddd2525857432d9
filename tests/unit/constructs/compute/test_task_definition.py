"""Task definitions: sizes, containers, volumes, images and escaped texts."""

import json
import re
from typing import Any

import pytest

from navra_stacks import Container, EcrImage, OwnedVolume, RegistryImage, Secret, Service, Tmpfs
from navra_stacks.terraform.document import Block
from tests.support.shop import shop, web, web_container
from tests.support.synthesized import Build, Built, difference, ref

FAMILY = "shop-web-qa"
TASK_DEFINITION = "aws_ecs_task_definition.web_task_definition"
POLICY = "aws_iam_role_policy.web_execution_policy"
ROUTER = RegistryImage(repository="public.ecr.aws/shop/router", tag="2.3")


def definition(built: Built) -> Block:
    return built.one("aws_ecs_task_definition", family=FAMILY)


def container(built: Built, name: str = "web") -> dict[str, Any]:
    return built.containers(FAMILY)[name]


def changed_alone(build: Build, service: Service, *addresses: str) -> Built:
    """Build an environment with this service; only `addresses` may differ from the default."""
    after = build(shop(service))
    assert difference(build(), after) == (set(), set(), set(addresses))
    return after


# The task


def test_a_task_has_the_size_of_the_settings(build: Build) -> None:
    built = changed_alone(build, web(cpu=1024, memory=4096), TASK_DEFINITION)
    assert (definition(built)["cpu"], definition(built)["memory"]) == ("1024", "4096")


def test_the_architecture_defaults_to_x86(build: Build) -> None:
    platform = definition(build())["runtime_platform"]
    assert platform == {"cpu_architecture": "X86_64", "operating_system_family": "LINUX"}


def test_a_task_can_run_on_arm(build: Build) -> None:
    built = changed_alone(build, web(architecture="ARM64"), TASK_DEFINITION)
    platform = definition(built)["runtime_platform"]
    assert platform == {"cpu_architecture": "ARM64", "operating_system_family": "LINUX"}


def test_ephemeral_storage_is_set_on_request(build: Build) -> None:
    assert "ephemeral_storage" not in definition(build()).body
    built = changed_alone(build, web(ephemeral_storage_gib=50), TASK_DEFINITION)
    assert definition(built)["ephemeral_storage"] == {"size_in_gib": 50}


# The container


def test_a_container_definition_has_no_empty_fields(build: Build) -> None:
    built = build()
    assert container(built) == {
        "name": "web",
        "image": "public.ecr.aws/shop/web:1.0",
        "essential": True,
        "stopTimeout": 60,
        "linuxParameters": {"initProcessEnabled": True},
        "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": ref(built.one("aws_cloudwatch_log_group"), "name"),
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "web",
            },
        },
    }


@pytest.mark.parametrize(
    ("setting", "field", "value"),
    [
        ({"user": "1000:1000"}, "user", "1000:1000"),
        ({"read_only_root": True}, "readonlyRootFilesystem", True),
        ({"stop_timeout_seconds": 90}, "stopTimeout", 90),
        ({"command": ("serve", "--port", "8080")}, "command", ["serve", "--port", "8080"]),
    ],
)
def test_a_container_setting_changes_its_field_only(
    build: Build, setting: dict[str, Any], field: str, value: object
) -> None:
    built = changed_alone(build, web(container=web_container(**setting)), TASK_DEFINITION)
    assert container(built) == container(build()) | {field: value}


def test_a_container_can_be_non_essential(build: Build) -> None:
    agent = Container(name="agent", image=web_container().image)
    before = build(shop(web(sidecars=(agent,))))
    after = build(shop(web(container=web_container(essential=False), sidecars=(agent,))))
    assert container(after) == container(before) | {"essential": False}


def test_variables_and_secrets_are_sorted(build: Build) -> None:
    """Another order in Python must not register a new revision."""
    secrets = ("SALT", "API_KEY")
    built = build(
        shop(
            web(container=web_container(environment={"B": "2", "A": "1"}, secrets=secrets)),
            secrets=tuple(Secret(name=name) for name in secrets),
        )
    )
    variables = [(one["name"], one["value"]) for one in container(built)["environment"]]
    assert variables == [("A", "1"), ("B", "2")]
    assert [one["name"] for one in container(built)["secrets"]] == ["API_KEY", "SALT"]


@pytest.mark.parametrize(
    ("user", "options"),
    [
        ("101", ["uid=101", "gid=101", "mode=0700"]),
        ("1000:2000", ["uid=1000", "gid=2000", "mode=0700"]),
        ("1000:0", ["uid=1000", "gid=0", "mode=0700"]),
        (None, ["mode=1777"]),
    ],
)
def test_a_writable_path_is_memory_that_belongs_to_the_user(
    build: Build, user: str | None, options: list[str]
) -> None:
    paths = ("/tmp", Tmpfs(path="/var/cache/nginx", size_mib=128))
    service = web(container=web_container(user=user, read_only_root=True, writable_paths=paths))
    built = changed_alone(build, service, TASK_DEFINITION)
    assert "volume" not in definition(built).body
    assert container(built)["linuxParameters"] == {
        "initProcessEnabled": True,
        "tmpfs": [
            {"containerPath": "/tmp", "size": 64, "mountOptions": options},
            {"containerPath": "/var/cache/nginx", "size": 128, "mountOptions": options},
        ],
    }


def test_an_init_container_gives_a_volume_to_the_user(build: Build) -> None:
    volume = OwnedVolume(path="/data", init_image=ROUTER)
    service = web(container=web_container(user="1000:2000", writable_paths=(volume,)))
    built = changed_alone(build, service, TASK_DEFINITION)
    assert definition(built)["volume"] == [{"name": "web-data"}]
    assert list(built.containers(FAMILY)) == ["web", "init-1"]
    mount = {"containerPath": "/data", "readOnly": False, "sourceVolume": "web-data"}
    assert container(built)["mountPoints"] == [mount]
    assert container(built)["dependsOn"] == [{"containerName": "init-1", "condition": "SUCCESS"}]
    init = container(built, "init-1")
    assert init["image"] == "public.ecr.aws/shop/router:2.3"
    assert init["command"] == ["chown", "1000:2000", "/data"]
    assert init["mountPoints"] == [mount]
    assert init["essential"] is False
    assert init["readonlyRootFilesystem"] is True
    assert not {"user", "dependsOn", "portMappings"} & init.keys()


def test_a_sidecar_has_its_own_volume(build: Build) -> None:
    volume = OwnedVolume(path="/data", init_image=ROUTER)
    agent = Container(name="agent", image=ROUTER, user="5", writable_paths=(volume,))
    service = web(container=web_container(user="1000", writable_paths=(volume,)), sidecars=(agent,))
    built = build(shop(service))
    assert container(built, "agent")["dependsOn"][0]["containerName"] == "init-2"
    assert container(built, "init-2")["command"] == ["chown", "5:5", "/data"]
    assert container(built, "init-2")["mountPoints"][0]["sourceVolume"] == "agent-data"


@pytest.mark.parametrize(
    ("port", "user", "controlled"), [(80, "101", True), (1024, "101", False), (80, None, False)]
)
def test_a_user_other_than_root_may_listen_on_a_port_below_1024(
    build: Build, port: int, user: str | None, controlled: bool
) -> None:
    built = build(shop(web(container=web_container(port=port, user=user))))
    expected = [{"namespace": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
    assert container(built).get("systemControls") == (expected if controlled else None)


def test_an_image_can_have_its_own_init(build: Build) -> None:
    built = changed_alone(build, web(container=web_container(init_process=False)), TASK_DEFINITION)
    assert container(built)["linuxParameters"] == {"initProcessEnabled": False}


# Sidecars


def test_a_sidecar_receives_no_traffic(build: Build) -> None:
    sidecar = Container(name="router", image=ROUTER, essential=False)
    built = changed_alone(build, web(sidecars=(sidecar,)), TASK_DEFINITION)
    assert list(built.containers(FAMILY)) == ["web", "router"]
    assert container(built) == container(build())
    router = container(built, "router")
    assert router["image"] == "public.ecr.aws/shop/router:2.3"
    assert router["essential"] is False
    assert "portMappings" not in router
    assert router["logConfiguration"]["options"]["awslogs-stream-prefix"] == "router"
    (attachment,) = built.one("aws_ecs_service")["load_balancer"]
    assert attachment["container_name"] == "web"


def test_the_execution_role_may_read_the_secret_of_a_sidecar(build: Build) -> None:
    sidecar = Container(name="router", image=ROUTER, secrets=("ROUTER_KEY",))
    built = build(shop(web(sidecars=(sidecar,)), secrets=(Secret(name="ROUTER_KEY"),)))
    arn = ref(built.data("aws_secretsmanager_secret", name="shop/qa/ROUTER_KEY"))
    assert container(built, "router")["secrets"] == [{"name": "ROUTER_KEY", "valueFrom": arn}]
    assert "secrets" not in container(built)
    assert {
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": [arn],
    } in built.role_statements(FAMILY)


def test_the_execution_role_may_pull_the_image_of_a_sidecar(build: Build) -> None:
    images = (EcrImage(repository="shop-web", tag="1"), EcrImage(repository="router", tag="2"))
    sidecar = Container(name="router", image=images[1])
    service = web(container=web_container(image=images[0]), sidecars=(sidecar,))
    statements = build(shop(service)).role_statements(FAMILY)
    (pull,) = (one for one in statements if "ecr:BatchGetImage" in one["Action"])
    assert pull["Resource"] == [
        "arn:aws:ecr:eu-west-1:111122223333:repository/router",
        "arn:aws:ecr:eu-west-1:111122223333:repository/shop-web",
    ]


# Images


def test_an_image_of_a_public_registry_needs_no_permission(build: Build) -> None:
    text = json.dumps(build().role_statements(FAMILY))
    assert "ecr:" not in text
    assert "logs:PutLogEvents" in text


def test_a_fixed_tag_needs_no_variable(build: Build) -> None:
    image = EcrImage(repository="shop-web", tag="2026.02.20")
    built = build(shop(web(container=web_container(image=image))))
    assert container(built)["image"] == (
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop-web:2026.02.20"
    )
    assert "variable" not in built.content


@pytest.mark.parametrize("image", [EcrImage, RegistryImage])
def test_an_absent_tag_is_a_variable_without_a_default(
    build: Build, image: type[EcrImage | RegistryImage]
) -> None:
    service = web(container=web_container(image=image(repository="shop-web")))
    built = build(shop(service))
    assert container(built)["image"].endswith("shop-web:${var.web_image_tag}")
    variable = built.content["variable"]["web_image_tag"]
    assert "default" not in variable
    assert variable["nullable"] is False


def test_an_image_can_come_from_ecr_of_another_account_and_region(build: Build) -> None:
    image = EcrImage(repository="shop-web", tag="1", account="999988887777", region="us-east-1")
    built = build(shop(web(container=web_container(image=image))))
    assert container(built)["image"] == "999988887777.dkr.ecr.us-east-1.amazonaws.com/shop-web:1"
    assert "arn:aws:ecr:us-east-1:999988887777:repository/shop-web" in json.dumps(
        built.role_statements(FAMILY)
    )


# Secrets


def test_a_secret_is_looked_up_under_project_and_environment(build: Build) -> None:
    built = build(
        shop(web(container=web_container(secrets=("API_KEY",))), secrets=(Secret(name="API_KEY"),))
    )
    assert built.data("aws_secretsmanager_secret")["name"] == "shop/qa/API_KEY"


def with_secrets(*secrets: Secret) -> dict[str, Any]:
    names = tuple(secret.name for secret in secrets)
    return {"services": (web(container=web_container(secrets=names)),), "secrets": secrets}


def test_a_secret_under_the_default_key_needs_no_kms_permission(build: Build) -> None:
    assert "kms:" not in build(**with_secrets(Secret(name="API_KEY"))).text


def test_an_encrypted_secret_may_be_decrypted_with_its_key_only(build: Build) -> None:
    key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    built = build(**with_secrets(Secret(name="API_KEY"), Secret(name="SALT", kms_key_arn=key)))
    statements = [s for s in built.role_statements(FAMILY) if "kms" in json.dumps(s)]
    assert statements == [
        {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": [key],
            "Condition": {
                "StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}
            },
        }
    ]


def test_a_secret_that_one_service_injects_cannot_be_read_by_another(build: Build) -> None:
    secrets = with_secrets(Secret(name="API_KEY"))
    worker = Service(name="worker", container=Container(image=ROUTER), cpu=256, memory=512)
    built = build(shop(*secrets["services"], worker, secrets=secrets["secrets"]))
    assert "secretsmanager" in json.dumps(built.role_statements(FAMILY))
    assert "secretsmanager" not in json.dumps(built.role_statements("shop-worker-qa"))


# Escaping of texts


def as_terraform_reads(text: str) -> str:
    """Return the value of a template (Terraform, "Strings and Templates").

    Fails on an interpolation or a directive.
    """
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", text), f"{text!r} is a template"
    return text.replace("$${", "${").replace("%%{", "%{")


TEXTS = (
    "${var.password}",
    "%{ if true }yes%{ endif }",
    "$${already} %%{escaped}",
    "$$${three}",
    '{"quoted": "\\"twice\\"", "back": "\\\\slash"}',
    "naïve 日本語 🚀",
    "100 % of $5 {braces}",
    "line\nbreak\tand tab",
    "",
)


@pytest.fixture(scope="module")
def with_texts(build: Build) -> dict[str, Any]:
    """A container with each text in a variable and in its command."""
    variables = {f"TEXT_{number}": text for number, text in enumerate(TEXTS)}
    container = web_container(environment=variables, command=("run", *TEXTS))
    return build(shop(web(container=container))).containers("shop-web-qa")["web"]


@pytest.mark.parametrize("text", TEXTS)
def test_terraform_templates_in_variables_and_commands_are_escaped(
    with_texts: dict[str, Any], text: str
) -> None:
    number = TEXTS.index(text)
    values = {one["name"]: one["value"] for one in with_texts["environment"]}
    assert len(values) == len(TEXTS)
    assert as_terraform_reads(values[f"TEXT_{number}"]) == text
    assert as_terraform_reads(with_texts["command"][1 + number]) == text
    assert len(with_texts["command"]) == 1 + len(TEXTS)
