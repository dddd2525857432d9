"""The way in: host, certificate, load balancer, and the routes to each service."""

from __future__ import annotations

from cdktf import ITerraformDependable
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.load_balancing.access_logs import AccessLogs
from navra_stacks.constructs.load_balancing.certificate import Certificate
from navra_stacks.constructs.load_balancing.dns import Dns
from navra_stacks.constructs.load_balancing.listener_rules import ListenerRules, ShiftedRoute
from navra_stacks.constructs.load_balancing.load_balancer import LoadBalancer
from navra_stacks.constructs.load_balancing.target_group import TargetGroup
from navra_stacks.constructs.load_balancing.web_acl import WebAcl
from navra_stacks.constructs.networking.existing_vpc import Network
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.web.connectivity import Access

__all__ = ["Edge"]


class Edge:
    """One load balancer under one host, and a target group for each service that it leads to.

    A service whose traffic is shifted has a second one, where its next revision takes requests.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        location: Location,
        network: Network,
        access: Access,
        kms_key_arn: str | None,
    ) -> None:
        self._scope = scope
        self._environment = environment
        self._location = location
        self._kms_key_arn = kms_key_arn

        reached = [service for service in environment.services if service.takes_traffic]
        self.target_groups = {
            service.name: self._target_group(service, network.vpc_id) for service in reached
        }
        self.alternate_target_groups = {
            service.name: self._target_group(service, network.vpc_id, alternate=True)
            for service in reached
            if service.deployment.shifts
        }

        self.dns = Dns(scope, "dns", settings=environment.domain)
        self.certificate = Certificate(
            scope, "certificate", settings=environment.domain, zone_id=self.dns.zone_id
        )
        self.access_logs = self._access_logs()
        self.load_balancer = LoadBalancer(
            scope,
            "load_balancer",
            settings=environment.load_balancer,
            name=environment.names.load_balancer,
            subnet_ids=network.load_balancer_subnet_ids,
            security_group_id=str(access.groups["alb"].security_group_id),
            certificate_arn=self.certificate.arn,
            default_target_group_arn=self.target_groups[environment.routing.default].arn,
            deletion_protection=environment.hardening.deletion_protection,
            log_delivery=None if self.access_logs is None else self.access_logs.delivery,
            response_headers=environment.hardening.response_headers,
            depends_on=network.load_balancer_needs,
        )
        self.web_acl = self._web_acl()
        self.dns.alias(dns_name=self.load_balancer.dns_name, zone_id=self.load_balancer.zone_id)
        self.listener_rules = ListenerRules(
            scope,
            "listener_rules",
            settings=environment.routing,
            listener_arn=self.load_balancer.https_listener.arn,
            target_group_arns={name: group.arn for name, group in self.target_groups.items()},
            shifted={
                name: ShiftedRoute(environment.service(name).deployment, group.arn)
                for name, group in self.alternate_target_groups.items()
            },
        )

    def target_groups_of(self, service: str) -> list[TargetGroup]:
        """Where a service takes requests: nowhere, in one group, or in turn in two."""
        both = (self.target_groups, self.alternate_target_groups)
        return [groups[service] for groups in both if service in groups]

    def traffic_dependencies(self, service: str) -> list[ITerraformDependable]:
        """What leads to a service; its target group takes no targets before."""
        if service not in self.target_groups:
            return []
        return [
            self.load_balancer.https_listener,
            *self.listener_rules.by_service.get(service, []),
        ]

    def _target_group(
        self, service: Service, vpc_id: str, *, alternate: bool = False
    ) -> TargetGroup:
        names, port = self._environment.names, service.container.port
        assert service.health_check is not None and port is not None  # noqa: PT018
        named = names.alternate_target_group if alternate else names.target_group
        called = f"{service.name}_alternate" if alternate else service.name
        return TargetGroup(
            self._scope,
            f"{called}_target_group",
            service=called,
            name=named(service.name),
            vpc_id=vpc_id,
            port=port,
            health_check=service.health_check,
            deregistration_delay_seconds=service.deregistration_delay_seconds,
            alternate=alternate,
        )

    def _access_logs(self) -> AccessLogs | None:
        settings = self._environment.hardening.access_logs
        if settings is None:
            return None
        return AccessLogs(
            self._scope,
            "access_logs",
            settings=settings,
            names=self._environment.names,
            location=self._location,
            protected=self._environment.hardening.deletion_protection,
        )

    def _web_acl(self) -> WebAcl | None:
        settings = self._environment.hardening.waf
        if settings is None:
            return None
        return WebAcl(
            self._scope,
            "web_acl",
            settings=settings,
            names=self._environment.names,
            load_balancer_arn=self.load_balancer.arn,
            log_retention_days=self._environment.logs.retention_days,
            kms_key_arn=self._kms_key_arn,
        )
