"""Ids from the architecture record."""

from __future__ import annotations

__all__ = ["GROUPS", "VPC"]

VPC = "vpc-0652a6de1c9efdc2f"
GROUPS = {
    "aep-staging-alb-sg": "sg-08200836125a8f3af",
    "aep-staging-ecs-frontend-sg": "sg-052b6de52177c40be",
    "aep-staging-ecs-backend-sg": "sg-024e491e60830af98",
}
