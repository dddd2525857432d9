"""Check of the secrets that containers need and whose values are entered by hand."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.preflight.finding import Finding, passed, problem
from navra_stacks.preflight.target import Target, look_up
from navra_stacks.settings.data.cache import Cache
from navra_stacks.settings.data.database import Database

__all__ = ["check_secrets"]


def check_secrets(target: Target) -> Iterator[Finding]:
    """Check that each secret of the settings exists and has a value.

    Terraform writes the secrets with the URLs of a `Database` and a `Cache`, so they are left out.
    """
    environment = target.environment
    written = {
        store.url_secret
        for store in (environment.database, environment.cache)
        if isinstance(store, Database | Cache)
    }
    for secret in environment.secrets:
        if secret.name in written:
            continue
        name = environment.names.secret(secret.name)
        found = look_up(target.account, "aws_secretsmanager_secret", name=name)
        enter = (
            f"enter it with `aws secretsmanager put-secret-value --region {environment.region} "
            f"--secret-id {name} --secret-string file://FILE`"
        )
        if found.unusable:
            if not secret.managed:  # that of a managed secret is reported as a taken name
                yield problem(name, found.unusable, "restore it before the apply")
        elif found.match is None:
            yield _missing(name, managed=secret.managed, enter=enter)
        elif "AWSCURRENT" in _stages(found.match.live):
            yield passed(name, "has a value")
        else:
            yield problem(name, "has no value, so the tasks that need it do not start", enter)


def _missing(name: str, *, managed: bool, enter: str) -> Finding:
    if managed:
        return problem(
            name,
            "does not exist yet, so it has no value when the tasks start",
            f"create it first with `terraform apply -target`, then {enter}",
        )
    return problem(
        name,
        "does not exist, so the first plan fails",
        "create it with its value, or set managed=True for this secret",
    )


def _stages(live: object) -> set[str]:
    """Return the labels of all versions; a secret without a value has no version.

    See https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html.
    """
    versions = live.get("VersionIdsToStages") if isinstance(live, dict) else None
    return {stage for stages in (versions or {}).values() for stage in stages}
