"""Requires its own host name, as a list of allowed hosts does."""

from server import Handler, serve


class OneHost(Handler):
    def do_GET(self) -> None:
        if self.headers.get("Host", "").partition(":")[0].endswith("shop.example"):
            self.respond(200, b"served")
        else:
            print(f"Invalid HTTP_HOST header: {self.headers.get('Host')!r}", flush=True)
            self.respond(400, b"Bad Request")


serve(OneHost)
