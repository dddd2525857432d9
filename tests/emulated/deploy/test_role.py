"""The deploy role allows every call of the commands, and denies what they never do.

A request has only the condition keys that the Service Authorization Reference, "Amazon Elastic
Container Service", lists for its action: AWS sends no others.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from navra_stacks import Deployment, ExistingVpc, GitHubDeployRole, synthesize
from navra_stacks.deploy.logs import log_lines
from navra_stacks.deploy.outcome import Status
from navra_stacks.deploy.smoke import SmokeCheck
from navra_stacks.deploy.status import read_status
from navra_stacks.terraform.document import TerraformDocument
from tests.emulated.deploy.test_smoke import Balanced
from tests.support.deployed_shop import API, CLUSTER, WEB, DeployedShop, environment
from tests.support.handmade_account.console import ACCOUNT, REGION
from tests.support.iam_evaluator import Decision, Request, evaluate
from tests.support.tls_server import TlsServer

Call = Mapping[str, Any]
Policy = Mapping[str, Any]

PUBLIC_SUBNETS = ("subnet-0a000001", "subnet-0a000002")
FOREIGN_SUBNET = "subnet-0bad0bad"
ALARMS = ("shop-web-qa-rollback-5xx", "shop-web-qa-rollback-unhealthy")

CONDITION_KEYS = {
    "ecs:RunTask": {"ecs:cluster", "ecs:enable-execute-command"},
    "ecs:UpdateService": {
        "ecs:auto-assign-public-ip",
        "ecs:cluster",
        "ecs:enable-execute-command",
        "ecs:subnet",
        "ecs:task-definition",
    },
    "ecs:DeleteService": {"ecs:cluster"},
    "ecs:DescribeTasks": {"ecs:cluster"},
    "ecs:ExecuteCommand": {"ecs:cluster"},
    "ecs:ListTasks": {"ecs:cluster"},
    "ecs:StopTask": {"ecs:cluster"},
    "ecs:TagResource": {"ecs:CreateAction"},
    "iam:PassRole": {"iam:PassedToService"},
}
"""The keys that the policy and the abuses may use, by the actions for which the Service
Authorization Reference lists them.
"""

WITHOUT_A_RESOURCE = {
    "ecs:DescribeTaskDefinition",
    "ecs:ListTaskDefinitions",
    "ecs:ListTasks",  # its only resource type is the container instance
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
}
"""The actions without a resource type, in the same reference."""


def ecs(kind: str, name: str) -> str:
    return f"arn:aws:ecs:{REGION}:{ACCOUNT}:{kind}/{name}"


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


SHOP_CLUSTER = ecs("cluster", CLUSTER)


# The policy


@pytest.fixture(scope="module")
def policy(
    restore_shop: Callable[[], DeployedShop], tmp_path_factory: pytest.TempPathFactory
) -> Policy:
    """The policy of the deploy role, with the names of the emulated account in its references.

    The tasks are in private subnets, so the role has all denials.
    """
    placement = restore_shop().live(WEB)["networkConfiguration"]
    subnets = placement["awsvpcConfiguration"]["subnets"]
    settings = environment(deployment=Deployment.blue_green()).replace(
        delivery=GitHubDeployRole.from_branch("shop/api", "main"),
        network=ExistingVpc(
            vpc_id="vpc-0a000000",
            public_subnet_ids=PUBLIC_SUBNETS,
            private_subnet_ids=tuple(subnets),
        ),
    )
    (written,) = synthesize([settings], tmp_path_factory.mktemp("out"))
    document = TerraformDocument.read(written.path)
    text = document.one("aws_iam_role_policy", name="deploy")["policy"]
    content: Policy = json.loads(with_names(document, text))
    return content


def with_names(document: TerraformDocument, text: str) -> str:
    """Replace the references in a text by what they refer to."""
    blocks = {one.address: one for one in (*document.resources, *document.data_sources)}

    def value(reference: re.Match[str]) -> str:
        block = blocks[reference[1]]
        values = {
            "aws_iam_role": lambda: role(block["name"]),
            "aws_ecs_cluster": lambda: ecs("cluster", block["name"]),
            "aws_subnet": lambda: str(block["id"]),
        }
        return values[block.type]()

    return re.sub(r"\$\{((?:data\.)?\w+\.\w+)\.\w+\}", value, text)


def statements(policy: Policy, effect: str) -> Iterator[tuple[set[str], Mapping[str, Any]]]:
    for statement in policy["Statement"]:
        if statement["Effect"] == effect:
            actions = statement["Action"]
            yield {actions} if isinstance(actions, str) else set(actions), statement


def test_an_allow_has_only_condition_keys_that_aws_documents_for_its_actions(
    policy: Policy,
) -> None:
    for actions, statement in statements(policy, "Allow"):
        keys = {key for test in statement.get("Condition", {}).values() for key in test}
        for action in actions:
            assert keys <= CONDITION_KEYS.get(action, set()), action


# The calls of the commands


def alarm(deployed: DeployedShop) -> None:
    """Let alarms roll back the deployments of a service, as with a traffic shift."""
    deployed.client("ecs").update_service(
        cluster=CLUSTER,
        service=WEB,
        deploymentConfiguration={
            "alarms": {"alarmNames": list(ALARMS), "enable": True, "rollback": True}
        },
    )
    deployed.emulator.clear_recorded_calls()


def deploy(deployed: DeployedShop) -> None:
    assert deployed.deploy(web="2.0", api="2.0").status is Status.DONE


def preview(deployed: DeployedShop) -> None:
    assert deployed.deployer().deploy({"api": "2.0"}, dry_run=True).status is Status.DONE


def deploy_and_fail(deployed: DeployedShop) -> None:
    deployed.emulator.script_deployments(
        REGION, WEB, ["breaker"], cause="exit", exit_code=3, log_lines=["no DATABASE_URL"]
    )
    assert deployed.deploy(web="2.0").status is Status.FAILED
    deployed.emulator.script_deployments(REGION, API, ["never-stable"])
    assert deployed.deploy(api="2.0").status is Status.FAILED


def deploy_and_check(deployed: DeployedShop) -> None:
    """Deploy a service behind a load balancer, which cannot be reached."""

    def refuse(name: str) -> socket.socket:
        raise OSError(f"{name} refuses the connection")

    Balanced(deployed, cast(TlsServer, None))
    smoke = SmokeCheck("qa.shop.example", refuse)
    assert deployed.deployer(smoke=smoke).deploy({"web": "2.0"}).status is Status.FAILED


def restart(deployed: DeployedShop) -> None:
    assert deployed.deploy(web="").status is Status.DONE


def run(deployed: DeployedShop) -> None:
    (task,) = deployed.api.one_off_tasks
    assert deployed.deployer().run(deployed.api, task, ["--sql"]).status is Status.DONE


def rollback(deployed: DeployedShop) -> None:
    assert deployed.deploy(web="2.0").status is Status.DONE
    assert deployed.deployer().rollback(["web"]).status is Status.DONE
    assert deployed.deployer().rollback(["web"], to="2").status is Status.DONE


def rollback_in_progress(deployed: DeployedShop) -> None:
    newer = deployed.apply(deployed.web, tag="2.0")
    deployed.emulator.script_deployments(REGION, WEB, ["never-stable"])
    deployed.client("ecs").update_service(cluster=CLUSTER, service=WEB, taskDefinition=newer)
    deployed.emulator.clear_recorded_calls()
    assert deployed.deployer().rollback(["web"]).status is Status.DONE


def status(deployed: DeployedShop) -> None:
    alarm(deployed)
    read_status(deployed.description, deployed.account())


def logs(deployed: DeployedShop) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    list(log_lines(deployed.account(), deployed.web, since=since))


COMMANDS = (
    deploy,
    preview,
    deploy_and_fail,
    deploy_and_check,
    restart,
    run,
    rollback,
    rollback_in_progress,
    status,
    logs,
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_call_of_a_command_is_allowed(
    command: Callable[[DeployedShop], None], deployed: DeployedShop, policy: Policy
) -> None:
    command(deployed)
    calls = deployed.emulator.recorded_calls()
    assert calls
    for call in calls:
        for request in requests(call):
            assert evaluate(request, policy) is Decision.ALLOWED, request


def test_the_commands_use_each_allowed_action(
    restore_shop: Callable[[], DeployedShop], policy: Policy
) -> None:
    used = set()
    for command in COMMANDS:
        deployed = restore_shop()
        command(deployed)
        calls = deployed.emulator.recorded_calls()
        used |= {request.action for call in calls for request in requests(call)}
    allowed = set().union(*(actions for actions, _ in statements(policy, "Allow")))
    assert allowed == used


def requests(call: Call) -> Iterator[Request]:
    """Yield the requests that AWS evaluates for a call."""
    operation, parameters = call["operation"], call["parameters"]
    if operation == "sts:GetCallerIdentity":
        return  # needs no permission (AWS STS API, GetCallerIdentity)
    context = context_of(operation, parameters)
    yield Request(operation, tuple(resources_of(operation, parameters)), context)
    if operation == "ecs:RegisterTaskDefinition":
        family = parameters["family"]
        yield Request(
            "ecs:TagResource",
            (ecs("task-definition", f"{family}:9"),),
            {"ecs:CreateAction": "RegisterTaskDefinition"},
        )
        for kind in ("execution", "task"):
            name = f"{family.removesuffix('-migrate')}-{kind}"
            passed_to = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
            yield Request("iam:PassRole", (role(name),), passed_to)


def context_of(operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the condition keys of a call, as far as AWS documents them for its action."""
    placement = parameters.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    keys: dict[str, Any] = {
        "ecs:cluster": ecs("cluster", parameters["cluster"]) if "cluster" in parameters else None,
        "ecs:task-definition": parameters.get("taskDefinition"),
        "ecs:subnet": placement.get("subnets"),
        "ecs:auto-assign-public-ip": (
            str(placement["assignPublicIp"] == "ENABLED").lower() if placement else None
        ),
        "ecs:enable-execute-command": (
            str(parameters["enableExecuteCommand"]).lower()
            if "enableExecuteCommand" in parameters
            else None
        ),
    }
    known = CONDITION_KEYS.get(operation, set())
    return {key: value for key, value in keys.items() if key in known and value is not None}


