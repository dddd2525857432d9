"""Validation of the log group prefix and the retention."""

import pytest

from navra_stacks import Logs
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import RETENTIONS, Build, case, problems_of

INVALID_LOGS = [
    case(
        "for ever",
        lambda: Logs(group_prefix="/ecs", retention_days=0),
        f"retention_days: 0 days is not a retention that CloudWatch Logs offers ({RETENTIONS}); "
        "use 1, the nearest offered value",
    ),
    case(
        "33 days",
        lambda: Logs(group_prefix="/ecs", retention_days=33),
        f"retention_days: 33 days is not a retention that CloudWatch Logs offers ({RETENTIONS}); "
        "use 30, the nearest offered value",
    ),
    case(
        "a group of AWS",
        lambda: Logs(group_prefix="/aws/ecs", retention_days=30),
        "group_prefix: '/aws/ecs' is reserved for AWS services; use another prefix, for example "
        "'/ecs'",
    ),
    *(
        case(
            f"the prefix {prefix}",
            lambda prefix=prefix: Logs(group_prefix=prefix, retention_days=1),
            f"group_prefix: '{prefix}' is not a valid prefix of a log group name; use at most 200 "
            "letters, digits and _ - . #, with single slashes and no slash at the end, for "
            "example '/ecs'",
        )
        for prefix in ("", "/ecs/", "//ecs", "/e cs", "a" * 201)
    ),
]


@pytest.mark.parametrize(("build", "lines"), INVALID_LOGS)
def test_rejects_invalid_log_settings(build: Build, lines: list[str]) -> None:
    settings = build()
    assert isinstance(settings, Settings)
    assert problems_of(settings) == lines
