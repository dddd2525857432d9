"""ECR repositories, and the IAM role that a deployment pipeline assumes."""
