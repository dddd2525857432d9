"""Removal by label: what is removed, what stays, and an engine that fails."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from navra_stacks.local.cleanup import Removed, remove_leftovers, remove_run
from navra_stacks.local.engine import EngineError
from navra_stacks.local.labels import KEPT_LABEL, OWNER_LABEL, RUN_LABEL, owner
from tests.unit.local.fake_engine import FakeEngine


class Store(FakeEngine):
    """An engine with labelled objects by kind and name."""

    def __init__(self, objects: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
        super().__init__()
        self.objects = {key: dict(labels) for key, labels in objects.items()}
        self.removed: list[tuple[str, list[str]]] = []

    def labelled(self, kind: str, label: str) -> list[str]:
        name, _, value = label.partition("=")
        return [
            one
            for (of, one), labels in self.objects.items()
            if of == kind and name in labels and value in ("", labels[name])
        ]

    def labels(self, kind: str, name: str) -> dict[str, str] | None:
        return self.objects.get((kind, name))

    def remove(self, kind: str, names: object) -> None:
        given = list(names)  # type: ignore[call-overload]
        self.removed.append((kind, given))
        for one in given:
            self.objects.pop((kind, one), None)


def labels(run: str, *, runs: bool = False, kept: bool = False) -> dict[str, str]:
    found = {RUN_LABEL: run, OWNER_LABEL: owner() if runs else ""}
    return found | ({KEPT_LABEL: "true"} if kept else {})


def store() -> Store:
    return Store(
        {
            ("container", "a-web"): labels("a"),
            ("container", "b-web"): labels("b", runs=True),
            ("container", "k-web"): labels("k", kept=True),
            ("volume", "a-data"): labels("a"),
            ("network", "a-network"): labels("a"),
            ("network", "k-network"): labels("k", kept=True),
        }
    )


def test_all_objects_of_a_run_are_removed_and_containers_first() -> None:
    engine = store()
    assert remove_run(engine, "a") == Removed(1, 1, 1)
    assert [kind for kind, names in engine.removed if names] == ["container", "volume", "network"]
    assert {run for _, run in engine.objects} == {"b-web", "k-web", "k-network"}


def test_leftovers_are_the_objects_of_processes_that_have_ended() -> None:
    engine = store()
    assert remove_leftovers(engine, kept=False) == Removed(1, 1, 1)
    assert ("container", "b-web") in engine.objects
    assert ("container", "k-web") in engine.objects


def test_kept_objects_are_removed_on_request() -> None:
    engine = store()
    assert remove_leftovers(engine, kept=True) == Removed(2, 1, 2)
    assert list(engine.objects) == [("container", "b-web")]


def test_an_object_that_another_process_removes_meanwhile_is_ignored() -> None:
    engine = store()
    engine.labels = lambda kind, name: None  # type: ignore[method-assign]
    assert remove_leftovers(engine, kept=True) == Removed()


@pytest.mark.parametrize(
    ("removed", "text"),
    [
        (Removed(), ""),
        (Removed(1), "1 container"),
        (Removed(2, 1), "2 containers, 1 volume"),
        (Removed(network=2), "2 networks"),
    ],
)
def test_the_number_of_removed_objects_is_a_phrase(removed: Removed, text: str) -> None:
    assert str(removed) == text


def test_an_engine_that_does_not_list_its_objects_is_an_error() -> None:
    """Otherwise the command would report that nothing was left."""
    engine = RejectingEngine("ps")
    with pytest.raises(EngineError):
        remove_leftovers(engine, kept=True)


def test_an_object_that_could_not_be_removed_is_not_reported_as_removed() -> None:
    engine = RejectingEngine("network")
    try:
        removed = remove_run(engine, "a")
    except EngineError:
        return
    assert removed.network == 0


class RejectingEngine(FakeEngine):
    """An engine of the real class, of which a subcommand fails."""

    def __init__(self, rejected: str) -> None:
        super().__init__()
        self.rejected = {rejected: "database is locked"}

    def labelled(self, kind: str, label: str) -> list[str]:
        if kind == "network" and "network" in self.rejected:
            return ["a-network"]
        return super(FakeEngine, self).labelled(kind, label)
