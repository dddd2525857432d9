"""Works without the cache that it cannot write, but not without a setting."""

import os
from pathlib import Path

from server import serve

try:
    Path("/srv/cache").mkdir(exist_ok=True)
except OSError as error:
    print(f"no cache is used: {error}", flush=True)
print("license", os.environ["LICENSE"])
serve()
