"""Compare `navra check` with the scanners checkov and tf-nag on the documents of AEP production.

Each misconfiguration of the tests is an edited copy of a document. It is found if the copy has a
finding that the original does not have, on a resource that is edited, refers to an edited one, or
is referred to by it. False findings are those on production's document, as judged in FALSE.

checkov and tf-nag check the documents in the form of a plan: tf-nag reads nothing else, and checkov
evaluates more checks. References are replaced with placeholders, so that values are known that a
plan before the first apply does not contain.

Usage (20 minutes or more on two shared processors):
    python -m venv /tmp/scanners && /tmp/scanners/bin/pip install checkov==3.3.30 tf-nag==0.1.6
    nice python benchmarks/policy_scanners.py \
        --checkov /tmp/scanners/bin/checkov --tf-nag /tmp/scanners/bin/tf-nag
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import navra_stacks  # noqa: F401

# isort: split
from environments import ENVIRONMENTS
from navra_stacks import synthesize
from navra_stacks.check.schema.cache import provider_schema
from navra_stacks.check.schema.provider_schema import Structure, TypeSchema
from navra_stacks.terraform.document import TerraformDocument
from tests.support.navra_command import COMMAND
from tests.unit.check.cases import CASES, MUTATIONS

ORIGINALS = {"application": "aep-prod", "state": "aep-prod-state"}
ROUNDS = 5
FALSE = frozenset(
    """
    cache-authentication secret-rotation
    CKV_AWS_18 CKV_AWS_31 CKV_AWS_144 CKV_AWS_145 CKV_AWS_260 CKV_AWS_378 CKV2_AWS_57 CKV2_AWS_62
    AwsSolutions-AEC3 AwsSolutions-AEC6 AwsSolutions-EC23 AwsSolutions-ECS2 AwsSolutions-IAM4
    AwsSolutions-IAM5 AwsSolutions-RDS11 AwsSolutions-S1 AwsSolutions-SMG4
    """.split()
)
"""The checks whose findings on production are wrong or deliberate."""

REFERENCE = re.compile(r"\$\{((?:data\.)?[a-z]\w*\.\w+)((?:\.\w+|\[[^\]]*\])*)\}")
VARIABLES = {"var.account_id": "123456789012", "var.alarm_emails": ["a@example.com"]}

Document = Mapping[str, Any]
Finding = tuple[str, str]
"""The ID of a check, and the address of a resource."""

SECRET = "a secret"
"""The address of each finding of checkov about a text that looks like a secret."""


@dataclass
class Scanner:
    """A command that prints findings as JSON, and its findings by document."""

    name: str
    argv: Sequence[str]
    suffix: str
    parse: Callable[[Any], Iterator[tuple[str, Finding]]]
    """Yields the findings, each with the path of the file if the output contains it."""

    batch: int = 22  # the number of documents that one process checks, besides the originals
    found: dict[str, set[Finding]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def check(self, directory: Path, names: Sequence[str]) -> None:
        """Check documents in one process."""
        command = [*self.argv, *(f"{name}{self.suffix}" for name in names)]
        start = time.perf_counter()
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
        self.seconds.append(time.perf_counter() - start)
        if done.returncode not in (0, 1):
            sys.exit(f"{' '.join(command)} failed ({done.returncode}):\n{done.stderr}")
        found: dict[str, set[Finding]] = {name: set() for name in names}
        for path, finding in self.parse(json.loads(done.stdout)):
            found[Path(path).name.partition(".")[0] or names[0]].add(finding)
        if any(found[name] != self.found[name] for name in found.keys() & self.found.keys()):
            sys.exit(f"{self.name} has other findings in a process for several documents")
        self.found |= found

    def check_all(self, directory: Path, names: Sequence[str]) -> None:
        """Check documents in two processes at a time."""
        added = ORIGINALS if self.batch > 1 else ()
        starts = range(0, len(names), self.batch)
        batches = [[*added, *names[start : start + self.batch]] for start in starts]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda batch: self.check(directory, batch), batches))


def navra_findings(output: Any) -> Iterator[tuple[str, Finding]]:
    for file in output["files"]:
        yield from ((file["path"], (one["rule"], one["address"])) for one in file["findings"])


def tf_nag_findings(output: Any) -> Iterator[tuple[str, Finding]]:
    return (("", (one["rule_id"], one["address"])) for one in output)


def checkov_findings(output: Any) -> Iterator[tuple[str, Finding]]:
    for report in output if isinstance(output, list) else [output]:
        if report["summary"]["parsing_errors"]:
            sys.exit("checkov could not parse a document")
        for one in report["results"]["failed_checks"]:
            address = SECRET if report["check_type"] == "secrets" else one["resource"]
            address = "provider.aws" if address == "aws.default" else address
            yield one["file_path"], (one["check_id"], address)


def bodies(content: Document) -> dict[str, Document]:
    """Return the body of each resource by its address."""
    return {block.address: block.body for block in TerraformDocument(content).resources}


def plan(content: Document) -> Document:
    """Return a document in the form of the plan that creates its resources."""
    planned, configured = [], []
    for block in TerraformDocument(content).resources:
        omitted = ("//", "depends_on", "lifecycle")
        body = {name: value for name, value in block.body.items() if name not in omitted}
        if schema := provider_schema().find("resource", block.type):
            body = nested(body, schema, schema.body)
        common = {"address": block.address, "mode": "managed"}
        common |= {"type": block.type, "name": block.name}
        planned.append({**common, "values": resolved(body)})
        configured.append({**common, "expressions": expressions(body)})
    provider = {"name": "aws", "expressions": expressions(content["provider"]["aws"][0])}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "configuration": {
            "provider_config": {"aws": provider},
            "root_module": {"resources": configured},
        },
    }


def nested(body: Document, schema: TypeSchema, structure: Structure) -> dict[str, Any]:
    """Return a body in which nested blocks are lists, as in a plan."""
    result = dict(body)
    for name, value in body.items():
        argument = structure.arguments.get(name)
        if argument and argument.kind.is_block and value is not None:
            inner = schema.structures[argument.kind.structure]
            blocks = value if isinstance(value, list) else [value]
            result[name] = [nested(one, schema, inner) for one in blocks]
    return result


def resolved(value: Any) -> Any:
    """Replace a reference by its text, and one inside a longer text by an ARN or a name."""
    if isinstance(value, Mapping):
        return {key: resolved(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(one) for one in value]
    if isinstance(value, str) and (whole := REFERENCE.fullmatch(value)):
        return VARIABLES.get(whole[1], whole[1] + whole[2])
    return REFERENCE.sub(_placeholder, value) if isinstance(value, str) else value


def _placeholder(reference: re.Match[str]) -> str:
    service, _, name = reference[1].removeprefix("aws_").partition(".")
    arn = f"arn:aws:{service}:us-east-1:{VARIABLES['var.account_id']}:{name}"
    return arn if reference[2] == ".arn" else str(VARIABLES.get(reference[1], name))


def expressions(body: Document) -> dict[str, Any]:
    """Return the arguments of a body as in the configuration of a plan."""
    found = {key: REFERENCE.findall(json.dumps(value)) for key, value in body.items()}
    names = {key: [name for a, b in of for name in (a + b, a)] for key, of in found.items()}
    return {k: {"references": names[k]} if names[k] else {"constant_value": body[k]} for k in body}


def touched(before: Document, after: Document) -> set[str]:
    """Return the edited resources, those that refer to them, and those to which they refer."""
    old, new = bodies(before), bodies(after)
    edited = {one for one in old.keys() | new.keys() if old.get(one) != new.get(one)}
    result = {SECRET} | edited
    for one, body in [*old.items(), *new.items()]:
        to = {address for address, _ in REFERENCE.findall(json.dumps(body))}
        result |= to if one in edited else {one} if to & edited else set()
    return result


def main() -> None:
    """Check all documents, measure the commands, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--checkov", type=Path, required=True, help="The command `checkov`.")
    parser.add_argument("--tf-nag", type=Path, required=True, help="The command `tf-nag`.")
    paths = parser.parse_args()
    navra = f"{COMMAND} check --pack production --json"
    checkov = f"{paths.checkov.absolute()} --framework terraform_plan secrets --skip-download"
    checkov += " --output json --quiet --compact --file"
    tf_nag = f"{paths.tf_nag.absolute()} scan --format json --plan-json"
    scanners = [
        Scanner("`navra check`", navra.split(), ".tf.json", navra_findings),
        Scanner("checkov", checkov.split(), ".plan.json", checkov_findings),
        Scanner("tf-nag", tf_nag.split(), ".plan.json", tf_nag_findings, batch=1),
    ]
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        synthesize(ENVIRONMENTS, directory)
        documents: dict[str, Document] = {
            name: json.loads((directory / "stacks" / stack / "cdk.tf.json").read_text())
            for name, stack in ORIGINALS.items()
        }
        addresses: list[set[str]] = []
        for number, case in enumerate(CASES):
            before = documents[case.stack]
            documents[str(number)], address = case.apply(before, "aep")
            addresses.append(touched(before, documents[str(number)]) | {address})
        for name, content in documents.items():
            for suffix, form in ((".tf.json", content), (".plan.json", plan(content))):
                (directory / f"{name}{suffix}").write_text(json.dumps(form, indent=1))
        for name in ("state", *["application"] * ROUNDS):
            for one in scanners:
                one.check(directory, [name])
        size = len(MUTATIONS)
        print(f"| | found of {size} | of {len(CASES) - size} others | false | other | seconds |")
        print("|---|---|---|---|---|---|")
        for one in scanners:
            seconds = min(one.seconds[1:])  # without the document of the state bucket
            one.check_all(directory, list(map(str, range(len(CASES)))))
            found = []
            for number, case in enumerate(CASES):
                new = one.found[str(number)] - one.found[case.stack]
                found.append(any(address in addresses[number] for _, address in new))
            false = [check in FALSE for check, _ in one.found["application"]]
            counts = [sum(found[:size]), sum(found[size:]), sum(false), false.count(False)]
            print(f"| {one.name} | {' | '.join(map(str, counts))} | {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
