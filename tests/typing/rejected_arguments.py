"""Mistakes that mypy and pyright reject: an ignore comment without an error fails `make lint`."""

from three_services import SHOP

import navra_stacks as navra

SHOP.replace(nmae="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
SHOP.replace(name=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
SHOP.name = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
navra.Hardening.production(waff=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
navra.Hardening.relaxed(waff=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
navra.Deployment.canary(hook=())  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
navra.Domain(hots="x", zone="y")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
