"""Refuses a plan of Terraform's that would lose data, cut traffic, or change what was adopted."""
