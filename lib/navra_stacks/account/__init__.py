"""Read-only access to an AWS account, and the lookup of existing resources in the account."""
