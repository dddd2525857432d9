"""Has no page but its first one."""

from server import Handler, serve


class OnePage(Handler):
    def do_GET(self) -> None:
        if self.path == "/":
            self.respond(200, b"served")
        else:
            self.respond(404, b"not found")


serve(OnePage)
