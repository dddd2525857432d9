"""Terraform commands and addresses in repairs."""

from __future__ import annotations

from navra_stacks.naming import repository_logical_id, secret_logical_id
from navra_stacks.settings.environment import Environment

__all__ = ["apply", "repository_address", "secret_address", "terraform"]


def terraform(stack: str, command: str) -> str:
    """Return a Terraform command that runs in the default output directory of `navra synth`."""
    return f"terraform -chdir=cdktf.out/stacks/{stack} {command}"


def apply(stack: str, *targets: str) -> str:
    """Return the commands that apply a stack for the first time, or only some of its resources."""
    options = "".join(f" -target={target}" for target in targets)
    return f"{terraform(stack, 'init')} && {terraform(stack, f'apply{options}')}"


def repository_address(repository: str) -> str:
    """Return the address of an ECR repository that the environment creates."""
    return f"aws_ecr_repository.{repository_logical_id(repository)}"


def secret_address(environment: Environment, name: str) -> str:
    """Return the address of a secret that the environment creates.

    Args:
        environment: The environment.
        name: The name of the secret in Secrets Manager.
    """
    if name == environment.names.database_password:
        return "aws_secretsmanager_secret.database_password"
    return f"aws_secretsmanager_secret.{secret_logical_id(name.rpartition('/')[2])}"
