"""Path patterns, held against a translation to regular expressions and against all short paths."""

import re
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from navra_stacks.settings.load_balancing.path_pattern import ALLOWED, covered, matches, wildcards

LITERALS = "ab/"
PATHS = ["/" + "".join(rest) for n in range(6) for rest in product("ab/z", repeat=n)]
"""All paths of up to six characters over those that patterns below name, and one that none does."""

patterns = st.builds(
    str.__add__, st.sampled_from("/*?"), st.text(LITERALS + "*?", min_size=0, max_size=3)
)
# Each takes its time out of the run of the whole suite, not out of its verdict.
thorough = settings(deadline=None, max_examples=250)


def as_expression(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(c, re.escape(c)) for c in pattern), re.DOTALL)


@thorough
@given(
    st.text("aA/*?.+~", max_size=8),
    st.text("aA/.+~éb", max_size=8).map(lambda rest: f"/{rest}"),
)
def test_a_pattern_matches_what_its_regular_expression_matches(pattern: str, path: str) -> None:
    assert matches(pattern, path) == (as_expression(pattern).fullmatch(path) is not None)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/api/*", "/api/", True),  # a star may stand for nothing
        ("/api/*", "/api", False),
        ("/api/*", "/api/v1/users/7", True),  # and for slashes
        ("/*/edit", "/a/b/edit", True),
        ("*.php", "/wp/x.php", True),
        ("/?", "/", False),  # a question mark stands for one character, never for none
        ("/?", "/a", True),
        ("/a?b", "/a/b", True),
        ("/??", "/a", False),
        ("/Api/*", "/api/x", False),  # case counts
        ("/a.b", "/axb", False),  # other signs stand for themselves
        ("/a+", "/aa", False),
        ("/$a", "/$a", True),
        ("/api", "/api/", False),
        ("/*", "/line\nbreak", True),
    ],
)
def test_a_pattern_reads_as_a_load_balancer_reads_it(
    pattern: str, path: str, expected: bool
) -> None:
    assert matches(pattern, path) is expected


@thorough
@given(patterns, st.lists(patterns, min_size=1, max_size=3))
def test_a_pattern_is_covered_if_and_only_if_no_path_gets_through(
    pattern: str, earlier: list[str]
) -> None:
    own, others = as_expression(pattern), [as_expression(one) for one in earlier]
    getting_through = [
        path
        for path in PATHS
        if own.fullmatch(path) and not any(one.fullmatch(path) for one in others)
    ]
    assert covered(pattern, earlier) == (not getting_through)


@pytest.mark.parametrize(
    ("pattern", "earlier"),
    [
        ("/api/v1/*", ["/api/*"]),
        ("/a", ["/?"]),
        ("/*", ["/", "/?*"]),  # by two together
        ("/a?", ["/aa", "/a*"]),
        ("/api/*", ["*"]),
        ("*/x/*", ["*/x/*"]),
        ("/a/?*", ["/a/*"]),
        ("*", ["/*"]),  # every path starts with a slash
    ],
)
def test_a_pattern_is_covered_by_broader_ones(pattern: str, earlier: list[str]) -> None:
    assert covered(pattern, earlier)


@pytest.mark.parametrize(
    ("pattern", "earlier"),
    [
        ("/api/*", ["/api/v1/*"]),
        ("/api", ["/api/*"]),
        ("/API/x", ["/api/*"]),
        ("/*", ["/?", "/a*"]),
        ("/*", ["/a*", "/b*", "/c*", "/"]),  # many starts, never all
        ("/x", []),
        ("/*.png", ["/*.jpg", "/img/*"]),
    ],
)
def test_a_pattern_is_not_covered_where_a_path_gets_through(
    pattern: str, earlier: list[str]
) -> None:
    assert not covered(pattern, earlier)


def test_patterns_too_entangled_to_compare_are_let_pass() -> None:
    # 2^40 combined positions; without the bound this would not return.
    assert not covered("/*", ["/", "/*?", "/*a" + "?" * 40])


def test_hundreds_of_ordinary_patterns_are_compared() -> None:
    earlier = [f"/team-{n}/service-{n}/*" for n in range(500)]
    assert not covered("/team-500/service-500/*", earlier)
    assert covered("/team-499/service-499/v1/*", earlier)


def test_wildcards_are_counted() -> None:
    assert [wildcards(p) for p in ("/", "/*", "/?/*/?")] == [0, 1, 3]


@pytest.mark.parametrize("text", ["/a", "*", "/A-z_0.$/~\"'@:+&*?", "/" + "a" * 127])
def test_the_characters_of_the_load_balancer_are_allowed(text: str) -> None:
    assert ALLOWED.fullmatch(text)


@pytest.mark.parametrize("text", ["", "/a b", "/é", "/a#b", "/a%20b", "/" + "a" * 128, "/a\n"])
def test_other_characters_and_lengths_are_not(text: str) -> None:
    assert not ALLOWED.fullmatch(text)
