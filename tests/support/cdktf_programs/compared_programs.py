"""Programs whose output is compared between the published bindings and the fast ones.

They run as one program, so that Python and node start once. Each prints one line of JSON.
"""

RESOLVED = """
import json
import navra_jsii; navra_jsii.activate()
from cdktf import App, Fn, TerraformOutput, TerraformStack, TerraformVariable, Testing, Token
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup

stack = TerraformStack(App(), "tiny")
group = LbTargetGroup(stack, "group")
number = TerraformVariable(stack, "number", type="number").number_value
texts = TerraformVariable(stack, "texts", type="list(string)").list_value
values = {
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
for name, value in [*values.items(), ("deep", deep)]:
    TerraformOutput(stack, name, value=value, static_id=True)
document = json.loads(Testing.synth(stack))


def refused(value):
    stack = TerraformStack(App(), "tiny")
    TerraformOutput(stack, "refused", value=value)
    try:
        return Testing.synth(stack)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


# Too deep for cdktf, whose limit is 200: the list around the string, or only the string.
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

PIPELINING = """
import json
from navra_jsii.pipelining import pipelined

import jsii
from cdktf import App, TerraformStack, TerraformVariable, Testing
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from constructs import Construct

results = {}


def run_pipelined(name, act):
    try:
        with pipelined():
            act()
    except RuntimeError as error:
        results[name] = str(error)
    else:
        results[name] = None


stack = TerraformStack(App(), "tiny")
with pipelined():
    vpc = DataAwsVpc(stack, "vpc", default=True)
    vpc.override_logical_id("existing")
    inner = Construct(stack, "inner")
    name = TerraformVariable(inner, "name", type="string")
    group = LbTargetGroup(inner, "group", name=name.string_value, port=80, vpc_id=vpc.id)
    results["fqn"] = group.fqn
    lb = Lb(inner, "lb", name=f"{group.name} of {group.arn}", tags={vpc.id: vpc.cidr_block})
    lb.override_logical_id("main")
    lb.add_override("idle_timeout", 90)
    results["inputs"] = [lb.name_input, group.port_input, lb.tags_input, lb.internal_input]
    results["found"] = inner.node.find_child("lb") is lb
document = Testing.synth(stack)

run_pipelined("duplicate ID", lambda: LbTargetGroup(inner, "group"))
run_pipelined("after synthesis", lambda: group.override_logical_id("later"))


def more():
    group.override_logical_id("later")
    Construct(stack, "more")
    results["path"] = lb.node.path


run_pipelined("before a request with a reply", more)
results["skipped after an error"] = stack.node.try_find_child("more") is None


def many():
    for number in range(2000):
        group.override_logical_id("x" * 1000)


run_pipelined("many", many)
run_pipelined("no error", lambda: None)
pipelined_objects = sum("@pipelined" in reference for reference in jsii._reference_map._refs._refs)
print(json.dumps({
    "document": json.loads(document),
    "results": results,
    "pipelined objects": pipelined_objects,
}))
"""

TRACED = """
import navra_jsii; navra_jsii.activate(); import json, jsii, os, signal
from cdktf import App, IStringProducer, Lazy, TerraformOutput, TerraformStack, Testing

@jsii.implements(IStringProducer)
class Failing:
    def produce(self, context):
        raise ValueError("no")

app = App()
stack = TerraformStack(app, "tiny")
results = {"kernel": type(jsii.kernel.provider._process._process).__name__}

token = Lazy.any_value(Failing())
results["token"] = [token.creation_stack for _ in range(2)]

TerraformOutput(stack, "failing", value=Lazy.string_value(Failing()))
try:
    Testing.synth(stack)
except RuntimeError as error:
    results["failing token"] = str(error)

try:
    TerraformStack(app, "tiny")
except RuntimeError as error:
    results["error"] = str(error.__cause__)

process = jsii.kernel.provider._process._process
os.kill(process.pid, signal.SIGKILL)
process.wait()
try:
    TerraformStack(App(), "other")
except BaseException as error:
    results["dead kernel"] = type(error).__name__
print(json.dumps(results))
"""

PROGRAMS = {
    "resolved": RESOLVED,
    # After RESOLVED, since pipelining changes the numbers of later tokens.
    "pipelining": PIPELINING,
    # Last: it overrides a method in Python, after which nothing is pipelined, and kills its kernel.
    "traced": TRACED,
}


Compared = dict[str, dict[str, str]]
"""The output of each program, by mode (`lazy`: jsii as published, or `quick`) and program."""
