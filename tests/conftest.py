"""Environments as Terraform JSON, synthesized as rarely as possible, and questions to ask of it."""

from __future__ import annotations

# Before any test module imports cdktf: node comes from a package, not from the machine.
import navra_stacks.bindings  # noqa: F401

# isort: split
import fcntl
import gc
import json
import os
import re
import signal
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from environments import ENVIRONMENTS
from navra_stacks import Environment, S3State
from navra_stacks.document import Block, TerraformDocument
from navra_stacks.terraform.at_hand import NotAtHandError, Provider, Terraform, find_terraform
from tests.shop import shop
from tests.terraform.disk import provider_on_disk

ROOT = Path(__file__).parents[1]

STACKS = [
    stack
    for environment in ENVIRONMENTS
    for stack in (
        # Applied once, first, where the state's bucket is made here too.
        *(
            [environment.names.state_stack]
            if isinstance(environment.state, S3State) and environment.state.bootstrapped
            else []
        ),
        environment.names.stack,
    )
]
"""The stacks of the committed environments, in the order in which they are written."""


def pytest_configure(config: pytest.Config) -> None:
    # What a shell starts in the background ignores Ctrl-C, and so would all that tests start.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line(
        "markers", "record(section): a fact of this section of the architecture record"
    )
    config.addinivalue_line(
        "markers",
        "terraform: runs the real Terraform (without: make test ARGS='-m \"not terraform\"')",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The files of settings are quick and many: last of all, they keep every worker busy to the end.
    items.sort(key=lambda item: item.nodeid.startswith("tests/settings/"))
    for item in items:
        if "at_hand" in getattr(item, "fixturenames", ()):
            item.add_marker("terraform")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    # What is imported and collected stays. Looking through it for garbage, now and later, would
    # take a third of the time until the first test.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        # Of what tests make, nearly all goes without it, and every search goes through what stays.
        gc.set_threshold(10_000)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    # What asks an emulator goes to one worker: a second one would start another, and build the
    # recorded account again. But the files that run the real Terraform there take minutes each.
    if config.option.dist != "loadfile" or "not terraform" not in config.option.markexpr:
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            emulated = nodeid.startswith(("tests/adoption/", "tests/rehearsal/"))
            return "emulated" if emulated else super()._split_scope(nodeid)

    return Scheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def searched_for_garbage() -> Iterator[None]:
    """What the last garbage has to tell fails the last test, in a worker too."""
    yield
    gc.collect()
    gc.freeze()  # nothing is left to search while all ends


class Built(TerraformDocument):
    """A synthesized environment, and what tests ask of one."""

    text: str
    """The file, to the byte."""

    @classmethod
    def at(cls, path: Path) -> Built:
        text = path.read_bytes().decode()
        built = cls(json.loads(text))
        built.text = text
        return built

    @property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """The arguments of everything by address, without what CDKTF notes for itself."""
        return {
            block.address: {name: value for name, value in block.body.items() if name != "//"}
            for block in (*self.resources, *self.data_sources)
        }

    def referred(self, reference: str) -> Block:
        """What a reference such as ``${aws_lb.load_balancer.arn}`` refers to."""
        match = re.fullmatch(r"\$\{((?:data\.)?\w+\.\w+)\.\w+\}", reference)
        assert match is not None, f"{reference} is no reference"
        (found,) = (
            block for block in (*self.resources, *self.data_sources) if block.address == match[1]
        )
        return found

    def containers(self, family: str) -> dict[str, dict[str, Any]]:
        """The container definitions of a task definition family, by name."""
        text = self.one("aws_ecs_task_definition", family=family)["container_definitions"]
        return {container["name"]: container for container in json.loads(text)}

    def execution_policy(self, family: str) -> list[dict[str, Any]]:
        """The statements of everything that a family's execution role may do."""
        role = self.referred(
            self.one("aws_ecs_task_definition", family=family)["execution_role_arn"]
        )
        policies = self.all("aws_iam_role_policy", role=ref(role, "name"))
        return [
            statement for one in policies for statement in json.loads(one["policy"])["Statement"]
        ]

    def rules(self, direction: str, group: str) -> list[str]:
        """Every rule of a security group, as ``tcp 80-80 0.0.0.0/0``; groups by name."""
        owner = self.one("aws_security_group", name=group)
        rules = self.all(
            f"aws_vpc_security_group_{direction}_rule", security_group_id=ref(owner, "id")
        )
        return sorted(map(self._rule, rules))

    def _rule(self, rule: Block) -> str:
        told = {
            name: value
            for name, value in rule.body.items()
            if name not in ("//", "description", "lifecycle", "security_group_id")
        }
        peers = [told.pop("cidr_ipv4", None)]
        if (other := told.pop("referenced_security_group_id", None)) is not None:
            peers.append(self.referred(other)["name"])
        (peer,) = (one for one in peers if one is not None)
        protocol = told.pop("ip_protocol")
        ports = f" {told.pop('from_port')}-{told.pop('to_port')}" if "from_port" in told else ""
        assert not told, f"{rule.address} has more than a test understands: {told}"
        return f"{protocol}{ports} {peer}"

    def listener(self, port: int) -> Block:
        return self.one("aws_lb_listener", port=port)

    def listener_rules(self, port: int = 443) -> list[Block]:
        """The rules of the listener on `port`, in the order in which it asks them."""
        rules = self.all("aws_lb_listener_rule", listener_arn=ref(self.listener(port)))
        return sorted(rules, key=lambda rule: rule["priority"])

    def target_group_of(self, action_owner: Block, argument: str) -> str:
        """The name of the target group to which a listener or a rule forwards all requests."""
        (action,) = action_owner[argument]
        (reference,) = (group for group, weight in weights(action).items() if weight)
        return str(self.referred(reference)["name"])

    def target_group_for(self, path: str) -> str:
        """The name of the target group that the HTTPS listener picks for a request."""
        for rule in self.listener_rules():
            (condition,) = rule["condition"]
            for pattern in condition["path_pattern"]["values"]:
                escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
                if re.fullmatch(escaped, path):
                    return self.target_group_of(rule, "action")
        return self.target_group_of(self.listener(443), "default_action")


def weights(action: Mapping[str, Any]) -> dict[str, int]:
    """The target groups to which an action forwards, each with its share."""
    assert action["type"] == "forward"
    if "target_group_arn" in action:
        return {action["target_group_arn"]: 100}
    return {group["arn"]: group["weight"] for group in action["forward"]["target_group"]}


def ref(block: Block, attribute: str = "arn") -> str:
    """How another resource refers to an attribute of this one."""
    return f"${{{block.address}.{attribute}}}"


def difference(before: Built, after: Built) -> tuple[set[str], set[str], set[str]]:
    """The addresses that were added, removed and changed."""
    old, new = before.bodies, after.bodies
    changed = {address for address in old.keys() & new.keys() if old[address] != new[address]}
    return new.keys() - old.keys(), old.keys() - new.keys(), changed


Build = Callable[..., Built]


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Synthesizes an environment, or ``shop(...)`` where only settings are given; each once."""
    known: list[tuple[Environment, Built]] = []

    def of(environment: Environment | None = None, **settings: Any) -> Built:
        wanted = shop(**settings) if environment is None else environment
        for one, built in known:
            if one == wanted:
                return built
        from navra_stacks import synthesize  # starts node, which not every test needs

        (written,) = synthesize([wanted], tmp_path_factory.mktemp("cdktf"))
        known.append((wanted, Built.at(written.path)))
        return known[-1][1]

    return of


def made_once(
    name: str,
    make: Callable[[Path], None],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Path:
    """A directory that `make` makes, for all workers, in whichever comes first."""
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        shared = shared.parent  # this session's, which its workers share
    done = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            unfinished = shared / f"{name}.unfinished"
            make(unfinished)
            unfinished.rename(done)
    return done


@pytest.fixture(scope="session")
def documents(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Mapping[str, Built]:
    """The stacks of the committed environments, synthesized by whichever worker comes first."""

    def make(out: Path) -> None:
        from navra_stacks import synthesize

        synthesize(ENVIRONMENTS, out)

    done = made_once("environments", make, tmp_path_factory, request)
    return {stack: Built.at(done / "stacks" / stack / "cdk.tf.json") for stack in STACKS}


@pytest.fixture(scope="session")
def at_hand() -> tuple[Terraform, Provider]:
    """The machine's Terraform and AWS provider; skips where one lacks.

    Fails instead with NAVRA_REQUIRE_TERRAFORM=1, so that nothing can silently stop running.
    """
    try:
        terraform = find_terraform()
        return terraform, provider_on_disk(terraform.platform)
    except NotAtHandError as missing:
        if os.environ.get("NAVRA_REQUIRE_TERRAFORM") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def staging(documents: Mapping[str, Built]) -> Built:
    return documents["aep-staging"]


@pytest.fixture(scope="session")
def prod(documents: Mapping[str, Built]) -> Built:
    return documents["aep-prod"]


@pytest.fixture(scope="session")
def state(documents: Mapping[str, Built]) -> Built:
    """What makes the bucket of production's state."""
    return documents["aep-prod-state"]


@pytest.fixture(scope="session", params=[e.names.stack for e in ENVIRONMENTS])
def either(documents: Mapping[str, Built], request: pytest.FixtureRequest) -> Built:
    """Each committed environment in turn."""
    return documents[request.param]
