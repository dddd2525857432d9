"""Ends because another process killed its worker, as if memory were short."""

import os
import signal
import subprocess
import sys

worker = subprocess.Popen(["sleep", "60"])
os.kill(worker.pid, signal.SIGKILL)
worker.wait()
print(f"Worker (pid:{worker.pid}) was sent SIGKILL! Perhaps out of memory?", flush=True)
sys.exit(1)
