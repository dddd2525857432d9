"""Reads a file of root before it listens on port 80."""

from pathlib import Path

from server import serve

Path("/srv/private").read_text()
serve(port=80)
