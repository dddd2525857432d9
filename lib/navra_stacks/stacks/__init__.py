"""Terraform stacks: an environment, the bucket of its state, and their synthesis."""
