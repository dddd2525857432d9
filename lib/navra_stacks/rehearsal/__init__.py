"""Rehearsal: apply and destroy a document with real Terraform against an emulated AWS."""
