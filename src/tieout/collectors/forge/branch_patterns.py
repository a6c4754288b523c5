"""Which branches a ruleset of GitHub means: what it includes, less what it excludes, with patterns as fnmatch has them.

A `*` stays within one part of a name and `**/` stands for any number of parts. An excluded `**` at the end is read as
all that is below it, which leaves no more branches than the forge does.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import re2

HEADS: Final = "refs/heads/"
_ALL, _DEFAULT = "~ALL", "~DEFAULT_BRANCH"
_EVERY: Final = HEADS + "**/*"
#: Names that a default branch has where nothing tells it.
_USUAL: Final = ("main", "master")
_PIECES: Final = re.compile(r"\*\*/|\*+|\?|\[[!^]?\]?[^\]/]*\]|\\.|[^*?\[\\]+|[\[\\]", re.DOTALL)
_WILD: Final = re.compile(r"[*?\[\\]")
_MOST_PATTERN: Final = 1_000
_MOST_PAIRS: Final = 10_000
#: In place of a wildcard: no name that a pattern spells out has these.
_FRESH: Final = ("\x01", "\x01\x02\x03")


class Branches:
    """The branches of one ruleset.

    Args:
        include: Patterns, as the forge writes them.
        exclude: Likewise; they win.
        default: The default branch, where that is told.
        counted: The branch that the source is about, where it names one.
    """

    def __init__(
        self, include: Sequence[str], exclude: Sequence[str], *, default: str | None, counted: str | None
    ) -> None:
        self._include, self._exclude = sorted(set(include)), sorted(set(exclude))
        self.too_many = len(self._include) * len(self._exclude) > _MOST_PAIRS
        plain = [one for one in self._exclude if one.startswith(HEADS) and not _WILD.search(one)]
        usual: tuple[str, ...] = _USUAL if counted is None else (counted, *_USUAL)
        names: tuple[str, ...] = usual if default is None else (default,)
        self._told = default is not None
        self._names: list[str] = [HEADS + name for name in names]
        # Of the default branch alone a name is excluded because it is, or may be, that one.
        self._defaults = self._names if self._told else [*self._names, *plain]
        self._matchers = [] if self.too_many else [one for text in self._exclude if (one := _matcher(text))]

    def none_left(self) -> bool:
        """Whether all that is included is excluded again, as far as is told; with nothing included too."""
        return self.too_many or all(self._is_out(pattern) for pattern in self._include)

    def main_left_out(self) -> str:
        """The default branch, or one that may be it, which is included and excluded again; "" if none is."""
        if self.too_many:
            return ""
        for name in self._names:
            if self._is_in(name) and self._is_excluded(name):
                return name.removeprefix(HEADS)
        return ""

    def _is_in(self, name: str) -> bool:
        matchers = (_matcher(one) for one in self._include)
        return bool({_ALL, _DEFAULT} & set(self._include)) or any(one and one.fullmatch(name) for one in matchers)

    def _is_out(self, pattern: str) -> bool:
        if pattern in self._exclude or _ALL in self._exclude:
            return True
        if pattern == _DEFAULT:
            found = [self._is_excluded(name) for name in self._defaults]
            return all(found) if self._told else any(found)
        samples = [*_samples(_EVERY if pattern == _ALL else pattern)]
        return bool(samples) and all(self._is_excluded(name) for name in samples)

    def _is_excluded(self, name: str) -> bool:
        of_default = _DEFAULT in self._exclude and name in self._names
        return of_default or any(one.fullmatch(name) for one in self._matchers)


def _samples(pattern: str) -> Iterator[str]:
    """Names that a pattern means, such that one that means them all leaves none; none where it has sets of signs."""
    if len(pattern) > _MOST_PATTERN or "[" in pattern or "\\" in pattern:
        return
    pieces = _PIECES.findall(pattern)
    wild = any(piece[0] in "*?" for piece in pieces)
    for name in _FRESH if wild else ("",):
        for folders in ("", f"{name}/", f"{name}/{name}/") if "**/" in pieces else ("",):
            known = {"**/": folders, "?": "\x01"}
            yield "".join(known.get(piece, name if piece[0] == "*" else piece) for piece in pieces)


def _matcher(pattern: str) -> "re2._Regexp[str] | None":
    """What a pattern means; None where it is no pattern of branches, or one that cannot be read."""
    if len(pattern) > _MOST_PATTERN or pattern.startswith("~"):
        return None
    head, ends = (pattern[:-2], "(?s:.*)") if pattern.endswith("/**") else (pattern, "")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile("".join(map(_expression, _PIECES.findall(head))) + ends, options)
    except re2.error:  # `[z-a]`, which means nothing
        return None


def _expression(piece: str) -> str:
    if piece[0] == "*":
        return "(?:[^/]+/)*" if piece.endswith("/") else "[^/]*"
    if piece == "?":
        return "[^/]"
    if piece[0] == "[" and len(piece) > 1:
        inner = piece[1:-1]
        negated = "^" if inner[:1] in {"!", "^"} else ""
        signs = re.sub(r"([\\\[\]^&~|])", r"\\\1", inner[1:] if negated else inner)
        return f"[{negated}{signs}]"
    return str(re2.escape(piece[1:] if piece[0] == "\\" and len(piece) > 1 else piece))
