"""Path patterns of code owners: what is none, and how much may be asked of one file."""

import pytest

from tieout.collectors.git.path_patterns import MAX_EFFORT, PathPatterns, path_pattern


def many(texts: list[str]) -> PathPatterns:
    known = [path_pattern(text) for text in texts]
    return PathPatterns([pattern for pattern in known if pattern is not None])


def test_the_rules_of_a_large_repository_are_far_below_the_bound():
    texts = ["*", *(f"*.kind{at}" for at in range(60)), *(f"/apps/team{at}/models/*.py" for at in range(4000))]
    paths = [f"apps/team{at}/models/model{at}.py" for at in range(4000)]
    patterns = many([*texts, *["**/BUILD"] * 300])
    assert patterns.effort(paths) < MAX_EFFORT / 20
    assert patterns.matching("apps/team7/models/model7.py") == [0, 68]


def test_rules_that_name_nothing_whole_are_beyond_it_before_any_is_asked():
    paths = [f"prompts/{'a' * 120}{at}" for at in range(3000)]
    assert many([f"*{at}*a*a*a*a*b*c*d*e" for at in range(2000)]).effort(paths) > MAX_EFFORT


@pytest.mark.parametrize("text", ["", "#a", "!a", "[z-a]", "/", "a" * 1001, "a\udc80"])
def test_what_no_forge_takes_is_no_pattern(text: str):
    assert path_pattern(text) is None


def test_a_pattern_beyond_the_memory_of_its_matcher_writes_nothing(capfd: pytest.CaptureFixture[str]):
    pattern = path_pattern("*a" + "?" * 900 + "bz")
    assert pattern is not None
    assert not pattern.matches("x" + "abba" * 1000)
    assert capfd.readouterr() == ("", "")
