"""Give resources in the emulator chosen ARNs, because documents contain literal ARNs."""

from __future__ import annotations

from typing import Any

__all__ = ["set_arn"]


def set_arn(account: str, region: str, created: str, wanted: str) -> None:
    """Change the ARN of a resource in moto.

    The account in `wanted` may be another one: the resource stays where moto looks for it in calls
    of the account of the emulator.

    Args:
        account: The account of the emulator.
        region: The Region of the resource.
        created: The present ARN of a certificate, a KMS key, a topic, a web ACL, a load balancer, a
            target group or a listener.
        wanted: The ARN that the resource is to have.
    """
    for resources, key in _indexes(account, region, created.split(":")[2]):
        if key(created) not in resources:
            continue
        resource = resources.pop(key(created))
        resource.arn = wanted
        if hasattr(resource, "id") and isinstance(resource.id, str):
            resource.id = wanted.rpartition("/")[2]
        if ":sns:" in wanted:  # moto looks for a topic in the account of its ARN
            ((resources, key),) = _indexes(wanted.split(":")[4], region, "sns")
        resources[key(wanted)] = resource


def _indexes(account: str, region: str, service: str) -> list[tuple[dict[str, Any], Any]]:
    """Return the dictionaries with a service's resources, and the function from ARN to key."""
    from moto.acm.models import acm_backends
    from moto.elbv2.models import elbv2_backends
    from moto.kms.models import kms_backends
    from moto.sns.models import sns_backends
    from moto.wafv2.models import wafv2_backends

    if service == "acm":
        return [(getattr(acm_backends[account][region], "_certificates"), str)]  # noqa: B009
    if service == "kms":
        return [(kms_backends[account][region].keys, lambda arn: arn.rpartition("/")[2])]
    if service == "sns":
        return [(sns_backends[account][region].topics, str)]
    if service == "wafv2":
        return [(wafv2_backends[account][region].wacls, str)]
    balancers = elbv2_backends[account][region]
    indexes: list[dict[str, Any]] = [balancers.load_balancers, balancers.target_groups]
    indexes += [balancer.listeners for balancer in balancers.load_balancers.values()]
    return [(index, str) for index in indexes]
