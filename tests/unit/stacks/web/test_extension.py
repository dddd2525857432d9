"""What a stack that extends `WebStack` adds to the services of the library."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import (
    Hardening,
    ImportedResource,
    ImportInventory,
    NavraError,
    OneOffTask,
    OwnedVolume,
    Service,
    SettingsError,
    WebStack,
    synthesize,
)
from navra_stacks.terraform.task_definition_changes import containers_of
from tests.support.shop import shop, web, web_container
from tests.support.shop_inventory import HEAD
from tests.support.synthesized import Built

# isort: split
from cdktf import TerraformResource
from cdktf_cdktf_provider_aws.ecs_task_definition import EcsTaskDefinitionVolume
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

FAMILY = "shop-web-qa"
SECRET = "-".join(["an", "example", "value", "7"])
MIGRATE = OneOffTask(name="migrate", command=("migrate",))

Extend = Callable[..., Built]


@pytest.fixture
def extend(tmp_path: Path) -> Extend:
    """Synthesize a shop by a stack class with these hooks."""

    def extended(
        after: Callable[[Any], None] | None = None,
        *services: Service,
        before: Callable[[Any], None] = lambda _: None,
        **settings: Any,
    ) -> Built:
        class Extended(WebStack):
            def before_services(self) -> None:
                before(self)

            def after_services(self) -> None:
                if after is not None:
                    after(self)

        (written,) = synthesize([shop(*services, **settings)], tmp_path, stack_class=Extended)
        return Built.at(written.path)

    return extended


def queue(stack: WebStack) -> SqsQueue:
    return SqsQueue(stack, "jobs", name="shop-qa-jobs")


def dependencies(built: Built) -> list[str]:
    return list(built.one("aws_ecs_service")["depends_on"])


# Containers


def test_a_variable_refers_to_a_resource_of_the_stack(extend: Extend) -> None:
    built = extend(
        lambda stack: stack.services["web"].container.add_environment("JOBS", queue(stack).url),
        web(container=web_container(environment={"LEVEL": "info", "A": "${HOME}"})),
    )
    assert built.containers(FAMILY)["web"]["environment"] == [
        {"name": "A", "value": "$${HOME}"},
        {"name": "JOBS", "value": "${aws_sqs_queue.jobs.url}"},
        {"name": "LEVEL", "value": "info"},
    ]


def test_a_variable_that_the_container_has_is_refused(extend: Extend) -> None:
    service = web(container=web_container(environment={"LEVEL": "info"}))
    with pytest.raises(NavraError, match="container web already has the variable LEVEL"):
        extend(lambda stack: stack.services["web"].container.add_environment("LEVEL", "x"), service)


def test_a_variable_can_be_a_number(extend: Extend) -> None:
    def add(stack: WebStack) -> None:
        stack.services["web"].container.add_environment("PORT", 5432)
        stack.services["web"].container.add_environment("DELAY", queue(stack).delay_seconds)

    assert extend(add).containers(FAMILY)["web"]["environment"] == [
        {"name": "DELAY", "value": "${aws_sqs_queue.jobs.delay_seconds}"},
        {"name": "PORT", "value": "5432"},
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('${aws_sqs_queue.jobs["a"].url}', '"${aws_sqs_queue.jobs["a"].url}"'),
        ('say "${x["\\""]}" \\', r'"say \"${x["\""]}\" \\"'),
        ('$${x["a"]}', r'"$${x[\"a\"]}"'),
    ],
)
def test_an_expression_in_a_variable_keeps_its_quotes(
    extend: Extend, value: str, text: str
) -> None:
    built = extend(lambda stack: stack.services["web"].container.add_environment("A", value))
    definitions = built.one("aws_ecs_task_definition")["container_definitions"]
    assert f'{{"name": "A", "value": {text}}}' in definitions
    assert containers_of({"container_definitions": definitions})["web"]["environment"] == [
        {"name": "A", "value": value}
    ]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("A=B", "x", "'A=B' is not a valid name"),
        ("", "x", "'' is not a valid name"),
        ("A", None, "the variable A is of the type NoneType"),
        ("A", True, "the variable A is of the type bool"),
        ("DB_PASSWORD", SECRET, "DB_PASSWORD looks like a credential"),
        ("URL", f"postgres://shop:{SECRET}@db/shop", "URL looks like a credential"),
    ],
)
def test_an_invalid_variable_is_refused(
    extend: Extend, name: str, value: Any, problem: str
) -> None:
    with pytest.raises(NavraError, match=problem) as error:
        extend(lambda stack: stack.services["web"].container.add_environment(name, value))
    assert SECRET not in str(error.value)


def test_a_variable_that_is_not_a_secret_can_look_like_one(extend: Extend) -> None:
    built = extend(
        lambda stack: stack.services["web"].container.add_environment(
            "SITE_TOKEN", SECRET, not_secret=True
        )
    )
    (variable,) = built.containers(FAMILY)["web"]["environment"]
    assert variable["value"] == SECRET


@pytest.mark.parametrize("port", [0, 65536, "8080", True])
def test_an_invalid_port_is_refused(extend: Extend, port: Any) -> None:
    with pytest.raises(NavraError, match="is not a valid port"):
        extend(lambda stack: stack.services["web"].container.add_port(port))


def test_a_container_gets_a_further_port(extend: Extend) -> None:
    built = extend(lambda stack: stack.services["web"].container.add_port(9090, protocol="udp"))
    assert built.containers(FAMILY)["web"]["portMappings"] == [
        {"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"},
        {"containerPort": 9090, "hostPort": 9090, "protocol": "udp"},
    ]


def test_the_port_of_the_settings_gets_a_name_for_service_connect(extend: Extend) -> None:
    built = extend(
        lambda stack: stack.services["web"].container.add_port(
            8080, name="web", app_protocol="http"
        )
    )
    assert built.containers(FAMILY)["web"]["portMappings"] == [
        {
            "containerPort": 8080,
            "hostPort": 8080,
            "protocol": "tcp",
            "name": "web",
            "appProtocol": "http",
        }
    ]


@pytest.mark.parametrize("names", [(None,), ("web", "web")])
def test_a_port_that_the_container_has_is_refused(
    extend: Extend, names: tuple[str | None, ...]
) -> None:
    def twice(stack: WebStack) -> None:
        for name in names:
            stack.services["web"].container.add_port(8080, name=name)

    with pytest.raises(NavraError, match="container web already has the port 8080"):
        extend(twice)


def test_a_volume_is_mounted_beside_those_of_the_settings(extend: Extend) -> None:
    def mount(stack: WebStack) -> None:
        service = stack.services["web"]
        service.task_definition.add_volume(EcsTaskDefinitionVolume(name="media"))
        service.container.add_mount("media", "/media", read_only=True)

    own = OwnedVolume(path="/data", init_image=web_container().image)
    built = extend(mount, web(container=web_container(user="1", writable_paths=(own,))))
    assert built.one("aws_ecs_task_definition")["volume"] == [
        {"name": "web-data"},
        {"name": "media"},
    ]
    assert built.containers(FAMILY)["web"]["mountPoints"] == [
        {"containerPath": "/data", "readOnly": False, "sourceVolume": "web-data"},
        {"containerPath": "/media", "readOnly": True, "sourceVolume": "media"},
    ]


def test_a_second_mount_at_a_path_is_refused(extend: Extend) -> None:
    service = web(container=web_container(writable_paths=("/tmp",)))
    with pytest.raises(NavraError, match="container web already has the mount /tmp"):
        extend(lambda stack: stack.services["web"].container.add_mount("media", "/tmp"), service)


def test_a_container_gets_fields_that_the_library_does_not_know(extend: Extend) -> None:
    def override(stack: WebStack) -> None:
        container = stack.services["web"].container
        container.add_override("dockerLabels", {"team": "core"})
        container.add_override("linuxParameters.maxSwap", 0)
        container.add_override("stopTimeout", None)
        container.add_override("neverThere", None)

    container = extend(override).containers(FAMILY)["web"]
    assert container["dockerLabels"] == {"team": "core"}
    assert container["linuxParameters"] == {"initProcessEnabled": True, "maxSwap": 0}
    assert "stopTimeout" not in container
    assert "neverThere" not in container


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("logConfiguration.logDriver.name", "x", "logConfiguration.logDriver is not an object"),
        ("portMappings.0.name", "x", "portMappings is not an object"),
        ("dockerLabels", {"a": {1}}, "the value of dockerLabels has no form in JSON"),
        ("name", "x", "'name' is not a field that can be overridden"),
        ("", "x", "'' is not a field that can be overridden"),
    ],
)
def test_an_invalid_override_is_refused(
    extend: Extend, path: str, value: object, problem: str
) -> None:
    with pytest.raises(NavraError, match=problem):
        extend(lambda stack: stack.services["web"].container.add_override(path, value))


def test_the_removal_of_an_absent_field_adds_nothing(extend: Extend) -> None:
    built = extend(
        lambda stack: stack.services["web"].container.add_override("healthCheck.command", None)
    )
    assert "healthCheck" not in built.containers(FAMILY)["web"]


def test_a_second_volume_of_the_same_name_is_refused(extend: Extend) -> None:
    def twice(stack: WebStack) -> None:
        stack.services["web"].task_definition.add_volume(EcsTaskDefinitionVolume(name="web-data"))

    own = OwnedVolume(path="/data", init_image=web_container().image)
    service = web(container=web_container(user="1", writable_paths=(own,)))
    with pytest.raises(NavraError, match="shop-web-qa already has the volume web-data"):
        extend(twice, service)


def test_sidecars_and_one_off_tasks_have_containers_of_their_own(extend: Extend) -> None:
    def add(stack: WebStack) -> None:
        service = stack.services["web"]
        service.containers["agent"].add_environment("FOR", "agent")
        service.one_off_tasks["migrate"].containers["web"].add_environment("FOR", "migrate")

    agent = web_container(name="agent", port=None)
    built = extend(add, web(sidecars=(agent,), one_off_tasks=(MIGRATE,)))
    containers = built.containers(FAMILY)
    assert containers["agent"]["environment"] == [{"name": "FOR", "value": "agent"}]
    assert "environment" not in containers["web"]
    migrate = built.containers(f"{FAMILY}-migrate")["web"]
    assert migrate["environment"] == [{"name": "FOR", "value": "migrate"}]


# Roles


def statements(built: Built) -> list[dict[str, Any]]:
    policy = built.one("aws_iam_role_policy", name="work")["policy"]
    return list(json.loads(policy)["Statement"])


def test_the_first_permission_creates_the_policy_and_the_service_depends_on_it(
    extend: Extend,
) -> None:
    built = extend(
        lambda stack: stack.services["web"].grant(["sqs:SendMessage"], [queue(stack).arn])
    )
    assert statements(built) == [
        {
            "Effect": "Allow",
            "Action": ["sqs:SendMessage"],
            "Resource": ["${aws_sqs_queue.jobs.arn}"],
        }
    ]
    assert "aws_iam_role_policy.web_task_policy" in dependencies(built)


def test_the_one_off_tasks_depend_on_a_permission_as_the_service_does(extend: Extend) -> None:
    built = extend(
        lambda stack: stack.services["web"].grant(["sqs:SendMessage"], [queue(stack).arn]),
        web(one_off_tasks=(MIGRATE,)),
    )
    task = built.one("aws_ecs_task_definition", family=f"{FAMILY}-migrate")
    assert "aws_iam_role_policy.web_task_policy" in task["depends_on"]


def test_a_further_permission_is_added_to_the_policy(extend: Extend) -> None:
    def grant(stack: WebStack) -> None:
        stack.services["web"].grant(["sqs:SendMessage"], [queue(stack).arn])
        stack.services["web"].grant(["s3:GetObject"], ["arn:aws:s3:::reports/*"])

    built = extend(grant)
    assert [statement["Action"] for statement in statements(built)] == [
        ["sqs:SendMessage"],
        ["s3:GetObject"],
    ]
    assert dependencies(built).count("aws_iam_role_policy.web_task_policy") == 1


@pytest.mark.parametrize(
    ("actions", "resources", "problem"),
    [
        (["sqs:*"], ["${aws_sqs_queue.jobs.arn}"], "actions: 'sqs:\\*'"),
        (["sqs:SendMessage"], ["*"], "resources: '\\*'"),
        (["sqs:SendMessage"], ["${aws_sqs_queue.jobs.arn}", "arn:aws:sqs:eu-west-1:1:*"], "every"),
        ([], ["${aws_sqs_queue.jobs.arn}"], "actions: is empty"),
        (["sqs:SendMessage"], ["*${aws_sqs_queue.jobs.arn}"], "is not a valid ARN"),
        (["sqs:SendMessage"], ["$${jobs}*"], "is not a valid ARN"),
        (["iam:PassRole"], ["arn:aws:iam::111122223333:role/*"], "do not belong to this"),
        (["iam:PassRole"], ["arn:aws:iam::${var.account}:role/*"], "do not belong to this"),
        (
            ["secretsmanager:GetSecretValue"],
            ["arn:aws:secretsmanager:${var.region}:${var.account}:secret:*"],
            "matches every resource of its type",
        ),
        (["sqs:SendMessage"], [], "resources: is empty"),
    ],
)
def test_a_permission_obeys_the_rules_of_the_settings(
    extend: Extend, actions: list[str], resources: list[str], problem: str
) -> None:
    with pytest.raises(SettingsError, match=f"permissions of web(.|\n)*{problem}"):
        extend(lambda stack: stack.services["web"].grant(actions, resources))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "${aws_s3_bucket.reports.arn}/*"),
        ("iam:PassRole", "${aws_iam_role.job.arn}"),
        ("iam:PassRole", "arn:aws:iam::${var.account}:role/shop-qa-*"),
        ("secretsmanager:GetSecretValue", "${aws_secretsmanager_secret.key.arn}*"),
        ("ssm:GetParameter", "arn:aws:ssm:${var.region}:${var.account}:parameter/shop/*"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:${x ? y : z}"),
    ],
)
def test_a_permission_on_a_reference_is_granted(extend: Extend, action: str, resource: str) -> None:
    built = extend(lambda stack: stack.services["web"].grant([action], [resource]))
    assert statements(built)[0]["Resource"] == [resource]


def test_an_expression_in_a_permission_keeps_its_quotes(extend: Extend) -> None:
    resource = '${aws_sqs_queue.jobs["a"].arn}'
    built = extend(lambda stack: stack.services["web"].grant(["sqs:SendMessage"], [resource]))
    policy = built.one("aws_iam_role_policy", name="work")["policy"]
    assert f'"Resource": ["{resource}"]' in policy


def test_a_permission_takes_lists(extend: Extend) -> None:
    with pytest.raises(TypeError, match="lists of actions and of resources"):
        extend(lambda stack: stack.services["web"].grant(["sqs:SendMessage"], queue(stack).arn))


# Dependencies


def allow(stack: WebStack) -> None:
    group = stack.connections.group("files", name="shop-qa-files", description="F", initiates=False)
    stack.connections.allow(stack.security_groups.services["web"], group, 2049, "web to the files")


RULES = [
    "aws_vpc_security_group_ingress_rule.files_from_web_2049",
    "aws_vpc_security_group_egress_rule.web_to_files_2049",
]


@pytest.mark.parametrize("hook", ["before", "after"])
def test_a_service_depends_on_the_rules_of_both_hooks(extend: Extend, hook: str) -> None:
    hardening = Hardening.relaxed(restricted_egress=True)
    built = extend(**{hook: allow}, hardening=hardening)
    assert [one for one in dependencies(built) if "files" in one] == RULES
    assert set(RULES) <= set(built.addresses)


def test_a_service_depends_on_rules_that_are_added_after_the_constructor(tmp_path: Path) -> None:
    class Late(WebStack):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            allow(self)

    (written,) = synthesize([shop()], tmp_path, stack_class=Late)
    assert RULES[0] in dependencies(Built.at(written.path))


@pytest.mark.parametrize(
    ("port", "problem"),
    [
        (8080, "the connection from alb to port 8080 of web is allowed already"),
        ("8000-9000", "'8000-9000' is not a valid port"),
        (0, "0 is not a valid port"),
    ],
)
def test_a_connection_that_cannot_be_added_is_refused(
    extend: Extend, port: Any, problem: str
) -> None:
    def allow(stack: WebStack) -> None:
        groups = stack.security_groups
        stack.connections.allow(groups.load_balancer, groups.services["web"], port, "once more")

    with pytest.raises(NavraError, match=problem):
        extend(allow)


def test_two_services_connect_to_each_other(extend: Extend) -> None:
    def both(stack: WebStack) -> None:
        one, other = stack.security_groups.services.values()
        stack.connections.allow(one, other, 8080, "there")
        stack.connections.allow(other, one, 8080, "back")

    built = extend(both, web(), web(name="api", health_check=None))
    for service in ("web", "api"):
        needed = built.one("aws_ecs_service", name=f"shop-{service}-qa-svc")["depends_on"]
        assert {one for one in needed if one.endswith("_8080")} >= {
            "aws_vpc_security_group_ingress_rule.api_from_web_8080",
            "aws_vpc_security_group_ingress_rule.web_from_api_8080",
        }


def test_a_second_security_group_with_the_same_key_is_refused(extend: Extend) -> None:
    def group(stack: WebStack) -> None:
        stack.connections.group("web", name="shop-qa-other", description="Other")

    with pytest.raises(NavraError, match="already has a security group 'web'"):
        extend(group)


def test_another_service_does_not_depend_on_the_rules(extend: Extend) -> None:
    built = extend(allow, web(), web(name="worker", health_check=None))
    worker = built.one("aws_ecs_service", name="shop-worker-qa-svc")
    assert not set(RULES) & set(worker["depends_on"])


def test_a_service_depends_on_a_resource_a_data_source_and_a_module(extend: Extend) -> None:
    from cdktf import TerraformHclModule
    from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity

    def depend(stack: WebStack) -> None:
        service = stack.services["web"]
        service.add_dependency(queue(stack))
        service.add_dependency(DataAwsCallerIdentity(stack, "caller"))
        service.add_dependency(TerraformHclModule(stack, "mesh", source="example/mesh/aws"))

    assert dependencies(extend(depend))[-3:] == [
        "aws_sqs_queue.jobs",
        "data.aws_caller_identity.caller",
        "module.mesh",
    ]


@pytest.mark.parametrize("first", ["override", "dependency"])
def test_a_dependency_and_an_override_do_not_replace_each_other(extend: Extend, first: str) -> None:
    def depend(stack: WebStack) -> None:
        steps = {
            "override": lambda: stack.services["web"].fargate_service.resource.add_override(
                "depends_on", ["aws_sqs_queue.other"]
            ),
            "dependency": lambda: stack.services["web"].add_dependency(queue(stack)),
        }
        for _, step in sorted(steps.items(), key=lambda item: item[0] != first):
            step()

    own = "aws_iam_role_policy.web_execution_policy"
    assert {own, "aws_sqs_queue.jobs", "aws_sqs_queue.other"} <= set(dependencies(extend(depend)))


# Imports


def test_a_resource_of_a_hook_can_be_in_the_inventory(extend: Extend) -> None:
    entry = ImportedResource(id="https://sqs.eu-west-1.amazonaws.com/111122223333/shop-qa-jobs")
    inventory = ImportInventory(**HEAD, resources={"aws_sqs_queue.jobs": entry})
    built = extend(queue, inventory=inventory)
    assert built.content["import"] == [{"to": "aws_sqs_queue.jobs", "id": entry.id}]


# Escape hatches


def test_every_resource_is_found_and_can_be_overridden(extend: Extend) -> None:
    def override(stack: WebStack) -> None:
        for resource in stack.node.find_all():
            if isinstance(resource, LbTargetGroup):
                resource.add_override("slow_start", 60)
        found = [one for one in stack.node.find_all() if isinstance(one, TerraformResource)]
        assert len(found) > 20
        stack.services["web"].fargate_service.resource.add_override("desired_count", 3)
        stack.add_override("terraform.required_version", ">= 1.13")

    built = extend(override)
    assert built.one("aws_lb_target_group")["slow_start"] == 60
    assert built.one("aws_ecs_service")["desired_count"] == 3
    assert built.content["terraform"]["required_version"] == ">= 1.13"


# Nothing is lost in silence


@pytest.mark.parametrize(
    ("name", "hook"),
    [
        ("after_service", "after_services"),
        ("before_service", "before_services"),
        ("afterServices", "after_services"),
    ],
)
def test_a_misspelled_hook_is_refused_when_the_class_is_defined(name: str, hook: str) -> None:
    with pytest.raises(NavraError, match=rf"Extended.{name} is not a hook; did you mean {hook}\?"):
        type("Extended", (WebStack,), {name: lambda self: None})


async def _coroutine(_: Any) -> None:
    pass


def _generator(_: Any) -> Iterator[None]:
    yield


@pytest.mark.parametrize("name", ["before_services", "after_services"])
@pytest.mark.parametrize(
    "member",
    [5, lambda: None, lambda _, scope: None, _coroutine, _generator, staticmethod(lambda _: None)],
)
def test_a_hook_that_cannot_be_called_is_refused_when_the_class_is_defined(
    name: str, member: object
) -> None:
    with pytest.raises(NavraError, match=rf"cannot be called .*; write `def {name}\(self\)`"):
        type("Extended", (WebStack,), {name: member})


@pytest.mark.parametrize(
    "member",
    [lambda _: None, lambda _, number=1: None, staticmethod(lambda: None), print],
)
def test_a_hook_that_can_be_called_is_accepted(member: object) -> None:
    type("Extended", (WebStack,), {"after_services": member})


def test_other_methods_of_a_stack_can_have_any_name() -> None:
    type("Extended", (WebStack,), {"add_services": lambda self: None, "services_after": 1})


def test_resources_that_are_no_longer_in_the_document_are_named(tmp_path: Path) -> None:
    class Extended(WebStack):
        def after_services(self) -> None:
            queue(self)

    synthesize([shop()], tmp_path, stack_class=Extended)
    (written,) = synthesize([shop()], tmp_path, replace=True)
    assert written.removed == ("aws_sqs_queue.jobs",)
    (again,) = synthesize([shop()], tmp_path)
    assert again.removed == ()
