"""`navra warm`: fill the caches for environments."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import navra_jsii
from navra_stacks.cli.options import Names, Source, StackClass
from navra_stacks.cli.output import print_line
from navra_stacks.cli.selection import DEFAULT_SOURCE, load_environments, select_environments

__all__ = ["warm"]


def warm(
    names: Names = None,
    source: Source = DEFAULT_SOURCE,
    stack_class: StackClass = None,
) -> None:
    """Fill the caches with what the environments need, for an image or the cache of a CI system.

    The environments are synthesized into a temporary directory. A later run with these caches is
    not a first run; docs/speed.md lists what the caches depend on.
    """
    navra_jsii.activate()
    selected = select_environments(load_environments(source), names or [], stack_class)
    from navra_stacks.check.schema.cache import cache_directory, provider_schema
    from navra_stacks.check.schema.provider_schema import SchemaNotAvailableError
    from navra_stacks.stacks.synthesis import synthesize

    with TemporaryDirectory() as directory:
        synthesize(selected, Path(directory, "out"))
    with suppress(SchemaNotAvailableError):
        provider_schema()
    caches = [
        cache
        for cache in (*navra_jsii.cache_directories(), cache_directory())
        if cache is not None and cache.is_dir()
    ]
    count = len(selected)
    filled = "caches:" if caches else "nothing is cached, because no cache can be written to"
    print_line(f"prepared {count} environment{'s' if count != 1 else ''}; {filled}")
    for cache in caches:
        print_line(str(cache))
