"""Check a service through its load balancer: healthy targets, and requests as clients send them."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from navra_stacks.account.aws_reader import OperationError
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.description import RequestHeader, ServiceDescription
from navra_stacks.deploy.services import EcsService

__all__ = ["SmokeCheck"]

REQUESTS = 3
"""The number of requests, one after the other. Each may reach another task."""

TIMEOUT_SECONDS = 10
HTTPS = 443
ATTEMPTS = 4
"""The number of readings of the targets' health, one health check interval apart. Autoscaling may
have started a task that is not healthy yet."""


def _connect(name: str) -> socket.socket:
    return socket.create_connection((name, HTTPS), TIMEOUT_SECONDS)


@dataclass(frozen=True)
class SmokeCheck:
    """Checks services through the load balancer of an environment.

    The requests are sent to the load balancer's own name, with the host of the environment as the
    server name of TLS and in the header Host. So they reach it even if the host's DNS record points
    somewhere else, and the certificate is checked.
    """

    host: str

    connect: Callable[[str], socket.socket] = _connect
    """Opens a connection to the HTTPS port of a load balancer, by its DNS name."""

    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def failures(
        self,
        account: DeploymentAccount,
        service: ServiceDescription,
        live: EcsService,
        *,
        groups: Sequence[str] = (),
        header: RequestHeader | None = None,
    ) -> Iterator[str]:
        """Yield what is wrong with a service.

        Args:
            account: The account.
            service: The service, for which `reason_for_no_check` is None.
            live: The service as AWS describes it.
            groups: The target groups of the new revision; empty if ECS does not describe them. Then
                those of the service count, unless its strategy shifts traffic: half of them belong
                to the old revision.
            header: A header of the requests.

        Raises:
            AccountError: the account cannot be read.
        """
        own = list(_target_groups(live))
        if not own:
            yield "the service has no target group"
            return
        desired = live.live["desiredCount"]
        counted = groups or (own if service.strategy == "rolling" else [])
        for _ in range(ATTEMPTS if counted else 0):
            healthy = max(_healthy_targets(account, group) for group in counted)
            if healthy >= desired:
                break
            account.sleep(service.health.interval if service.health else 0)
        else:
            if counted:
                yield f"{healthy} of {desired} targets are healthy"
                return
        name = self._load_balancer(account, own)
        path = str(service.health_path)
        for _ in range(REQUESTS):
            if (failure := self._request(name, path, service, header)) is not None:
                yield f"https://{self.host}{path}: {failure}"
                return

    @staticmethod
    def reason_for_no_check(service: ServiceDescription, live: EcsService) -> str | None:
        """Return why a service cannot be checked, as a clause; None if it can."""
        if service.health_path is None:
            return "the load balancer routes no health check path to it"
        if not live.live["desiredCount"]:
            return "it has no tasks"
        return None

    def _load_balancer(self, account: DeploymentAccount, groups: Sequence[str]) -> str:
        described = account.request("elbv2", "describe_target_groups", TargetGroupArns=list(groups))
        arns = [arn for group in described["TargetGroups"] for arn in group["LoadBalancerArns"]]
        if not arns:
            raise OperationError("no load balancer uses the target group of the service")
        found = account.request("elbv2", "describe_load_balancers", LoadBalancerArns=arns[:1])
        return str(found["LoadBalancers"][0]["DNSName"])

    def _request(
        self, name: str, path: str, service: ServiceDescription, header: RequestHeader | None
    ) -> str | None:
        """Send a request, and return why it failed; None if it succeeded."""
        headers = {"User-Agent": "navra-smoke"}
        if header is not None:
            headers[header.name] = header.value
        try:
            with (
                self.connect(name) as plain,
                self.context.wrap_socket(plain, server_hostname=self.host) as secure,
            ):
                # Without a context, the connection would read all certificate authorities again.
                connection = http.client.HTTPSConnection(
                    self.host, timeout=TIMEOUT_SECONDS, context=self.context
                )
                connection.sock = secure
                connection.request("GET", path, headers=headers)
                status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return str(error) or type(error).__name__
        matcher = "200" if service.health is None else service.health.matcher
        return None if _matches(status, matcher) else f"status {status}"


def _target_groups(live: EcsService) -> Iterator[str]:
    """Yield the target groups of a service: two if its deployments shift traffic."""
    for one in live.live.get("loadBalancers") or ():
        yield one["targetGroupArn"]
        if alternate := (one.get("advancedConfiguration") or {}).get("alternateTargetGroupArn"):
            yield alternate


def _healthy_targets(account: DeploymentAccount, group: str) -> int:
    found = account.request("elbv2", "describe_target_health", TargetGroupArn=group)
    states = [one["TargetHealth"]["State"] for one in found["TargetHealthDescriptions"]]
    return states.count("healthy")


def _matches(status: int, matcher: str) -> bool:
    """Return True if a status is in a list such as ``200``, ``200,302`` or ``200-299``."""
    ranges = (part.partition("-") for part in matcher.split(","))
    return any(int(first) <= status <= int(last or first) for first, _, last in ranges)
