"""Read Terraform documents, plans and schemas, and run the real Terraform."""
