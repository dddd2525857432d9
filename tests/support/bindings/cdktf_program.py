"""A program that does what CDKTF programs do, and prints what came of it; see test_same.py."""

import json
import sys
import traceback
from pathlib import Path
from typing import Any

import navra_stacks.bindings  # noqa: F401

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
SAID: dict[str, Any] = {}


def failure(act: Any) -> list[str]:
    """The kinds and the texts of an error and its causes, without the lines of JavaScript."""
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


class Twisted(Lb):
    """Overrides what JavaScript calls."""

    def to_metadata(self) -> Any:
        return {"twisted": True}


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
        Twisted(self, "twisted", name=self.lb.name, depends_on=[group])
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
    # None of these modules was imported when the first resource was made.
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
    SAID["context"] = stack.node.try_get_context("key")
    SAID["asset"] = assets(stack)
    SAID["later"] = later(stack)
    SAID["logs"] = [type(stack.lb.access_logs).__name__, stack.lb.access_logs.bucket]
    stack.lb.put_access_logs(bucket="other")
    SAID["twice"] = failure(lambda: Lb(stack, "lb"))
    SAID["wrong type"] = failure(lambda: Lb(stack, "x", name=["a"]))
    SAID["wrong struct"] = failure(lambda: LbAccessLogs(bucket=3))
    SAID["unknown argument"] = failure(lambda: Lb(stack, "y", nope=1))
    SAID["a path of nowhere"] = failure(
        lambda: TerraformAsset(stack, "no", path="/no/such/file", type=AssetType.FILE)
    )
    SAID["a function"] = failure(lambda: stack.add_override("a", [print]))
    SAID["children"] = [type(one).__name__ for one in Node.of(stack).children]
    SAID["elements"] = sum(isinstance(one, TerraformElement) for one in stack.node.find_all())
    app.synth()
    SAID["document"] = (OUT / "out/stacks/team/cdk.tf.json").read_text()
    SAID["assets"] = sorted(
        [path.relative_to(OUT).as_posix(), path.read_bytes().hex() if path.suffix == ".txt" else ""]
        for path in (OUT / "out/stacks/team/assets").rglob("*")
    )
    SAID["tested"] = Testing.synth(TerraformStack(Testing.app(), "tested"))
    refused = TerraformStack(Testing.app(), "refused")
    Aspects.of(refused).add(Refused())
    SAID["in an aspect"] = failure(lambda: Testing.synth(refused, True))


def everything() -> None:
    """What this repository synthesizes, into one directory."""
    sys.path.insert(0, str(Path(__file__).parents[3] / "examples"))
    from own_resources import ShopStack
    from three_services import SHOP

    from environments import ENVIRONMENTS
    from navra_stacks import synthesize

    synthesize(ENVIRONMENTS, OUT / "everything")
    app = App(outdir=str(OUT / "example"))
    ShopStack(app, SHOP)
    app.synth()
    SAID["not waited for"] = sum("@ahead" in name for name in jsii._reference_map._refs._refs)


try:
    everything()  # before anything overrides a method, from when on everything is waited for
    main()
except BaseException:
    traceback.print_exc()
print(json.dumps(SAID, indent=1))
