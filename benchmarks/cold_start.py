"""How long a cold process takes to synthesize, against the stock AWS bindings.

    python benchmarks/cold_start.py [--rounds 5] [--command main.py]

Exits with 1 if a bound does not hold. See README.md beside this file.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

# Also points JSII_NODE at our node, and every command measured here inherits it: the stock
# bindings run in the same one.
import navra_stacks.bindings  # noqa: F401

CHECKOUT = Path(__file__).resolve().parents[1]

STOCK = "stock import"
SYNTH = "synthesis"
LIBRARY = "import navra_stacks"

AT_MOST_OF_STOCK = 1 / 3
AT_MOST_SECONDS = 0.5

# `ru_maxrss` counts KiB, but bytes on macOS.
MIB = 2**20 if sys.platform == "darwin" else 2**10

# Every way in which Python starts a process tells of itself by one of these.
COUNT_PROCESSES = """
import sys
starts = ("subprocess.Popen", "os.posix_spawn", "os.fork", "os.forkpty", "os.exec", "os.system")
started = []
sys.addaudithook(lambda event, _: started.append(event) if event in starts else None)
import navra_stacks
print(len(started))
"""


@dataclass
class Measured:
    """One command and what its runs took."""

    argv: list[str]
    seconds: list[float] = field(default_factory=list)
    peak_mib: float = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def run(self, outdir: Path, *, timed: bool) -> None:
        """Run the command once in a process of its own, and remember what it took if ``timed``."""
        with tempfile.TemporaryFile("w+") as output:
            start = time.perf_counter()
            process = subprocess.Popen(
                self.argv,
                cwd=CHECKOUT,
                env=os.environ | {"CDKTF_OUTDIR": str(outdir)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            # Unlike RUSAGE_CHILDREN, which never falls again, this is about this run alone.
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                output.seek(0)
                sys.exit(f"{output.read()}\n{shlex.join(self.argv)} failed")
        if timed:
            self.seconds.append(seconds)
            self.peak_mib = max(self.peak_mib, usage.ru_maxrss / MIB)


def measure(command: str, rounds: int) -> dict[str, Measured]:
    """Run the three commands in turn, so that whatever else the machine does hits all alike."""
    python = sys.executable
    commands = {
        STOCK: Measured([python, "-c", "import cdktf_cdktf_provider_aws.lb"]),
        SYNTH: Measured([python, *shlex.split(command)]),
        LIBRARY: Measured([python, "-c", "import navra_stacks"]),
    }
    for number in range(rounds + 1):
        for name, measured in commands.items():
            with tempfile.TemporaryDirectory() as outdir:
                # The first round only fills what stays on disk: bytecode and jsii's packages.
                measured.run(Path(outdir), timed=number > 0)
                if name == SYNTH and not any(Path(outdir).rglob("cdk.tf.json")):
                    sys.exit(f"{command} wrote no cdk.tf.json into $CDKTF_OUTDIR")
        print(f"round {number} of {rounds} done", file=sys.stderr)
    return commands


def processes_started() -> int:
    """How many processes, node or other, ``import navra_stacks`` starts."""
    argv = [sys.executable, "-c", COUNT_PROCESSES]
    return int(subprocess.run(argv, cwd=CHECKOUT, check=True, capture_output=True).stdout)


def main() -> int:
    """Measure, print the table, and say which bounds hold."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="timed runs of each command")
    parser.add_argument("--command", default="main.py", help="what Python runs to synthesize")
    options = parser.parse_args()

    commands = measure(options.command, options.rounds)
    started = processes_started()
    ratio = commands[SYNTH].median / commands[STOCK].median
    library = commands[LIBRARY].median

    print(f"{'':20} {'median s':>9} {'min s':>9} {'max s':>9} {'peak MiB':>9}")
    for name, measured in commands.items():
        low, high = min(measured.seconds), max(measured.seconds)
        print(f"{name:20} {measured.median:9.2f} {low:9.2f} {high:9.2f} {measured.peak_mib:9.0f}")
    bounds = {
        f"{SYNTH} / {STOCK}: {ratio:.3f}, at most {AT_MOST_OF_STOCK:.3f}": (
            ratio <= AT_MOST_OF_STOCK
        ),
        f"{LIBRARY}: {library:.2f} s, under {AT_MOST_SECONDS} s": library < AT_MOST_SECONDS,
        f"processes that {LIBRARY} starts: {started}, none": started == 0,
    }
    for bound, holds in bounds.items():
        print("ok    " if holds else "BROKEN", bound)
    return 0 if all(bounds.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
