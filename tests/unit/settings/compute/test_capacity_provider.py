"""Validation of capacity providers and of ECS Exec."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import CapacityProviderStrategy, Hardening, SettingsError


def test_rejects_spot_if_it_would_replace_a_running_service():
    backend = STAGING.service("backend").replace(capacity=CapacityProviderStrategy())
    with pytest.raises(SettingsError, match=r"services\.backend\.capacity: can make"):
        STAGING.replace(services=(STAGING.service("frontend"), backend))


def test_rejects_exec_with_a_read_only_root_file_system():
    service = STAGING.service("backend")
    read_only = service.replace(container=service.container.replace(read_only_root=True))
    with pytest.raises(SettingsError, match=r"hardening\.audited_exec: cannot open sessions in"):
        STAGING.replace(
            services=(STAGING.service("frontend"), read_only),
            hardening=Hardening.relaxed(audited_exec=True),
        )


def test_rejects_a_strategy_with_all_weights_0():
    strategy = CapacityProviderStrategy(fargate_weight=0, spot_weight=0)
    assert [str(problem) for problem in strategy.problems()] == [
        "spot_weight: is 0, and fargate_weight is 0 as well; raise spot_weight or fargate_weight "
        "above 0"
    ]
