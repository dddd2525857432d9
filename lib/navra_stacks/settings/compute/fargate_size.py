"""CPU and memory combinations that Fargate offers."""

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem

__all__ = ["size_problems"]

_MEMORY: dict[int, range] = {
    256: range(512, 2048 + 1, 512),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}
"""Memory sizes in MiB for each CPU size (ECS, "Fargate task size"). For 256 CPU units only 512,
1024 and 2048 are allowed; `_memory_sizes` removes 1536."""


def _memory_sizes(cpu: int) -> list[int]:
    return [size for size in _MEMORY[cpu] if (cpu, size) != (256, 1536)]


def _format_sizes(sizes: list[int]) -> str:
    if len(sizes) <= 4:
        return ", ".join(map(str, sizes))
    return f"{sizes[0]}-{sizes[-1]} in steps of {sizes[1] - sizes[0]}"


def size_problems(cpu: int, memory: int) -> Iterator[SettingsProblem]:
    """Yield a problem if Fargate does not offer `cpu` CPU units together with `memory` MiB."""
    if cpu not in _MEMORY:
        sizes = ", ".join(map(str, _MEMORY))
        yield SettingsProblem("cpu", f"{cpu} is not a CPU size that Fargate offers ({sizes})")
        return
    offered = _memory_sizes(cpu)
    if memory not in offered:
        nearest = min(offered, key=lambda size: abs(size - memory))
        yield SettingsProblem(
            "memory",
            f"{memory} MiB is not offered with {cpu} CPU units ({_format_sizes(offered)})",
            f"use {nearest}, the nearest offered size",
        )
