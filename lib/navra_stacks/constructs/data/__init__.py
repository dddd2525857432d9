"""Secrets, the RDS database, the ElastiCache cache, and backups."""
