"""Finds what an account has already for the resources of a document; it changes nothing there."""
