"""Synthesize environments for tests, each once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from navra_stacks.settings.environment import Environment
from navra_stacks.testing.document import SynthesizedDocument

__all__ = ["synthesized_document"]

_documents: list[tuple[Environment, str, SynthesizedDocument]] = []


def synthesized_document(environment: Environment, stack: str = "") -> SynthesizedDocument:
    """Return the document of an environment, which is synthesized on the first call only.

    Args:
        environment: The environment.
        stack: The name of one of its other stacks, for example that of the state bucket; empty for
            the environment itself.
    """
    # Imported here, because it starts node.
    from navra_stacks.stacks.synthesis import synthesize

    wanted = stack or environment.names.stack
    for known, name, document in _documents:
        if name == wanted and known == environment:
            return document
    with tempfile.TemporaryDirectory(prefix="navra-testing-") as directory:
        for written in synthesize([environment], Path(directory)):
            document = SynthesizedDocument.at(written.path)
            _documents.append((environment, written.stack, document))
    return next(
        document for known, name, document in _documents if name == wanted and known == environment
    )
