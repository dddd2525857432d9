"""The progress of deployments on stderr: lines, and on a terminal also what happens now."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING

from navra_stacks.cli.output import print_line, printable

if TYPE_CHECKING:
    from rich.live import Live

__all__ = ["DeploymentProgress"]


class DeploymentProgress:
    """Prints lines to stderr, and on a terminal keeps the state of each service below them.

    In a file or in the log of a workflow there are only the lines, one for each change.
    """

    def __init__(self) -> None:
        self._live: Live | None = None
        self._states: dict[str, str] = {}
        self._updating = threading.Lock()  # several threads report at the same time

    def __enter__(self) -> DeploymentProgress:
        if sys.stderr.isatty():
            # Imported here, because it is not needed without a terminal.
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(file=sys.stderr), transient=True, auto_refresh=False)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def line(self, text: str) -> None:
        """Print a line, which remains."""
        if self._live is None:
            print_line(text, file=sys.stderr)
        else:
            self._live.console.out(printable(text), highlight=False)

    def update(self, service: str, text: str) -> None:
        """Show what a service does now; an empty text ends this."""
        if self._live is None:
            return
        from rich.text import Text

        with self._updating:
            self._states.pop(service, None)
            if text:
                self._states[service] = text
            lines = [f"{name}: {state}" for name, state in sorted(self._states.items())]
            self._live.update(Text("\n".join(map(printable, lines))), refresh=True)
