"""The base of every settings type: frozen, closed, and telling all of its mistakes at once.

A part of an environment (a service, a domain) is built before the environment that holds it. If a
part raised at once, its author would see one part's mistakes and not the others'. So a part keeps
its problems, and the environment raises them all together. Whoever uses a faulty part without an
environment gets the same error on the first attribute that is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from navra_stacks.errors import SettingsError, SettingsProblem
from navra_stacks.settings.model.credentials import without_credentials
from navra_stacks.settings.model.interpolation import template_problems
from navra_stacks.settings.model.messages import (
    FAULTY_PART,
    in_our_words,
    nearest_field,
    refuse,
    shown,
)

__all__ = ["Rule", "Settings", "one_of", "refuse", "rule", "shown"]

Rule = Callable[[Any], Iterable[SettingsProblem]]
R = TypeVar("R", bound=Rule)

Reader = Literal["outside", "validator", "rule"]
_reader: ContextVar[Reader] = ContextVar("reader", default="outside")
"""Who reads settings now. An owner's rules may read the sound fields of a faulty part; for a
validator of the owner, reading one is an ordinary error of validation; whoever else does is told
what is wrong with it."""


@contextmanager
def _read_by(reader: Reader) -> Iterator[None]:
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


def rule(function: R) -> R:
    """Mark a method as a rule over several fields; it yields the problems that it finds.

    Rules run even where another field is at fault, each on its own; one that needs a faulty field
    is passed over, since that field is reported already.
    """
    function.__is_rule__ = True  # type: ignore[attr-defined]
    return function


def one_of(*members: type[Settings]) -> BeforeValidator:
    """For a field that may hold one of several types: a plain mapping becomes the one it fits."""

    def choose(value: object) -> object:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            return value
        misfits = {member: _misfit(member, value) for member in members}
        least = min(misfits.values())
        best = [member for member in members if misfits[member] == least]
        if least == 0 and len(best) > 1:
            names = " and ".join(member.__name__ for member in best)
            raise refuse(f"a mapping that fits {names} alike", "write the one that is meant")
        return best[0](**value)

    return BeforeValidator(choose)


def _misfit(model: type[Settings], given: Mapping[str, Any]) -> int:
    fields = model.model_fields
    missing = [name for name, info in fields.items() if info.is_required() and name not in given]
    return len(given.keys() - fields.keys()) + len(missing)


class Settings(BaseModel):
    """A frozen value whose unknown fields are refused and whose problems name field and repair."""

    # A type's validator is built when it is first used: no program uses all of them.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, defer_build=True)

    is_root: ClassVar[bool] = False
    """Whether this type raises its problems as soon as it is built, rather than for its owner."""

    further_rules: ClassVar[tuple[Rule, ...]] = ()
    """Rules that lie in modules of their own: functions of the value, each run as a method is."""

    renamed_fields: ClassVar[Mapping[str, str]] = {}
    """The present name of each field that had another one, for the error about the old name."""

    _rules: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        # Where a class defines them: reading them as attributes would wake pydantic's deprecated
        # ones, and asking what pydantic calls __pydantic_validator__ would build it. What a
        # subclass puts in a rule's place replaces it.
        defined = {name: v for kind in reversed(cls.__mro__) for name, v in vars(kind).items()}
        ours = {name: v for name, v in defined.items() if not name.startswith("__")}
        cls._rules = tuple(n for n, v in ours.items() if getattr(v, "__is_rule__", 0) is True)

    def __init__(self, /, **data: Any) -> None:
        # An iterator can be read once, and may be needed twice.
        data = {n: tuple(v) if isinstance(v, Iterator) else v for n, v in data.items()}
        problems: list[SettingsProblem] = []
        try:
            with _read_by("validator"):
                super().__init__(**data)
            sound = dict(self.__dict__)
        except ValidationError as error:
            details = error.errors(include_url=False)
            problems += in_our_words(type(self), details)
            faulty = {str(place) for detail in details for place in detail["loc"][:1]}
            sound = _sound_fields(type(self), data, faulty)
            problems += _problems_of_parts({n: v for n, v in data.items() if n not in sound})
            if not problems and not any(part.problems() for _, part in _all_parts(sound)):
                # A validator read a faulty part that is in no field.
                problems += [p for d in details for p in d.get("ctx", {}).get("problems", ())]
        problems += _problems_of_parts(sound)
        if problems:
            self._hold(problems, sound)
        problems += self._broken_rules()
        if not problems:
            return
        self._hold(problems, sound)
        if self.is_root and _reader.get() != "validator":
            raise SettingsError(self._subject(sound), self.problems())

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

    def problems(self) -> tuple[SettingsProblem, ...]:
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

    @rule
    def _texts_mean_themselves(self) -> Iterator[SettingsProblem]:
        fields = self.__dict__.get("_sound", self.__dict__)
        yield from template_problems(type(self).__name__, fields)

    def _hold(self, problems: Iterable[SettingsProblem], sound: dict[str, Any]) -> None:
        """Become a faulty part: no field can be read from outside, the problems are kept."""
        kept = tuple(
            SettingsProblem(
                *map(without_credentials, (problem.field, problem.wrong, problem.repair))
            )
            for problem in problems
        )
        object.__setattr__(self, "__dict__", {"_problems": kept, "_sound": sound})
        object.__setattr__(self, "__pydantic_fields_set__", set(sound))
        object.__setattr__(self, "__pydantic_extra__", None)
        object.__setattr__(self, "__pydantic_private__", None)

    def _broken_rules(self) -> list[SettingsProblem]:
        faulty = "_problems" in self.__dict__
        found: list[SettingsProblem] = []
        rules: list[Callable[[], Iterable[SettingsProblem]]]
        rules = [partial(further, self) for further in self.further_rules]
        rules += [getattr(self, name) for name in self._rules]
        with _read_by("rule"):
            for find_problems in rules:
                try:
                    for problem in find_problems():
                        found.append(problem)  # one by one: a stumble keeps what came before it
                except Exception:
                    # A rule may stumble over the fault of a faulty value, which is reported
                    # already; over a sound one it stumbles because of a bug.
                    if not faulty:
                        raise
        return found

    def __getattr__(self, name: str) -> Any:
        # Only reached where the ordinary look-up failed: an unknown name, or a faulty part.
        if "_problems" not in self.__dict__ or not (
            name in type(self).model_fields or name in self.__private_attributes__
        ):
            return super().__getattr__(name)  # type: ignore[misc]
        sound: dict[str, Any] = self.__dict__["_sound"]
        reader = _reader.get()
        if reader == "rule" and name in sound:
            return sound[name]
        problems: tuple[SettingsProblem, ...] = self.__dict__["_problems"]
        if reader == "validator":
            raise PydanticCustomError(FAULTY_PART, "a part is at fault", {"problems": problems})
        raise SettingsError(self._subject(sound), problems)

    def __iter__(self) -> Any:
        self._expect_no_problems()
        return super().__iter__()

    def model_dump(self, **how: Any) -> dict[str, Any]:
        self._expect_no_problems()
        return super().model_dump(**how)

    def model_dump_json(self, **how: Any) -> str:
        self._expect_no_problems()
        return super().model_dump_json(**how)

    def _expect_no_problems(self) -> None:
        if "_problems" in self.__dict__:
            raise SettingsError(self._subject(self.__dict__["_sound"]), self.problems())

    def __eq__(self, other: object) -> bool:
        if "_problems" in self.__dict__ and isinstance(other, Settings):
            # Pydantic compares fields, of which a faulty part has none.
            return type(self) is type(other) and self.__dict__ == other.__dict__
        return super().__eq__(other)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        if "_problems" in self.__dict__:
            return [("problems", len(self.__dict__["_problems"]))]
        return super().__repr_args__()


@cache
def _adapter(model: type[Settings], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    expected: Any = info.annotation
    return TypeAdapter(Annotated[(expected, *info.metadata)] if info.metadata else expected)


def _sound_fields(
    model: type[Settings], data: Mapping[str, Any], faulty: set[str]
) -> dict[str, Any]:
    """The fields of a value that failed which are not at fault themselves, with their defaults.

    Each is validated on its own, so that a rule finds what it would find in a sound value. A field
    that an unknown name is taken for is left out: it would be missed for nothing.
    """
    mistyped = {nearest_field(model, name) for name in data.keys() - model.model_fields.keys()}
    sound: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if name in faulty:
            continue
        if name in data:
            try:
                with _read_by("validator"):
                    sound[name] = _adapter(model, name).validate_python(data[name])
            except ValidationError:
                continue
        elif not info.is_required() and name not in mistyped:
            sound[name] = info.get_default(call_default_factory=True, validated_data=sound)
    return sound


def _problems_of_parts(fields: Mapping[str, Any]) -> Iterator[SettingsProblem]:
    """The problems that the parts in `fields` kept, each under the name of its place."""
    for place, part in _all_parts(fields):
        for problem in part.problems():
            yield problem.under(place)


def _all_parts(fields: Mapping[str, Any]) -> Iterator[tuple[str, Settings]]:
    for name, value in fields.items():
        yield from _parts(name, value)


def _parts(place: str, value: object) -> Iterator[tuple[str, Settings]]:
    if isinstance(value, Settings):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _parts(f"{place}.{key}", item)
    elif isinstance(value, tuple | list | set | frozenset):
        for index, item in enumerate(value):
            label = None
            if isinstance(item, Settings):
                label = item._label(item.__dict__.get("_sound", item.__dict__))
            yield from _parts(f"{place}.{label if label is not None else index}", item)
