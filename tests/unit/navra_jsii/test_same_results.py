"""A program has the same results with the fast bindings as with the published ones.

The provider contains only the modules that the program uses, since jsii runs all of them.
test_slim.py verifies that the fast bindings load the same slim assembly from the real provider.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cdktf_programs.program_run import RunResult, run


@pytest.fixture(scope="module")
def published(used_provider: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A run with jsii's own process and the whole assembly of the provider."""
    out, cache = (tmp_path_factory.mktemp(name) for name in ("out", "cache"))
    return run(used_provider, out, "lazy", cache)


@pytest.fixture(scope="module", params=["first", "second"])
def quick(
    used_provider: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> RunResult:
    """A run with the fast bindings; the first fills the cache, and the second uses it."""
    cache = tmp_path_factory.getbasetemp() / "same-cache"
    cache.mkdir(mode=0o700, exist_ok=True)
    return run(used_provider, tmp_path_factory.mktemp("out"), "fast", cache)


def test_the_documents_of_all_environments_and_examples_are_byte_identical(
    published: RunResult, quick: RunResult
) -> None:
    documents = {path for path in published.files if path.endswith("cdk.tf.json")}
    assert {path.split("/")[0] for path in documents} == {"everything", "example", "out"}
    assert len(documents) >= 5
    assert {path: quick.files[path] for path in documents} == {
        path: published.files[path] for path in documents
    }


def test_objects_of_the_stacks_are_pipelined(published: RunResult, quick: RunResult) -> None:
    assert published.results["pipelined objects"] == 0
    assert quick.results["pipelined objects"] > 300


def test_all_written_files_have_the_same_names(published: RunResult, quick: RunResult) -> None:
    assert quick.files.keys() == published.files.keys()


@pytest.mark.parametrize(
    "subject",
    [
        "asset",
        "assets",
        "children",
        "context",
        "document",
        "duplicate ID",
        "elements",
        "error in an aspect",
        "function as value",
        "later",
        "logs",
        "missing path",
        "synthesized for a test",
        "unknown argument",
        "wrong struct",
        "wrong type",
    ],
)
def test_each_result_is_the_same(subject: str, published: RunResult, quick: RunResult) -> None:
    assert quick.results[subject] == published.results[subject]


def test_there_are_no_other_results_or_errors(published: RunResult, quick: RunResult) -> None:
    assert quick.results.keys() == published.results.keys()
    assert quick.errors == published.errors
