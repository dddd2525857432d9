"""The `navra` command, one module for each subcommand.

A subcommand imports what it needs when it runs, so that the others start quickly.
"""
