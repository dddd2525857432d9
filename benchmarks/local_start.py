"""Compare the start of an environment by `navra local` with a bare run of the same containers.

Both start the same images in the same engine: a database, a cache, the migration, and both services
in the shape of production. The bare run has no pause containers, no load balancer, no secrets file
and no labels; it requests the health check paths directly. The time begins when the images are in
the engine's storage, and ends when both services have answered their health check.

The runs alternate. The table has the median of each, and the ratio of each pair.

Usage:
    python benchmarks/local_start.py [--runs N]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from environments import ENVIRONMENTS
from navra_stacks import synthesize
from navra_stacks.local.application import Application
from navra_stacks.local.container_options import container_options
from navra_stacks.local.dialects import DIALECTS
from tests.support.container_engine.engine import Engine
from tests.support.container_engine.navra_local import NavraLocal
from tests.support.local_images.images import LocalImages, archive_roots
from tests.support.local_images.roots import make_roots

PASSWORD = "benchmark"
SECRETS = "ANTHROPIC_API_KEY=a\nAUDIT_ENCRYPTION_KEY=b\nOPENAI_API_KEY=c\n"
LIMIT, INTERVAL = 1.3, 15
"""The limit of the ratio, and the interval of the health checks in seconds, which may be added."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    # A short path, which podman requires.
    with tempfile.TemporaryDirectory(prefix="navra-") as directory:
        root = Path(directory)
        engine, images, document = prepare(root)
        secrets = root / "secrets.env"
        secrets.write_text(SECRETS, encoding="utf-8")
        secrets.chmod(0o600)
        application = Application.read(document, "aep-prod")
        pairs = []
        for number in range(runs + 1):
            pair = local(engine, images, document, secrets), bare(engine, images, application)
            if number:  # the first pair fills caches
                pairs.append(pair)
        report(pairs)


def prepare(root: Path) -> tuple[Engine, LocalImages, Path]:
    """Return the engine, the images in its storage, and the document of production."""
    engine = Engine(root)
    (root / "roots").mkdir()
    (root / "archives").mkdir()
    names = ("nginx", "api", "postgres", "redis")
    archive_roots(make_roots(root / "roots", names), root / "archives")
    images = LocalImages(engine, root / "archives")
    for name in ("nginx-spa", "fastapi", "postgres", "redis"):
        images[name]
    (environment,) = (one for one in ENVIRONMENTS if one.name == "prod")
    written = synthesize([environment], root / "out")
    return engine, images, next(one.path for one in written if one.is_main)


def local(engine: Engine, images: LocalImages, document: Path, secrets: Path) -> float:
    """Return the seconds until `navra local` reports both services as healthy."""
    start = time.monotonic()
    command = NavraLocal(
        engine,
        str(document),
        f"--image=frontend={images['nginx-spa']}",
        f"--image=backend={images['fastapi']}",
        f"--data=DATABASE_URL={images['postgres']}",
        f"--data=REDIS_URL={images['redis']}",
        f"--secrets={secrets}",
    )
    for service in ("frontend", "backend"):
        command.wait_for(rf"^{service}: healthy")
    seconds = time.monotonic() - start
    command.end()
    return seconds


def bare(engine: Engine, images: LocalImages, application: Application) -> float:
    """Return the seconds until both services answer, without `navra local`."""
    dialect = DIALECTS["podman"]
    start = time.monotonic()
    engine.run("network", "create", "bare")
    database = f"--env=DATABASE_URL=postgresql://aep:{PASSWORD}@database:5432/aep"
    common = ("--network=bare", database, "--env=REDIS_URL=redis://cache:6379/0")
    engine.run(
        *("run", "--detach", "--name=database", "--network=bare", "--network-alias=database"),
        *(f"--env=POSTGRES_{name}={value}" for name, value in _POSTGRES.items()),
        *(images["postgres"], "postgres", "-c", "listen_addresses=*"),
    )
    engine.run(
        *("run", "--detach", "--name=cache", "--network=bare", "--network-alias=cache"),
        *(images["redis"], "redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"),
    )
    ready = ("exec", "database", "pg_isready", "-q", "-h", "127.0.0.1", "-U", "aep")
    while engine.run(*ready, check=False).returncode:
        time.sleep(0.1)
    urls = []
    for service in application.services:
        image = images["nginx-spa" if service.name == "frontend" else "fastapi"]
        for one in service.one_off_tasks:
            (container,) = one.task.containers
            options = container_options(dialect, one.task, container, {})
            command = container.command or ()
            engine.run("run", "--rm", *common, *options, image, *command)
        (container,) = service.task.containers
        (target,) = service.targets
        options = container_options(dialect, service.task, container, {})
        if target.port < 1024:
            options.append("--sysctl=net.ipv4.ip_unprivileged_port_start=0")
        options.append(f"--publish=127.0.0.1::{target.port}")
        engine.run("run", "--detach", f"--name={service.name}", *common, *options, image)
        published = engine.run("port", service.name, f"{target.port}/tcp").stdout
        path = "/" if service.name == "frontend" else "/health/live"
        urls.append(f"http://127.0.0.1:{published.strip().rpartition(':')[2]}{path}")
    for url in urls:
        wait_for(url)
    seconds = time.monotonic() - start
    engine.run("rm", "--force", "--time", "0", "--all")
    engine.run("network", "rm", "bare")
    return seconds


_POSTGRES = {"USER": "aep", "PASSWORD": PASSWORD, "DB": "aep"}


def wait_for(url: str) -> None:
    """Wait until a URL is answered with 200."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)


def report(pairs: list[tuple[float, float]]) -> None:
    """Print the table."""
    ours, others = zip(*pairs, strict=True)
    ratios = [own / other for own, other in pairs]
    print("| | median | minimum | maximum |")
    print("|---|---|---|---|")
    for name, values in (("navra local", ours), ("bare run", others)):
        median = statistics.median(values)
        print(f"| {name}, seconds | {median:.1f} | {min(values):.1f} | {max(values):.1f} |")
    median = statistics.median(ratios)
    print(f"| ratio | {median:.2f} | {min(ratios):.2f} | {max(ratios):.2f} |")
    allowed = LIMIT * statistics.median(others) + INTERVAL
    print(
        f"\nallowed: {LIMIT} times the bare run and one interval of {INTERVAL} s: {allowed:.1f} s"
    )
    sys.exit(statistics.median(ours) > allowed)


if __name__ == "__main__":
    main()
