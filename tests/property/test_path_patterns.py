"""Path patterns: the short way to the matching ones gives what trying each of them gives."""

from hypothesis import example, given
from hypothesis import strategies as st

from tieout.collectors.git.path_patterns import PathPatterns, path_pattern

PLAIN = ["a", "b", "ab", "a.py", "b.a.py", "README", "a]b.py", "a\\*", "a\\.py"]
WILD = ["*", "**", "*.py", "a*", "a*.py", "?", "[ab]", "[!a].py", "[", "*\\.py"]
PARTS = st.sampled_from([*PLAIN, *WILD])
PATTERNS = st.builds(
    lambda lead, parts, end: lead + "/".join(parts) + end,
    st.sampled_from(["", "/", "**/"]),
    st.lists(PARTS, min_size=1, max_size=3),
    st.sampled_from(["", "/", "/*", "/**"]),
)
NAMES = st.sampled_from(["a", "b", "ab", "a.py", "b.py", "x.a.py", "README", ".py", "a]b.py", "[", "a*", "*.py"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@given(st.lists(PATTERNS, max_size=12), st.lists(PATHS, min_size=1, max_size=8))
@example(["**/a/b", "*.py", "/a/*"], ["a/b/c.py"])
def test_matching_is_what_trying_each_pattern_gives(texts: list[str], paths: list[str]):
    known = [pattern for pattern in map(path_pattern, texts) if pattern is not None]
    patterns = PathPatterns(known)
    for path in paths:
        assert patterns.matching(path) == [at for at, pattern in enumerate(known) if pattern.matches(path)]
