"""The emulator's server for tests: it can go back to what it once held, at the cost of a fork.

Where something is to be kept, the process that holds it stands still and a child of it serves on.
To go back, the child ends and another one is made. All of them serve the same port.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from navra_stacks.rehearsal.emulator.server import Wsgi, application

PLACES = 16
"""How many states can be kept."""


class Keeping:
    """Answers ``/navra/keep`` and ``/navra/back``, each with the number of a place."""

    def __init__(self, aws: Wsgi) -> None:
        self._aws = aws
        # Made before the first fork, so that every process can wake every other.
        self._pipes = [os.pipe() for _ in range(PLACES)]
        self._asked = {"/navra/keep": self._keep, "/navra/back": self._back}
        self.then: Callable[[], None] = nothing
        """What is to be done once the answer was sent."""

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if (asked := self._asked.get(request["PATH_INFO"])) is None:
            return self._aws(request, start_response)
        place = json.loads(request["wsgi.input"].read(int(request["CONTENT_LENGTH"])))
        self.then = lambda: asked(place)
        # With its length: else who reads it waits for the end of the connection.
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "4")])
        return [b"null"]

    def _keep(self, place: int) -> None:
        gc.freeze()  # else the child's first collection copies all its memory
        woken, _ = self._pipes[place]
        while os.fork():
            wait_for(woken)
            os.read(woken, 1)

    def _back(self, place: int) -> None:
        _, waking = self._pipes[place]
        os.write(waking, b"!")
        os._exit(0)


def nothing() -> None:
    pass


def wait_for(descriptor: int) -> None:
    """Wait until there is something to read; ends with who started all this."""
    readable, _, _ = select.select([0, descriptor], [], [])
    if 0 in readable:
        reap(0)
        os._exit(0)
    reap(os.WNOHANG)


def reap(how: int) -> None:
    """Take note of the children that have ended; with 0, of all of them."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, how)[0]:
            pass


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started this
    keeping = Keeping(application())
    from moto.acm.models import CertBundle
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class Quiet(MotoRequestHandler):
        wbufsize = -1  # an answer is sent whole, not its head first

        def log_request(self, *_: Any) -> None:
            """Nobody reads it."""

    # With the one key that all have, before the first fork.
    CertBundle.generate_cert("first.example", "", "us-east-1")
    server = make_server("127.0.0.1", 0, keeping, request_handler=Quiet)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    while True:
        wait_for(server.fileno())
        server.handle_request()
        then, keeping.then = keeping.then, nothing
        then()


if __name__ == "__main__":
    main()
