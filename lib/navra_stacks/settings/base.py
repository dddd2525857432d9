"""The base of every settings type: frozen, closed, and telling all of its mistakes at once.

A part of an environment (a service, a domain) is built before the environment that holds it. If a
part raised at once, its author would see one part's mistakes and not the others'. So a part keeps
its problems, and the environment raises them all together. Whoever uses a faulty part without an
environment gets the same error on the first attribute that is read.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from navra_stacks.errors import Problem, SettingsError

__all__ = ["Settings", "refuse", "rule", "shown"]

Rule = Callable[[Any], Iterable[Problem]]
R = TypeVar("R", bound=Rule)

_collecting: ContextVar[bool] = ContextVar("collecting", default=False)
"""True while an owner's rules run: they may read the sound fields of a faulty part."""

_WORDS = {
    "string_type": "is not text",
    "int_type": "is not a whole number",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "float_type": "is not a number",
    "float_parsing": "is not a number",
    "bool_type": "is not True or False",
    "tuple_type": "is not a list",
    "frozen_set_type": "is not a set",
    "mapping_type": "is not a mapping",
    "dict_type": "is not a mapping",
}


def refuse(wrong: str, repair: str = "") -> PydanticCustomError:
    """The error that a validator raises: `wrong` names the value and what is allowed."""
    return PydanticCustomError("refused", "{wrong}", {"wrong": wrong, "repair": repair})


def rule(function: R) -> R:
    """Mark a method as a rule over several fields; it yields the problems that it finds.

    Rules run even where another field is at fault, each on its own; one that needs a faulty field
    is passed over, since that field is reported already.
    """
    function.__is_rule__ = True  # type: ignore[attr-defined]
    return function


def shown(value: object) -> str:
    """`value` as an error message shows it, short enough to read."""
    if isinstance(value, Settings):
        return f"{type(value).__name__}(...)"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


class Settings(BaseModel):
    """A frozen value whose unknown fields are refused and whose problems name field and repair."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=False, use_attribute_docstrings=True
    )

    is_root: ClassVar[bool] = False
    """Whether this type raises its problems as soon as it is built, rather than for its owner."""

    _rules: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        own = (name for name, value in vars(cls).items() if hasattr(value, "__is_rule__"))
        cls._rules = tuple(dict.fromkeys((*cls._rules, *own)))

    def __init__(self, /, **data: Any) -> None:
        problems: list[Problem] = []
        try:
            super().__init__(**data)
            sound = dict(self.__dict__)
        except ValidationError as error:
            details = error.errors(include_url=False)
            problems += _in_our_words(type(self), details)
            sound = _sound_fields(type(self), data, faulty={str(d["loc"][0]) for d in details})
        except SettingsError:
            # A validator read a faulty part, whose own problems are collected below.
            sound = _sound_fields(type(self), data, faulty=set())
        problems += _problems_of_parts(sound)
        if problems:
            self._hold(problems, sound)
        problems += self._broken_rules()
        if not problems:
            return
        self._hold(problems, sound)
        if self.is_root:
            raise SettingsError(self._subject(sound), problems)

    def replace(self, **changes: Any) -> Self:
        """The same settings with some fields changed, checked anew.

        Raises:
            SettingsError: where this is an environment and the changes do not fit it.
        """
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self)(**{**given, **changes})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Pydantic's copy, which would skip every check: here it is `replace`."""
        return self.replace(**(update or {}))

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with this part; empty when it can be used."""
        return tuple(self.__dict__.get("_problems", ()))

    @classmethod
    def _subject(cls, sound: Mapping[str, Any]) -> str:
        """What an error about this value calls it."""
        return cls._label(sound) or cls.__name__

    @classmethod
    def _label(cls, sound: Mapping[str, Any]) -> str | None:
        """How this value is named inside a list of its kind, where it has a name."""
        name = sound.get("name")
        return name if isinstance(name, str) else None

    def _hold(self, problems: list[Problem], sound: dict[str, Any]) -> None:
        """Become a faulty part: no field can be read from outside, the problems are kept."""
        object.__setattr__(self, "__dict__", {"_problems": tuple(problems), "_sound": sound})
        object.__setattr__(self, "__pydantic_fields_set__", set(sound))
        object.__setattr__(self, "__pydantic_extra__", None)
        object.__setattr__(self, "__pydantic_private__", None)

    def _broken_rules(self) -> list[Problem]:
        faulty = "_problems" in self.__dict__
        found: list[Problem] = []
        token = _collecting.set(True)
        try:
            for name in self._rules:
                try:
                    for problem in getattr(self, name)():
                        found.append(problem)
                except SettingsError:
                    continue
                except (AttributeError, TypeError, ValueError, LookupError):
                    # Fields of a faulty value were not converted, so a rule may stumble over
                    # them; of a sound one it is a bug in the rule.
                    if not faulty:
                        raise
        finally:
            _collecting.reset(token)
        return found

    def __getattr__(self, name: str) -> Any:
        # Only reached where the ordinary look-up failed: an unknown name, or a faulty part.
        if name.startswith("__") or "_problems" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        sound: dict[str, Any] = self.__dict__["_sound"]
        if _collecting.get() and name in sound:
            return sound[name]
        raise SettingsError(self._subject(sound), self.__dict__["_problems"])

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        if "_problems" in self.__dict__:
            return [("problems", len(self.__dict__["_problems"]))]
        return super().__repr_args__()


def _sound_fields(
    model: type[Settings], data: Mapping[str, Any], faulty: set[str]
) -> dict[str, Any]:
    """The fields of a value that failed which are not at fault themselves, with their defaults."""
    given = {name: data[name] for name in model.model_fields if name in data}
    defaults = {
        name: info.get_default(call_default_factory=True, validated_data={})
        for name, info in model.model_fields.items()
        if name not in data and not info.is_required()
    }
    return {name: value for name, value in (defaults | given).items() if name not in faulty}


def _problems_of_parts(fields: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems that the parts in `fields` kept, each under the name of its place."""
    for name, value in fields.items():
        for place, part in _parts(name, value):
            for problem in part.problems():
                yield problem.under(place)


