"""Measure how the time grows with the size: synthesis, `navra guard` and `navra discover`.

    python benchmarks/growth.py [--rounds 3]

Writes docs/growth.svg, and the section about growth in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from plot import Panel, plot_panels  # noqa: E402

from navra_stacks.adoption.discovery import discover  # noqa: E402
from navra_stacks.guard.evaluation import evaluate  # noqa: E402
from navra_stacks.terraform.plan import Plan  # noqa: E402
from tests.support.large_plan import inventory_of, plan_json, waivers_of  # noqa: E402
from tests.support.memory_account import MemoryAccount, document_with_roles  # noqa: E402

__all__ = ["HEADING", "measure", "section"]

HEADING = "## Growth"

SYNTHESIS = {
    "environments": (1, 5, 20, 100),
    "services": (2, 10, 50),
    "routes": (10, 50, 200),
}
ENTRIES = (1_000, 5_000, 20_000)
ROLES = (100, 500, 1_000, 2_000)
ELAPSED, CPU = "elapsed", "CPU"


def measure(rounds: int) -> list[Panel]:
    """Return all panels; each value is the shortest of `rounds`, which other load affects least."""
    return [
        *(_synthesis(kind, counts, rounds) for kind, counts in SYNTHESIS.items()),
        _in_process("plan entries", "navra guard", _guard, ENTRIES, rounds),
        _in_process("IAM roles", "navra discover", _discover, ROLES, rounds),
    ]


def section(panels: Sequence[Panel]) -> list[str]:
    """Return the lines of the page's section about growth."""
    lines = [
        HEADING,
        "",
        "A synthesis is one cold process, from its first line to the end. `navra guard` evaluates "
        "a plan with an allow-list that grows with it. `navra discover` searches an account in "
        "memory, without the time of requests, for a document that grows with the account. "
        "Routes are path patterns in at most 100 rules. Each value is the shortest of several "
        "runs; CPU is that of Python and node together.",
        "",
        "![Seconds by size](growth.svg)",
        "",
        "| | number | elapsed, s | CPU, s | CPU for one more, ms |",
        "|---|---|---|---|---|",
    ]
    for panel in panels:
        before: int | None = None
        for count in panel.counts:
            elapsed = panel.series.get(ELAPSED, {}).get(count)
            cpu = panel.series[CPU][count]
            more = ""
            if before is not None:
                more = f"{(cpu - panel.series[CPU][before]) / (count - before) * 1000:.2f}"
            shown = "" if elapsed is None else f"{elapsed:.2f}"
            lines.append(f"| {panel.name} | {count:,} | {shown} | {cpu:.2f} | {more} |")
            before = count
    return lines


def _synthesis(kind: str, counts: Sequence[int], rounds: int) -> Panel:
    elapsed: dict[int, float] = {}
    processor: dict[int, float] = {}
    for number in range(rounds + 1):  # the first round fills caches
        for count in counts:
            seconds, cpu = _program(kind, count)
            if number:
                elapsed[count] = min(seconds, elapsed.get(count, seconds))
                processor[count] = min(cpu, processor.get(count, cpu))
    return Panel(kind, f"synthesis, by {kind}", {ELAPSED: elapsed, CPU: processor})


def _program(kind: str, count: int) -> tuple[float, float]:
    """Return the elapsed seconds and the CPU seconds of a process and its node."""
    with tempfile.TemporaryDirectory() as out:
        process = subprocess.Popen(
            [sys.executable, "benchmarks/growth_program.py", kind, str(count), out],
            cwd=CHECKOUT,
            env=os.environ | {"NAVRA_JSII": "fast"},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        seconds = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"growth_program.py {kind} {count} failed")
    return float(seconds), usage.ru_utime + usage.ru_stime


def _in_process(
    name: str,
    title: str,
    prepare: Callable[[int], Callable[[], object]],
    counts: Sequence[int],
    rounds: int,
) -> Panel:
    gc.disable()  # as the command does
    found: dict[int, float] = {}
    for _ in range(rounds):
        for count in counts:
            run = prepare(count)
            start = time.process_time()
            run()
            seconds = time.process_time() - start
            found[count] = min(seconds, found.get(count, seconds))
            gc.collect()
    gc.enable()
    return Panel(name, f"{title}, by {name}", {CPU: found})


def _guard(entries: int) -> Callable[[], object]:
    written = json.dumps(plan_json(entries)).encode()
    waivers, inventory = waivers_of(entries), inventory_of(entries)
    return lambda: evaluate(Plan.parse(written, "the plan"), allow=waivers, adopted=inventory)


def _discover(roles: int) -> Callable[[], object]:
    document, account = document_with_roles(roles), MemoryAccount(roles)
    return lambda: discover(document, account, stack="shop-qa", workspace=None)


def write(panels: Sequence[Panel], docs: Path, plots: Mapping[str, str]) -> None:
    """Write the plot, and replace the section in the page."""
    for name, text in plots.items():
        (docs / name).write_text(text)
    page = docs / "benchmarks.md"
    before = page.read_text().partition(f"\n{HEADING}\n")[0].rstrip("\n")
    page.write_text("\n".join([before, "", *section(panels), ""]))


def main() -> None:
    """Measure, print the section, and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each value")
    panels = measure(parser.parse_args().rounds)
    write(panels, CHECKOUT / "docs", {"growth.svg": plot_panels(panels)})
    print("\n".join(section(panels)))


if __name__ == "__main__":
    main()
