"""A document, and variables, by which the AWS provider speaks to the emulator and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

__all__ = ["DEFAULT_REGION", "loopback_only", "point_at_emulator", "without_aws"]

DEFAULT_REGION = "us-east-1"
"""Where a document is applied that leaves its Region to the machine."""

_OF_THE_MACHINE = """
    access_key assume_role assume_role_with_web_identity custom_ca_bundle
    ec2_metadata_service_endpoint endpoints http_proxy https_proxy no_proxy profile secret_key
    shared_config_files shared_credentials_files sts_region token use_dualstack_endpoint
    use_fips_endpoint
""".split()


def point_at_emulator(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `document` whose every AWS provider takes whatever credentials it is given."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    found = copy.setdefault("provider", {}).get("aws") or {}
    providers = [found] if isinstance(found, dict) else found
    if all("alias" in one for one in providers):
        providers.append({})  # what names no provider gets this one
    for provider in providers:
        for name in _OF_THE_MACHINE:
            provider.pop(name, None)
        provider.setdefault("region", DEFAULT_REGION)
        provider |= {
            "skip_credentials_validation": True,
            "skip_metadata_api_check": "true",
            "s3_use_path_style": True,
            # What the emulator refuses, it refuses again: to ask once more costs minutes.
            "max_retries": 2,
        }
    copy["provider"]["aws"] = providers
    return copy


def loopback_only(endpoint: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Variables for Terraform: AWS is at `endpoint`, nobody's credentials, no way to the network.

    A proxy that nobody runs stands before every other address: a call that missed the endpoint
    fails instead of leaving the machine.
    """
    nowhere = "http://127.0.0.1:9"
    kept = {
        name: value
        for name, value in without_aws(environ).items()
        if not name.lower().endswith("_proxy")
    }
    return kept | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "rehearsal",
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "NO_PROXY": "127.0.0.1",
    }


def without_aws(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Variables for a Terraform that may reach a registry, and knows nobody's credentials."""
    return {name: value for name, value in environ.items() if not name.startswith("AWS_")}
