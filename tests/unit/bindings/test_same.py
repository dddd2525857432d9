"""A program does the same with the quick bindings as with those that jsii loads as published.

Of the provider is there what the program uses, for jsii runs all of it: test_slim.py proves that
nothing else is in what the quick bindings load of the real one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.bindings.program_run import Ran, run


@pytest.fixture(scope="module")
def published(used_provider: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """With jsii's own process and the provider's whole assembly."""
    out, cache = (tmp_path_factory.mktemp(name) for name in ("out", "cache"))
    return run(used_provider, out, "lazy", cache)


@pytest.fixture(scope="module", params=["first", "second"])
def quick(
    used_provider: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Ran:
    """The first run builds what the second finds in the cache."""
    cache = tmp_path_factory.getbasetemp() / "same-cache"
    cache.mkdir(mode=0o700, exist_ok=True)
    return run(used_provider, tmp_path_factory.mktemp("out"), "quick", cache)


def test_every_environment_and_example_is_the_same_to_the_byte(published: Ran, quick: Ran) -> None:
    documents = {path for path in published.files if path.endswith("cdk.tf.json")}
    assert {path.split("/")[0] for path in documents} == {"everything", "example", "out"}
    assert len(documents) >= 5
    assert {path: quick.files[path] for path in documents} == {
        path: published.files[path] for path in documents
    }


def test_the_stacks_are_built_without_waiting(published: Ran, quick: Ran) -> None:
    assert published.said["not waited for"] == 0
    assert quick.said["not waited for"] > 300


def test_everything_that_is_written_has_the_same_name(published: Ran, quick: Ran) -> None:
    assert quick.files.keys() == published.files.keys()


@pytest.mark.parametrize(
    "subject",
    [
        "a function",
        "a path of nowhere",
        "asset",
        "assets",
        "children",
        "context",
        "document",
        "elements",
        "in an aspect",
        "later",
        "logs",
        "tested",
        "twice",
        "unknown argument",
        "wrong struct",
        "wrong type",
    ],
)
def test_a_program_sees_the_same(subject: str, published: Ran, quick: Ran) -> None:
    assert quick.said[subject] == published.said[subject]


def test_nothing_else_is_said(published: Ran, quick: Ran) -> None:
    assert quick.said.keys() == published.said.keys()
    assert quick.errors == published.errors
