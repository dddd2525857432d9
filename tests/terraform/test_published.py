"""The faster bindings write the same documents as the published ones, and Terraform accepts them.

The published bindings load the whole provider in Python and in node, which takes half a minute, so
this test is among the slow ones. tests/unit/bindings/test_same.py uses a smaller provider.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.cdktf_programs.program_run import run
from tests.support.terraform_validate import Validator


def test_the_published_bindings_write_identical_documents(
    validator: Validator, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    missing = tmp_path / "no-other-provider"
    published, first, second = (
        run(missing, tmp_path / f"{mode}{number}", mode, cache)
        for number, mode in enumerate(("stock", "fast", "fast"))
    )
    documents = {path for path in published.files if path.endswith("cdk.tf.json")}
    assert len(documents) >= 5
    for quick in (first, second):
        assert {path: quick.files[path] for path in documents} == {
            path: published.files[path] for path in documents
        }
        assert quick.results | {"pipelined objects": 0} == published.results
    assert second.results["pipelined objects"] > 300
    for path in sorted(path for path in documents if not path.startswith("out/")):
        result = validator.validate(json.loads(published.files[path]))
        assert result.ok, (path, result.diagnostics)
