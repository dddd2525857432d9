"""How the settings say what is wrong: pydantic's errors, in the words of who wrote the settings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from navra_stacks.errors import SettingsProblem, suggest
from navra_stacks.settings.model.docs import purpose

__all__ = ["FAULTY_PART", "in_our_words", "nearest_field", "refuse", "shown"]

FAULTY_PART = "faulty_part"
"""The kind of error that a validator meets when it reads a part whose problems are kept."""

_WORDS = {
    "string_type": "is not text",
    "int_type": "is not a whole number",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "float_type": "is not a number",
    "float_parsing": "is not a number",
    "bool_type": "is not True or False",
    "bool_parsing": "is not True or False",
    "tuple_type": "is not a list",
    "frozen_set_type": "is not a set",
    "mapping_type": "is not a mapping",
    "dict_type": "is not a mapping",
}


def refuse(wrong: str, repair: str = "") -> PydanticCustomError:
    """The error that a validator raises: `wrong` names the value and what is allowed."""
    return PydanticCustomError("refused", "{wrong}", {"wrong": wrong, "repair": repair})


def shown(value: object) -> str:
    """`value` as an error message shows it: short, and without what a collection holds."""
    if isinstance(value, BaseModel):
        return f"{type(value).__name__}(...)"
    if not isinstance(value, str | int | float | NoneType):
        return f"a {type(value).__name__}"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def in_our_words(
    model: type[BaseModel], details: Iterable[ErrorDetails]
) -> Iterator[SettingsProblem]:
    """The problems that pydantic's errors about a `model` are."""
    reported: set[str] = set()
    for detail in details:
        location = [part for part in detail["loc"] if part != "[key]"]
        info = model.model_fields.get(str(location[0])) if location else None
        kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
        field = ".".join(map(str, location))
        value = "the value given" if info is not None and not info.repr else shown(given)
        if kind == FAULTY_PART:
            continue  # its problems are told where it stands
        if kind == "extra_forbidden":
            yield SettingsProblem(
                field, f"is not a setting of {model.__name__}", _other(model, field)
            )
        elif kind == "missing":
            yield SettingsProblem(field, "is missing", f"give it{_meant(model, field)}")
        elif kind == "refused":
            yield SettingsProblem(field, str(context["wrong"]), str(context["repair"]))
        elif kind in ("value_error", "assertion_error"):
            yield SettingsProblem(field, f"{value} is refused: {context['error']}")
        elif kind == "literal_error":
            choices = _choices(info)
            repair = f"did you mean {close!r}?" if (close := _close(given, choices)) else ""
            yield SettingsProblem(field, f"{value} is not one of {context['expected']}", repair)
        elif kind in _WORDS:
            yield SettingsProblem(field, f"{value} {_WORDS[kind]}", _retype(kind, given, info))
        elif info is None:
            yield SettingsProblem(field, str(detail["msg"]))
        else:
            # A union reports one error for each of its members: say it once.
            depth, expected = _expected(info.annotation, location[1:])
            place = ".".join(map(str, location[: 1 + depth]))
            if place in reported:
                continue
            reported.add(place)
            if kind in ("model_type", "model_attributes_type") or depth < len(location) - 1:
                yield SettingsProblem(place, f"{value} is not {_type_names(expected)}")
            else:
                yield SettingsProblem(place, f"{value} is refused: {detail['msg']}")


def nearest_field(model: type[BaseModel], name: str) -> str | None:
    """Return the field of `model` that an unknown `name` probably means, else None."""
    renamed: Mapping[str, str] = getattr(model, "renamed_fields", {})
    return renamed.get(name) or _close(name, model.model_fields)


def _close(given: object, known: Iterable[str]) -> str | None:
    text = given if isinstance(given, str) else ""
    return suggest(text, known, likeness=0.5)


def _other(model: type[BaseModel], name: str) -> str:
    close = nearest_field(model, name)
    if close is not None:
        return f"did you mean {close!r}?"
    if not model.model_fields:
        return "it has none"
    return f"its settings are {', '.join(sorted(model.model_fields))}"


def _meant(model: type[BaseModel], field: str) -> str:
    text = " ".join(purpose(model, field).replace("``", "`").split()).split(". ")[0].rstrip(".")
    if not text:
        return ""
    # An abbreviation keeps its capitals.
    return f": {text if text[1:2].isupper() else text[0].lower() + text[1:]}"


def _retype(kind: str, given: object, info: FieldInfo | None) -> str:
    """The repair of a value that is nearly of the right type."""
    if info is not None and not info.repr:
        return ""
    if kind == "string_type" and isinstance(given, int) and not isinstance(given, bool):
        return f"put it in quotes: '{given}'"
    if kind == "tuple_type" and isinstance(given, str):
        return f"a list of one is written ({shown(given)},)"
    return ""


def _choices(info: FieldInfo | None) -> list[str]:
    """The texts that a field allows, where it is a choice of them."""
    annotation = info.annotation if info is not None else None
    members = [annotation, *get_args(annotation)]
    return [t for m in members for t in (m, *get_args(m)) if isinstance(t, str)]


def _expected(annotation: Any, path: Sequence[object]) -> tuple[int, Any]:
    """What is expected at `path` inside a value of that type, and how much of the path leads there.

    The path of an error goes on inside a union with the names of its members.
    """
    depth = 0
    for part in path:
        annotation = _bare(annotation)
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin in (Union, UnionType) or not arguments:
            break
        if isinstance(origin, type) and issubclass(origin, Mapping):
            annotation = arguments[-1]
        elif isinstance(part, int):
            annotation = arguments[0]
        else:
            break
        depth += 1
    return depth, _bare(annotation)


def _bare(annotation: Any) -> Any:
    """`annotation` without metadata, and without the None that it may allow."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        members = [member for member in get_args(annotation) if member is not NoneType]
        if len(members) == 1:
            return _bare(members[0])
    return annotation


def _type_names(annotation: Any) -> str:
    members = [annotation]
    if get_origin(annotation) in (Union, UnionType):
        members = [m for m in get_args(annotation) if m is not NoneType]
    return " or ".join(getattr(member, "__name__", str(member)) for member in members)
