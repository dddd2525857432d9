"""Patches for Service Quotas."""

from __future__ import annotations

import json
from typing import Any

from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.responses import ServiceQuotasResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import add_to, around

__all__ = ["add_quotas"]

DEFAULTS = {
    # AWS General Reference, for example
    # https://docs.aws.amazon.com/general/latest/gr/ecs-service.html
    ("fargate", "L-3032A538"): ("Fargate On-Demand vCPU resource count", 6.0),
    ("fargate", "L-36FBB829"): ("Fargate Spot vCPU resource count", 6.0),
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5.0),
    ("elasticloadbalancing", "L-53DA6B97"): ("Application Load Balancers per Region", 50.0),
    ("rds", "L-7B6409FD"): ("DB instances", 40.0),
}
"""The quotas that moto does not have, with their default values."""


def add_quotas() -> None:
    """Add quotas of more services, and grant each request for an increase at once.

    AWS decides on a request for an increase later. Remove this patch when moto has these quotas and
    RequestServiceQuotaIncrease.
    """

    @around(ServiceQuotasBackend)
    def get_service_quota(get: Any, backend: Any, service_code: str, quota_code: str) -> Any:
        increased = getattr(backend, "increased", {})
        if (service_code, quota_code) not in DEFAULTS:
            quota = get(backend, service_code, quota_code)
        else:
            name, value = DEFAULTS[service_code, quota_code]
            quota = {
                "ServiceCode": service_code,
                "QuotaCode": quota_code,
                "QuotaName": name,
                "Value": value,
                "Adjustable": True,
                "GlobalQuota": False,
            }
        return quota | {"Value": increased.get(quota_code, quota["Value"])}

    add_to(ServiceQuotasResponse, get_aws_default_service_quota, request_service_quota_increase)


def get_aws_default_service_quota(_: Any) -> str:
    """Return no default: every quota of the emulator has a value of the account."""
    raise NoSuchResource


def request_service_quota_increase(response: Any) -> str:
    """Increase a quota."""
    request = json.loads(response.body)
    service, code, value = request["ServiceCode"], request["QuotaCode"], request["DesiredValue"]
    quota = response.backend.get_service_quota(service, code)
    if not hasattr(response.backend, "increased"):
        response.backend.increased = {}
    response.backend.increased[code] = float(value)
    details = {
        "Id": f"{service}-{code}",
        "ServiceCode": service,
        "QuotaCode": code,
        "QuotaName": quota["QuotaName"],
        "DesiredValue": value,
        "Status": "APPROVED",
    }
    return json.dumps({"RequestedQuota": details})
