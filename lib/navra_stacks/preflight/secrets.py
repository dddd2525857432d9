"""Check of the secrets that containers need and whose values are entered by hand."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.aws_reader import OperationError
from navra_stacks.preflight.commands import apply, secret_address
from navra_stacks.preflight.finding import Finding, passed, problem, unknown
from navra_stacks.preflight.target import Target, look_up, unusable
from navra_stacks.settings.data.secrets import Secret
from navra_stacks.settings.environment import Environment

__all__ = ["check_secrets"]


def check_secrets(target: Target) -> Iterator[Finding]:
    """Check that each secret of the settings exists and has a value.

    Terraform writes the secrets with the URLs of a `Database` and a `Cache`, so they are left out.
    """
    environment = target.environment
    stores = environment.managed_data_stores()
    written = {name for _, store in stores for name in store.secret_names}
    for secret in environment.secrets:
        if secret.name in written:
            continue
        name = environment.names.secret(secret.name)
        try:
            yield from _findings(target, secret, name)
        except OperationError as error:
            yield unknown(name, error.reason)


def _findings(target: Target, secret: Secret, name: str) -> Iterator[Finding]:
    found = look_up(target.account, "aws_secretsmanager_secret", name=name)
    if found.unusable:
        if not secret.managed:  # that of a managed secret is reported as a taken name
            message, _ = unusable(found, name)
            restore = (
                f"aws secretsmanager restore-secret --region {target.environment.region} "
                f"--secret-id {name}"
            )
            yield problem(name, message, f"restore it with `{restore}`")
    elif found.match is None:
        yield _missing(target.environment, name, managed=secret.managed)
    elif "AWSCURRENT" in _stages(found.match.live):
        yield passed(name, "has a value")
    else:
        yield problem(
            name,
            "has no value, so the tasks that need it do not start",
            f"enter it with `{_put(target.environment, name)}`",
        )


def _missing(environment: Environment, name: str, *, managed: bool) -> Finding:
    if managed:
        create = apply(environment.names.stack, secret_address(environment, name))
        return problem(
            name,
            "does not exist yet, so it has no value when the tasks start",
            f"create it first with `{create}`, then enter its "
            f"value with `{_put(environment, name)}`",
        )
    return problem(
        name,
        "does not exist, so the first plan fails",
        f"create it with `aws secretsmanager create-secret --region {environment.region} "
        f"--name {name} --secret-string file://FILE`, or set managed=True for this secret",
    )


def _put(environment: Environment, name: str) -> str:
    return (
        f"aws secretsmanager put-secret-value --region {environment.region} --secret-id {name} "
        "--secret-string file://FILE"
    )


def _stages(live: object) -> set[str]:
    """Return the labels of all versions; a secret without a value has no version.

    See https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html.
    """
    versions = live.get("VersionIdsToStages") if isinstance(live, dict) else None
    return {stage for stages in (versions or {}).values() for stage in stages}
