"""Programs with a fault that a running container shows, and programs that look alike without it."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass

__all__ = ["OTHER_ARCHITECTURE", "PROGRAMS", "Program"]

OTHER_ARCHITECTURE = "amd64" if platform.machine() in ("aarch64", "arm64") else "arm64"
"""An architecture that this machine does not have, with the name that images use."""

_NGINX_PATHS = ("/tmp", "/var/cache/nginx", "/var/run")


@dataclass(frozen=True)
class Program:
    """The program of an image, and the container definition in which its fault appears."""

    root: str
    """The root file system: ``nginx``, ``python`` or ``foreign``, all with busybox."""

    command: tuple[str, ...]

    fault: str = ""
    """The kind of the fault (see `navra_stacks.local.verdict`), or empty for a control."""

    alike: str = ""
    """The fault that a control looks like."""

    works: bool = True
    """Whether the container becomes healthy, and stays so."""

    port: int = 8080

    user: str = "1000"

    read_only: bool = False

    tmpfs: tuple[str, ...] = ()

    stop_timeout: int = 5

    architecture: str = ""
    """The architecture in the image's description, if it is not that of this machine."""

    @property
    def changes(self) -> tuple[str, ...]:
        """The image's configuration, as instructions of a Dockerfile."""
        return (f"CMD {json.dumps(self.command)}", "WORKDIR /srv", "ENV PYTHONUNBUFFERED=1")


def _python(script: str, *arguments: str) -> tuple[str, ...]:
    return ("python3", f"/srv/{script}.py", *arguments)


def _shell(script: str) -> tuple[str, ...]:
    return (f"/srv/{script}.sh",)


def _nginx(configuration: str) -> tuple[str, ...]:
    return ("nginx", "-c", f"/etc/nginx/faults/{configuration}.conf", "-g", "daemon off;")


_HTTPD = ("httpd", "-f", "-p", "8080", "-h", "/srv/www")

_STOCK_NGINX = ("nginx", "-g", "daemon off;")

PROGRAMS: dict[str, Program] = {
    # Port 80 as a user other than root.
    "low-port-nginx": Program(
        "nginx", _STOCK_NGINX, "low-port", works=False, port=80, user="101", tmpfs=_NGINX_PATHS
    ),
    "low-port-python": Program("python", _python("low_port"), "low-port", works=False, port=80),
    "low-port-busybox": Program(
        "python",
        ("httpd", "-f", "-p", "80", "-h", "/srv/www"),
        "low-port",
        works=False,
        port=80,
    ),
    "low-port-control-file": Program(
        "python", _python("denied_file"), alike="low-port", works=False, port=80
    ),
    "low-port-control-cache": Program(
        "nginx", _nginx("high_port"), alike="low-port", works=False, user="101"
    ),
    "low-port-control-fallback": Program("python", _python("low_port_fallback"), alike="low-port"),
    # A path that is not writable.
    "read-only-nginx": Program(
        "nginx", _nginx("high_port"), "read-only-path", works=False, user="101", read_only=True
    ),
    "read-only-python": Program(
        "python", _python("read_only"), "read-only-path", works=False, read_only=True
    ),
    "read-only-shell": Program(
        "python", _shell("read_only"), "read-only-path", works=False, read_only=True
    ),
    "read-only-control-handled": Program(
        "python", _python("read_only_handled"), alike="read-only-path", read_only=True
    ),
    "read-only-control-setting": Program(
        "python", _python("read_only_setting"), alike="read-only-path", works=False, read_only=True
    ),
    # The end after SIGTERM.
    "stop-ignored": Program("python", _shell("ignored_signal"), "stop-timeout"),
    "stop-drains": Program("python", _python("drain", "60"), "stop-timeout"),
    "stop-control-drains": Program("python", _python("drain", "3"), alike="stop-timeout"),
    # Idle connections.
    "keep-alive-nginx": Program("nginx", _nginx("keep_alive"), "keep-alive"),
    "keep-alive-python": Program("python", _python("keep_alive"), "keep-alive"),
    "keep-alive-control-open": Program("python", _python("keep_alive_open"), alike="keep-alive"),
    "keep-alive-control-close": Program("nginx", _nginx("keep_alive_none"), alike="keep-alive"),
    # The response to a health check of the path /up.
    "health-404-nginx": Program("nginx", _nginx("missing_health"), "health-path", works=False),
    "health-404-python": Program("python", _python("missing_health"), "health-path", works=False),
    "health-host-nginx": Program("nginx", _nginx("host"), "health-host", works=False),
    "health-host-python": Program("python", _python("allowed_hosts"), "health-host", works=False),
    "health-control-nginx": Program("nginx", _nginx("health"), alike="health-path"),
    "health-control-python": Program("python", _python("only_health"), alike="health-path"),
    # The end of a process for want of memory.
    "memory-process": Program("python", _python("memory"), "out-of-memory", works=False),
    "memory-worker": Program("python", _shell("memory_worker"), "out-of-memory", works=False),
    "memory-control-exit": Program(
        "python", _shell("exit_137"), alike="out-of-memory", works=False
    ),
    "memory-control-kill": Program(
        "python", _python("killed_worker"), alike="out-of-memory", works=False
    ),
    # Another architecture, in the image's description or in its program alone.
    "architecture-description": Program(
        "foreign", _HTTPD, "architecture", works=False, architecture=OTHER_ARCHITECTURE
    ),
    "architecture-program": Program("foreign", _HTTPD, "architecture", works=False),
    "architecture-control-helper": Program(
        "python", _python("foreign_helper"), alike="architecture"
    ),
    # An init process runs it with a shell. Without one, its format is not that of a program.
    "architecture-control-script": Program(
        "python", _shell("no_interpreter"), alike="architecture"
    ),
}
"""By the name of the image; two faulty programs for each fault, and at least one control."""
