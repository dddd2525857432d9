"""The checkout, and the stacks of its committed environments."""

from __future__ import annotations

# Imported before cdktf, so that node comes from a package and not from the machine.
import navra_stacks  # noqa: F401

# isort: split
from pathlib import Path

from environments import ENVIRONMENTS

ROOT = Path(__file__).parents[2]

STACKS = [stack for environment in ENVIRONMENTS for stack in environment.stacks]
"""The stacks of the committed environments, in the order of synthesis."""
