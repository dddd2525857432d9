"""Error messages of settings: translates pydantic's errors into the terms of the settings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from navra_stacks.errors import SettingsProblem, did_you_mean, suggest
from navra_stacks.settings.model.credentials import is_credential, is_secret_name
from navra_stacks.settings.model.docs import field_doc

__all__ = ["INVALID_SETTINGS", "format_value", "invalid", "settings_problems", "suggest_field"]

HIDDEN = "the value (not shown)"

INVALID_SETTINGS = "invalid_settings"
"""Type of the pydantic error that a validator gets when it reads invalid settings."""

_TYPE_MESSAGES = {
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


def invalid(message: str, repair: str = "") -> PydanticCustomError:
    """Return the error that a validator raises for an invalid value.

    Args:
        message: The value, what is wrong with it, and what is allowed.
        repair: The repair, as an instruction; empty if the message is sufficient.
    """
    return PydanticCustomError("invalid", "{message}", {"message": message, "repair": repair})


def format_value(value: object) -> str:
    """Return `value` as text for an error message, with at most 80 characters.

    Settings and collections are shown by their type only, and a value that looks like a credential
    is not shown, because the shortened text could contain an unrecognizable part of it.
    """
    if isinstance(value, BaseModel):
        return f"{type(value).__name__}(...)"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if not isinstance(value, str | int | float | NoneType):
        return f"a {type(value).__name__}"
    if isinstance(value, str) and is_credential(value):
        return HIDDEN
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def settings_problems(
    model: type[BaseModel], details: Iterable[ErrorDetails]
) -> Iterator[SettingsProblem]:
    """Translate pydantic's errors about a `model` into settings problems."""
    reported: set[str] = set()
    for detail in details:
        location = [part for part in detail["loc"] if part != "[key]"]
        info = model.model_fields.get(str(location[0])) if location else None
        kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
        field = ".".join(map(str, location))
        # The key of a mapping, unlike the name of a field, can show that the value is a secret.
        key = next((str(part) for part in reversed(location[1:]) if isinstance(part, str)), "")
        is_hidden = (info is not None and not info.repr) or is_secret_name(key)
        value = HIDDEN if is_hidden else format_value(given)
        if kind == INVALID_SETTINGS:
            continue  # the problems of nested settings are reported with their own path
        if kind == "extra_forbidden":
            yield SettingsProblem(
                field, f"is not a setting of {model.__name__}", _known_fields(model, field)
            )
        elif kind == "missing":
            yield SettingsProblem(field, "is missing", f"set it{_description(model, field)}")
        elif kind == "invalid":
            yield SettingsProblem(field, str(context["message"]), str(context["repair"]))
        elif kind in ("value_error", "assertion_error"):
            yield SettingsProblem(field, f"{value} is invalid: {context['error']}")
        elif kind == "literal_error":
            choices = _choices(info)
            # A higher cutoff than for names, because choices can be opposites.
            repair = did_you_mean(str(given), choices, cutoff=0.65)
            yield SettingsProblem(field, f"{value} is not one of {context['expected']}", repair)
        elif kind in _TYPE_MESSAGES:
            yield SettingsProblem(
                field,
                f"{value} {_TYPE_MESSAGES[kind]}",
                "" if value == HIDDEN else _type_repair(kind, given, info, location),
            )
        elif info is None:
            yield SettingsProblem(field, str(detail["msg"]))
        else:
            # A union causes one error for each of its members: report only the first.
            depth, expected = _expected(info.annotation, location[1:])
            path = ".".join(map(str, location[: 1 + depth]))
            if path in reported:
                continue
            reported.add(path)
            if kind in ("model_type", "model_attributes_type") or depth < len(location) - 1:
                message = f"{value} is not {_type_names(expected)}"
                yield SettingsProblem(path, message, _model_repair(given))
            else:
                yield SettingsProblem(path, f"{value} is invalid: {detail['msg']}")


def suggest_field(model: type[BaseModel], name: str) -> str | None:
    """Return the current name of the field that was once called `name`, else a similar field name.

    None if there is neither.
    """
    renamed: Mapping[str, str] = getattr(model, "former_names", {})
    return renamed.get(name) or _suggest(name, settable_fields(model))


