"""Helpers for constructs: context, logical IDs, policy documents, KMS keys, private buckets."""
