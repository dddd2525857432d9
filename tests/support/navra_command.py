"""The path of the installed `navra` command."""

import sys
from pathlib import Path

COMMAND = Path(sys.executable).with_name("navra")
