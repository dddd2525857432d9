"""The policy rules, one in each module."""
