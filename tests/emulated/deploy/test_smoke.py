"""A service is checked through its load balancer before, or after, a deployment is successful."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.deploy.description import HealthNumbers, RequestHeader
from navra_stacks.deploy.outcome import Outcome, Status
from navra_stacks.deploy.services import EcsService
from navra_stacks.deploy.smoke import SmokeCheck
from navra_stacks.deploy.timing import timeout_seconds
from tests.support.deployed_shop import CLUSTER, WEB, DeployedShop
from tests.support.handmade_account.console import REGION
from tests.support.tls_server import TlsServer, tls_server

HOST = "qa.shop.example"


class Balanced:
    """The shop, whose service `web` has healthy targets and a load balancer on loopback."""

    def __init__(self, deployed: DeployedShop, server: TlsServer) -> None:
        self.deployed, self.server = deployed, server
        self.names: list[str] = []
        elb, ec2 = deployed.client("elbv2"), deployed.client("ec2")
        placement = deployed.live(WEB)["networkConfiguration"]["awsvpcConfiguration"]
        (subnet,) = placement["subnets"]
        vpc = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
        other = ec2.create_subnet(
            VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone="us-east-1b"
        )["Subnet"]["SubnetId"]
        balancer = elb.create_load_balancer(Name="shop", Subnets=[subnet, other])
        self.balancer = balancer["LoadBalancers"][0]
        self.group, self.alternate = (
            elb.create_target_group(
                Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
            )["TargetGroups"][0]["TargetGroupArn"]
            for name in ("web", "web-alt")
        )
        elb.create_listener(
            LoadBalancerArn=self.balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.group}],
        )
        self.register("10.0.0.4", "10.0.0.5")
        deployed.client("ecs").update_service(
            cluster=CLUSTER,
            service=WEB,
            loadBalancers=[
                {"targetGroupArn": self.group, "containerName": "web", "containerPort": 80}
            ],
        )
        deployed.settle(WEB)
        deployed.emulator.clear_recorded_calls()

    def register(self, *addresses: str, group: str = "") -> None:
        self.deployed.client("elbv2").register_targets(
            TargetGroupArn=group or self.group, Targets=[{"Id": address} for address in addresses]
        )

    def connect(self, name: str) -> socket.socket:
        self.names.append(name)
        return socket.create_connection(("127.0.0.1", self.server.port), 5)

    @property
    def smoke(self) -> SmokeCheck:
        return SmokeCheck(HOST, self.connect, self.server.context)

    def failures(self) -> list[str]:
        account = self.deployed.account()
        live = EcsService.read(account, CLUSTER, WEB)
        return list(self.smoke.failures(account, self.deployed.web, live))

    def deploy(self, report: Callable[[str], None] | None = None) -> Outcome:
        deployer = self.deployed.deployer(report=report, smoke=self.smoke)
        return deployer.deploy({"web": "2.0"})


@pytest.fixture
def balanced(deployed: DeployedShop, tmp_path: Path) -> Iterator[Callable[..., Balanced]]:
    """Return a function that adds a load balancer with a server for `host`."""
    with ExitStack() as stack:

        def build(statuses: Sequence[int] = (200,), host: str = HOST) -> Balanced:
            return Balanced(deployed, stack.enter_context(tls_server(host, tmp_path, statuses)))

        yield build


def test_requests_are_sent_to_the_load_balancers_name_with_the_host_of_clients(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced()
    assert shop.failures() == []
    assert shop.server.requests == [("/up", HOST, HOST)] * 3
    assert set(shop.names) == {shop.balancer["DNSName"]}


@pytest.mark.parametrize(
    ("statuses", "failure"),
    [((500,), "status 500"), ((200, 200, 503), "status 503"), ((404,), "status 404")],
)
def test_one_failed_request_of_several_is_a_failure(
    statuses: tuple[int, ...], failure: str, balanced: Callable[..., Balanced]
) -> None:
    assert balanced(statuses).failures() == [f"https://{HOST}/up: {failure}"]


def test_a_certificate_for_another_host_is_a_failure(balanced: Callable[..., Balanced]) -> None:
    (failure,) = balanced(host="other.example").failures()
    assert "certificate" in failure.lower()


def test_missing_targets_are_a_failure_without_requests(balanced: Callable[..., Balanced]) -> None:
    shop = balanced()
    shop.deployed.client("elbv2").deregister_targets(
        TargetGroupArn=shop.group, Targets=[{"Id": "10.0.0.5"}]
    )
    assert shop.failures() == ["1 of 2 targets are healthy"]
    assert shop.server.requests == []


def test_a_service_without_tasks_is_reported_as_not_checked(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced((503,))
    shop.deployed.client("ecs").update_service(cluster=CLUSTER, service=WEB, desiredCount=0)
    assert shop.deploy().status is Status.DONE, shop.deployed.lines
    assert "web: was not checked, because it has no tasks" in shop.deployed.lines
    assert shop.server.requests == []


def test_a_service_without_a_health_check_path_is_reported_as_not_checked(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced((503,))
    shop.deployed.describe_web(health_path=None)
    assert shop.deploy().status is Status.DONE, shop.deployed.lines
    assert any("routes no health check path to it" in line for line in shop.deployed.lines)


def test_a_service_without_a_target_group_fails_its_check(deployed: DeployedShop) -> None:
    smoke = SmokeCheck(HOST)
    outcome = deployed.deployer(smoke=smoke).deploy({"web": "2.0"})
    assert outcome.status is Status.FAILED
    assert "the service has no target group" in outcome.reason


def test_the_status_codes_of_the_health_check_are_accepted(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced((401,))
    assert len(shop.failures()) == 1
    shop.deployed.describe_web(health=HealthNumbers(15, 2, "200,400-404"))
    assert shop.failures() == []


def test_a_rolling_deployment_is_checked_afterwards(balanced: Callable[..., Balanced]) -> None:
    shop = balanced()
    assert shop.deploy().status is Status.DONE, shop.deployed.lines
    assert len(shop.server.requests) == 3
    assert "web: the requests through the load balancer succeeded" in shop.deployed.lines


def test_a_failed_check_deploys_the_previous_revision(balanced: Callable[..., Balanced]) -> None:
    shop = balanced((502,))
    outcome = shop.deploy()
    assert outcome.status is Status.FAILED, (outcome, shop.deployed.lines)
    assert f"web failed its check: https://{HOST}/up: status 502" in outcome.reason
    assert shop.deployed.image(WEB) == "shop-web:1.0"
    assert shop.deployed.calls().count("ecs:UpdateService") == 2


def shifting(shop: Balanced, **configuration: Any) -> None:
    """Change the strategy of the service and of its description to blue/green.

    Args:
        shop: The shop. The new revision gets healthy targets in the alternate target group.
        configuration: Other members of the deployment configuration.
    """
    role = "arn:aws:iam::123456789012:role/shop"
    shop.deployed.client("ecs").update_service(
        cluster=CLUSTER,
        service=WEB,
        deploymentConfiguration={
            "strategy": "BLUE_GREEN",
            "bakeTimeInMinutes": 1,
            **configuration,
        },
        loadBalancers=[
            {
                "targetGroupArn": shop.group,
                "containerName": "web",
                "containerPort": 80,
                "advancedConfiguration": {
                    "alternateTargetGroupArn": shop.alternate,
                    "productionListenerRule": f"{shop.balancer['LoadBalancerArn']}/rule",
                    "roleArn": role,
                },
            }
        ],
    )
    shop.register("10.0.0.6", "10.0.0.7", group=shop.alternate)
    shop.deployed.settle(WEB)  # with the tasks in `alternate`
    shop.deployed.describe_web(strategy="blue_green")
    shop.deployed.emulator.clear_recorded_calls()


def test_a_shifting_deployment_is_checked_in_the_bake_time(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced()
    shifting(shop)
    assert shop.deploy().status is Status.DONE, shop.deployed.lines
    check = shop.deployed.lines.index("web: the requests through the load balancer succeeded")
    (bake,) = (n for n, line in enumerate(shop.deployed.lines) if "bake time" in line)
    assert bake < check
    assert len(shop.server.requests) == 3


def test_a_failed_check_in_the_bake_time_stops_the_deployment(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced((500,))
    shifting(shop)
    outcome = shop.deploy()
    assert outcome.status is Status.FAILED, (outcome, shop.deployed.lines)
    assert shop.deployed.calls() == [
        "ecs:RegisterTaskDefinition",
        "ecs:UpdateService",
        "ecs:StopServiceDeployment",
    ]
    assert shop.deployed.image(WEB) == "shop-web:1.0"


def test_only_the_target_group_of_the_new_revision_counts(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced()
    shifting(shop)
    # The next revision uses `group`, while the targets of the running one are in `alternate`.
    shop.deployed.client("elbv2").deregister_targets(
        TargetGroupArn=shop.group, Targets=[{"Id": "10.0.0.4"}]
    )
    outcome = shop.deploy()
    assert outcome.status is Status.FAILED, (outcome, shop.deployed.lines)
    assert "1 of 2 targets are healthy" in outcome.reason


# Test traffic

HEADER = RequestHeader("X-Preview", "yes")
FUNCTION = {
    "hookTargetArn": "arn:aws:lambda:us-east-1:123456789012:function:approve",
    "roleArn": "arn:aws:iam::123456789012:role/hook",
    "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"],
}
PAUSE = {"targetType": "PAUSE", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}
CHECKED = "web: the test requests through the load balancer succeeded"


def with_test_traffic(shop: Balanced, *hooks: Mapping[str, Any]) -> None:
    """Route test requests to the new revision, with these lifecycle hooks."""
    shifting(shop, lifecycleHooks=list(hooks))
    shop.deployed.describe_web(test_header=HEADER)


def test_test_requests_are_sent_while_a_function_holds_the_stage(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced()
    with_test_traffic(shop, FUNCTION)
    assert shop.deploy().status is Status.DONE, shop.deployed.lines
    lines = shop.deployed.lines
    shift = next(n for n, line in enumerate(lines) if "post production traffic shift" in line)
    assert lines.index(CHECKED) < shift
    assert [headers.get("X-Preview") for headers in shop.server.headers] == [
        *("yes", "yes", "yes"),
        *(None, None, None),
    ]


def test_failed_test_requests_roll_back_before_clients_reach_the_new_revision(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced((500,))
    with_test_traffic(shop, FUNCTION)
    outcome = shop.deploy()
    assert outcome.status is Status.FAILED, (outcome, shop.deployed.lines)
    assert len(shop.server.requests) == 1
    assert not any("100 % of the traffic" in line for line in shop.deployed.lines)
    assert shop.deployed.calls()[-1] == "ecs:StopServiceDeployment"


def test_a_stage_that_is_too_short_is_reported_as_not_checked(
    balanced: Callable[..., Balanced], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = balanced()
    with_test_traffic(shop, FUNCTION)
    monkeypatch.setattr("navra_stacks.deploy.mover.is_held", lambda _: False)
    assert shop.deploy().status is Status.DONE, shop.deployed.lines
    line = "web: the test traffic was not checked: POST_TEST_TRAFFIC_SHIFT was too short"
    assert line in shop.deployed.lines


def test_targets_of_the_old_revision_do_not_count_if_the_new_ones_are_not_known(
    balanced: Callable[..., Balanced], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = balanced()
    shifting(shop)
    monkeypatch.setattr("navra_stacks.deploy.mover.deployed_target_groups", lambda *_: [])
    assert shop.deploy().status is Status.DONE, shop.deployed.lines
    assert "web: the targets of the new revision are not known to ECS" in shop.deployed.lines
    assert len(shop.server.requests) == 3


def test_without_a_hook_the_test_traffic_is_reported_as_not_checked(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced()
    with_test_traffic(shop)
    assert shop.deploy().status is Status.DONE, shop.deployed.lines
    assert (
        "web: the test traffic is not checked, because no lifecycle hook holds "
        "POST_TEST_TRAFFIC_SHIFT"
    ) in shop.deployed.lines
    assert len(shop.server.requests) == 3


def in_progress(shop: Balanced) -> str | None:
    """Return the ARN of the deployment in progress."""
    found = shop.deployed.client("ecs").list_service_deployments(
        cluster=CLUSTER, service=WEB, status=["IN_PROGRESS"]
    )["serviceDeployments"]
    return found[0]["serviceDeploymentArn"] if found else None


def approve(shop: Balanced) -> None:
    """Continue the paused deployment."""
    ecs, deployment = shop.deployed.client("ecs"), in_progress(shop)
    described = ecs.describe_service_deployments(serviceDeploymentArns=[deployment])
    (hook,) = described["serviceDeployments"][0]["lifecycleHookDetails"]
    ecs.continue_service_deployment(
        serviceDeploymentArn=deployment, hookId=hook["hookId"], action="CONTINUE"
    )


def test_a_paused_deployment_is_checked_and_waits_for_the_approval(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced()
    with_test_traffic(shop, PAUSE)
    shop.deployed.emulator.script_deployments(REGION, WEB, ["pause"])

    report = shop.deployed.at_line(CHECKED, lambda: approve(shop))
    assert shop.deploy(report).status is Status.DONE, shop.deployed.lines
    assert any(line.endswith("waits for ContinueServiceDeployment") for line in shop.deployed.lines)


def test_the_time_in_which_a_hook_holds_a_deployment_does_not_count_for_its_timeout(
    balanced: Callable[..., Balanced],
) -> None:
    shop = balanced()
    with_test_traffic(shop, PAUSE)
    seconds = iter(range(0, 10**9, timeout_seconds(shop.deployed.web) // 20))
    polls = 0

    def approve_after_50_polls(_: float) -> None:
        nonlocal polls
        if in_progress(shop) is not None:
            polls += 1
            if polls == 50:
                approve(shop)

    shop.deployed.emulator.script_deployments(REGION, WEB, ["pause"])
    account = shop.deployed.account(sleep=approve_after_50_polls)
    deployer = shop.deployed.deployer(
        account, timeout_seconds=None, clock=lambda: float(next(seconds))
    )
    assert deployer.deploy({"web": "2.0"}).status is Status.DONE, shop.deployed.lines
    assert polls >= 50
