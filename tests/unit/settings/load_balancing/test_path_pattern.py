"""Path patterns, compared with regular expressions and over all short paths."""

import re
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from navra_stacks.settings.load_balancing.path_pattern import (
    ALLOWED,
    EarlierPatterns,
    count_wildcards,
    is_covered,
    matches,
)

LITERALS = "ab/"
PATHS = ["/" + "".join(rest) for n in range(6) for rest in product("ab/z", repeat=n)]
"""All paths of up to six characters from the alphabet of the patterns, and one other character."""

patterns = st.builds(
    str.__add__, st.sampled_from("/*?"), st.text(LITERALS + "*?", min_size=0, max_size=3)
)
# No deadline: the time of one example depends on the load of the machine.
thorough = settings(deadline=None, max_examples=250)


def as_expression(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(c, re.escape(c)) for c in pattern), re.DOTALL)


@thorough
@given(
    st.text("aA/*?.+~", max_size=8),
    st.text("aA/.+~éb", max_size=8).map(lambda rest: f"/{rest}"),
)
def test_a_pattern_matches_the_same_paths_as_its_regular_expression(
    pattern: str, path: str
) -> None:
    assert matches(pattern, path) == (as_expression(pattern).fullmatch(path) is not None)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/api/*", "/api/", True),  # a star can match no characters
        ("/api/*", "/api", False),
        ("/api/*", "/api/v1/users/7", True),  # and slashes
        ("/*/edit", "/a/b/edit", True),
        ("*.php", "/wp/x.php", True),
        ("/?", "/", False),  # a question mark matches exactly one character
        ("/?", "/a", True),
        ("/a?b", "/a/b", True),
        ("/??", "/a", False),
        ("/Api/*", "/api/x", False),  # case-sensitive
        ("/a.b", "/axb", False),  # other characters match themselves
        ("/a+", "/aa", False),
        ("/$a", "/$a", True),
        ("/api", "/api/", False),
        ("/*", "/line\nbreak", True),
    ],
)
def test_matches_paths_like_a_load_balancer(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


@thorough
@given(patterns, st.lists(patterns, min_size=1, max_size=3))
def test_a_pattern_is_covered_if_and_only_if_others_match_all_its_paths(
    pattern: str, earlier: list[str]
) -> None:
    own, others = as_expression(pattern), [as_expression(other) for other in earlier]
    only_own = [
        path
        for path in PATHS
        if own.fullmatch(path) and not any(other.fullmatch(path) for other in others)
    ]
    assert is_covered(pattern, earlier) == (not only_own)
    added = EarlierPatterns()
    for other in earlier:
        added.add(other)
    # Patterns that cover it may cover it; for others, the answer can be either.
    assert only_own or added.may_cover(pattern)


@pytest.mark.parametrize(
    ("pattern", "earlier"),
    [
        ("/api/v1/*", ["/api/*"]),
        ("/a", ["/?"]),
        ("/*", ["/", "/?*"]),  # only by both together
        ("/a?", ["/aa", "/a*"]),
        ("/api/*", ["*"]),
        ("*/x/*", ["*/x/*"]),
        ("/a/?*", ["/a/*"]),
        ("*", ["/*"]),  # every path starts with a slash
    ],
)
def test_a_pattern_is_covered_by_broader_ones(pattern: str, earlier: list[str]) -> None:
    assert is_covered(pattern, earlier)


@pytest.mark.parametrize(
    ("pattern", "earlier"),
    [
        ("/api/*", ["/api/v1/*"]),
        ("/api", ["/api/*"]),
        ("/API/x", ["/api/*"]),
        ("/*", ["/?", "/a*"]),
        ("/*", ["/a*", "/b*", "/c*", "/"]),  # not all first characters
        ("/x", []),
        ("/*.png", ["/*.jpg", "/img/*"]),
    ],
)
def test_a_pattern_is_not_covered_if_a_path_matches_no_other(
    pattern: str, earlier: list[str]
) -> None:
    assert not is_covered(pattern, earlier)


def test_patterns_with_too_many_states_are_not_covered() -> None:
    # 2^40 states; without the limit this would not terminate.
    assert not is_covered("/*", ["/", "/*?", "/*a" + "?" * 40])


def test_compares_hundreds_of_ordinary_patterns_within_the_limit() -> None:
    earlier = [f"/team-{n}/service-{n}/*" for n in range(500)]
    assert not is_covered("/team-500/service-500/*", earlier)
    assert is_covered("/team-499/service-499/v1/*", earlier)


def test_counts_wildcards() -> None:
    assert [count_wildcards(p) for p in ("/", "/*", "/?/*/?")] == [0, 1, 3]


@pytest.mark.parametrize("text", ["/a", "*", "/A-z_0.$/~\"'@:+&*?", "/" + "a" * 127])
def test_accepts_the_characters_that_elb_allows(text: str) -> None:
    assert ALLOWED.fullmatch(text)


@pytest.mark.parametrize("text", ["", "/a b", "/é", "/a#b", "/a%20b", "/" + "a" * 128, "/a\n"])
def test_rejects_other_characters_and_lengths(text: str) -> None:
    assert not ALLOWED.fullmatch(text)
