"""VPCs, VPC endpoints, VPC flow logs and security groups."""
