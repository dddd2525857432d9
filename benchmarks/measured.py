"""A measured command: its time, and the peak memory of its processes together."""

import hashlib
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Command"]

EVERY = 0.02
"""Seconds between two samples of the memory."""

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Command:
    """One way to synthesize, and the measurements of its runs."""

    name: str
    argv: list[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    directory: Path = Path()
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    mib: float = 0
    wrote: str = ""
    """The digest of the Terraform JSON of the last run."""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def processor_median(self) -> float:
        return statistics.median(self.processor)

    def run(self, *, timed: bool = True) -> None:
        """Run the command once; it must succeed."""
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryDirectory() as outdir:
            start = time.perf_counter()
            process = subprocess.Popen(
                [word.replace("{out}", outdir) for word in self.argv],
                cwd=self.directory,
                env={**os.environ, **self.environ, "CDKTF_OUTDIR": outdir},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            ended = threading.Event()
            watch = threading.Thread(target=self._watch, args=(process.pid, ended))
            if timed and Path("/proc/self/statm").exists():
                watch.start()
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            ended.set()
            if watch.ident is not None:
                watch.join()
            if process.returncode != 0 or not any(Path(outdir).rglob("*.json")):
                output.seek(0)
                sys.exit(f"{output.read()}\n{shlex.join(self.argv)} failed")
            self.wrote = _digest(Path(outdir))
        if timed:
            self.seconds.append(seconds)
            self.processor.append(usage.ru_utime + usage.ru_stime)

    def _watch(self, pid: int, ended: threading.Event) -> None:
        while not ended.wait(EVERY):
            self.mib = max(self.mib, sum(map(_resident, _tree(pid))) / 2**20)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("cdk.tf.json")):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