def _suggest(given: object, known: Iterable[str]) -> str | None:
    text = given if isinstance(given, str) else ""
    return suggest(text, known, cutoff=0.5)


def _known_fields(model: type[BaseModel], name: str) -> str:
    """Return the repair for an unknown field `name`: a similar field, or a list of all fields."""
    close = suggest_field(model, name)
    if close is not None:
        return f"did you mean {close!r}?"
    known = settable_fields(model)
    if not known:
        return f"remove {name!r}, because {model.__name__} has no settings"
    return f"the settings of {model.__name__} are {', '.join(sorted(known))}"


def settable_fields(model: type[BaseModel]) -> list[str]:
    """Return the names of all fields except those that the library sets itself (`exclude`)."""
    return [name for name, info in model.model_fields.items() if not info.exclude]


def _description(model: type[BaseModel], field: str) -> str:
    """Return the first sentence of a field's docstring, after a colon and a space."""
    text = " ".join(field_doc(model, field).replace("``", "`").split()).split(". ")[0].rstrip(".")
    if not text:
        return ""
    # An abbreviation such as ECS stays in capitals.
    return f": {text if text[1:2].isupper() else text[0].lower() + text[1:]}"


def _type_repair(
    kind: str, given: object, info: FieldInfo | None, location: Sequence[object]
) -> str:
    """Return the repair for an unquoted number or a missing comma; empty for other type errors."""
    if kind == "string_type" and isinstance(given, int | float) and not isinstance(given, bool):
        return f"write the value in quotes, as '{given}'"
    if kind == "tuple_type":
        return _list_repair(given, () if info is None else _elements(info.annotation, location[1:]))
    if kind in ("mapping_type", "dict_type"):
        return "write a mapping such as {'key': value}"
    return ""


def _list_repair(given: object, elements: Sequence[type]) -> str:
    """Return the repair for `given` in place of a list whose elements have one of some types."""
    models = [kind for kind in elements if issubclass(kind, BaseModel)]
    if not elements or type(given) in elements or any(isinstance(given, k) for k in models):
        return f"write a list with one element as ({format_value(given)},)"
    if isinstance(given, Mapping) and any(given.keys() <= k.model_fields.keys() for k in models):
        return "write a list with one element as ({...},)"
    names = [kind.__name__ for kind in models]
    return f"write a list of {' or '.join(names)}, for example ({names[0]}(...),)" if names else ""


def _elements(annotation: Any, path: Sequence[object]) -> list[type]:
    """Return the types of the elements of the list at `path`; empty if they are not known."""
    depth, expected = _expected(annotation, path)
    if depth < len(path) or get_origin(expected) is not tuple:
        return []
    element = _bare(get_args(expected)[0])
    members = get_args(element) if get_origin(element) in (Union, UnionType) else (element,)
    kinds = [_bare(member) for member in members]
    return [
        t
        for k in kinds
        for t in (map(type, get_args(k)) if get_origin(k) is Literal else (k,))
        if isinstance(t, type)
    ]


def _model_repair(given: object) -> str:
    """Return the repair for a comma that makes a tuple of settings, and for missing parentheses."""
    if isinstance(given, tuple) and len(given) == 1:
        return "remove the comma after the value"
    if isinstance(given, type) and issubclass(given, BaseModel):
        return f"write {given.__name__}(...)"
    return ""


def _choices(info: FieldInfo | None) -> list[str]:
    """Return the strings of a field's `Literal` type; empty for other types."""
    annotation = info.annotation if info is not None else None
    members = [annotation, *get_args(annotation)]
    return [t for m in members for t in (m, *get_args(m)) if isinstance(t, str)]


def _expected(annotation: Any, path: Sequence[object]) -> tuple[int, Any]:
    """Return the depth that `path` reaches in `annotation`, and the type that is expected there.

    The depth is the number of path elements that lead to the expected type. The depth can be less
    than the length of the path, because within a union pydantic appends the names of the union's
    members.
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
    """Return `annotation` without `Annotated` metadata and without `| None`."""
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
