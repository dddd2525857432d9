"""Synthesize environments for tests, each once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from navra_stacks.errors import NavraError
from navra_stacks.settings.environment import Environment
from navra_stacks.testing.document import SynthesizedDocument

__all__ = ["synthesized_document"]

_documents: list[tuple[Environment, dict[str, SynthesizedDocument]]] = []


def synthesized_document(environment: Environment, stack: str = "") -> SynthesizedDocument:
    """Return the document of an environment, which is synthesized on the first call only.

    Args:
        environment: The environment.
        stack: The name of one of its other stacks, for example that of the state bucket; empty for
            the environment itself.

    Raises:
        NavraError: the environment has no such stack, or cannot be synthesized.
    """
    # Imported here, because it starts node.
    from navra_stacks.stacks.synthesis import synthesize

    name = stack or environment.names.stack
    if name not in environment.stacks:
        raise NavraError(
            f"{environment.names.stack} has no stack {name!r}; its stacks are "
            f"{', '.join(environment.stacks)}"
        )
    for known, documents in _documents:
        if known == environment:
            return documents[name]
    with tempfile.TemporaryDirectory(prefix="navra-testing-") as directory:
        documents = {
            written.stack: SynthesizedDocument.at(written.path)
            for written in synthesize([environment], Path(directory))
        }
    _documents.append((environment, documents))
    return documents[name]
