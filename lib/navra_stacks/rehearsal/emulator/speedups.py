"""Takes out what costs a rehearsal time and proves nothing; each can go when moto has it.

What waits are left are asleep in the provider, whatever AWS answers: twice 30 s for a load
balancer, 10 s for an ECS cluster.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial, wraps
from typing import Any

__all__ = ["install", "read_descriptions_once", "read_offers_when_asked", "share_descriptions"]


def install() -> None:
    """Have moto, in this process, be done at once with whatever it is asked to do."""
    _records_are_in_sync()
    _load_balancers_are_active()
    _transitions_are_immediate()
    _what_never_changes_is_looked_up_once()
    _one_key_is_made()
    _one_account_is_made()


@cache
def share_descriptions() -> None:
    """Have botocore, in this process, read each description of a service once.

    Each of its sessions reads them for itself, and moto begins with four. Before moto is imported.
    """
    from botocore import loaders, session

    shared = cache(loaders.create_loader)
    for module in (loaders, session):
        setattr(module, "create_loader", lambda path=None: shared(path))  # noqa: B010 - to mypy
    setattr(loaders, "OrderedDict", dict)  # noqa: B010 - has an order as well, and takes less


def read_descriptions_once() -> None:
    """Have moto, in this process, read once what it needs of what describes AWS, and no more.

    It reads the descriptions of services for itself as well, and botocore would read them for it a
    second time, to know the Regions of each. Before any of its services is imported.
    """
    share_descriptions()
    from botocore.session import Session
    from moto.core import loaders, utils

    loader = loaders.create_loader()
    setattr(utils, "create_loader", lambda: loader)  # noqa: B010 - a function, to mypy
    setattr(  # noqa: B010 - a method, to mypy
        Session,
        "get_service_data",
        lambda _, name, version=None: loader.load_service_model(name, "service-2", version),
    )
    read_offers_when_asked()


def read_offers_when_asked() -> None:
    """Have moto, in this process, read which instances a Region offers when it is asked for them.

    For all Regions they fill more memory than the rest of it, and take a third of a second. Before
    any of its services is imported.
    """
    from moto.utilities import utils

    load, offers = utils.load_resource, "ec2/resources/instance_type_offerings"

    def none_yet(resource: str) -> Any:
        return [] if resource.startswith(offers) else load(resource)

    setattr(utils, "load_resource", none_yet)  # noqa: B010 - a function, to mypy
    from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS

    setattr(utils, "load_resource", load)  # noqa: B010 - a function, to mypy

    def read(kind: str, region: str) -> list[Any]:
        offered = load(f"{offers}/{kind}/{region}.json")
        return [one | {"LocationType": kind} for one in offered]

    for kind, regions in INSTANCE_TYPE_OFFERINGS.items():
        INSTANCE_TYPE_OFFERINGS[kind] = _Offers(regions, partial(read, kind))


class _Offers(dict[str, list[Any]]):
    """What each Region offers: a list that is empty until it is asked for."""

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


def _records_are_in_sync() -> None:
    """The provider sleeps 10 to 30 s for a change, unless the answer names none.

    AWS always names one; here each is in sync before it is answered.
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
        answer = method(self)
        if isinstance(answer.result, dict):
            answer.result.pop("ChangeInfo", None)
        return answer

    return unchanged


def _load_balancers_are_active() -> None:
    """One of moto's is active when it is described again, for which the provider sleeps."""
    from moto.elbv2.models import ELBv2Backend

    create = ELBv2Backend.create_load_balancer

    @wraps(create)
    def active(self: Any, *given: Any, **named: Any) -> Any:
        balancer = create(self, *given, **named)
        balancer.activate()
        return balancer

    setattr(ELBv2Backend, "create_load_balancer", active)  # noqa: B010 - a method, to mypy


def _transitions_are_immediate() -> None:
    """What moto makes in steps, one each time that it is described, is there at once."""
    from moto.moto_api import state_manager

    for model in state_manager.get_registered_models():
        if model != "ecs::task":  # its last step is that it has stopped
            state_manager.set_transition(model, {"progression": "immediate"})


def _what_never_changes_is_looked_up_once() -> None:
    """For every request moto lists its own directory and the methods of the class that answers.

    That was two thirds of the time in which it answers. For each service it lists all that there
    are.
    """
    from botocore.session import Session
    from moto import backends
    from moto.core import responses, utils

    modules = tuple(backends.list_of_moto_modules())
    setattr(backends, "list_of_moto_modules", lambda: modules)  # noqa: B010 - a function, to mypy
    setattr(responses, "method_names_from_class", cache(utils.method_names_from_class))  # noqa: B010
    setattr(utils, "Session", cache(Session))  # noqa: B010


def _one_key_is_made() -> None:
    """Each certificate and each key of KMS gets a private key, which takes a tenth of a second.

    A certificate's is written and read again, for which it is checked: that takes half as long.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    read = cache(serialization.load_pem_private_key)
    setattr(serialization, "load_pem_private_key", read)  # noqa: B010 - a function, to mypy
    make = cache(rsa.generate_private_key)
    setattr(  # noqa: B010 - a function, to mypy
        rsa,
        "generate_private_key",
        lambda public_exponent, key_size, backend=None: make(public_exponent, key_size),
    )


def _one_account_is_made() -> None:
    """To learn its addresses, moto makes each service in an account that nobody asks for.

    There it has a default VPC, and all of AWS's policies a second time.
    """
    from moto.moto_server import werkzeug_app

    if account := os.environ.get("MOTO_ACCOUNT_ID"):
        setattr(werkzeug_app, "DEFAULT_ACCOUNT_ID", account)  # noqa: B010 - a constant, to mypy
