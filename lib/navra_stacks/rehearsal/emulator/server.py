"""moto's server with what it lacks, on a port of loopback that it prints.

Beside AWS it answers ``/navra/...``, by which the rehearsal that started it has a view into it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["ControlApp", "application", "main"]

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class ControlApp:
    """The WSGI application: ``/navra/NAME`` asks one of ours, everything else AWS."""

    def __init__(self, aws: Wsgi) -> None:
        from navra_stacks.rehearsal.emulator.fault_injection import Faults
        from navra_stacks.rehearsal.emulator.fixed_ids import ChosenIds
        from navra_stacks.rehearsal.emulator.resource_snapshot import Memory

        memory, ids = Memory(), ChosenIds()
        memory.install()
        ids.install()
        self._faults = Faults(aws)
        self._asked: dict[str, Callable[[Any], Any]] = {
            "remember": lambda _: memory.remember(),
            "since": lambda _: memory.since(),
            "next-ids": ids.next,
            "default-vpc": lambda which: ids.default_vpc(**which),
            "fail": lambda how: self._faults.begin(**how),
            "recover": lambda _: self._faults.end(),
        }

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _, _, ours = request.get("PATH_INFO", "").partition("/navra/")
        if (asked := self._asked.get(ours)) is None:
            return self._faults(request, start_response)
        body = request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))
        answer = json.dumps(asked(json.loads(body or b"null"))).encode()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [answer]


def _end_with_parent() -> None:
    """The pipe to who started this ends when they do, however that happens."""
    sys.stdin.read()
    os._exit(0)


def application() -> Wsgi:
    """What answers in this process: moto, taught and made quick, and ``/navra/...`` beside it."""
    from navra_stacks.rehearsal.emulator import speedups

    speedups.read_descriptions_once()
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from navra_stacks.rehearsal.emulator import moto_patches
    from navra_stacks.rehearsal.emulator.one_request_at_a_time import SingleRequestApp

    moto_patches.fill()
    speedups.install()
    return ControlApp(SingleRequestApp(DomainDispatcherApplication(create_backend_app)))


def main() -> None:
    """Serve until killed, or until who started this has ended."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started this
    threading.Thread(target=_end_with_parent, daemon=True).start()
    server = make_server(
        "127.0.0.1", 0, application(), threaded=True, request_handler=MotoRequestHandler
    )
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
