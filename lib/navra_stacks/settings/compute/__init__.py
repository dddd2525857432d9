"""Settings of ECS services: containers, images, deployment, scaling."""
