"""Revisions of task definitions: the newest one of Terraform, and copies with another image."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.account.image_references import ImageReference, parse_image
from navra_stacks.deploy.account import DeploymentAccount, LostResponseError
from navra_stacks.deploy.outcome import RefusedError, Report

__all__ = [
    "BASE_TAG",
    "TAG_TAG",
    "Revision",
    "copy_with_images",
    "deployment_tags",
    "newest_of_terraform",
    "read_revision",
    "revision_number",
    "tag_value",
]

BASE_TAG = "navra:base"
"""The tag with the revision of which a deployment registered a copy. Terraform's own revisions do
not have it.
"""

TAG_TAG = "navra:tag"
"""The tag with the image tag that a deployment resolved."""

ID_TAG = "navra:id"
"""The tag with a random ID, with which a copy is found if the response of AWS was lost."""

MAX_REVISIONS = 100
"""The number of revisions that one request lists."""

MAX_READ = 10
"""The number of revisions, from the newest one, that are read. If all are copies, the base of the
newest copy is Terraform's newest revision: a revision of Terraform that was registered while a
deployment ran is among the newest ones.
"""

MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Revision:
    """A registered revision of a task definition."""

    content: Mapping[str, Any]
    """The task definition as AWS describes it."""

    tags: Mapping[str, str]

    @property
    def arn(self) -> str:
        return str(self.content["taskDefinitionArn"])

    @property
    def name(self) -> str:
        """The family and the number, for example ``shop-web-qa:7``."""
        return self.arn.rpartition("/")[2]

    @property
    def is_active(self) -> bool:
        """False for a deregistered revision, with which no deployment can start."""
        return self.content.get("status") == "ACTIVE"

    @property
    def images(self) -> dict[str, str]:
        """The image of each container, by the name of the container."""
        return {one["name"]: one["image"] for one in self.content["containerDefinitions"]}

    def repository(self, container: str) -> str:
        """Return the repository of a container's image, with the registry, without tag and digest.

        Raises:
            RefusedError: the revision has no such container.
        """
        return self._image(container).repository

    def version(self, container: str) -> str:
        """Return ``@`` and the digest of a container's image, or its tag if it has no digest.

        Without both, an image has the tag ``latest``.

        Raises:
            RefusedError: the revision has no such container.
        """
        found = self._image(container)
        return f"@{found.digest}" if found.digest else found.tag or "latest"

    def _image(self, container: str) -> ImageReference:
        if container not in self.images:
            raise RefusedError(
                f"{self.name} has no container {container}; apply the settings with Terraform first"
            )
        return parse_image(self.images[container])


def revision_number(name: str) -> int:
    """Return the number in the ARN of a revision, or in its family and number."""
    return int(name.rpartition(":")[2])


def tag_value(text: str) -> str:
    """Return a text as the value of a tag in ECS (Amazon ECS API Reference, "Tag").

    Other characters than letters, digits, spaces and ``_.:/=+-@`` become underscores.
    """
    return re.sub(r"[^\w .:/=+\-@]", "_", text)[:256]


def deployment_tags(image: str, *, commit: str, actor: str) -> dict[str, str]:
    """Return the tags of a copy that show what was deployed; an empty value has no tag.

    Args:
        image: The image tag, or ``@`` and the digest.
        commit: The commit of the image.
        actor: Who deploys.
    """
    tags = {TAG_TAG: image.removeprefix("@"), "navra:commit": commit, "navra:actor": actor}
    return {key: tag_value(value) for key, value in tags.items() if value}


def read_revision(account: DeploymentAccount, name: str) -> Revision:
    """Return a revision by its ARN, or by its family and number.

    Raises:
        AccountError: the revision does not exist, or the account cannot be read.
    """
    found = account.request(
        "ecs", "describe_task_definition", taskDefinition=name, include=["TAGS"]
    )
    tags = {tag["key"]: tag.get("value", "") for tag in found.get("tags") or ()}
    return Revision(found["taskDefinition"], tags)


def newest_of_terraform(
    account: DeploymentAccount, family: str, tags: Mapping[str, str], report: Report
) -> Revision:
    """Return the newest active revision that Terraform registered.

    A copy that a deployment registered has the tag `BASE_TAG`, and does not count: it may be older
    than the settings. A revision without Terraform's tags was registered by other means. It counts
    only if there is no other one, as before the first apply of an adopted service.

    Args:
        account: The account.
        family: The family.
        tags: The tags of each revision that Terraform registers.
        report: A function that is called with a line for each newer revision that does not count.

    Raises:
        RefusedError: there is none, or it is deregistered.
        AccountError: the account cannot be read.
    """
    bases: list[str] = []
    others: list[Revision] = []
    found = None
    for name in _newest(account, family)[:MAX_READ]:
        revision = read_revision(account, name)
        if BASE_TAG in revision.tags:
            bases.append(revision.tags[BASE_TAG])
        elif tags.items() <= revision.tags.items():
            found = revision
            break
        else:
            others.append(revision)
    if found is None and bases:
        found = read_revision(account, max(bases, key=revision_number))
    elif found is None and others:
        found = others[0]
    if found is None or not found.is_active:
        raise RefusedError(
            f"{family} has no active revision that Terraform registered; apply the settings with "
            "Terraform first"
        )
    for one in others:
        if revision_number(one.arn) > revision_number(found.arn):
            report(f"does not use {one.name}, which neither Terraform nor a deployment registered")
    return found


def _newest(account: DeploymentAccount, family: str) -> list[str]:
    """Return the ARNs of the newest active revisions of a family, by number."""
    found = account.request(
        "ecs",
        "list_task_definitions",
        familyPrefix=family,
        status="ACTIVE",
        sort="DESC",
        maxResults=MAX_REVISIONS,
    )["taskDefinitionArns"]
    same = [arn for arn in found if arn.rpartition("/")[2].rpartition(":")[0] == family]
    return sorted(same, key=revision_number, reverse=True)


def copy_with_images(
    account: DeploymentAccount, base: Revision, images: Mapping[str, str], tags: Mapping[str, str]
) -> Revision:
    """Register a copy of a revision with other images.

    Args:
        account: The account.
        base: The revision to copy.
        images: The new image by the name of the container.
        tags: Tags of the copy, in addition to those of `base`.

    Raises:
        AccountError: the copy was not registered.
    """
    shape = account.client("ecs").meta.service_model.operation_model("RegisterTaskDefinition")
    arguments = {
        name: value
        for name, value in base.content.items()
        if name in shape.input_shape.members and value not in (None, "")
    }
    arguments["containerDefinitions"] = [
        one | ({"image": images[one["name"]]} if one["name"] in images else {})
        for one in base.content["containerDefinitions"]
    ]
    # AWS sets and rejects tags with this prefix.
    own = {key: value for key, value in base.tags.items() if not key.startswith("aws:")}
    id_ = str(uuid.uuid4())
    merged = own | {BASE_TAG: base.name, ID_TAG: id_} | dict(tags)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            registered = account.change(
                "register_task_definition",
                **arguments,
                tags=[{"key": key, "value": value} for key, value in merged.items()],
            )
        except LostResponseError:
            if (found := _with_id(account, base.content["family"], id_)) is not None:
                return found
            if attempt == MAX_ATTEMPTS:
                raise
        else:
            return Revision(registered["taskDefinition"], merged)
    raise AssertionError("the last attempt returns or raises")


def _with_id(account: DeploymentAccount, family: str, id_: str) -> Revision | None:
    """Return the copy with an ID, which AWS registered although its response was lost."""
    for name in _newest(account, family)[:MAX_ATTEMPTS]:
        revision = read_revision(account, name)
        if revision.tags.get(ID_TAG) == id_:
            return revision
    return None
