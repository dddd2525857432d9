"""Settings of existing resources: their ids, imports, data stores that are managed elsewhere."""
