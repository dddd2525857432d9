"""Load balancing of an environment: DNS, certificate, load balancer, routes and AWS WAF."""

from __future__ import annotations

from cdktf import ITerraformDependable, TerraformProvider
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.load_balancing.access_logs import AccessLogBucket
from navra_stacks.constructs.load_balancing.certificate import Certificate
from navra_stacks.constructs.load_balancing.dns import Dns
from navra_stacks.constructs.load_balancing.listener_rules import ListenerRules, ShiftedRoute
from navra_stacks.constructs.load_balancing.load_balancer import ApplicationLoadBalancer
from navra_stacks.constructs.load_balancing.target_group import TargetGroup
from navra_stacks.constructs.load_balancing.web_acl import WebAcl
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.web.connectivity import SecurityGroups

__all__ = ["LoadBalancing"]


class LoadBalancing:
    """One load balancer for one host name, and a target group for each service with traffic.

    With blue/green, linear or canary deployment, a service has a second target group for its next
    revision.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        env: EnvironmentContext,
        vpc: VpcNetwork,
        security_groups: SecurityGroups,
        zone_provider: TerraformProvider | None,
    ) -> None:
        self._scope = scope
        self._environment = environment
        self._env = env
        self._vpc = vpc

        receiving = [service for service in environment.services if service.receives_traffic]
        self.target_groups = {service.name: self._target_group(service) for service in receiving}
        self.alternate_target_groups = {
            service.name: self._target_group(service, alternate=True)
            for service in receiving
            if service.deployment.shifts_traffic
        }

        self.dns = Dns(scope, "dns", settings=environment.domain, provider=zone_provider)
        self.certificate = Certificate(
            scope, "certificate", settings=environment.domain, dns=self.dns
        )
        self.access_logs = self._access_logs()
        self.load_balancer = ApplicationLoadBalancer(
            scope,
            "load_balancer",
            settings=environment.load_balancer,
            env=env,
            vpc=vpc,
            security_group=security_groups.load_balancer,
            certificate=self.certificate,
            default_target_group=self.target_groups[environment.routing.default],
            access_logs=self.access_logs,
            response_headers=environment.hardening.response_headers,
        )
        self.web_acl = self._web_acl()
        self.dns.alias(
            self.load_balancer,
            depends_on=[] if self.web_acl is None else [self.web_acl.association],
        )
        self.listener_rules = ListenerRules(
            scope,
            "listener_rules",
            settings=environment.routing,
            listener=self.load_balancer.https_listener,
            target_groups=self.target_groups,
            shifted={
                name: ShiftedRoute(environment.service(name).deployment, group)
                for name, group in self.alternate_target_groups.items()
            },
        )

    def target_groups_of(self, service: str) -> list[TargetGroup]:
        """Return the target groups of a service: two with a traffic shift, else one or none."""
        both = (self.target_groups, self.alternate_target_groups)
        return [groups[service] for groups in both if service in groups]

    def traffic_dependencies(self, service: str) -> list[ITerraformDependable]:
        """Return the listener and the listener rules on which a service must depend."""
        if service not in self.target_groups:
            return []
        return [
            self.load_balancer.https_listener,
            *self.listener_rules.by_service.get(service, []),
        ]

    def _target_group(self, service: Service, *, alternate: bool = False) -> TargetGroup:
        suffix = "_alternate" if alternate else ""
        return TargetGroup(
            self._scope,
            f"{service.name}{suffix}_target_group",
            settings=service,
            env=self._env,
            vpc=self._vpc,
            alternate=alternate,
        )

    def _access_logs(self) -> AccessLogBucket | None:
        settings = self._environment.hardening.access_logs
        if settings is None:
            return None
        return AccessLogBucket(self._scope, "access_logs", settings=settings, env=self._env)

    def _web_acl(self) -> WebAcl | None:
        settings = self._environment.hardening.waf
        if settings is None:
            return None
        return WebAcl(
            self._scope,
            "web_acl",
            settings=settings,
            env=self._env,
            load_balancer=self.load_balancer,
        )
