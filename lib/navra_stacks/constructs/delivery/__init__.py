"""ECR repositories and the role with which a pipeline deploys."""
