"""Misconfigurations: Terraform."""

from __future__ import annotations

from tests.unit.check.draft import Draft, NotApplicableError, edit
from tests.unit.check.misconfigurations.registry import finds


@finds("default-tags-repeated")
def default_tag_is_repeated(d: Draft) -> str:
    tags = d.content["provider"]["aws"][0]["default_tags"][0]["tags"]
    return edit(d.first("aws_security_group"), tags={"Project": tags["Project"]})


@finds("state-lock")
def state_without_lock(d: Draft) -> str:
    backend = d.content["terraform"]["backend"]
    if "s3" not in backend:
        raise NotApplicableError("s3")
    backend["s3"].pop("use_lockfile", None)
    return "terraform"


@finds("state-remote")
def state_on_a_laptop(d: Draft) -> str:
    d.content["terraform"]["backend"] = {"local": {"path": "terraform.tfstate"}}
    return "terraform"


@finds("provider-account")
def provider_for_any_account(d: Draft) -> str:
    del d.content["provider"]["aws"][0]["allowed_account_ids"]
    return "provider.aws"


@finds("provider-version")
def provider_in_any_version(d: Draft) -> str:
    del d.content["terraform"]["required_providers"]["aws"]["version"]
    return "terraform"
