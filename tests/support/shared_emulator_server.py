"""The emulator's server for tests, which saves and restores its state by forking.

To save the state, the process pauses and a forked child continues to serve. To restore it, the
child exits and the paused process forks another child. All of them serve the same port.
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

SLOTS = 16
"""The number of states that can be saved."""


class StatefulApp:
    """Serves ``/navra/save-state`` and ``/navra/restore-state``, each with the number of a slot."""

    def __init__(self, aws: Wsgi) -> None:
        self._aws = aws
        # Opened before the first fork, so that every process can wake every other.
        self._pipes = [os.pipe() for _ in range(SLOTS)]
        self._actions = {
            "/navra/save-state": self._save,
            "/navra/restore-state": self._restore,
        }
        self.after_response: Callable[[], None] = nothing
        """The function to call after the response has been sent."""

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if (action := self._actions.get(request["PATH_INFO"])) is None:
            return self._aws(request, start_response)
        slot = json.loads(request["wsgi.input"].read(int(request["CONTENT_LENGTH"])))
        self.after_response = lambda: action(slot)
        # Without a length, the client would wait until the connection closes.
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "4")])
        return [b"null"]

    def _save(self, slot: int) -> None:
        gc.freeze()  # otherwise the child's first garbage collection copies all its memory
        reader, _ = self._pipes[slot]
        while os.fork():
            wait_for(reader)
            os.read(reader, 1)

    def _restore(self, slot: int) -> None:
        _, writer = self._pipes[slot]
        os.write(writer, b"!")
        os._exit(0)


def nothing() -> None:
    pass


def wait_for(descriptor: int) -> None:
    """Wait until a descriptor is readable; exit when the process of the tests has ended."""
    readable, _, _ = select.select([0, descriptor], [], [])
    if 0 in readable:
        reap(0)
        os._exit(0)
    reap(os.WNOHANG)


def reap(how: int) -> None:
    """Reap child processes that have ended; with 0, wait for all of them."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, how)[0]:
            pass


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process of the tests handles Ctrl-C
    app = StatefulApp(application())
    from moto.acm.models import CertBundle
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class Quiet(MotoRequestHandler):
        wbufsize = -1  # sends a response in one write, headers and body

        def log_request(self, *_: Any) -> None:
            """Do not log requests."""

    # Generates the private key that all certificates share, before the first fork.
    CertBundle.generate_cert("first.example", "", "us-east-1")
    server = make_server("127.0.0.1", 0, app, request_handler=Quiet)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    while True:
        wait_for(server.fileno())
        server.handle_request()
        after_response, app.after_response = app.after_response, nothing
        after_response()


if __name__ == "__main__":
    main()
