"""Uses more memory than the task has before it listens."""

from server import serve

cache = [bytearray(b"x") * (16 << 20) for _ in range(1024)]
serve()
