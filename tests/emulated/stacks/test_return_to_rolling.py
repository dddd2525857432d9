"""A service returns from a strategy that shifts traffic to the rolling strategy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from navra_stacks import Deployment, synthesize
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.shop import shop, web
from tests.support.upgrade import upgrade


def document(deployment: Deployment, directory: Path) -> dict[str, Any]:
    """Synthesize a shop whose service a pipeline deploys."""
    environment = shop(web(deployment=deployment, deployed_by="pipeline", desired_count=2))
    (written,) = synthesize([environment], directory)
    return dict(json.loads(written.path.read_bytes()))


def test_the_alarms_of_the_shift_are_turned_off(
    installed: tuple[Terraform, Provider], tmp_path: Path
) -> None:
    # Without `formerly_shifted`, provider 5.100 sends a request that AWS's SDK rejects.
    done = upgrade(
        document(Deployment.blue_green(), tmp_path / "before"),
        document(Deployment.rolling(formerly_shifted=True), tmp_path / "after"),
        installed=installed,
        directory=tmp_path / "work",
    )
    assert done.failure == ""
    assert done.differences == ()
    planned = {change.address: change.actions for change in done.plan.changes}
    assert planned["aws_ecs_service.web_service"] == ("update",)
    assert planned["aws_cloudwatch_metric_alarm.web_5xx_rollback_alarm"] == ("no-op",)
    assert planned["aws_cloudwatch_metric_alarm.web_alternate_5xx_rollback_alarm"] == ("delete",)
