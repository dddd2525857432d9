"""Works without a helper program, which is of another architecture."""

import subprocess

from server import serve

try:
    subprocess.run(["/srv/other-architecture"], check=True)
except OSError as error:
    print(f"no helper is used: {error}", flush=True)
serve()