def _parts(place: str, value: object) -> Iterator[tuple[str, Settings]]:
    if isinstance(value, Settings):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _parts(f"{place}.{key}", item)
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            label = None
            if isinstance(item, Settings):
                label = item._label(item.__dict__.get("_sound", item.__dict__))
            yield from _parts(f"{place}.{label if label is not None else index}", item)


def _in_our_words(model: type[Settings], details: list[ErrorDetails]) -> Iterator[Problem]:
    reported: set[str] = set()
    for detail in details:
        location = [str(part) for part in detail["loc"]]
        info = model.model_fields.get(location[0])
        kind, context = detail["type"], detail.get("ctx", {})
        field = ".".join(location)
        value = "the value given" if info is not None and not info.repr else shown(detail["input"])
        if kind == "extra_forbidden":
            yield Problem(field, f"is not a setting of {model.__name__}", _nearest(model, field))
        elif kind == "missing":
            purpose = _first_sentence(info.description if info is not None else None)
            yield Problem(field, "is missing", f"give it{purpose}")
        elif kind == "refused":
            yield Problem(field, str(context["wrong"]), str(context["repair"]))
        elif kind == "literal_error":
            yield Problem(field, f"{value} is not one of {context['expected']}")
        elif kind in _WORDS:
            yield Problem(field, f"{value} {_WORDS[kind]}")
        elif location[0] not in reported:
            # A union of settings types reports one error for each member: say it once.
            reported.add(location[0])
            expected = _type_names(info.annotation if info is not None else None)
            yield Problem(location[0], f"{value} is not {expected}")


def _nearest(model: type[Settings], name: str) -> str:
    close = difflib.get_close_matches(name, model.model_fields, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"its settings are {', '.join(sorted(model.model_fields))}"


def _first_sentence(description: str | None) -> str:
    text = " ".join((description or "").split()).split(". ")[0].rstrip(".")
    return f": {text[0].lower()}{text[1:]}" if text else ""


def _type_names(annotation: Any) -> str:
    members = [m for m in getattr(annotation, "__args__", ()) if m is not type(None)]
    names = [getattr(member, "__name__", str(member)) for member in members or [annotation]]
    return " or ".join(names)
