"""A small HTTP server, which answers every path with 200; the other programs use it."""

from __future__ import annotations

import http.server
import socketserver


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers GET and HEAD, and keeps connections open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.respond(200, b"served")

    do_HEAD = do_GET

    def respond(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        print(self.address_string(), format % args, flush=True)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """A thread for each connection."""

    daemon_threads = True


def serve(handler: type[Handler] = Handler, port: int = 8080) -> None:
    Server(("", port), handler).serve_forever()
