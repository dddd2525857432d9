"""Patches for CloudWatch log groups."""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to

__all__ = ["add_encryption_keys"]


def add_encryption_keys() -> None:
    """Add the operations that change the KMS key of a log group.

    Remove this patch when moto has AssociateKmsKey.
    """
    add_to(LogsResponse, associate_kms_key, disassociate_kms_key)


def associate_kms_key(response: Any) -> str:
    """Encrypt the events of a log group with a key from now on."""
    _group(response).kms_key_id = response._get_param("kmsKeyId")
    return ""


def disassociate_kms_key(response: Any) -> str:
    """Encrypt the events of a log group with a key of CloudWatch Logs from now on."""
    _group(response).kms_key_id = None
    return ""


def _group(response: Any) -> Any:
    name = response._get_param("logGroupName")
    if name not in response.logs_backend.groups:
        raise ResourceNotFoundException
    return response.logs_backend.groups[name]
