"""Settings of what deploys: ECR repositories and the role of a pipeline."""
