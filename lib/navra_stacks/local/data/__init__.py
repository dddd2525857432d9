"""Throw-away databases and caches in the place of those that a document creates."""
