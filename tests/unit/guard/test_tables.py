"""The guard's tables contain types and arguments of the AWS provider, each with its source."""

from pathlib import Path

import cdktf_cdktf_provider_aws
import pytest

from navra_stacks.guard.exposing_arguments import (
    EXPOSING,
    EXPOSING_EVERYWHERE,
    LOOSENING,
    REROUTING,
)
from navra_stacks.guard.protective_arguments import (
    ENTRIES,
    RETENTIONS,
    RETENTIONS_WITHOUT_END,
    SWITCHES,
    SWITCHES_WHEN_ON,
    ZERO,
)
from navra_stacks.guard.takeover_types import TAKEOVERS

BINDINGS = Path(cdktf_cdktf_provider_aws.__file__).parent
LATER = {"aws_vpc_security_group_rules_exclusive"}
"""Types of a later version of the provider than the one of the bindings."""
ALIASES = {
    "aws_alb": "aws_lb",
    "aws_alb_listener": "aws_lb_listener",
    "aws_alb_listener_rule": "aws_lb_listener_rule",
}
"""Other names of types. The bindings contain each type once."""


def binding(type_):
    """Return the text of the module that declares the arguments of a type."""
    name = ALIASES.get(type_, type_).removeprefix("aws_")
    return (BINDINGS / name / "__init__.py").read_text(encoding="utf-8")


def has_argument(type_, name):
    text = binding(type_)
    return all(f"def {part}(" in text for part in name.split("."))


ARGUMENTS = sorted(
    {
        *SWITCHES,
        *SWITCHES_WHEN_ON,
        *RETENTIONS,
        *RETENTIONS_WITHOUT_END,
        *ZERO,
        *ENTRIES,
        *EXPOSING,
        *LOOSENING,
        *REROUTING,
    }
)


@pytest.mark.parametrize(("type_", "name"), ARGUMENTS)
def test_each_argument_exists_in_the_provider(type_, name):
    assert has_argument(type_, name)


@pytest.mark.parametrize("type_", sorted(TAKEOVERS.keys() - LATER))
def test_each_argument_that_names_an_owner_exists_in_the_provider(type_):
    takeover = TAKEOVERS[type_]
    condition = takeover.condition and takeover.condition[0]
    assert all(has_argument(type_, name) for name in (takeover.owner, condition) if name)
    assert takeover.owner_type is None or binding(takeover.owner_type)


def test_each_entry_of_a_block_is_identified_by_an_argument_of_the_provider():
    for (type_, name), entries in ENTRIES.items():
        assert all(has_argument(type_, key) for key in entries.keys), (type_, name)


def test_each_entry_cites_a_page():
    effects = [
        *TAKEOVERS.values(),
        *SWITCHES.values(),
        *SWITCHES_WHEN_ON.values(),
        *RETENTIONS.values(),
        *RETENTIONS_WITHOUT_END.values(),
        *ZERO.values(),
        *ENTRIES.values(),
        *REROUTING.values(),
        *(
            effect
            for _, effect in (
                *EXPOSING.values(),
                *LOOSENING.values(),
                *EXPOSING_EVERYWHERE.values(),
            )
        ),
    ]
    pages = ("https://docs.aws.amazon.com/", "https://registry.terraform.io/providers/hashicorp/")
    assert [effect for effect in effects if not effect.source.startswith(pages)] == []
