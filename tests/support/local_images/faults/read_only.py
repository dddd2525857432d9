"""Writes a cache next to its code."""

from pathlib import Path

from server import serve

cache = Path("/srv/cache")
cache.mkdir(exist_ok=True)
cache.joinpath("templates").write_text("compiled")
serve()
