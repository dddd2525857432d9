"""Ends some seconds after SIGTERM."""

import signal
import sys
import threading
import time

from server import serve

seconds = float(sys.argv[1])
stopped = threading.Event()
signal.signal(signal.SIGTERM, lambda number, frame: stopped.set())
threading.Thread(target=serve, daemon=True).start()
while not stopped.wait(3600):
    pass
print(f"waiting {seconds} seconds for running jobs", flush=True)
time.sleep(seconds)
