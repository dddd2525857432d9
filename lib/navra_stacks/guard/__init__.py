"""Evaluate a Terraform plan: refuse losses of data or traffic, and changes of adopted resources."""
