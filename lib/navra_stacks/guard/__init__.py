"""Refuse a Terraform plan that would lose data, cut traffic, or change adopted resources."""
