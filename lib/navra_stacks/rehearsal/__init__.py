"""Rehearse an environment: apply it with the real Terraform and AWS provider to an emulated AWS."""
