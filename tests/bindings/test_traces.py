"""Where cdktf says that a token was made, which is worded when it is read."""

import re

from tests.bindings.small import Machine

TOKENS = """
import navra_stacks.bindings, jsii
from cdktf import App, IStringProducer, Lazy, TerraformOutput, TerraformStack, Testing

@jsii.implements(IStringProducer)
class Failing:
    def produce(self, context):
        raise ValueError("no")

stack = TerraformStack(App(), "tiny")
token = Lazy.any_value(Failing())
for _ in range(2):
    print(len(token.creation_stack), *token.creation_stack, sep="\\n")
TerraformOutput(stack, "failing", value=Lazy.string_value(Failing()))
try:
    Testing.synth(stack)
except RuntimeError as error:
    print(error)
"""


def test_where_a_token_was_made_is_told_as_ever(warm: Machine) -> None:
    told = []
    for mode in ("lazy", "quick"):
        text = warm.run(TOKENS, NAVRA_BINDINGS=mode).output
        assert "Object creation stack:\n  at new LazyBase" in text
        # jsii's own frames lie elsewhere; its methods' names are the same.
        text = re.sub(r"/jsii-kernel-\w+/", "/", text)
        text = re.sub(r"\S*/(?:program|kernel)\.js:\d+:\d+", "kernel", text)
        # The name of what calls the kernel is looked for when it is worded, and gone by then.
        told.append(text.replace("_onImmediate", "<anonymous>"))
    assert told[0] == told[1] != ""
