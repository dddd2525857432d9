"""Checks of an account before the first apply of an environment; read-only."""
