"""What the bindings write as they are published is what ours write, and Terraform accepts it.

They import all of the provider and let node run all of it, which takes half a minute; so it is here
among the slow tests. tests/unit/bindings/test_same.py compares with a provider of fewer modules.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.bindings.program_run import run
from tests.support.terraform_validate import Validator


def test_the_published_bindings_write_the_same_to_the_byte(
    validator: Validator, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    nowhere = tmp_path / "no-other-provider"
    published, first, second = (
        run(nowhere, tmp_path / f"{mode}{number}", mode, cache)
        for number, mode in enumerate(("stock", "quick", "quick"))
    )
    documents = {path for path in published.files if path.endswith("cdk.tf.json")}
    assert len(documents) >= 5
    for quick in (first, second):
        assert {path: quick.files[path] for path in documents} == {
            path: published.files[path] for path in documents
        }
        assert quick.said | {"not waited for": 0} == published.said
    assert second.said["not waited for"] > 300
    for path in sorted(path for path in documents if not path.startswith("out/")):
        verdict = validator.validate(json.loads(published.files[path]))
        assert verdict.ok, (path, verdict.diagnostics)
