"""What unit tests of environments import: documents with queries, and snapshots.

``pytest_plugins = ["navra_stacks.testing.plugin"]`` in a conftest.py adds the fixtures.
"""

from __future__ import annotations

from navra_stacks.testing.document import SynthesizedDocument, reference, weights
from navra_stacks.testing.snapshots import Snapshots
from navra_stacks.testing.synthesis import synthesized_document

__all__ = ["Snapshots", "SynthesizedDocument", "reference", "synthesized_document", "weights"]
