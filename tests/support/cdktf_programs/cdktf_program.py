"""A program that uses the features of CDKTF and prints the results as JSON; see test_same.py."""

import json
import sys
import traceback
from pathlib import Path
from typing import Any

import navra_stacks  # noqa: F401

# isort: split
import jsii
from cdktf import (
    Annotations,
    App,
    Aspects,
    AssetType,
    Fn,
    IAspect,
    IStringProducer,
    Lazy,
    TerraformAsset,
    TerraformElement,
    TerraformOutput,
    TerraformStack,
    TerraformVariable,
    Testing,
    Token,
)
from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from cdktf_cdktf_provider_aws.provider import AwsProvider
from constructs import Construct, Node

OUT = Path(sys.argv[1])
RESULTS: dict[str, Any] = {}


def failure(act: Any) -> list[str]:
    """The types and messages of an error and its causes, without the lines of JavaScript."""
    try:
        act()
    except BaseException as error:
        chain: list[str] = []
        link: BaseException | None = error
        while link is not None:
            chain.append(f"{type(link).__name__}: {str(link).strip().splitlines()[:1]}")
            link = link.__cause__
        return chain
    return ["nothing was raised"]


@jsii.implements(IAspect)
class Tagged:
    def visit(self, node: Construct) -> None:
        if isinstance(node, Lb):
            node.tags = {"seen": node.node.path}


@jsii.implements(IAspect)
class Refused:
    def visit(self, node: Construct) -> None:
        raise ValueError(f"not {node.node.id}")


@jsii.implements(IStringProducer)
class Late:
    def produce(self, context: Any) -> str:
        return "late"


class Overriding(Lb):
    """Overrides a method that JavaScript calls."""

    def to_metadata(self) -> Any:
        return {"overridden": True}


class Team(TerraformStack):
    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        AwsProvider(self, "aws", region="eu-west-1", default_tags=[{"tags": {"team": "web"}}])
        size = TerraformVariable(self, "size", type="number", default=3)
        logs = LbAccessLogs(bucket="logs", enabled=True)
        self.lb = Lb(self, "lb", name=Fn.join("-", ["a", size.string_value]), access_logs=logs)
        group = LbTargetGroup(
            self, "group", name="web", port=Token.as_number(size.value), vpc_id=self.lb.vpc_id
        )
        group.add_override("health_check.path", "/up")
        group.put_health_check(path="/later", matcher=Lazy.string_value(Late()))
        self.lb.add_override("lifecycle", {"prevent_destroy": True})
        Overriding(self, "overriding", name=self.lb.name, depends_on=[group])
        TerraformOutput(self, "arn", value=self.lb.arn, sensitive=True)
        Annotations.of(self.lb).add_warning("a warning")


def assets(stack: TerraformStack) -> list[str]:
    source = OUT / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner/file.txt").write_text("content")
    return [
        TerraformAsset(stack, kind.name, path=str(source / path), type=kind).file_name
        for kind, path in ((AssetType.FILE, "inner/file.txt"), (AssetType.ARCHIVE, "."))
    ]


def later(stack: TerraformStack) -> str:
    # None of these modules was imported when the first resource was created.
    from cdktf_cdktf_provider_aws.data_aws_sqs_queue import DataAwsSqsQueue
    from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

    other = DataAwsSqsQueue(stack, "other", name="other")
    queue = SqsQueue(stack, "queue", name=f"q-{other.name}")
    Lb(stack, "second", name=queue.name, access_logs={"bucket": "logs"})
    return str(queue.arn)


def main() -> None:
    app = App(outdir=str(OUT / "out"), context={"key": "value"})
    stack = Team(app, "team")
    Aspects.of(stack).add(Tagged())
    RESULTS["context"] = stack.node.try_get_context("key")
    RESULTS["asset"] = assets(stack)
    RESULTS["later"] = later(stack)
    RESULTS["logs"] = [type(stack.lb.access_logs).__name__, stack.lb.access_logs.bucket]
    stack.lb.put_access_logs(bucket="other")
    RESULTS["duplicate ID"] = failure(lambda: Lb(stack, "lb"))
    RESULTS["wrong type"] = failure(lambda: Lb(stack, "x", name=["a"]))
    RESULTS["wrong struct"] = failure(lambda: LbAccessLogs(bucket=3))
    RESULTS["unknown argument"] = failure(lambda: Lb(stack, "y", unknown=1))
    RESULTS["missing path"] = failure(
        lambda: TerraformAsset(stack, "no", path="/no/such/file", type=AssetType.FILE)
    )
    RESULTS["function as value"] = failure(lambda: stack.add_override("a", [print]))
    nodes = stack.node.find_all()
    RESULTS["children"] = [type(child).__name__ for child in Node.of(stack).children]
    RESULTS["elements"] = sum(isinstance(node, TerraformElement) for node in nodes)
    app.synth()
    RESULTS["document"] = (OUT / "out/stacks/team/cdk.tf.json").read_text()
    RESULTS["assets"] = sorted(
        [path.relative_to(OUT).as_posix(), path.read_bytes().hex() if path.suffix == ".txt" else ""]
        for path in (OUT / "out/stacks/team/assets").rglob("*")
    )
    RESULTS["synthesized for a test"] = Testing.synth(TerraformStack(Testing.app(), "tested"))
    refused = TerraformStack(Testing.app(), "refused")
    Aspects.of(refused).add(Refused())
    RESULTS["error in an aspect"] = failure(lambda: Testing.synth(refused, True))


def everything() -> None:
    """Synthesize all environments and examples of this repository into one directory."""
    sys.path.insert(0, str(Path(__file__).parents[3] / "examples"))
    from own_resources import ShopStack
    from three_services import SHOP

    from environments import ENVIRONMENTS
    from navra_stacks import synthesize

    synthesize(ENVIRONMENTS, OUT / "everything")
    app = App(outdir=str(OUT / "example"))
    ShopStack(app, SHOP)
    app.synth()
    RESULTS["pipelined objects"] = sum(
        "@pipelined" in name for name in jsii._reference_map._refs._refs
    )


try:
    everything()  # first, since nothing is pipelined once an object overrides a method
    main()
except BaseException:
    traceback.print_exc()
print(json.dumps(RESULTS, indent=1))