def resources_of(operation: str, parameters: Mapping[str, Any]) -> list[str]:
    """Return the ARNs of all required resource types of a call's action."""
    match operation:
        case "ecs:DescribeServices":
            return [service(name) for name in parameters["services"]]
        case "ecs:UpdateService" | "ecs:ListServiceDeployments":
            return [service(parameters["service"])]
        case "ecs:DescribeServiceDeployments":
            return with_their_service(parameters["serviceDeploymentArns"])
        case "ecs:DescribeServiceRevisions":
            return with_their_service(parameters["serviceRevisionArns"])
        case "ecs:StopServiceDeployment":
            return with_their_service([parameters["serviceDeploymentArn"]])
        case "ecs:RegisterTaskDefinition":
            return [ecs("task-definition", f"{parameters['family']}:9")]
        case "ecs:RunTask":
            return [parameters["taskDefinition"]]
        case "ecs:DescribeTasks":
            return list(parameters["tasks"])
        case "logs:FilterLogEvents":
            return [f"{log_group(parameters['logGroupName'])}:*"]
        case "logs:GetLogEvents":
            stream = parameters["logStreamName"]
            return [f"{log_group(parameters['logGroupName'])}:log-stream:{stream}"]
        case "cloudwatch:DescribeAlarms":
            names = parameters["AlarmNames"]
            return [f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}" for name in names]
        case "ecr:BatchGetImage":
            return [repository(parameters["repositoryName"], parameters["registryId"])]
    assert operation in WITHOUT_A_RESOURCE, operation
    return ["*"]


