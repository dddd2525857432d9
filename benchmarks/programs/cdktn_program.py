"""The workload by cdktn and cdktn-aws: python cdktn_program.py <workload> <out>."""

import json
import re
import sys
from importlib import import_module
from pathlib import Path

from cdktn import App, TerraformStack
from cdktn_aws.provider import AwsProvider


def make(stack, kind, name, arguments):
    arguments, overridden = dict(arguments), {}
    while True:
        try:
            one = kind(stack, name, **arguments)
            break
        except TypeError as error:
            # Written another way in this version of the provider.
            text = re.sub(r"\W", " ", str(error)).split()
            wrong = next(word for word in text if word in arguments)
            overridden[wrong] = arguments.pop(wrong)
    for path, value in overridden.items():
        one.add_override(path, value)


def main(workload, out):
    app = App(outdir=out, skip_validation=True)
    for name, described in json.loads(Path(workload).read_text())["cdktn"].items():
        stack = TerraformStack(app, name)
        AwsProvider(stack, "aws", region="us-east-1")
        for module, kind, address, arguments in described:
            make(stack, getattr(import_module(module), kind), address, arguments)
    app.synth()


main(*sys.argv[1:])
