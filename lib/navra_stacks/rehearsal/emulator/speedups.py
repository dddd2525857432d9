"""Patches of moto that skip waits and repeated work, and do not change a rehearsal's result.

Each function can be removed once moto does the same. The waits that remain are fixed waits in the
AWS provider: twice 30 s for a load balancer and 10 s for an ECS cluster.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial, wraps
from typing import Any

__all__ = [
    "cache_service_models",
    "install",
    "load_instance_offerings_lazily",
    "share_service_models",
]


def install() -> None:
    """Patch moto in this process to avoid waits and repeated work."""
    _skip_route53_sync()
    _activate_load_balancers_immediately()
    _make_transitions_immediate()
    _cache_constant_lookups()
    _cache_private_keys()
    _use_one_account()


@cache
def share_service_models() -> None:
    """Patch botocore in this process to load the model of each AWS service only once.

    Without the patch, each session loads the models again, and moto creates four sessions when it
    starts. Call the function before importing moto.
    """
    from botocore import loaders, session

    shared = cache(loaders.create_loader)
    for module in (loaders, session):
        setattr(module, "create_loader", lambda path=None: shared(path))  # noqa: B010 - mypy rejects an assignment
    setattr(loaders, "OrderedDict", dict)  # noqa: B010 - dicts are ordered too, and smaller


def cache_service_models() -> None:
    """Patch moto in this process to load service models and instance offerings only when needed.

    Without the patch, moto loads the service models, and botocore loads them a second time to find
    the Regions of each service. Call the function before importing a service of moto.
    """
    share_service_models()
    from botocore.session import Session
    from moto.core import loaders, utils

    loader = loaders.create_loader()
    setattr(utils, "create_loader", lambda: loader)  # noqa: B010 - mypy rejects an assignment
    setattr(  # noqa: B010 - mypy rejects an assignment
        Session,
        "get_service_data",
        lambda _, name, version=None: loader.load_service_model(name, "service-2", version),
    )
    load_instance_offerings_lazily()


def load_instance_offerings_lazily() -> None:
    """Patch moto in this process to load the instance offerings of a Region on first use.

    The instance offerings of all Regions take more memory than the rest of moto, and a third of a
    second to load. Call the function before importing a service of moto.
    """
    from moto.utilities import utils

    load, offers = utils.load_resource, "ec2/resources/instance_type_offerings"

    def load_others(resource: str) -> Any:
        return [] if resource.startswith(offers) else load(resource)

    setattr(utils, "load_resource", load_others)  # noqa: B010 - mypy rejects an assignment
    from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS

    setattr(utils, "load_resource", load)  # noqa: B010 - mypy rejects an assignment

    def read(kind: str, region: str) -> list[Any]:
        offered = load(f"{offers}/{kind}/{region}.json")
        return [offering | {"LocationType": kind} for offering in offered]

    for kind, regions in INSTANCE_TYPE_OFFERINGS.items():
        INSTANCE_TYPE_OFFERINGS[kind] = _Offers(regions, partial(read, kind))


class _Offers(dict[str, list[Any]]):
    """The instance offerings by Region; the list of a Region is loaded on first access."""

    def __init__(self, regions: dict[str, list[Any]], read: Callable[[str], list[Any]]) -> None:
        super().__init__(regions)
        self._read = read

    def __getitem__(self, region: str) -> list[Any]:
        offers = super().__getitem__(region)
        if not offers:
            offers += self._read(region)
        return offers

    def get(self, region: str, default: Any = None) -> Any:
        try:
            return self[region]
        except KeyError:
            return default


def _skip_route53_sync() -> None:
    """Omit ``ChangeInfo`` from Route 53 responses, so that the provider does not wait 10 to 30 s.

    AWS always returns ``ChangeInfo``. In the emulator a change is in sync before the response, so
    the wait has no purpose.
    """
    from moto.route53.responses import Route53

    for name in (
        "create_hosted_zone",
        "delete_hosted_zone",
        "associate_vpc_with_hosted_zone",
        "disassociate_vpc_from_hosted_zone",
        "change_resource_record_sets",
    ):
        setattr(Route53, name, _without_change(getattr(Route53, name)))


def _without_change(method: Any) -> Any:
    @wraps(method)
    def unchanged(self: Any) -> Any:
        response = method(self)
        if isinstance(response.result, dict):
            response.result.pop("ChangeInfo", None)
        return response

    return unchanged


def _activate_load_balancers_immediately() -> None:
    """Make a load balancer active when it is created.

    Without the patch, a load balancer becomes active when it is described a second time, and the
    provider waits until then.
    """
    from moto.elbv2.models import ELBv2Backend

    create = ELBv2Backend.create_load_balancer

    @wraps(create)
    def active(self: Any, *arguments: Any, **named: Any) -> Any:
        balancer = create(self, *arguments, **named)
        balancer.activate()
        return balancer

    setattr(ELBv2Backend, "create_load_balancer", active)  # noqa: B010 - mypy rejects an assignment


def _make_transitions_immediate() -> None:
    """Let resources reach their final status at once, instead of after several describe calls."""
    from moto.moto_api import state_manager

    for model in state_manager.get_registered_models():
        if model != "ecs::task":  # its final status is STOPPED
            state_manager.set_transition(model, {"progression": "immediate"})


def _cache_constant_lookups() -> None:
    """Cache lookups that moto repeats although their result is constant.

    For every request, moto lists its own directory and the methods of the response class, which
    takes two thirds of the response time. For every service, moto lists all services.
    """
    from botocore.session import Session
    from moto import backends
    from moto.core import responses, utils

    modules = tuple(backends.list_of_moto_modules())
    setattr(backends, "list_of_moto_modules", lambda: modules)  # noqa: B010 - mypy rejects an assignment
    setattr(responses, "method_names_from_class", cache(utils.method_names_from_class))  # noqa: B010
    setattr(utils, "Session", cache(Session))  # noqa: B010


def _cache_private_keys() -> None:
    """Use one private key for all certificates and KMS keys.

    To generate a key takes a tenth of a second. The key of a certificate is also serialized and
    loaded again, with a check that takes half as long.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    read = cache(serialization.load_pem_private_key)
    setattr(serialization, "load_pem_private_key", read)  # noqa: B010 - mypy rejects an assignment
    generate = cache(rsa.generate_private_key)
    setattr(  # noqa: B010 - mypy rejects an assignment
        rsa,
        "generate_private_key",
        lambda public_exponent, key_size, backend=None: generate(public_exponent, key_size),
    )


def _use_one_account() -> None:
    """Let moto use the emulator's account when it initialises a service to find its URLs.

    Without the patch, moto uses its default account, and creates in that account a second default
    VPC and a second copy of all AWS managed policies.
    """
    from moto.moto_server import werkzeug_app

    if account := os.environ.get("MOTO_ACCOUNT_ID"):
        setattr(werkzeug_app, "DEFAULT_ACCOUNT_ID", account)  # noqa: B010 - mypy rejects an assignment
