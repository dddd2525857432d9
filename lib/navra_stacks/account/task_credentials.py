"""The AWS credentials that local tasks get in their environment."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from navra_stacks.account.endpoint import check_endpoint

__all__ = ["credentials_of_endpoint", "credentials_of_profile"]


class _Credentials(dict[str, str]):
    """Environment variables whose representation contains the names only."""

    def __repr__(self) -> str:
        return f"Credentials({', '.join(self)})"

    __str__ = __repr__


def credentials_of_profile(
    profile: str, region: str, *, endpoint_url: str | None = None
) -> Mapping[str, str]:
    """Return the environment variables with the credentials of a profile.

    STS confirms that the credentials are valid. Temporary credentials end while the tasks run.

    Args:
        profile: A profile of the AWS config file.
        region: The Region of the tasks.
        endpoint_url: The endpoint of an emulator; None for AWS.

    Raises:
        AccountError: there is no such profile, it has no credentials, or AWS rejected them, for
            example because they have expired.
    """
    import boto3  # only for this option
    from botocore.exceptions import BotoCoreError, ProfileNotFound

    from navra_stacks.account.aws_reader import AccountError, AwsAccount

    try:
        session = boto3.Session(profile_name=profile, region_name=region)
    except ProfileNotFound as error:
        raise AccountError(f"{error}; pass a profile of the AWS config file") from error
    _ = AwsAccount(region, session=session, endpoint_url=endpoint_url).id
    try:
        found = session.get_credentials().get_frozen_credentials()
    except BotoCoreError as error:
        raise AccountError(
            f"the credentials of the profile {profile!r} cannot be read ({error}); log in again"
        ) from error
    variables = {
        "AWS_ACCESS_KEY_ID": found.access_key,
        "AWS_SECRET_ACCESS_KEY": found.secret_key,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
    if found.token:
        variables["AWS_SESSION_TOKEN"] = found.token
    return _Credentials(variables)


def credentials_of_endpoint(
    url: str, region: str, *, host: str = "host.containers.internal"
) -> Mapping[str, str]:
    """Return the environment variables with which AWS SDKs use an emulator.

    The SDKs read ``AWS_ENDPOINT_URL`` (AWS SDKs and Tools Reference Guide, "Service-specific
    endpoints").

    Args:
        url: The URL of the emulator, for example ``http://127.0.0.1:5000``.
        region: The Region of the tasks.
        host: The name under which a container reaches this machine. It replaces a loopback address.

    Raises:
        NavraError: `url` is invalid.
    """
    parts = urlsplit(check_endpoint(url, "the endpoint of the tasks"))
    if _is_this_machine(parts.hostname or ""):
        parts = parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}")
    return {
        # Any values are valid for an emulator.
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": urlunsplit(parts),
    }


def _is_this_machine(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
