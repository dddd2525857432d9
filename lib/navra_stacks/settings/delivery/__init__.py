"""Settings of delivery: ECR repositories for images, and the IAM role of a pipeline."""
