"""Path patterns of an Application Load Balancer: matching, and coverage by other patterns.

``*`` matches any number of characters including slashes, and ``?`` matches exactly one character.
Every other character matches only itself, with the same case (ELB API,
``PathPatternConditionConfig``).
"""

import re
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["ALLOWED", "EarlierPatterns", "count_wildcards", "is_covered", "matches"]

ALLOWED = re.compile(r"""[A-Za-z0-9_\-.$/~"'@:+&*?]{1,128}""")
"""The characters and the length that are valid in a path pattern (ELB API, ``CreateRule``)."""

_OTHER = "\N{REPLACEMENT CHARACTER}"
"""A character that represents all characters that do not occur in the compared patterns."""

_MAXIMUM_STATES = 5_000
"""Limit on the number of states that `is_covered` visits; ordinary routes need fewer than 100."""

State = tuple[str, int]
"""A pattern, and the number of its characters that have been matched."""


def matches(pattern: str, path: str) -> bool:
    """Return True if `path` matches `pattern`."""
    states = _start(pattern)
    for character in path:
        states = _step(states, character)
    return _accepts(states)


def is_covered(pattern: str, earlier: Iterable[str]) -> bool:
    """Return True if every path that matches `pattern` also matches one of the `earlier` patterns.

    The result is exact, not an estimate from prefixes. The patterns are treated as automata: a
    search over all paths that match `pattern`, character by character, looks for a path that none
    of the `earlier` patterns matches. Paths start with a slash. Dozens of patterns with leading
    stars can exceed the limit on the number of states. The result is then False, because it is
    safer to accept an unreachable route than to reject a valid route.
    """
    candidates = [other for other in earlier if _can_overlap(other, pattern)]
    if not candidates or not any(matches(other, _example(pattern)) for other in candidates):
        return False  # nearly all cases end here, without the search
    other_states = frozenset[State]().union(*map(_start, candidates))
    literals = sorted({"/", *pattern, *"".join(candidates)} - {"*", "?"})
    alphabet = [*literals, _OTHER]  # tried from the end: _OTHER finds an unmatched path soonest
    first = (_step(_start(pattern), "/"), _step(other_states, "/"))
    seen, pending = {first}, [first]
    while pending:
        if len(seen) > _MAXIMUM_STATES:
            return False
        own, others = pending.pop()
        if not own or any(_matches_everything(state) for state in others):
            continue
        if _accepts(own) and not _accepts(others):
            return False
        for character in alphabet:
            successor = (_step(own, character), _step(others, character))
            if successor not in seen:
                seen.add(successor)
                pending.append(successor)
    return True


class EarlierPatterns:
    """Patterns that are evaluated first, by the text before their first wildcard.

    With it, checking hundreds of patterns does not compare each of them with all others.
    """

    def __init__(self) -> None:
        self._by_prefix: dict[str, list[str]] = {}

    def add(self, pattern: str) -> None:
        """Add a pattern."""
        self._by_prefix.setdefault(_literal_prefix(pattern), []).append(pattern)

    def may_cover(self, pattern: str) -> bool:
        """Return False if the patterns do not cover `pattern`, alone or together."""
        path = _example(pattern)
        return any(
            matches(other, path)
            for end in range(len(path) + 1)
            for other in self._by_prefix.get(path[:end], ())
        )


def count_wildcards(pattern: str) -> int:
    """Return the number of wildcards in `pattern`; AWS limits the number of wildcards in a rule."""
    return pattern.count("*") + pattern.count("?")


def _example(pattern: str) -> str:
    """Return a path that matches `pattern` and probably no other pattern."""
    path = pattern.replace("?", _OTHER).replace("*", _OTHER)
    return path if path.startswith("/") else f"/{path.removeprefix(_OTHER)}"


def _can_overlap(first: str, second: str) -> bool:
    """Return False if no path matches both patterns, because their literal prefixes differ."""
    short, long = sorted((_literal_prefix(first), _literal_prefix(second)), key=len)
    # A pattern without a wildcard matches only its prefix; the search takes that into account.
    return long.startswith(short)


@lru_cache(maxsize=1024)
def _literal_prefix(pattern: str) -> str:
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def _start(pattern: str) -> frozenset[State]:
    return _skip_stars({(pattern, 0)})


def _step(states: frozenset[State], character: str) -> frozenset[State]:
    reached: set[State] = set()
    for pattern, position in states:
        expected = pattern[position : position + 1]
        if expected == "*":
            reached.add((pattern, position))
        elif expected in ("?", character):
            reached.add((pattern, position + 1))
    return _skip_stars(reached)


def _skip_stars(states: set[State]) -> frozenset[State]:
    """Return `states`, plus the states that they reach if stars match no characters."""
    found = set(states)
    for pattern, start in states:
        position = start
        while pattern[position : position + 1] == "*":
            position += 1
            found.add((pattern, position))
    return frozenset(found)


def _accepts(states: frozenset[State]) -> bool:
    return any(position == len(pattern) for pattern, position in states)


def _matches_everything(state: State) -> bool:
    """Return True if the unmatched rest of the pattern matches every possible rest of a path."""
    rest = state[0][state[1] :]
    return rest != "" and set(rest) == {"*"}
