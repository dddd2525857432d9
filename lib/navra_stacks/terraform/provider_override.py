"""Make the AWS provider of a document connect to nothing but an emulator."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

__all__ = ["DEFAULT_REGION", "emulator_environment", "point_at_emulator", "without_aws_variables"]

DEFAULT_REGION = "us-east-1"
"""The Region for a provider block that sets no Region."""

_MACHINE_SETTINGS = """
    access_key assume_role assume_role_with_web_identity custom_ca_bundle
    ec2_metadata_service_endpoint endpoints http_proxy https_proxy no_proxy profile secret_key
    shared_config_files shared_credentials_files sts_region token use_dualstack_endpoint
    use_fips_endpoint
""".split()


def point_at_emulator(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of `document` with provider blocks that work with the emulator.

    Arguments for credentials, endpoints and proxies are removed from each AWS provider block, so
    that the provider uses the variables from :func:`emulator_environment`. A provider with an alias
    still assumes its role, because the role can be in another account, which the emulator has too.
    """
    copy: dict[str, Any] = json.loads(json.dumps(document))
    providers = copy.setdefault("provider", {}).setdefault("aws", [])
    if all("alias" in provider for provider in providers):
        providers.append({})  # the default provider of resources without a `provider` argument
    for provider in providers:
        kept = {"assume_role"} if "alias" in provider else set()
        for name in set(_MACHINE_SETTINGS) - kept:
            provider.pop(name, None)
        provider.setdefault("region", DEFAULT_REGION)
        provider |= {
            "skip_credentials_validation": True,
            "skip_metadata_api_check": "true",
            "s3_use_path_style": True,
            # The emulator rejects the same call again: more retries would cost minutes.
            "max_retries": 2,
        }
    return copy


def emulator_environment(endpoint: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return environment variables that connect Terraform to the emulator only.

    The credentials are dummies. Calls to addresses other than loopback go to a proxy that does not
    exist, so a call that does not use the emulator fails instead of leaving the machine.

    Args:
        endpoint: The URL of the emulator.
        environ: The environment variables of this process.
    """
    missing_proxy = "http://127.0.0.1:9"
    others = {
        name: value
        for name, value in without_aws_variables(environ).items()
        if not name.lower().endswith("_proxy")
    }
    return others | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "rehearsal",
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTP_PROXY": missing_proxy,
        "HTTPS_PROXY": missing_proxy,
        "NO_PROXY": "127.0.0.1",
    }


def without_aws_variables(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return `environ` without ``AWS_*`` variables, for a Terraform that only installs a provider.

    Terraform can then reach a registry, but has no AWS credentials from `environ`.
    """
    return {name: value for name, value in environ.items() if not name.startswith("AWS_")}