def service(name: str) -> str:
    return name if name.startswith("arn:") else ecs("service", f"{CLUSTER}/{name}")


def with_their_service(arns: list[str]) -> list[str]:
    """Return the ARNs of deployments or revisions, and those of their services."""
    return [*arns, *(service(arn.split("/")[2]) for arn in arns)]


def log_group(name: str) -> str:
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"


def repository(name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:ecr:{REGION}:{account}:repository/{name}"


# Abuses

UPDATE = {
    "ecs:cluster": SHOP_CLUSTER,
    "ecs:task-definition": ecs("task-definition", "shop-web-qa:7"),
}
RUN = {"ecs:cluster": SHOP_CLUSTER}
MIGRATION = ecs("task-definition", "shop-api-qa-migrate:7")
OTHER_CLUSTER = {"ecs:cluster": ecs("cluster", "shop-live")}
TASK_ROLE = role("shop-web-qa-task")
TO_ECS = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}

ABUSES = {
    "update a service of another environment": Request(
        "ecs:UpdateService",
        (ecs("service", "shop-live/shop-web-live-svc"),),
        UPDATE | OTHER_CLUSTER,
    ),
    "update a service of the same name in another cluster": Request(
        "ecs:UpdateService", (ecs("service", f"shop-live/{WEB}"),), UPDATE | OTHER_CLUSTER
    ),
    "run another family in a service": Request(
        "ecs:UpdateService",
        (service(WEB),),
        UPDATE | {"ecs:task-definition": ecs("task-definition", "shop-web-live:7")},
    ),
    "run a one-off task as a service": Request(
        "ecs:UpdateService", (service(WEB),), UPDATE | {"ecs:task-definition": MIGRATION}
    ),
    "scale a service to zero": Request(
        "ecs:UpdateService", (service(WEB),), {"ecs:cluster": SHOP_CLUSTER}
    ),
    "open a shell in the tasks of a service": Request(
        "ecs:UpdateService", (service(WEB),), UPDATE | {"ecs:enable-execute-command": "true"}
    ),
    "give the tasks of a service public IP addresses": Request(
        "ecs:UpdateService", (service(WEB),), UPDATE | {"ecs:auto-assign-public-ip": "true"}
    ),
    "move a service to another subnet": Request(
        "ecs:UpdateService", (service(WEB),), UPDATE | {"ecs:subnet": [FOREIGN_SUBNET]}
    ),
    "delete a service": Request("ecs:DeleteService", (service(WEB),), RUN),
    "create a service": Request("ecs:CreateService", (ecs("service", f"{CLUSTER}/new"),)),
    "stop a deployment of another environment": Request(
        "ecs:StopServiceDeployment",
        (
            ecs("service", "shop-live/shop-web-live-svc"),
            ecs("service-deployment", "shop-live/shop-web-live-svc/1"),
        ),
    ),
    "run a service's task definition with another command": Request(
        "ecs:RunTask", (ecs("task-definition", "shop-api-qa:7"),), RUN
    ),
    "run a one-off task of another environment": Request(
        "ecs:RunTask", (ecs("task-definition", "shop-api-live-migrate:7"),), RUN
    ),
    "run a one-off task in another cluster": Request("ecs:RunTask", (MIGRATION,), OTHER_CLUSTER),
    "run a one-off task to open a shell": Request(
        "ecs:RunTask", (MIGRATION,), RUN | {"ecs:enable-execute-command": "true"}
    ),
    "open a shell": Request("ecs:ExecuteCommand", (ecs("task", f"{CLUSTER}/1"),), RUN),
    "stop a task": Request("ecs:StopTask", (ecs("task", f"{CLUSTER}/1"),), RUN),
    "describe a task of another environment": Request(
        "ecs:DescribeTasks", (ecs("task", "shop-live/1"),), OTHER_CLUSTER
    ),
    "list the tasks of another environment": Request("ecs:ListTasks", ("*",), OTHER_CLUSTER),
    "register a family of another environment": Request(
        "ecs:RegisterTaskDefinition", (ecs("task-definition", "shop-web-live:7"),)
    ),
    "register a family whose name begins alike": Request(
        "ecs:RegisterTaskDefinition", (ecs("task-definition", "shop-web-qa-2:7"),)
    ),
    "deregister a revision": Request("ecs:DeregisterTaskDefinition"),
    "delete a revision": Request(
        "ecs:DeleteTaskDefinitions", (ecs("task-definition", "shop-web-qa:7"),)
    ),
    "change the tags of a revision": Request(
        "ecs:TagResource", (ecs("task-definition", "shop-web-qa:7"),)
    ),
    "change the tags of a service": Request("ecs:TagResource", (service(WEB),)),
    "pass an administrator role": Request("iam:PassRole", (role("administrator"),), TO_ECS),
    "pass a role of another environment": Request(
        "iam:PassRole", (role("shop-web-live-task"),), TO_ECS
    ),
    "pass a task role to another AWS service": Request(
        "iam:PassRole", (TASK_ROLE,), {"iam:PassedToService": "ec2.amazonaws.com"}
    ),
    "change a role": Request("iam:PutRolePolicy", (TASK_ROLE,)),
    "assume a role": Request("sts:AssumeRole", (TASK_ROLE,)),
    "log in to push an image": Request("ecr:GetAuthorizationToken"),
    "push an image": Request("ecr:PutImage", (repository("shop-web"),)),
    "push a layer": Request("ecr:InitiateLayerUpload", (repository("shop-web"),)),
    "delete an image": Request("ecr:BatchDeleteImage", (repository("shop-web"),)),
    "look up an image of another repository": Request(
        "ecr:BatchGetImage", (repository("shop-billing"),)
    ),
    "read a secret": Request(
        "secretsmanager:GetSecretValue",
        (f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop/qa/DATABASE_URL-a1b2c3",),
    ),
    "read the logs of another environment": Request(
        "logs:FilterLogEvents", (f"{log_group('/ecs/shop-web-live')}:*",)
    ),
    "read the state": Request("s3:GetObject", ("arn:aws:s3:::shop-state/terraform.tfstate",)),
}

AS_IF_SENT = {
    "run a one-off task in another subnet": Request(
        "ecs:RunTask", (MIGRATION,), RUN | {"ecs:subnet": [FOREIGN_SUBNET]}
    ),
    "run a one-off task with a public IP address": Request(
        "ecs:RunTask", (MIGRATION,), RUN | {"ecs:auto-assign-public-ip": "true"}
    ),
}
"""Abuses whose condition key is documented for services only. Not verified on AWS: it may not send
the key with RunTask, and then allows them.
"""


@pytest.mark.parametrize("abuse", (ABUSES | AS_IF_SENT).values(), ids=ABUSES | AS_IF_SENT)
def test_an_abuse_is_denied(abuse: Request, policy: Policy) -> None:
    assert evaluate(abuse, policy) is not Decision.ALLOWED


@pytest.mark.parametrize("abuse", ABUSES.values(), ids=ABUSES)
def test_an_abuse_has_only_condition_keys_that_aws_documents(abuse: Request) -> None:
    assert abuse.context.keys() <= CONDITION_KEYS.get(abuse.action, set())


def test_one_foreign_subnet_among_others_is_denied(policy: Policy) -> None:
    (denied,) = (
        statement["Condition"]["ForAnyValue:StringNotEquals"]["ecs:subnet"]
        for _, statement in statements(policy, "Deny")
        if "ForAnyValue:StringNotEquals" in statement["Condition"]
    )
    for subnets, decision in (
        (denied, Decision.ALLOWED),
        ([*denied, FOREIGN_SUBNET], Decision.EXPLICITLY_DENIED),
    ):
        request = Request("ecs:UpdateService", (service(WEB),), UPDATE | {"ecs:subnet": subnets})
        assert evaluate(request, policy) is decision
