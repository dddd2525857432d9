"""Path patterns as an Application Load Balancer reads them: what matches, and what covers what.

``*`` stands for any number of characters, slashes included, ``?`` for exactly one; everything else
stands for itself, case-sensitively (ELB API, ``PathPatternConditionConfig``).
"""

import re
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["ALLOWED", "covered", "matches", "wildcards"]

ALLOWED = re.compile(r"""[A-Za-z0-9_\-.$/~"'@:+&*?]{1,128}""")
"""The characters and the length that a path pattern may have (ELB API, ``CreateRule``)."""

_OTHER = "\N{REPLACEMENT CHARACTER}"
"""Stands for every character that no pattern at hand names."""

_MAXIMUM_WALK = 5_000
"""Combined positions after which `covered` gives up; ordinary routes need fewer than a hundred."""

State = tuple[str, int]
"""A pattern and how much of it is matched."""


def matches(pattern: str, path: str) -> bool:
    """Whether a request for `path` satisfies `pattern`."""
    states = _start(pattern)
    for character in path:
        states = _step(states, character)
    return _accepts(states)


def covered(pattern: str, earlier: Iterable[str]) -> bool:
    """Whether every path that `pattern` matches is matched by one of the `earlier` patterns.

    Exact, not a guess from prefixes: it walks all paths that `pattern` allows, a character at a
    time, with the set of positions that each pattern has reached, until one path gets through that
    nobody earlier takes. A path starts with a slash. Where dozens of patterns with leading stars
    make that walk explode, it stops and answers False: not refused is the safer mistake.
    """
    near = [one for one in earlier if _may_meet(one, pattern)]
    if not near or not any(matches(one, _example(pattern)) for one in near):
        return False  # the quick way out, which nearly every pattern takes
    rivals = frozenset[State]().union(*map(_start, near))
    literals = sorted({"/", *pattern, *"".join(near)} - {"*", "?"})
    alphabet = [*literals, _OTHER]  # taken from the end: what nobody names gets through soonest
    first = (_step(_start(pattern), "/"), _step(rivals, "/"))
    seen, waiting = {first}, [first]
    while waiting:
        if len(seen) > _MAXIMUM_WALK:
            return False
        own, others = waiting.pop()
        if not own or any(_takes_everything(state) for state in others):
            continue
        if _accepts(own) and not _accepts(others):
            return False
        for character in alphabet:
            following = (_step(own, character), _step(others, character))
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return True


def wildcards(pattern: str) -> int:
    """How many wildcard characters a pattern has, which AWS limits for each rule."""
    return pattern.count("*") + pattern.count("?")


def _example(pattern: str) -> str:
    """A path that `pattern` matches and that others are unlikely to."""
    path = pattern.replace("?", _OTHER).replace("*", _OTHER)
    return path if path.startswith("/") else f"/{path.removeprefix(_OTHER)}"


def _may_meet(one: str, other: str) -> bool:
    """False where the texts before the first wildcards differ, so that no path matches both."""
    short, long = sorted((_head(one), _head(other)), key=len)
    # A pattern without a wildcard ends where its head ends, but then the walk finds that out.
    return long.startswith(short)


@lru_cache(maxsize=1024)
def _head(pattern: str) -> str:
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def _start(pattern: str) -> frozenset[State]:
    return _past_stars({(pattern, 0)})


def _step(states: frozenset[State], character: str) -> frozenset[State]:
    reached: set[State] = set()
    for pattern, position in states:
        expected = pattern[position : position + 1]
        if expected == "*":
            reached.add((pattern, position))
        elif expected in ("?", character):
            reached.add((pattern, position + 1))
    return _past_stars(reached)


def _past_stars(states: set[State]) -> frozenset[State]:
    """The states with those added that are reached when a star stands for nothing."""
    found = set(states)
    for pattern, start in states:
        position = start
        while pattern[position : position + 1] == "*":
            position += 1
            found.add((pattern, position))
    return frozenset(found)


def _accepts(states: frozenset[State]) -> bool:
    return any(position == len(pattern) for pattern, position in states)


def _takes_everything(state: State) -> bool:
    rest = state[0][state[1] :]
    return rest != "" and set(rest) == {"*"}
