"""Values for what a document asks in variables: the tags of the images that run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.account.aws_reader import Account
from navra_stacks.errors import NavraError
from navra_stacks.settings.model.credentials import is_credential
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["Given", "check_chosen", "variables_for"]

IMAGE = re.compile(r"(?P<repository>.*):\$\{var\.(?P<variable>[\w-]+)\}")
TAGGED = re.compile(r"[^@]*/[^/@:]+:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})")
NO_TAG = "unknown"


@dataclass(frozen=True, slots=True)
class Given:
    """The value of one variable in the plan that discovery makes."""

    name: str

    value: str

    told: str
    """Where it comes from, as the end of a sentence."""

    is_live: bool = True
    """Whether it is what runs, and so may be given to Terraform again."""

    is_secret: bool = False
    """Whether it must not be shown."""

    @property
    def shown(self) -> str:
        """The value where it may be shown."""
        return "(not shown)" if self.is_secret else self.value


def check_chosen(document: TerraformDocument, chosen: Mapping[str, str]) -> None:
    """Refuse values for variables that the document does not have.

    Raises:
        NavraError: there are some; it names them.
    """
    if unknown := sorted(chosen.keys() - document.content.get("variable", {}).keys()):
        raise NavraError(f"the document has no variable {', '.join(unknown)}")


def variables_for(
    document: TerraformDocument,
    ids: Mapping[str, str],
    account: Account,
    chosen: Mapping[str, str],
) -> tuple[Given, ...]:
    """A value for each variable that has no default.

    Args:
        document: The document.
        ids: What was found, by address.
        account: The account that it was found in.
        chosen: Values that somebody gave.

    Raises:
        NavraError: a variable asks for what nobody here can tell.
    """
    check_chosen(document, chosen)
    declared = document.content.get("variable", {})
    asked = {name: body for name, body in declared.items() if "default" not in body}
    given = {
        name: Given(
            name,
            value,
            "as it was given",
            is_secret=bool(declared[name].get("sensitive")) or is_credential(value, name=name),
        )
        for name, value in chosen.items()
    }
    if "account_id" in asked:
        given.setdefault("account_id", Given("account_id", account.id, "the credentials' account"))
    for one in _tags(document, ids, account):
        if one.name in asked:
            given.setdefault(one.name, one)
    if missing := sorted(asked.keys() - given.keys()):
        raise NavraError(
            f"the document asks for {', '.join(missing)}, which cannot be told from the account; "
            f"give {'it' if len(missing) == 1 else 'them'} by --var {missing[0]}=..."
        )
    return tuple(given[name] for name in sorted(given))


def _tags(document: TerraformDocument, ids: Mapping[str, str], account: Account) -> Iterator[Given]:
    for task in document.all("aws_ecs_task_definition"):
        text = task.get("container_definitions")
        ours = [one for one in _containers(text) if IMAGE.fullmatch(str(one.get("image")))]
        running = _running(account, ids[task.address]) if ours and task.address in ids else []
        for container in ours:
            image = IMAGE.fullmatch(container["image"])
            assert image is not None
            yield _tag(image["variable"], container, len(ours), running)


def _tag(
    variable: str, container: Mapping[str, Any], of: int, running: list[dict[str, Any]]
) -> Given:
    same = [one for one in running if one.get("name") == container.get("name")]
    if not same and of == len(running) == 1:
        same = running
    for one in same:
        tagged = TAGGED.fullmatch(str(one.get("image")))
        if tagged is not None and tagged["tag"] != "latest":
            return Given(variable, tagged["tag"], f"runs now, in container {one['name']}")
    what = f"{same[0]['image']}, which has no tag of a version" if same else "nothing, as it seems"
    return Given(variable, NO_TAG, f"a word for this plan alone: what runs is {what}", False)


def _running(account: Account, id_: str) -> list[dict[str, Any]]:
    found = account.look("ecs", "describe_task_definition", taskDefinition=id_)
    return [] if found is None else list(found["taskDefinition"]["containerDefinitions"])


def _containers(text: object) -> list[dict[str, Any]]:
    """The containers of a document's text, in which references stand as they are."""
    try:
        found = json.loads(text) if isinstance(text, str) else []
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
