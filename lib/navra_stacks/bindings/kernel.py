"""The process of jsii's kernel, started directly and before anybody asks for it."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

__all__ = ["KernelProcess", "environment"]

# What names the test that runs, which node never reads, and which is another whenever one looks.
_FLEETING = ("PYTEST_CURRENT_TEST",)


def environment() -> dict[str, str]:
    """What node is told of the environment: all of it, and who starts it, as jsii does."""
    kept = {name: value for name, value in os.environ.items() if name not in _FLEETING}
    return kept | {"JSII_AGENT": f"Python/{sys.version.split()[0]}"}


class KernelProcess:
    """node with the kernel in it; it has what jsii asks of the process that it starts itself."""

    def __init__(self, node: str, program: Path) -> None:
        """Start it.

        Raises:
            OSError: it cannot be started.
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
        self._said = (self._process.stdout, self._process.stderr)
        self._relaying: threading.Thread | None = None
        self.stderr = _Nothing()
        self.pid = self._process.pid

    @property
    def fits(self) -> bool:
        """Whether it is what would be started now: by this process, in this environment."""
        try:
            return (
                self.ours
                and self._environment == environment()
                and self._directory == os.getcwd()  # noqa: PTH109
                and self.poll() is None
            )
        except OSError:  # the directory has gone
            return False

    @property
    def ours(self) -> bool:
        """Whether this process started it, and not the one that this was forked from."""
        return self._owner == os.getpid()

    def send(self, requests: Sequence[Mapping[str, object]]) -> None:
        """Write requests whose replies are read later."""
        import json

        for request in requests:
            self.stdin.write(json.dumps(request).encode() + b"\n")
        self.stdin.flush()

    def relay(self) -> threading.Thread:
        """Start to copy what JavaScript prints to what Python prints to."""
        thread = threading.Thread(target=self._relay, name="process.stderr_sink", daemon=True)
        thread.start()
        self._relaying = thread
        return thread

    def _relay(self) -> None:
        from selectors import EVENT_READ, DefaultSelector

        with DefaultSelector() as selector:
            for file, name in zip(self._said, ("stdout", "stderr"), strict=True):
                assert file is not None
                selector.register(file, EVENT_READ, name)
            while selector.get_map():
                for key, _ in selector.select():
                    said = os.read(key.fd, 65536)
                    if said:
                        _print(said, key.data)
                    else:
                        selector.unregister(key.fileobj)

    # What jsii does with a process

    def poll(self) -> int | None:
        """Its status, or none while it runs."""
        return self._process.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Its status, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        return self._process.wait(timeout)

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it."""
        self._process.kill()

    def discard(self) -> None:
        """End it where nothing was made of it; it takes its own temporary files away."""
        if self.ours:
            # Said, since a process that was forked from this one holds the pipe open.
            with contextlib.suppress(OSError):
                self.send([{"exit": 0}])
        for pipe in (self.stdin, self.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        if self.ours:
            try:
                self.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.kill()
                self.wait()
        if self._relaying is not None:
            # Not closed while it reads: what is opened next would have the same descriptor.
            self._relaying.join(timeout=5)
            return
        for file in self._said:
            if file is not None:
                file.close()


def _print(said: bytes, name: str) -> None:
    """Write to what stands at ``sys.stdout`` or ``sys.stderr`` now, as a test may put it there.

    Whatever comes of it, more is read: node would wait for ever with a pipe that is full.
    """
    stream = getattr(sys, name)
    with contextlib.suppress(Exception):
        buffer = getattr(stream, "buffer", None)  # none of a `StringIO`
        if buffer is None:
            stream.write(said.decode(errors="replace"))
        else:
            buffer.write(said)


class _Nothing:
    """Stands where jsii closes what the kernel wrote errors to: it is read to its end elsewhere."""

    def close(self) -> None:
        pass
