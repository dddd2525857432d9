"""The bucket that holds Terraform state."""
