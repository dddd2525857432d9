"""Refusals about how tasks run."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import CapacityProviderStrategy, Hardening, SettingsError


def test_spot_is_refused_where_it_would_replace_a_running_service():
    backend = STAGING.service("backend").replace(capacity=CapacityProviderStrategy())
    with pytest.raises(SettingsError, match=r"services\.backend\.capacity: would replace"):
        STAGING.replace(services=(STAGING.service("frontend"), backend))


def test_exec_is_refused_beside_a_read_only_root():
    service = STAGING.service("backend")
    locked = service.replace(container=service.container.replace(read_only_root=True))
    with pytest.raises(SettingsError, match=r"hardening\.audited_exec: cannot open sessions in"):
        STAGING.replace(
            services=(STAGING.service("frontend"), locked),
            hardening=Hardening.relaxed(audited_exec=True),
        )


def test_a_mix_without_any_share_is_refused():
    mix = CapacityProviderStrategy(fargate_weight=0, spot_weight=0)
    assert [str(problem) for problem in mix.problems()] == [
        "spot_weight: is 0, and so is fargate_weight; give one of them a share"
    ]
