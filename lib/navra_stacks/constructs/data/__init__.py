"""Secrets, the database, the cache, and backups."""
