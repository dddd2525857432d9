"""Listens on port 80."""

from server import serve

serve(port=80)
