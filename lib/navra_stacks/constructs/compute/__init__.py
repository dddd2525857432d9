"""The ECS cluster, services, task definitions, their roles and deployments."""
