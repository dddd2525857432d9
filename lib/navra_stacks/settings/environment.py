"""The settings of one environment: its fields, and the validation rules between the fields."""

from collections.abc import Mapping
from typing import Any, ClassVar

from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.base import Rule
from navra_stacks.settings.validation import RULES

__all__ = ["Environment"]


class Environment(EnvironmentFields):
    """All settings of one environment of a project; `synthesize` converts them to Terraform JSON.

    Raises:
        SettingsError: the settings are invalid; the error lists all problems, nested ones too.
    """

    is_root: ClassVar[bool] = True

    extra_rules: ClassVar[tuple[Rule, ...]] = RULES

    @classmethod
    def _subject(cls, fields: Mapping[str, Any]) -> str:
        parts = [str(fields[key]) for key in ("project", "name") if key in fields]
        return "-".join(parts) or cls.__name__
