"""The process of jsii's kernel, started directly and before jsii requests it."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

__all__ = ["KernelProcess", "environment"]

# The name of the running test, which node never reads, and which changes with every test.
_VOLATILE = ("PYTEST_CURRENT_TEST",)


def environment() -> dict[str, str]:
    """Return node's environment variables: those of this process, and the agent that jsii sets."""
    inherited = {name: value for name, value in os.environ.items() if name not in _VOLATILE}
    return inherited | {"JSII_AGENT": f"Python/{sys.version.split()[0]}"}


class KernelProcess:
    """A node process that runs the kernel.

    It has the attributes and methods of ``subprocess.Popen`` that jsii uses.
    """

    def __init__(self, node: str, program: Path, core: str) -> None:
        """Start the process.

        Args:
            node: The path of node.
            program: The path of program.js.
            core: The name of the engine's core package, see `Engine`.

        Raises:
            OSError: the process cannot be started.
        """
        self._owner = os.getpid()
        self._environment = environment()
        self._directory = os.getcwd()  # noqa: PTH109 - it is compared, not used
        requests, replies = os.pipe(), os.pipe()
        try:
            self._process = subprocess.Popen(
                [
                    node,
                    "--max-old-space-size=4069",
                    "--max-semi-space-size=2",
                    "--preserve-symlinks",
                    str(program),
                    str(requests[0]),
                    str(replies[1]),
                    core,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment,
                pass_fds=(requests[0], replies[1]),
            )
        except BaseException:
            os.close(requests[1])
            os.close(replies[0])
            raise
        finally:
            os.close(requests[0])
            os.close(replies[1])
        self.stdin: IO[bytes] = os.fdopen(requests[1], "wb")
        self.stdout: IO[bytes] = os.fdopen(replies[0], "rb")
        self._outputs = (self._process.stdout, self._process.stderr)
        self._relaying: threading.Thread | None = None
        self.stderr = _NullStream()
        self.pid = self._process.pid

    @property
    def is_current(self) -> bool:
        """True if a process that is started now would be the same.

        It must run, and must have been started by this process, with the current environment and
        working directory.
        """
        try:
            return (
                self.is_own
                and self._environment == environment()
                and self._directory == os.getcwd()  # noqa: PTH109
                and self.poll() is None
            )
        except OSError:  # the working directory was deleted
            return False

    @property
    def is_own(self) -> bool:
        """True if this process started it, and not a process from which this one was forked."""
        return self._owner == os.getpid()

    def send(self, requests: Sequence[Mapping[str, object]]) -> None:
        """Write requests whose replies are read later."""
        import json

        for request in requests:
            self.stdin.write(json.dumps(request).encode() + b"\n")
        self.stdin.flush()

    def relay(self) -> threading.Thread:
        """Start to copy the output of JavaScript to ``sys.stdout`` and ``sys.stderr``."""
        thread = threading.Thread(target=self._relay, name="process.stderr_sink", daemon=True)
        thread.start()
        self._relaying = thread
        return thread

    def _relay(self) -> None:
        from selectors import EVENT_READ, DefaultSelector

        with DefaultSelector() as selector:
            for file, name in zip(self._outputs, ("stdout", "stderr"), strict=True):
                assert file is not None
                selector.register(file, EVENT_READ, name)
            while selector.get_map():
                for key, _ in selector.select():
                    output = os.read(key.fd, 65536)
                    if output:
                        _print(output, key.data)
                    else:
                        selector.unregister(key.fileobj)

    # The methods that jsii calls on a process

    def poll(self) -> int | None:
        """Return the exit status, or None while the process runs."""
        return self._process.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the process to end, and return its exit status.

        Args:
            timeout: Seconds to wait; None waits without limit.

        Raises:
            subprocess.TimeoutExpired: the process still runs.
        """
        return self._process.wait(timeout)

    def terminate(self) -> None:
        """Send SIGTERM to the process."""
        self._process.terminate()

    def kill(self) -> None:
        """Send SIGKILL to the process."""
        self._process.kill()

    def discard(self) -> None:
        """End a process that is not used; node removes its own temporary files."""
        if self.is_own:
            # Closing the pipe may not end it: a process forked from this one holds the pipe open.
            with contextlib.suppress(OSError):
                self.send([{"exit": 0}])
        for pipe in (self.stdin, self.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        if self.is_own:
            try:
                self.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.kill()
                self.wait()
        if self._relaying is not None:
            # Not closed while the thread reads: the next opened file would get the same descriptor.
            self._relaying.join(timeout=5)
            return
        for file in self._outputs:
            if file is not None:
                file.close()


def _print(output: bytes, name: str) -> None:
    """Write to the current ``sys.stdout`` or ``sys.stderr``, which a test may have replaced.

    Errors are ignored, so that the reader continues: node blocks when a pipe is full.
    """
    stream = getattr(sys, name)
    with contextlib.suppress(Exception):
        buffer = getattr(stream, "buffer", None)  # a `StringIO` has none
        if buffer is None:
            stream.write(output.decode(errors="replace"))
        else:
            buffer.write(output)


class _NullStream:
    """The ``stderr`` that jsii closes; the thread of `KernelProcess.relay` reads the real one."""

    def close(self) -> None:
        pass
