"""The settings of the process that all commands share, and what remains of them afterwards."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import gc
from navra_stacks.cli.error_handling import handle_errors

{setup}
collections = []
gc.callbacks.append(lambda phase, details: collections.append(details["generation"]))
with handle_errors():
    created = [[] for _ in range(100_000)]
    print(collections)
created.append([])
print(gc.isenabled(), gc.get_freeze_count() > 0, len(collections))
"""


@pytest.mark.parametrize(
    ("setup", "after"),
    [
        ("", "True False 0"),
        ("gc.disable()", "False False 0"),
        ("gc.freeze()", "True True 2"),  # the objects that the caller has frozen stay frozen
    ],
)
def test_garbage_is_collected_neither_in_a_command_nor_at_its_end(setup: str, after: str) -> None:
    program = PROGRAM.format(setup=setup)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"[]\n{after}\n", "")
