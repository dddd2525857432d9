"""What cdktf resolves is the same text where what is plain is passed over."""

import hashlib
import json
import re
import tarfile
from pathlib import Path

import cdktf

from navra_stacks import bindings
from tests.bindings.small import Machine

RESOLVED = """
import json
import navra_stacks.bindings
from cdktf import App, Fn, TerraformOutput, TerraformStack, TerraformVariable, Testing, Token
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup

stack = TerraformStack(App(), "tiny")
group = LbTargetGroup(stack, "group")
number = TerraformVariable(stack, "number", type="number").number_value
texts = TerraformVariable(stack, "texts", type="list(string)").list_value
tags = TerraformVariable(stack, "tags", type="map(string)")
given = {
    "plain": ["", " ", "a", "é", "-", "x" * 500, "{", "}", "${", "$", "TfToken[x]"],
    "numbers": [0, 1, -1.5, 1e21, "1e5", "-1e+3", ".e-", "2e", "e5", "1E5", "7.0e.1"],
    "references": [group.arn, f"a{group.arn}b{group.name}", f"{group.port}", group.port],
    "concatenated": [f"{number}", f"port {number}!", f"{number}{number}", str(-number)],
    "escaped": ["$${a}", "${a}", "%{a}", "%%{a}", "${TfToken[", '${"${a}"}', f"$${{{group.arn}}}"],
    "functions": [Fn.join("-", texts), Fn.upper(f"a${{{group.arn}}}"), Fn.jsonencode({"a": [1]})],
    "lists": [texts, Token.as_list(group.arn)],
    "maps": [Token.as_string_map(group.arn), Token.as_number_map(group.arn)],
    "keys": {group.arn: "a", f"x{number}": "b", "1e5": "c", "": "d", "e": {"f": {"g": None}}},
    "empty": [[], {}, None, [None], {"a": None}, True, False],
}
deep = "deep"
for _ in range(60):
    deep = {"d": [deep]}
for name, value in [*given.items(), ("deep", deep)]:
    TerraformOutput(stack, name, value=value, static_id=True)
document = json.loads(Testing.synth(stack))


def refused(value):
    stack = TerraformStack(App(), "tiny")
    TerraformOutput(stack, "refused", value=value)
    try:
        return Testing.synth(stack)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


# Too deep for cdktf, which ends at 200: the list around the text, or only the text.
deeper = ["deep"]
for _ in range(202):
    deeper.append([deeper[-1]])
wrong = [
    Token.as_list(group.arn)[0],
    [*Token.as_list(group.arn), "more"],
    "String Map Token Value",
    "Any Map Token Value",
    ["Any Map Token Value"],
    {"String Map Token Value": 1},
    -123456789,
    "${TfToken[unknown.1]}",
    "-1.8881545897087e+289",
    *deeper[190:],
]
print(json.dumps([document, [refused(value) for value in wrong]]))
"""


def test_it_is_the_same(kept: Machine) -> None:
    outputs = []
    for mode in ("lazy", "quick"):
        done = kept.run(RESOLVED, NAVRA_BINDINGS=mode)
        assert done.status == 0, done.errors
        # Where in the kernel it was, the lines of an error say.
        outputs.append(json.loads(re.sub(r"\\n +at [^\"]*", "", done.output)))
    assert outputs[0] == outputs[1]
    _, refused = outputs[1]
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
