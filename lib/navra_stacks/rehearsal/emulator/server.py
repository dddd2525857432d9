"""The server process of the emulator: patched moto on a loopback port, which is printed.

The server also has a control API at ``/navra/...`` for the rehearsal that started the server.
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
    """A WSGI application with the control API at ``/navra/NAME`` and AWS at all other paths."""

    def __init__(self, aws: Wsgi) -> None:
        from navra_stacks.rehearsal.emulator.availability_zones import add_zones
        from navra_stacks.rehearsal.emulator.call_recording import CallRecorder
        from navra_stacks.rehearsal.emulator.exit_codes import set_exit_code
        from navra_stacks.rehearsal.emulator.fault_injection import FaultInjector
        from navra_stacks.rehearsal.emulator.fixed_arns import set_arn
        from navra_stacks.rehearsal.emulator.fixed_ids import FixedIds
        from navra_stacks.rehearsal.emulator.resource_snapshot import ResourceSnapshot
        from navra_stacks.rehearsal.emulator.service_deployments.outcomes import script_deployments

        snapshot, ids = ResourceSnapshot(), FixedIds()
        snapshot.install()
        ids.install()
        faults = FaultInjector(aws)
        self._recorder = CallRecorder(faults)
        self._actions: dict[str, Callable[[Any], Any]] = {
            "take-snapshot": lambda _: snapshot.take(),
            "created-since-snapshot": lambda _: snapshot.created_since(),
            "set-next-ids": ids.set_next,
            "recreate-default-vpc": lambda arguments: ids.recreate_default_vpc(**arguments),
            "add-zones": lambda arguments: add_zones(**arguments),
            "set-arn": lambda arguments: set_arn(**arguments),
            "script-deployments": lambda arguments: script_deployments(**arguments),
            "set-exit-code": lambda arguments: set_exit_code(**arguments),
            "start-failing": lambda arguments: faults.start(**arguments),
            "stop-failing": lambda _: faults.stop(),
            "script-fault": lambda arguments: faults.script(**arguments),
            "clear-faults": lambda _: faults.clear(),
            "recorded-calls": lambda _: self._recorder.calls(),
            "clear-recorded-calls": lambda _: self._recorder.clear(),
        }

    def __call__(self, request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _, _, name = request.get("PATH_INFO", "").partition("/navra/")
        if (action := self._actions.get(name)) is None:
            return self._recorder(request, start_response)
        body = request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))
        response = json.dumps(action(json.loads(body or b"null"))).encode()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [response]


def _exit_with_parent() -> None:
    """Exit when the parent process ends, which closes the standard input of this process."""
    sys.stdin.read()
    os._exit(0)


def application() -> Wsgi:
    """Return the WSGI application: patched moto without waits, and the control API."""
    from navra_stacks.rehearsal.emulator import speedups

    speedups.cache_service_models()
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from navra_stacks.rehearsal.emulator import moto_patches
    from navra_stacks.rehearsal.emulator.one_request_at_a_time import SingleRequestApp

    moto_patches.apply_patches()
    speedups.install()
    return ControlApp(SingleRequestApp(DomainDispatcherApplication(create_backend_app)))


def main() -> None:
    """Run the server until this process is killed or its parent process exits."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process handles Ctrl-C
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    server = make_server(
        "127.0.0.1", 0, application(), threaded=True, request_handler=MotoRequestHandler
    )
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
