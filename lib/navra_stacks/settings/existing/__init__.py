"""Settings of resources that existed before Terraform: recorded ids, imports, data stores."""
