"""Read-only access to an AWS account, and the lookup of what exists in it."""
