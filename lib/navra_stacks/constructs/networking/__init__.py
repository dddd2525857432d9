"""The VPC, its endpoints and flow logs, and security groups."""
