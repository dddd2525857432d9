"""Check a document against the schema of the AWS provider and the models of the AWS API."""
