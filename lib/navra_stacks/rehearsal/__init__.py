"""Applies an environment for real, with Terraform and its AWS provider, to an emulated AWS."""
