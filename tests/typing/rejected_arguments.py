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
navra.Tmpfs("/tmp")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
navra.Deployment.linear(step_percent=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
navra.Deployment.rolling(5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
navra.Database.production("URL")  # type: ignore  # mypy reports one or two codes  # pyright: ignore[reportCallIssue]
navra.WafException(rules="GenericLFI_BODY")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
