"""Settings of the VPC and its subnets."""
