"""Services of this machine that tasks reach: the metadata endpoint, and an emulated AWS."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from navra_stacks.local.engine import Engine
from navra_stacks.local.task_model import TaskModel

__all__ = ["MetadataEndpoint", "Relay", "gateway"]

_CHUNK_BYTES = 65536


def gateway(engine: Engine, network: str) -> str:
    """Return the address of this machine in a network of the engine.

    It is the loopback address where the engine runs in a virtual machine, which forwards it.
    """
    address = engine.gateway(network)
    if address:
        with socket.socket() as probe:
            try:
                probe.bind((address, 0))
            except OSError:
                return "127.0.0.1"
            return address
    return "127.0.0.1"


class MetadataEndpoint:
    """The task metadata endpoint, version 4: the parts that the documents determine.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
    """

    def __init__(self, address: str, cluster: str, region: str) -> None:
        self._documents: dict[str, Mapping[str, Any]] = {}
        self._cluster = cluster
        self._region = region
        self._server = ThreadingHTTPServer((address, 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """The port of the endpoint."""
        return int(self._server.server_address[1])

    def add(self, task: TaskModel, container: str, run: str) -> str:
        """Add a container of a task, and return the path of its metadata."""
        arn = f"arn:aws:ecs:{self._region}:000000000000:task/{self._cluster}/{run}"
        described: dict[str, Any] = {
            "Cluster": self._cluster,
            "TaskARN": arn,
            "Family": task.family,
            "Revision": "1",
            "LaunchType": "FARGATE",
            "DesiredStatus": "RUNNING",
            "KnownStatus": "RUNNING",
            "Containers": [{"Name": one.name} for one in task.containers],
        }
        if task.cpu and task.memory:
            described["Limits"] = {"CPU": task.cpu / 1024, "Memory": task.memory}
        path = f"/v4/{run}-{task.family}-{container}"
        labels = {
            "com.amazonaws.ecs.cluster": self._cluster,
            "com.amazonaws.ecs.container-name": container,
            "com.amazonaws.ecs.task-arn": arn,
            "com.amazonaws.ecs.task-definition-family": task.family,
        }
        self._documents |= {
            path: {"Name": container, "Labels": labels},
            f"{path}/task": described,
            f"{path}/stats": {},
        }
        return path

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        documents = self._documents

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = documents.get(self.path.rstrip("/"))
                body = json.dumps({} if found is None else found).encode()
                self.send_response(404 if found is None else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler


class Relay:
    """Passes connections from tasks on to a port of loopback, which tasks do not reach.

    Args:
        address: The address on which tasks connect.
        port: The port on loopback.
    """

    def __init__(self, address: str, port: int) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as target:
                    back = threading.Thread(target=_copy, args=(target, self.request), daemon=True)
                    back.start()
                    _copy(self.request, target)
                    back.join()

        self._server = socketserver.ThreadingTCPServer((address, 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """The port on which tasks connect."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """End the relay."""
        self._server.shutdown()
        self._server.server_close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copy what a socket receives to another one, until the end of the stream."""
    with suppress(OSError):
        while data := source.recv(_CHUNK_BYTES):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
