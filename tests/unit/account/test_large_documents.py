"""The work to find resources grows with the number of resources, not with the square of it."""

from __future__ import annotations

from navra_stacks.account.lookup import FoundResources, find_resources
from navra_stacks.adoption.discovery import discover
from navra_stacks.terraform.document import TerraformDocument
from tests.support.counted_work import counted_work
from tests.support.memory_account import MemoryAccount, document_with_roles

SMALL = 40
LARGE = 4 * SMALL


def find(roles: int, account: MemoryAccount) -> FoundResources:
    return find_resources(document_with_roles(roles), account)


def test_the_work_for_four_times_the_roles_is_four_times_the_work():
    find(2, MemoryAccount(2))  # fills the caches of regular expressions
    small, large = (counted_work(lambda n=n: find(n, MemoryAccount(n))) for n in (SMALL, LARGE))
    assert 3.5 < large / small < 4.5


def test_the_requests_grow_with_the_document_and_not_with_the_account():
    requests = []
    for roles, in_account in ((SMALL, SMALL), (LARGE, LARGE), (SMALL, 50 * SMALL)):
        account = MemoryAccount(in_account)
        discover(document_with_roles(roles), account, stack="shop-qa", workspace=None)
        requests.append(sum(account.calls.values()))
    small, large, of_large_account = requests
    assert 3.5 < large / small < 4.5
    assert of_large_account <= small + SMALL  # further live roles match roles of the document


def test_the_roles_of_live_tasks_are_found_for_each_application():
    found = find(SMALL, MemoryAccount(2 * SMALL))
    roles = {address: id_ for address, id_ in found.ids.items() if ".web7_" in address}
    assert roles == {
        "aws_iam_role.web7_task_role": "console-web7-task",
        "aws_iam_role.web7_execution_role": "console-web7-execution",
    }
    assert not found.problems


def test_a_role_is_found_although_another_one_is_looked_up_first():
    """The first role decides which instances of a task definition exist."""
    resources = document_with_roles(4).content["resource"]
    definitions = resources["aws_ecs_task_definition"]
    definitions["web0"]["for_each"] = {"one": "${aws_iam_role.web1_task_role.arn}"}
    roles = resources["aws_iam_role"]
    resources["aws_iam_role"] = {"web1_task_role": roles.pop("web1_task_role"), **roles}
    found = find_resources(TerraformDocument({"resource": resources}), MemoryAccount(8))
    assert {address: id_ for address, id_ in found.ids.items() if "_role." in address} == {
        f"aws_iam_role.web{number}_{kind}_role": f"console-web{number}-{kind}"
        for number in range(2)
        for kind in ("task", "execution")
    }
