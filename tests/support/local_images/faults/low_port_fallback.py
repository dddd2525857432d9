"""Listens on port 8080 if port 80 is not permitted."""

from server import serve

try:
    serve(port=80)
except PermissionError as error:
    print(f"cannot bind to port 80: {error}; listening on port 8080 instead", flush=True)
    serve(port=8080)
