"""Values for the variables of a document, from the user or the account, mainly image tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.errors import NavraError
from navra_stacks.settings.model.credentials import is_credential
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.task_definition_changes import containers_of

__all__ = ["VariableValue", "check_variable_names", "variables_for"]

# The resource that keeps the first value of a variable has its name.
IMAGE = re.compile(
    r"(?P<repository>.*):\$\{(?:var\.(?=[\w-]+\})|terraform_data\.(?=[\w-]+\.output\}))"
    r"(?P<variable>[\w-]+)(?:\.output)?\}"
)
TAGGED = re.compile(r"[^@]*/[^/@:]+:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})")
NO_TAG = "unknown"


@dataclass(frozen=True, slots=True)
class VariableValue:
    """The value of a Terraform variable in the plan."""

    name: str

    value: str

    origin: str
    """The origin of the value as a phrase, for example ``passed by --var``."""

    is_live: bool = True
    """False for a placeholder, which must not be passed to a real plan."""

    is_secret: bool = False
    """True if the value must not be shown."""

    @property
    def display_value(self) -> str:
        """The value, or ``(not shown)`` for a secret."""
        return "(not shown)" if self.is_secret else self.value


def check_variable_names(document: TerraformDocument, values: Mapping[str, str]) -> None:
    """Check that the document declares all variables for which the user has passed a value.

    Raises:
        NavraError: a variable is not declared. The message names all of them.
    """
    if unknown := sorted(values.keys() - document.content.get("variable", {}).keys()):
        raise NavraError(
            f"the document has no variable {', '.join(unknown)}; correct the name, or do not pass "
            "a value"
        )


def variables_for(
    document: TerraformDocument,
    ids: Mapping[str, str],
    account: AwsAccount,
    values: Mapping[str, str],
) -> tuple[VariableValue, ...]:
    """Return a value for each variable without a default, and all passed values, sorted by name.

    Args:
        document: The document.
        ids: The import IDs of the existing resources, by address.
        account: The account that contains the resources.
        values: The values that the user has passed, by name. They take precedence.

    Raises:
        NavraError: a value is for an undeclared variable, or the value of a variable is not passed
            and cannot be found in the account.
    """
    check_variable_names(document, values)
    declared = document.content.get("variable", {})
    required = {name: body for name, body in declared.items() if "default" not in body}
    found = {
        name: VariableValue(
            name,
            value,
            "passed by --var",
            is_secret=bool(declared[name].get("sensitive")) or is_credential(value, name=name),
        )
        for name, value in values.items()
    }
    if "account_id" in required:
        found.setdefault(
            "account_id", VariableValue("account_id", account.id, "the account of the credentials")
        )
    for tag in _image_tags(document, ids, account):
        if tag.name in required:
            found.setdefault(tag.name, tag)
    if missing := sorted(required.keys() - found.keys()):
        raise NavraError(
            f"the document requires values for the variables {', '.join(missing)}, which cannot be "
            f"found in the account; pass them with --var {missing[0]}=..."
        )
    return tuple(found[name] for name in sorted(found))


def _image_tags(
    document: TerraformDocument, ids: Mapping[str, str], account: AwsAccount
) -> Iterator[VariableValue]:
    for task in document.all("aws_ecs_task_definition"):
        templated = [
            container
            for container in containers_of(task.body).values()
            if IMAGE.fullmatch(str(container.get("image")))
        ]
        running = _running(account, ids[task.address]) if templated and task.address in ids else []
        for container in templated:
            image = IMAGE.fullmatch(container["image"])
            assert image is not None
            yield _image_tag(image["variable"], container, len(templated), running)


def _image_tag(
    variable: str, container: Mapping[str, Any], container_count: int, running: list[dict[str, Any]]
) -> VariableValue:
    same = [live for live in running if live.get("name") == container.get("name")]
    if not same and container_count == len(running) == 1:
        same = running
    for live in same:
        tagged = TAGGED.fullmatch(str(live.get("image")))
        if tagged is not None and tagged["tag"] != "latest":
            return VariableValue(variable, tagged["tag"], f"running in container {live['name']}")
    reason = (
        f"the running image {same[0]['image']} has no version tag"
        if same
        else "no running container was found"
    )
    return VariableValue(variable, NO_TAG, f"placeholder for this plan only: {reason}", False)


def _running(account: AwsAccount, id_: str) -> list[dict[str, Any]]:
    response = account.find("ecs", "describe_task_definition", taskDefinition=id_)
    return [] if response is None else list(response["taskDefinition"]["containerDefinitions"])
