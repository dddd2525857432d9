"""One environment: its fields, and the rules that hold between them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.base import Rule
from navra_stacks.settings.validation import RULES

__all__ = ["Environment"]


class Environment(EnvironmentFields):
    """Everything about one environment of one project; `synthesize` turns it into Terraform JSON.

    Raises:
        SettingsError: naming everything that is wrong with it and with its parts.
    """

    is_root: ClassVar[bool] = True

    further_rules: ClassVar[tuple[Rule, ...]] = RULES

    @classmethod
    def _subject(cls, sound: Mapping[str, Any]) -> str:
        parts = [str(sound[key]) for key in ("project", "name") if key in sound]
        return "-".join(parts) or cls.__name__
