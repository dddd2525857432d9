"""A small document with a database and a cache, applied to an emulated AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from navra_stacks import Cache, Database, ExistingVpc, Secret, synthesize
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.applied_document import AppliedDocument, applied_document
from tests.support.shop import shop, web, web_container

PARTS = ("cache", "connections", "database", "secrets")
"""The constructs whose resources the document contains. The other resources take long to apply."""

URLS = ("DATABASE_URL", "REDIS_URL")


@pytest.fixture(scope="session")
def data_document(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The document of a shop, without what has nothing to do with its data stores."""
    environment = shop(
        web(container=web_container(secrets=URLS)),
        network=ExistingVpc(
            vpc_id="vpc-0a1b2c3d",
            public_subnet_ids=("subnet-0a0a0a0a", "subnet-0b0b0b0b"),
            private_subnet_ids=("subnet-0c0c0c0c", "subnet-0d0d0d0d"),
        ),
        secrets=tuple(Secret(name=name) for name in URLS),
        database=Database.relaxed(url_secret="DATABASE_URL", final_snapshot=True),
        cache=Cache.relaxed(url_secret="REDIS_URL"),
    )
    (written,) = synthesize([environment], tmp_path_factory.mktemp("data"))
    document = json.loads(written.path.read_bytes())
    return {
        **{name: document[name] for name in ("terraform", "provider", "data", "ephemeral")},
        "resource": {
            type_: kept
            for type_, blocks in document["resource"].items()
            if (kept := {name: body for name, body in blocks.items() if _is_kept(body)})
        },
    }


def _is_kept(body: Mapping[str, Any]) -> bool:
    return body["//"]["metadata"]["path"].split("/")[1] in PARTS


@pytest.fixture(scope="module")
def applied(
    data_document: Mapping[str, Any],
    installed: tuple[Terraform, Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AppliedDocument]:
    """The document, applied to an account of the module."""
    directory = tmp_path_factory.mktemp("terraform")
    with applied_document(data_document, installed=installed, directory=directory) as applied:
        yield applied


@pytest.fixture
def changed_document(data_document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the document, for a test that changes it."""
    return deepcopy(dict(data_document))
