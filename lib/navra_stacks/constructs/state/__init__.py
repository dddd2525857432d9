"""The S3 bucket for Terraform state."""
