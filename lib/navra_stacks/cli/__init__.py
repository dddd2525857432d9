"""The `navra` command: a module for each subcommand, and the helpers that subcommands share.

A subcommand imports most of the library only when it runs, so that every subcommand starts quickly.
"""
