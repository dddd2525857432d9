"""Answers the health path, and 404 to everything else."""

from server import Handler, serve


class OnePage(Handler):
    def do_GET(self) -> None:
        if self.path == "/up":
            self.respond(200, b"up")
        else:
            self.respond(404, b"not found")


serve(OnePage)
