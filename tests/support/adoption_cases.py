"""The adoptions that the tests run: an account with variations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.support.handmade_account.accounts import Account, build
from tests.support.handmade_account.console import Console
from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.handmade_account.variations import VARIATIONS, Variation

__all__ = ["COMBINED", "MATRIX", "REFUSED", "REFUSED_IN_MATRIX", "Case"]

SERVICES = ("backend", "frontend")

ALWAYS_CREATED = frozenset(
    {
        # They do not exist in AWS.
        "aws_acm_certificate_validation.certificate_validation",
        "terraform_data.backend_image_tag",
        "terraform_data.frontend_image_tag",
        # The roles have their permissions in policies with other names.
        "aws_iam_role_policy.backend_execution_policy",
        "aws_iam_role_policy.frontend_execution_policy",
    }
)


@dataclass(frozen=True)
class Case:
    """An account with variations, and what the adoption of it does."""

    account: Account
    variations: tuple[Variation, ...]

    def build(self, console: Console) -> HandmadeEnvironment:
        return build(self.account, console, self.variations)

    @property
    def id(self) -> str:
        return ", ".join([self.account, *map(str, self.variations)])

    @property
    def not_imported(self) -> frozenset[str]:
        """The addresses of existing resources that are not imported."""
        return frozenset[str]().union(*(variation.not_imported for variation in self.variations))

    @property
    def registered(self) -> frozenset[str]:
        """The revisions that the first apply registers in addition to the running ones."""
        return frozenset[str]().union(*(variation.registered for variation in self.variations))

    def created(self, handmade: HandmadeEnvironment) -> frozenset[str]:
        """Return the addresses of the resources that the first apply creates."""
        roles = {"execution": handmade.execution_roles, "task": handmade.task_roles}
        uses = Counter(name for names in roles.values() for name in names.values())
        missing = {
            f"aws_iam_role.{service}_{kind}_role"
            for kind, names in roles.items()
            for service in SERVICES
            # A role of several services is not the role of one of them.
            if uses[names.get(service, "")] != 1
        }
        removed = (variation.created for variation in self.variations)
        return ALWAYS_CREATED.union(missing, self.not_imported, *removed)


def _case(account: Account, *names: str) -> Case:
    return Case(account, tuple(VARIATIONS[name] for name in names))


COMBINED = (
    _case(Account.RECORDED),
    _case(
        Account.BY_HAND,
        "several ranges in a rule",
        "one weighted target group",
        "a plain password",
        "stickiness",
        "HTTP/2 disabled",
        "a web ACL",
        "platform version 1.4.0",
        "capacity providers",
        "other names of log groups",
        "an alias without dualstack",
    ),
    _case(
        Account.CONSOLE,
        "descriptions of rules",
        "conditions in the older form",
        "image by digest",
        "an EFS volume",
        "slow start",
        "a certificate for another host",
        "other timeouts",
        "Service Connect",
        "another service",
        "another retention",
        "target health ignored",
    ),
    _case(
        Account.OTHER_TOOL,
        "other priorities",
        "path, boundary, description and session",
        "image tag latest",
        "a sidecar",
        "least outstanding requests",
        "a stronger TLS policy",
        "listener attributes",
        "ECS Exec",
        "Container Insights",
        "a KMS key",
    ),
)
"""Adoptions with many variations each, which cover all kinds."""

REFUSED = (
    _case(
        Account.OTHER_TOOL,
        "another rule at a required priority",
        "the controller CODE_DEPLOY",
    ),
)
"""An account that cannot be adopted for several reasons."""

MATRIX = (
    _case(Account.BY_HAND, "several ranges in a rule"),
    _case(Account.BY_HAND, "one weighted target group"),
    _case(Account.BY_HAND, "own roles"),
    _case(Account.BY_HAND, "image tag latest"),
    _case(Account.BY_HAND, "a plain password"),
    _case(Account.BY_HAND, "other names", "stickiness"),
    _case(Account.BY_HAND, "HTTP/2 disabled", "a web ACL"),
    _case(Account.BY_HAND, "a post-quantum TLS policy"),
    _case(Account.BY_HAND, "FARGATE and FARGATE_SPOT"),
    _case(Account.BY_HAND, "platform version 1.4.0", "managed tags"),
    _case(Account.BY_HAND, "no zone rebalancing"),
    _case(Account.BY_HAND, "Container Insights", "capacity providers"),
    _case(Account.BY_HAND, "other names of log groups"),
    _case(Account.BY_HAND, "an alias without dualstack"),
    _case(Account.CONSOLE, "descriptions of rules"),
    _case(Account.CONSOLE, "conditions in the older form"),
    _case(Account.CONSOLE, "stickiness between target groups"),
    _case(Account.CONSOLE, "path, boundary, description and session", "more policies"),
    _case(Account.CONSOLE, "image by digest", "an EFS volume"),
    _case(Account.CONSOLE, "slow start"),
    _case(Account.CONSOLE, "other timeouts", "a certificate for another host"),
    _case(Account.CONSOLE, "a weighted default action", "another listener"),
    _case(Account.CONSOLE, "no circuit breaker", "Service Connect"),
    _case(Account.CONSOLE, "deployments of 50 to 150 percent", "no managed tags"),
    _case(Account.CONSOLE, "another service"),
    _case(Account.CONSOLE, "another retention"),
    _case(Account.CONSOLE, "target health ignored"),
    _case(Account.OTHER_TOOL, "several ranges in a rule"),
    _case(Account.OTHER_TOOL, "other priorities"),
    _case(Account.OTHER_TOOL, "a host condition at another priority"),
    _case(Account.OTHER_TOOL, "path, boundary, description and session"),
    _case(Account.OTHER_TOOL, "one execution role", "no task role"),
    _case(Account.OTHER_TOOL, "a sidecar"),
    _case(Account.OTHER_TOOL, "least outstanding requests"),
    _case(Account.OTHER_TOOL, "a stronger TLS policy", "listener attributes"),
    _case(Account.OTHER_TOOL, "host header and TLS version passed on"),
    _case(Account.OTHER_TOOL, "no tasks"),
    _case(Account.OTHER_TOOL, "ECS Exec", "tags of the console"),
    _case(Account.OTHER_TOOL, "namespace and logging of ECS Exec"),
    _case(Account.OTHER_TOOL, "a KMS key"),
    _case(Account.OTHER_TOOL, "an alias without dualstack"),
)
"""Adoptions with one or two variations of one kind, which cover all pairs of account and kind."""

REFUSED_IN_MATRIX = (
    _case(Account.BY_HAND, "a host condition at a required priority"),
    _case(Account.BY_HAND, "swapped priorities"),
    _case(Account.CONSOLE, "another rule at a required priority"),
    _case(Account.OTHER_TOOL, "the controller CODE_DEPLOY"),
)
"""Accounts that cannot be adopted, for one reason each."""
