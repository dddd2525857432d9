"""What several constructs share: logical ids, policies, keys, private buckets."""
