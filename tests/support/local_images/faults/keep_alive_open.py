"""Never closes an idle connection."""

from server import serve

serve()
