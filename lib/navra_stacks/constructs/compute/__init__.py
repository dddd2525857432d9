"""The ECS cluster, and services with their task definitions, IAM roles and deployments."""
