"""Check Terraform JSON documents and plans: the schema of the provider, and policy rules."""
