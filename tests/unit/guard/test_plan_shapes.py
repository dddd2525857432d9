"""The guard evaluates plans of many shapes as the tables say."""

import pytest

from navra_stacks.guard.evaluation import evaluate
from navra_stacks.terraform.plan import Plan
from tests.support.plan_shapes import OWN, generate
from tests.support.public_plan_shapes import PUBLIC

DOCUMENTS = {name: (shape, plan) for name, shape, plan in generate({**PUBLIC, **OWN})}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_plan_is_evaluated_as_the_table_says(name):
    shape, content = DOCUMENTS[name]
    evaluation = evaluate(Plan(content))
    verdict = "refused" if evaluation.refused else "warned" if evaluation.warnings else "accepted"
    findings = {
        "refused": evaluation.refused,
        "warned": evaluation.warnings,
        "accepted": evaluation.allowed,
    }[shape.verdict]
    sentences = [finding.sentence for finding in evaluation.findings]
    assert verdict == shape.verdict, sentences
    assert not shape.why or any(shape.why in finding.sentence for finding in findings), sentences
    strict = evaluate(Plan(content), security=True)
    assert bool(strict.refused) is (shape.verdict != "accepted")
    assert not strict.warnings


def test_there_are_enough_plans_and_half_of_them_have_a_public_shape():
    public = sum(bool(shape.source) for shape, _ in DOCUMENTS.values())
    assert len(DOCUMENTS) >= 400
    assert public >= len(DOCUMENTS) / 2
    assert len({shape.source for shape in PUBLIC.values()}) > 50
    assert all(shape.source.startswith("https://") for shape in PUBLIC.values())
