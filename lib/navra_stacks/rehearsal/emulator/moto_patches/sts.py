"""Patches for temporary credentials."""

from __future__ import annotations

from typing import Any

from moto.core.responses import BaseResponse
from moto.iam.models import get_account_id_from

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["use_account_of_assumed_role"]

TEMPORARY = "ASIA"
"""The prefix of the access key of temporary credentials."""


def use_account_of_assumed_role() -> None:
    """Make calls with the credentials of an assumed role act in the account of the role.

    Remove this patch when moto does so although ``MOTO_ACCOUNT_ID`` sets the account of all other
    credentials.
    """

    @around(BaseResponse)
    def get_current_account(get: Any, response: Any) -> str:
        key = response.get_access_key()
        return str(get_account_id_from(key) if key.startswith(TEMPORARY) else get(response))
