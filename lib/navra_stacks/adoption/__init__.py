"""Find existing resources of an account and plan their import. The account is not changed."""
