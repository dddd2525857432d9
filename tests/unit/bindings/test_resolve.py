"""What cdktf resolves is the same text where what is plain is passed over."""

import hashlib
import json
import re
import tarfile
from pathlib import Path

import cdktf

from navra_stacks import bindings
from tests.support.bindings.compared_programs import Compared


def test_it_is_the_same(compared: Compared) -> None:
    # Where in the kernel it was, the lines of an error say.
    lazy, quick = (
        json.loads(re.sub(r"\\n +at [^\"]*", "", said["resolved"])) for said in compared.values()
    )
    assert lazy == quick
    _, refused = quick
    assert sum("Error" in one for one in refused) >= 6


def test_the_file_of_cdktf_is_the_one_that_is_known() -> None:
    code = Path(bindings.__file__).with_name("resolve.js").read_text()
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
