"""Provisioners that an apply may run."""

import pytest

from navra_stacks.guard.evaluation import evaluate
from navra_stacks.terraform.plan import Plan
from tests.support.plan_fragments import (
    CREATE,
    DELETE,
    NO_OP,
    REPLACE,
    UPDATE,
    change,
    plan_json,
    refusals,
)

WITH_PROVISIONERS = {
    "address": "null_resource.it",
    "mode": "managed",
    "type": "null_resource",
    "name": "it",
    "provisioners": [{"type": "local-exec", "expressions": {}}, {"type": "remote-exec"}],
}
MODULE = {"module": {"resources": [WITH_PROVISIONERS]}}
CONFIGURATIONS = {
    "null_resource.it": {"root_module": {"resources": [WITH_PROVISIONERS]}},
    "null_resource.it[0]": {"root_module": {"resources": [WITH_PROVISIONERS]}},
    'null_resource.it["a].b"]': {"root_module": {"resources": [WITH_PROVISIONERS]}},
    'module.a["x.y"].module.b[0].null_resource.it': {
        "root_module": {"module_calls": {"a": {"module": {"module_calls": {"b": MODULE}}}}}
    },
}


@pytest.mark.parametrize("address", CONFIGURATIONS)
@pytest.mark.parametrize("actions", [CREATE, DELETE, REPLACE], ids="-".join)
def test_a_resource_with_provisioners_is_refused(address, actions):
    plan = plan_json(
        change(address, actions, type="null_resource"), configuration=CONFIGURATIONS[address]
    )
    assert (
        "the apply may run its provisioners (local-exec, remote-exec); the plan does not show "
        "their effect"
    ) in refusals(evaluate(Plan(plan)))[address]
    assert not evaluate(Plan(plan_json(change(address, actions, type="null_resource")))).refused


@pytest.mark.parametrize("actions", [NO_OP, UPDATE], ids="-".join)
def test_provisioners_do_not_run_on_other_actions(actions):
    configuration = CONFIGURATIONS["null_resource.it"]
    plan = plan_json(change("null_resource.it", actions), configuration=configuration)
    assert evaluate(Plan(plan)).findings == ()


def test_the_deletion_of_a_deposed_object_runs_no_provisioner():
    configuration = CONFIGURATIONS["null_resource.it"]
    deposed = change("null_resource.it", DELETE, deposed="1a2b")
    assert not evaluate(Plan(plan_json(deposed, configuration=configuration))).refused


def test_a_resource_of_another_module_has_no_provisioners():
    configuration = CONFIGURATIONS["null_resource.it"]
    plan = plan_json(change("module.a.null_resource.it", CREATE), configuration=configuration)
    assert evaluate(Plan(plan)).findings == ()
