"""Types of single fields, in every class of the settings that uses them."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import TypeAdapter, ValidationError

import navra_stacks
from navra_stacks import Cache, EcrRepositories, Service, Tmpfs
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.valid_fields import field_adapter
from tests.support.settings_errors import problems_of


def _settings_types(base: type[Settings] = Settings) -> Iterator[type[Settings]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith(navra_stacks.__name__):
            yield kind
            yield from _settings_types(kind)


def _contains_int(annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return any(type(choice) is int for choice in get_args(annotation))
    return annotation is int or any(map(_contains_int, get_args(annotation)))


INT_FIELDS = sorted(
    {
        (kind, name)
        for kind in _settings_types()
        for name, info in kind.model_fields.items()
        if _contains_int(info.annotation)
    },
    key=lambda found: (found[0].__name__, found[1]),
)


def test_the_fields_with_integers_are_found():
    assert {(Service, "cpu"), (Tmpfs, "size_mib"), (Cache, "further_urls")} < set(INT_FIELDS)
    assert len(INT_FIELDS) > 50


@pytest.mark.parametrize(
    ("kind", "field"), INT_FIELDS, ids=[f"{kind.__name__}.{name}" for kind, name in INT_FIELDS]
)
@pytest.mark.parametrize("boolean", [True, False])
def test_true_and_false_are_not_integers(kind, field, boolean):
    adapter: TypeAdapter[Any] = field_adapter(kind, field)
    for value in (boolean, {"NAME": boolean}, {"name": boolean}):
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


def test_a_boolean_is_reported_as_what_it_is():
    assert problems_of(EcrRepositories(keep_deployed=True)) == [
        "keep_deployed: True is not a whole number"
    ]
    assert problems_of(Cache(url_secret="REDIS_URL", further_urls={"X_URL": True})) == [
        "further_urls.X_URL: True is not a whole number"
    ]
    assert problems_of(Tmpfs(path="/tmp", size_mib=False)) == [
        "size_mib: False is not a whole number"
    ]
    assert Tmpfs(path="/tmp", size_mib="5").size_mib == 5
