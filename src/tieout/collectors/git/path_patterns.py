"""Path patterns as forges read them, matched against many paths without trying each pattern on each path.

Patterns and paths come from the repository, up to the largest that it can hold. A pattern is asked only about
paths that have a folder, a file name or an ending that it spells out; where that leaves too much to ask, it is
known before the first question (`effort`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import re2
from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

MAX_PATTERN = 1_000
"""Characters of a pattern."""

MAX_EFFORT = 1_500_000_000
"""What may be asked of one file: some 10 s at most. 300 patterns without any whole name cost a fifth of it over
2,000 paths; hostile ones, at 15 ns a character of the pattern and of the path, 20 s."""

_EACH = 300  # what the shortest question costs, in the same unit
# Git's patterns reach below what they match; in CODEOWNERS `docs/*` means the files of that folder alone.
_BELOW = "(?:(?P<ps_d>/)|$)"
_WILD = re.compile(r"[*?\[\]\\]")
_ENDING = "/."  # no part of a path can begin like it


class PathPattern:
    """One pattern that a forge takes; made by `path_pattern`.

    Attributes:
        text: As written.
    """

    def __init__(self, text: str, expression: "re2._Regexp[bytes]") -> None:
        self.text = text
        self._expression = expression

    def matches(self, path: str) -> bool:
        """Whether the pattern means a path."""
        return self._expression.match(path.encode()) is not None

    def marks(self) -> Iterator[str]:
        """Names and endings of which each stands in every path that matches; none of a pattern such as `*` or `a*`."""
        for segment in self.text.split("/"):
            tail = _WILD.split(segment)[-1]
            if segment and tail == segment:
                yield segment
            elif "." in tail:
                yield _ENDING + tail.rpartition(".")[2]


def path_pattern(text: str) -> PathPattern | None:
    """A pattern that is matched in time linear in the path; None where a forge takes it for none."""
    if not text or len(text) > MAX_PATTERN or text.startswith(("#", "!")):
        return None
    options = re2.Options()
    options.log_errors = False  # it would write to the terminal
    options.never_capture = True
    try:
        expression, _ = GitIgnoreSpecPattern.pattern_to_regex(text)
        if expression is None:
            return None
        if text.endswith("/*"):
            expression = expression.removesuffix(_BELOW) + "$"
        return PathPattern(text, re2.compile(expression.encode(), options))
    except (GitIgnorePatternError, UnicodeEncodeError, re2.error):  # `[z-a]`
        return None


class PathPatterns:
    """Patterns in their order.

    Args:
        patterns: What to match.
    """

    def __init__(self, patterns: Sequence[PathPattern]) -> None:
        self._patterns = patterns
        marks = [tuple(dict.fromkeys(pattern.marks())) for pattern in patterns]
        times = Counter(mark for own in marks for mark in own)
        self._by_mark: dict[str, list[int]] = defaultdict(list)
        for number, own in enumerate(marks):
            rarest = min(own, key=times.__getitem__, default="")
            self._by_mark[rarest].append(number)
        self._lengths = {
            mark: sum(len(patterns[number].text) for number in numbers) for mark, numbers in self._by_mark.items()
        }

    def effort(self, paths: Iterable[str]) -> int:
        """What it costs to match all of the paths, to be held against MAX_EFFORT."""
        return sum(
            len(self._by_mark[mark]) * _EACH + self._lengths[mark] * len(path)
            for path in paths
            for mark in self._marks_of(path)
        )

    def matching(self, path: str) -> list[int]:
        """Numbers of the patterns that mean a path, ascending."""
        asked = sorted(number for mark in self._marks_of(path) for number in self._by_mark[mark])
        return [number for number in asked if self._patterns[number].matches(path)]

    def _marks_of(self, path: str) -> set[str]:
        """The marks of some pattern that a path has; "" is that of all others."""
        parts = path.split("/")
        endings = (_ENDING + part.rpartition(".")[2] for part in parts if "." in part)
        return self._by_mark.keys() & {"", *parts, *endings}
