"""Shared by several constructs: context, logical IDs, policies, keys, private buckets."""
