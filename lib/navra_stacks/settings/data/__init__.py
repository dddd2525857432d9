"""Settings of the data stores: secrets, database, cache, backups."""
