"""What exists in an account before Terraform manages it: recorded ids and imports."""
