"""Base class of all settings types: frozen, without unknown fields, reporting all errors at once.

The parts of an environment, such as a service or a domain, are built before the environment that
contains them. If an invalid part raised an error immediately, only the errors of the first invalid
part would be reported. So an invalid part stores its problems, and the environment raises the
problems of all parts together in one `SettingsError`. Reading a field of an invalid part outside
the validation of an environment also raises a `SettingsError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Self,
    TypeVar,
    dataclass_transform,
)

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from navra_stacks.errors import NavraError, SettingsError, SettingsProblem
from navra_stacks.settings.model.access_context import access_context, access_from
from navra_stacks.settings.model.arguments import named_arguments
from navra_stacks.settings.model.credentials import redact_credentials
from navra_stacks.settings.model.error_collection import raise_or_collect
from navra_stacks.settings.model.frozen_mapping import FROZEN
from navra_stacks.settings.model.interpolation import template_problems
from navra_stacks.settings.model.messages import (
    INVALID_SETTINGS,
    format_value,
    invalid,
    settable_fields,
    settings_problems,
)
from navra_stacks.settings.model.secret_texts import (
    NOT_SECRET,
    credential_problems,
    label_problems,
)
from navra_stacks.settings.model.valid_fields import valid_fields as find_valid_fields

__all__ = ["Rule", "Settings", "format_value", "invalid", "rule"]

Rule = Callable[[Any], Iterable[SettingsProblem]]
R = TypeVar("R", bound=Rule)


def rule(function: R) -> R:
    """Mark `function`, a method that yields problems, as a validation rule of its class.

    Every rule runs, even if a field is invalid. An exception in a rule then ends only that rule,
    because the cause is the invalid field, whose problem is reported anyway. If all fields are
    valid, the exception is raised.
    """
    function.__is_rule__ = True  # type: ignore[attr-defined]
    return function


if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(Field, PrivateAttr)
)
class _FrozenMetaclass(ModelMetaclass):
    """Pydantic's metaclass, marked so that type checkers treat its classes as frozen dataclasses.

    See PEP 681.
    """


class Settings(BaseModel, metaclass=_FrozenMetaclass):
    """Base class of settings, which are frozen and report each problem with a field path."""

    # Build the validator of a type on first use, because no program uses all types. An error of
    # pydantic itself contains no value, because the value can be a secret.
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=False, defer_build=True, hide_input_in_errors=True
    )

    is_root: ClassVar[bool] = False
    """True if invalid settings of this type raise an error when they are built, instead of
    storing their problems."""

    extra_rules: ClassVar[tuple[Rule, ...]] = ()
    """Rules that are functions in other modules; each is called with the settings as its
    argument."""

    former_names: ClassVar[Mapping[str, str]] = {}
    """The current name of each renamed field or method, by its former name. An error about a former
    name contains the current name."""

    credential_repairs: ClassVar[Mapping[str, str]] = {}
    """The repair, by field, for a text that looks like a credential."""

    _rules: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        # Read from the class dictionaries: getattr would trigger the warnings of pydantic's
        # deprecated attributes, and would build __pydantic_validator__. An attribute of a subclass
        # replaces the rule of the same name.
        defined = {name: v for kind in reversed(cls.__mro__) for name, v in vars(kind).items()}
        public = {name: v for name, v in defined.items() if not name.startswith("__")}
        cls._rules = tuple(n for n, v in public.items() if getattr(v, "__is_rule__", 0) is True)

    def __init__(self, /, *positional: Any, **data: Any) -> None:
        kind = type(self)
        # An iterator can be read only once, but the values may be validated twice.
        data = {n: tuple(v) if isinstance(v, Iterator) else v for n, v in data.items()}
        problems: list[SettingsProblem] = []
        if positional:
            names = settable_fields(kind)
            data, problems = named_arguments(kind, kind.__name__, names, positional, data)
        try:
            with access_from("validator"):
                super().__init__(**data)
            valid_fields = dict(self.__dict__)
        except ValidationError as error:
            details = error.errors(include_url=False)
            problems += settings_problems(kind, details)
            invalid_names = {str(place) for detail in details for place in detail["loc"][:1]}
            valid_fields = find_valid_fields(kind, data, invalid_names)
            rejected = {n: v for n, v in data.items() if n not in valid_fields}
            problems += _nested_problems(rejected)
            if not problems and not any(s.problems() for _, s in _nested_settings(valid_fields)):
                # A validator read invalid settings that are not the value of any field.
                problems += [p for d in details for p in d.get("ctx", {}).get("problems", ())]
        problems += _nested_problems(valid_fields)
        if problems:
            self._store_problems(problems, valid_fields, data)
        problems += self._run_rules()
        if not problems:
            return
        self._store_problems(problems, valid_fields, data)
        if self.is_root and access_context.get() != "validator":
            raise_or_collect(SettingsError(self._subject(valid_fields), self.problems()))

    if TYPE_CHECKING:
        # Each public class declares its fields.
        def replace(self, *args: Any, **changes: Any) -> Self: ...
    else:

        def replace(self, *positional: Any, **changes: Any) -> Self:
            """Return a validated copy in which the fields in `changes` have new values.

            Raises:
                SettingsError: these settings are invalid, or the copy is an invalid environment.
            """
            given = {name: getattr(self, name) for name in self.model_fields_set}
            return type(self)(*positional, **{**given, **changes})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a validated copy, as `replace` does.

        The method of pydantic that this method overrides does not validate the copy.
        """
        return self.replace(**(update or {}))

    if not TYPE_CHECKING:

        def copy(self, **_: Any) -> Self:
            """Refuse to copy: the deprecated method of pydantic does not validate the copy.

            Raises:
                NavraError: always.
            """
            raise _unvalidated(type(self), "copy")

        @classmethod
        def model_construct(cls, *_: Any, **__: Any) -> Self:
            """Refuse to build settings without validation.

            Raises:
                NavraError: always.
            """
            raise _unvalidated(cls, "model_construct")

    def problems(self) -> tuple[SettingsProblem, ...]:
        """Return the problems of these settings; empty if they are valid."""
        return tuple(self.__dict__.get("_problems", ()))

    @classmethod
    def _subject(cls, fields: Mapping[str, Any]) -> str:
        """Return the name of the settings for the title of an error.

        The name is derived from `fields`, which contains only the valid fields.
        """
        return cls._label(fields) or cls.__name__

    @classmethod
    def _label(cls, fields: Mapping[str, Any]) -> str | None:
        """Return the name that identifies the settings in a list.

        The name is derived from `fields`, which contains only the valid fields. The result is None
        if the settings have no name; the index in the list then identifies them.
        """
        name = fields.get("name")
        return name if isinstance(name, str) else None

    @rule
    def _check_templates(self) -> Iterator[SettingsProblem]:
        fields = self.__dict__.get("_valid_fields", self.__dict__)
        yield from template_problems(type(self).__name__, fields)

    @rule
    def _check_credentials(self) -> Iterator[SettingsProblem]:
        yield from credential_problems(
            self.__dict__.get("_valid_fields", self.__dict__),
            repairs=self.credential_repairs,
            has_labels=NOT_SECRET in type(self).model_fields,
        )
        if "_problems" not in self.__dict__:  # a label can belong to a text in an invalid field
            yield from label_problems(self.__dict__)

    def _is_default(self, name: str) -> bool:
        """Return whether the field `name` has its default value."""
        return bool(getattr(self, name) == type(self).model_fields[name].default)

    def _add_problems(self, problems: Iterable[SettingsProblem]) -> None:
        """Add problems of the arguments from which a class method created these settings."""
        fields = self.__dict__.get("_valid_fields", self.__dict__)
        self._store_problems([*problems, *self.problems()], fields, fields)

    def _store_problems(
        self,
        problems: Iterable[SettingsProblem],
        valid_fields: dict[str, Any],
        data: Mapping[str, Any],
    ) -> None:
        """Make these settings invalid: store the problems, and block normal reads of the fields."""
        redact = partial(redact_credentials, values=tuple(data.values()))
        redacted = tuple(SettingsProblem(*map(redact, problem)) for problem in problems)
        object.__setattr__(self, "__dict__", {"_problems": redacted, "_valid_fields": valid_fields})
        object.__setattr__(self, "__pydantic_fields_set__", set(valid_fields))
        object.__setattr__(self, "__pydantic_extra__", None)
        object.__setattr__(self, "__pydantic_private__", None)

    def _run_rules(self) -> list[SettingsProblem]:
        is_invalid = "_problems" in self.__dict__
        found: list[SettingsProblem] = []
        rules: list[Callable[[], Iterable[SettingsProblem]]]
        rules = [partial(function, self) for function in self.extra_rules]
        rules += [getattr(self, name) for name in self._rules]
        with access_from("rule"):
            for find_problems in rules:
                try:
                    for problem in find_problems():
                        # Appended one by one: problems found before an exception are not lost.
                        found.append(problem)
                except Exception:
                    # With invalid settings the cause is a field that has been reported already;
                    # with valid ones it is a bug in the rule.
                    if not is_invalid:
                        raise
        return found

    def __getattr__(self, name: str) -> Any:
        # Called only if the normal lookup fails: for an unknown name or for invalid settings.
        if "_problems" not in self.__dict__ or not (
            name in type(self).model_fields or name in self.__private_attributes__
        ):
            if name in self.former_names:
                kind = type(self).__name__
                raise AttributeError(f"{kind}.{name} is now {kind}.{self.former_names[name]}")
            return super().__getattr__(name)  # type: ignore[misc]
        valid_fields: dict[str, Any] = self.__dict__["_valid_fields"]
        context = access_context.get()
        if context == "rule" and name in valid_fields:
            return valid_fields[name]
        problems: tuple[SettingsProblem, ...] = self.__dict__["_problems"]
        if context == "validator":
            raise PydanticCustomError(INVALID_SETTINGS, "invalid settings", {"problems": problems})
        raise SettingsError(self._subject(valid_fields), problems)

    if not TYPE_CHECKING:
        # The error of pydantic contains the assigned value, which can be a secret.
        def __setattr__(self, name: str, value: Any) -> None:
            if not name.startswith("_"):
                raise TypeError(FROZEN)
            super().__setattr__(name, value)

        def __delattr__(self, _: str) -> None:
            raise TypeError(FROZEN)

    def __iter__(self) -> Any:
        if access_context.get() == "validator":
            # Pydantic would build a tuple from the fields.
            raise TypeError(f"a {type(self).__name__} is not a list")
        self._raise_if_invalid()
        return super().__iter__()

    def model_dump(self, **how: Any) -> dict[str, Any]:
        self._raise_if_invalid()
        return super().model_dump(**how)

    def model_dump_json(self, **how: Any) -> str:
        self._raise_if_invalid()
        return super().model_dump_json(**how)

    def _raise_if_invalid(self) -> None:
        if "_problems" in self.__dict__:
            raise SettingsError(self._subject(self.__dict__["_valid_fields"]), self.problems())

    def __eq__(self, other: object) -> bool:
        if "_problems" in self.__dict__ and isinstance(other, Settings):
            # Pydantic compares fields, and invalid settings have none.
            return type(self) is type(other) and self.__dict__ == other.__dict__
        return super().__eq__(other)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        if "_problems" in self.__dict__:
            return [("problems", len(self.__dict__["_problems"]))]
        return super().__repr_args__()


def _unvalidated(kind: type[Settings], method: str) -> NavraError:
    name = kind.__name__
    return NavraError(
        f"{name}.{method} would skip the validation of the settings; use `replace` for a changed "
        f"copy, or {name}(...)"
    )


def _nested_problems(fields: Mapping[str, Any]) -> Iterator[SettingsProblem]:
    """Yield the stored problems of the settings in `fields`.

    The path of the settings is prepended to the field of each problem.
    """
    for path, settings in _nested_settings(fields):
        for problem in settings.problems():
            yield problem.with_prefix(path)


def _nested_settings(fields: Mapping[str, Any]) -> Iterator[tuple[str, Settings]]:
    """Yield all settings in `fields` and in their collections, each with its path."""
    for name, value in fields.items():
        yield from _find_settings(name, value)


def _find_settings(path: str, value: object) -> Iterator[tuple[str, Settings]]:
    if isinstance(value, Settings):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _find_settings(f"{path}.{key}", item)
    elif isinstance(value, tuple | list | set | frozenset):
        for index, item in enumerate(value):
            label = None
            if isinstance(item, Settings):
                label = item._label(item.__dict__.get("_valid_fields", item.__dict__))
            yield from _find_settings(f"{path}.{label if label is not None else index}", item)
