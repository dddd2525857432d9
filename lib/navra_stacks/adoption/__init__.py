"""Find existing resources in an account and plan their import, without changing the account."""
