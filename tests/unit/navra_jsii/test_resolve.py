"""Skipping plain strings does not change what cdktf resolves."""

import hashlib
import json
import re
import tarfile
from pathlib import Path

import cdktf

from tests.support.cdktf_programs.compared_programs import Compared
from tests.support.cdktf_programs.sample_program import SCRIPTS


def test_resolved_documents_and_errors_are_the_same(compared: Compared) -> None:
    # Without the lines of stack traces, which contain positions in the kernel.
    lazy, quick = (
        json.loads(re.sub(r"\\n +at [^\"]*", "", outputs["resolved"]))
        for outputs in compared.values()
    )
    assert lazy == quick
    _, invalid = quick
    assert sum("Error" in result for result in invalid) >= 6


def test_the_installed_cdktf_has_the_file_that_is_changed() -> None:
    code = (SCRIPTS / "resolve.js").read_text()
    (package,) = (Path(str(cdktf.__file__)).parent / "_jsii").glob("cdktf@*.tgz")
    with tarfile.open(package, "r|gz") as files:
        for member in files:
            if member.name == "package/lib/tokens/private/resolve.js":
                file = files.extractfile(member)
                break
        assert file is not None
        text = file.read().decode().partition("//# sourceMappingURL=")[0]
    assert f'KNOWN = "{hashlib.sha256(text.encode()).hexdigest()}"' in code
    changed = re.findall(r'^  \["(makeContext.*?)", "', code, re.MULTILINE)
    assert len(changed) == 3
    assert [text.count(slow) for slow in changed] == [1, 1, 1]
