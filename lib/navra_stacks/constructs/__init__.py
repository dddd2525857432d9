"""Constructs that create AWS resources from settings and from handles of other constructs."""
