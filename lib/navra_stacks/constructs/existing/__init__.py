"""The IDs of resources that existed before Terraform managed them."""
