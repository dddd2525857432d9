"""Runs the real Terraform over a document: finds it and a provider, and reads its plans."""
