"""Under which conditions a checksum of a model is compared at all, as the indentation of the program shows them.

A comparison that stands under a switch, a file's name or the presence of a checksum is passed by where the condition
does not hold. Whether a file exists is no such condition: what is not there is fetched first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tieout.inspection.reading.checksums import Comparison
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import SourceCode, definition_above, programs, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes


class Way(StrEnum):
    """How a file can come to be used without the comparison."""

    SWITCH = "compared only if this is asked for"
    UNLISTED = "under this condition alone a checksum is known to compare with"
    UNKNOWN = "compared only where a checksum is known"
    OTHER = "compared only under this condition"
    CACHED = "compared when it is downloaded, not when it is taken from the cache"


@dataclass(frozen=True, slots=True)
class Condition:
    """A line on which it depends whether the checksum is compared."""

    source: SourceCode
    line: int
    way: Way


_IF = re.compile(r"^\s*(?:\}\s*)?(?:else\s+)?(?:if|elif|elsif|unless|when)\b(?P<asked>.*)$")
_ELSE = re.compile(r"^\s*(?:\}\s*)?else\b\s*[:{]?\s*$")
_DEFINES = re.compile(
    r"^\s*(?:export |default |pub(?:\(\w+\))? |public |private |protected |static |async )*"
    r"(?:def|function|func|fn|fun|class|impl)\b"
)
_LEAVES = re.compile(r"^\s*(?:return|continue|pass|next)\b")
_SUM: Final = re.compile(r"(?:self\.|this\.)?\w*(?:sha_?\d{1,3}|checksum|digest|hash|md5)\w*", re.IGNORECASE)
_SWITCHES: Final = re.compile(
    r"(?:verif|validat|check|skip|disable|enable|ignore|insecure|strict|trust|bypass)\w*", re.IGNORECASE
)
# A word such as `checksum` holds `check`, and is no switch.
_SUM_OR_CALL: Final = re.compile(r"\w*checksums?\b(?!_?(?:enabled|check))|\b\w+\(", re.IGNORECASE)
_OF_FILES: Final = re.compile(
    r"exists|is_?file|is_?dir|\bstat\b|\bforce|need|missing|download|cached?\b|\berr\b|\bok\b|len\(|isinstance|__name__"
    r"|platform|in_memory|^\s*\(?\s*!?not\s+\w*(?:path|file|data|buf|chunk)\w*\s*\)?\s*:?$"
    r"|^\s*\(?\s*!?\w*(?:path|file|data|buf|chunk)\w*\s+is\b",
    re.IGNORECASE,
)
# Which kind of file it is at all: what is of another kind is no model.
_OF_KIND: Final = re.compile(r"\.(?:suffix|endswith|ends_with|endsWith)\b|HasSuffix")
_FROM_CACHE = compile_bytes(r"\bcheck_hash[ \t]*=[ \t]*True")
_FARTHEST: Final = 80
_MOST_CALLS: Final = 10
_MOST_COMPARED: Final = 20
#: What of a line is looked at: hostile ones are long.
_LONGEST: Final = 300
#: A shorter name of a function is found everywhere.
_SHORTEST_NAME: Final = 6


def conditions(repository: Repository, compared: list[Comparison]) -> list[Condition]:
    """Every condition on which it depends whether one of the comparisons is made."""
    found: list[Condition] = []
    functions: dict[str, None] = {}
    for entry in compared[:_MOST_COMPARED]:
        if entry.delegated:
            if _FROM_CACHE.search(entry.source.around(entry.line, 0, 0)):
                found.append(Condition(entry.source, entry.line, Way.CACHED))
            continue
        found += _around(entry.source, entry.line)
        name = definition_above(entry.source, entry.line)
        if len(name) >= _SHORTEST_NAME:
            functions.setdefault(name)
    for source, line in _calls(repository, list(functions)):
        found += _around(source, line)
    return list({(one.source.text.path, one.line, one.way): one for one in found}.values())


def _calls(repository: Repository, functions: list[str]) -> Iterator[tuple[SourceCode, int]]:
    if not functions:
        return
    pattern = pattern_of_names(functions, after=r"[ \t]*\(")
    count = 0
    for source in searched(repository, programs(repository), pattern):
        for hit in source.hits(pattern, within=source.code):
            if not _DEFINES.match(hit.text) and (count := count + 1) <= _MOST_CALLS:
                yield source, hit.line


def _around(source: SourceCode, line: int) -> Iterator[Condition]:
    lines = [line[:_LONGEST] for line in source.stated.decode("utf-8", "replace").split("\n")]
    own = _IF.match(lines[line - 1])
    if own is not None and (way := _way_of_operand(own["asked"])) is not None:
        yield Condition(source, line, way)
    for number in [*_above(lines, line), *_left_before(lines, line)]:
        asked = _IF.match(lines[number - 1])
        way = _way(asked["asked"]) if asked is not None else None
        if way is Way.UNKNOWN and asked is not None:
            yield from _listed_under(source, lines, asked["asked"])
        if way is not None:
            yield Condition(source, number, way)


def _above(lines: list[str], line: int) -> Iterator[int]:
    """Lines of the conditions that hold a line within its function, the nearest first."""
    depth = _depth(lines[line - 1])
    is_other = False
    for number in range(line - 1, max(line - _FARTHEST, 0), -1):
        text = lines[number - 1]
        if not text.strip() or _depth(text) > depth or (_depth(text) == depth and not is_other):
            continue
        if _DEFINES.match(text):
            return
        depth = _depth(text)
        is_other = bool(_ELSE.match(text))
        if _IF.match(text):
            yield number


def _left_before(lines: list[str], line: int) -> Iterator[int]:
    """Lines of switches of the same function after which it is left before the line is reached."""
    depth = _depth(lines[line - 1])
    for number in range(line - 1, max(line - _FARTHEST, 1), -1):
        text = lines[number - 1]
        if _DEFINES.match(text) and _depth(text) < depth:
            return
        if _depth(text) <= depth and _IF.match(text) and _LEAVES.match(lines[number]):
            asked = _IF.match(text)
            if asked is not None and _way(asked["asked"]) is Way.SWITCH:
                yield number


def _way(asked: str) -> Way | None:
    """What a condition makes the comparison depend on; None where it takes nothing away from it."""
    if _SWITCHES.search(_SUM_OR_CALL.sub("", asked)):
        return Way.SWITCH
    if re.search(r"[!=]=|compare_digest", asked) and _SUM.search(asked):
        return None  # a comparison itself
    if _SUM.search(asked):
        return Way.UNKNOWN
    return None if _OF_FILES.search(asked) else Way.OTHER


def _way_of_operand(asked: str) -> Way | None:
    """The same of what is asked for on the line of the comparison itself, before it."""
    first, found, _ = re.split(r"(\band\b|&&)", asked, maxsplit=1) if re.search(r"\band\b|&&", asked) else ("", "", "")
    return _way(first) if found else None


def _listed_under(source: SourceCode, lines: list[str], asked: str) -> Iterator[Condition]:
    """Conditions under which the list of known checksums is filled."""
    name = _SUM.search(asked)
    if name is None:
        return
    fills = re.compile(rf"(?<![\w.]){re.escape(name[0])}(?:\[[^\]]{{0,80}}\]\s*=[^=]|\.(?:set|insert|add|append)\()")
    for number, text in enumerate(lines, start=1):
        if fills.search(text):
            for above in _above(lines, number):
                asked_there = _IF.match(lines[above - 1])
                is_of_sum = asked_there is None or _SUM.search(asked_there["asked"])
                if not is_of_sum and not _OF_KIND.search(lines[above - 1]):
                    yield Condition(source, above, Way.UNLISTED)


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())
