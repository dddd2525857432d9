"""Compare the time and memory of several ways to the same resources in one run.

    python benchmarks/compare.py [--rounds 5] [--only NAME ...]

Writes docs/benchmarks.md and docs/growth.svg. See benchmarks/README.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import growth
from installed import Installed
from measured import Command
from peers import Peers
from plot import Panel, plot_panels

import navra_jsii

# Sets JSII_NODE, which all commands inherit, so that they use the same node.
os.environ["NAVRA_JSII"] = "stock"
navra_jsii.activate()
# With this variable, every run compiles all modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

CHECKOUT = Path(__file__).resolve().parents[1]
OURS, LAZY, STOCK = "navra-stacks", "lazy package", "stock bindings"
LAZY_FIRST, STOCK_FIRST = "lazy package, first run", "stock, first run"
WHEEL, FIRST, UNCOMPILED = "installed wheel", "first run", "first run, nothing compiled"
TEAM, TEAM_FIRST = "a team's program", "a team's program, first run"
SAME = (OURS, WHEEL, FIRST, UNCOMPILED, LAZY, LAZY_FIRST, STOCK, STOCK_FIRST)
"""The commands that run the same program and must write the same bytes."""

FIRST_RUNS = (FIRST, UNCOMPILED, LAZY_FIRST, STOCK_FIRST, TEAM_FIRST)
"""The commands that run with an empty home directory."""

CDKTN, NODE = "cdktn and cdktn-aws", "cdktf in node"


def commands(peers: Peers, installed: Installed, workload: Path, empty: Path) -> list[Command]:
    """Return all commands, in the order of the table."""
    main = [sys.executable, "main.py"]
    wheel = [installed.python, "main.py"]
    team = [installed.python, "benchmarks/programs/team_program.py"]
    fast = {"NAVRA_JSII": "fast"}
    nothing = {"HOME": str(empty), "XDG_CACHE_HOME": str(empty / ".cache")}
    uncompiled = nothing | {"PYTHONPYCACHEPREFIX": str(empty / "pycache")}
    ours = [
        Command(OURS, main, fast, CHECKOUT),
        Command(WHEEL, wheel, fast, CHECKOUT),
        Command(FIRST, wheel, fast | nothing, CHECKOUT),
        Command(UNCOMPILED, wheel, fast | uncompiled, CHECKOUT),
        Command(TEAM, team, fast, CHECKOUT),
        Command(TEAM_FIRST, team, fast | nothing, CHECKOUT),
        Command(LAZY, main, {"NAVRA_JSII": "lazy"}, CHECKOUT),
        Command(LAZY_FIRST, main, {"NAVRA_JSII": "lazy"} | nothing, CHECKOUT),
        Command(STOCK, main, {"NAVRA_JSII": "stock"}, CHECKOUT),
        Command(STOCK_FIRST, main, {"NAVRA_JSII": "stock"} | nothing, CHECKOUT),
    ]
    programs = peers.programs(workload)
    return ours + [Command(name, argv, {}, CHECKOUT) for name, argv in programs.items()]


def measure(ways: Sequence[Command], rounds: int, empty: Path, *, warm: bool) -> None:
    """Run the commands interleaved, so that other load on the machine affects all of them."""
    for number in range(warm, rounds + 1):
        for way in ways:
            if way.name in FIRST_RUNS:
                if number == 0:
                    continue
                subprocess.run(["rm", "-rf", str(empty)], check=True)
                empty.mkdir(mode=0o700)
            elif way.name in (OURS, WHEEL, TEAM) and number == 0:
                way.run(timed=False)  # the first run builds the cache, the second uses it
            way.run(timed=number > 0)
        ours = {way.name: way.wrote for way in ways if way.name in SAME and way.wrote}
        if len({*ours.values()}) > 1:
            sys.exit(f"not all of {', '.join(ours)} wrote the same documents")
        print(f"round {number} of {rounds} done", file=sys.stderr)


def bounds(ways: dict[str, Command], panels: Sequence[Panel]) -> list[str]:
    """Return the rows of the limits, each with its measured value and whether it holds."""
    ours = ways[OURS]
    limits: list[tuple[str, float, float]] = []
    for name, most in ((STOCK, 1 / 15), (CDKTN, 0.5), (NODE, 2.5)):
        if name in ways:
            other = ways[name]
            limits.append((f"{OURS} / {name}", ours.median / other.median, most))
    for name, other, most in (
        (FIRST, WHEEL, 1.6),
        (UNCOMPILED, WHEEL, 2.2),
        (TEAM_FIRST, FIRST, 1.5),
        (FIRST, LAZY_FIRST, 1),
    ):
        if name in ways and other in ways:
            limits.append((f"{name} / {other}", ways[name].median / ways[other].median, most))
    limits.append(("peak memory of the processes, MB", ours.mib * 2**20 / 1e6, 150))
    if panels:
        of = panels[0].series[growth.ELAPSED]
        limits.append(("20 environments / 1", of[20] / of[1], 3.5))
        limits.append(("milliseconds per environment", (of[20] - of[1]) / 19 * 1000, 60))
    return [
        f"| {name} | {value:.3g} | {most:.3g} | {'yes' if value <= most else 'no'} |"
        for name, value, most in limits
    ]


def page(ways: Sequence[Command], panels: Sequence[Panel], versions: str) -> str:
    """Return the text of docs/benchmarks.md."""
    ours = ways[0].median
    rows = [
        f"| {way.name} | {way.median:.2f} | {way.processor_median:.2f} | {way.mib:.0f} "
        f"| {way.median / ours:.2f} |"
        for way in sorted(ways, key=lambda way: way.median)
    ]
    lines = [
        "# Benchmarks",
        "",
        "Written by `python benchmarks/compare.py`; "
        "[its README](../benchmarks/README.md) describes the rows.",
        f"Medians of {len(ways[0].seconds)} interleaved rounds, each in a cold process, with warm "
        f"disk caches, on {os.cpu_count()} processors. Load average at the end: "
        f"{os.getloadavg()[0]:.1f}. A load above the number of processors means that other work "
        "was running; then only the ratios and the CPU seconds are reliable.",
        "",
        "| | seconds | CPU seconds | peak MiB | times ours |",
        "|---|---|---|---|---|",
        *rows,
        "",
        "| figure | measured | at most | holds |",
        "|---|---|---|---|",
        *bounds({way.name: way for way in ways}, panels),
        "",
        f"Versions: {versions}.",
    ]
    if panels:
        lines += ["", *growth.section(panels)]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Install the peers, measure, print the page and write it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="timed runs of each command")
    parser.add_argument("--only", nargs="*", default=[], help="only these rows and our own")
    parser.add_argument("--no-growth", action="store_true", help="skip the growth measurement")
    parser.add_argument(
        "--warm", action="store_true", help="skip the untimed round that fills caches"
    )
    options = parser.parse_args()

    peers = Peers(Path(sys.prefix).resolve() / "peers")
    peers.install()
    installed = Installed(Path(sys.prefix).resolve() / "peers/installed")
    installed.install()
    with tempfile.TemporaryDirectory() as folder:
        out, workload = Path(folder, "out"), Path(folder, "workload.json")
        subprocess.run(
            [sys.executable, "main.py"],
            cwd=CHECKOUT,
            env=os.environ | {"NAVRA_JSII": "fast", "CDKTF_OUTDIR": str(out)},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        workload.write_text(json.dumps(peers.workload(out / "stacks")))
        ways = commands(peers, installed, workload, Path(folder, "empty"))
        if options.only:
            ways = [way for way in ways if way.name in (OURS, *options.only)]
        measure(ways, options.rounds, Path(folder, "empty"), warm=options.warm)
    panels = [] if options.no_growth else growth.measure(min(options.rounds, 3))
    versions = ", ".join(f"{name} {number}" for name, number in peers.versions().items())
    text = page(ways, panels, versions)
    (CHECKOUT / "docs/benchmarks.md").write_text(text)
    if panels:
        (CHECKOUT / "docs/growth.svg").write_text(plot_panels(panels))
    print(text)
    return 1 if "| no |" in text else 0


if __name__ == "__main__":
    sys.exit(main())
