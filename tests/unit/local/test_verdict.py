"""When a run has passed, and its form in JSON."""

from __future__ import annotations

import json

import pytest

from navra_stacks.local.verdict import Fault, LocalResult, ServiceResult, ServiceStatus

FAULT = Fault("health-path", "GET /up is answered with 404", "set the path")


@pytest.mark.parametrize(
    ("status", "passed"),
    [
        ("healthy", True),
        ("running", True),
        ("unhealthy", False),
        ("stopped", False),
        ("not started", False),
    ],
)
def test_a_service_has_passed_if_it_is_healthy_or_runs(status: ServiceStatus, passed: bool) -> None:
    assert ServiceResult("web", status).passed is passed


def test_a_healthy_service_with_a_fault_has_not_passed() -> None:
    assert not ServiceResult("web", "healthy", faults=[FAULT]).passed


def test_a_run_has_passed_if_all_services_have() -> None:
    good, bad = ServiceResult("web", "healthy"), ServiceResult("api", "stopped")
    assert LocalResult("shop", "podman", {}, [good]).passed
    assert not LocalResult("shop", "podman", {}, [good, bad]).passed


def test_the_form_in_json() -> None:
    service = ServiceResult("web", "unhealthy", 61.26, 60.0, [FAULT], ("last line",))
    urls = {"443": "http://localhost:8080"}
    found = LocalResult("shop-qa", "podman", urls, [service], differences=("x",))
    assert json.loads(json.dumps(found.as_json())) == {
        "stack": "shop-qa",
        "engine": "podman",
        "passed": False,
        "urls": {"443": "http://localhost:8080"},
        "services": [
            {
                "service": "web",
                "status": "unhealthy",
                "seconds": 61.3,
                "limit_seconds": 60.0,
                "faults": [
                    {
                        "kind": "health-path",
                        "message": "GET /up is answered with 404",
                        "repair": "set the path",
                    }
                ],
                "log": ["last line"],
            }
        ],
        "routes": [],
        "differences": ["x"],
    }
