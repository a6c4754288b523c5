"""The lines of a CODEOWNERS file, as GitHub or as GitLab reads them: the two differ in more than their places."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tieout.collectors.gathering import SourceFile
from tieout.collectors.git.path_patterns import PathPattern, path_pattern
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import decode_text, excerpt

MAX_RULES = 20_000
"""Rules of a file; the largest in public use have some 8,000."""
_LONGEST_OWNER = 320  # characters of an address, RFC 3696

# GitLab: [Section], ^[Optional section], [Section][2], each perhaps with default owners behind it.
_SECTION = re.compile(r"\^?\[[^\]]{1,200}\](?:\[\d{1,3}\])?(?P<owners>(?:[ \t]+\S+)*)[ \t]*")
_ESCAPED = re.compile(r"\\.")
_OWNER = re.compile(r"@{1,2}[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*|[^@\s]+@[^@\s]+\.[^@\s]+")


class Forge(StrEnum):
    """Who reads the file."""

    GITHUB = "GitHub"
    GITLAB = "GitLab"


@dataclass(frozen=True, slots=True)
class Rule:
    """One effective rule.

    Attributes:
        pattern: As written.
        owners: Whom it names, or its section's default owners.
        line: Where it stands.
        section: Its section's name; "" for none.
        heading: The line of that section's heading.
        matcher: Which paths it means.
        excludes: Its paths are nobody's in this section.
        elsewhere: Only one of the forges takes its pattern.
    """

    pattern: str
    owners: tuple[str, ...]
    line: int
    section: str
    heading: int | None
    matcher: PathPattern
    excludes: bool = False
    elsewhere: bool = False


@dataclass(slots=True)
class Reading:
    """A file as one forge reads it: its rules, and the lines that it does not take."""

    file: SourceFile
    rules: list[Rule] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    @property
    def names_an_owner(self) -> bool:
        """Whether any rule does."""
        return any(rule.owners for rule in self.rules)


def read_lines(file: SourceFile, forge: Forge) -> Reading:
    """The effective rules of a file, and the lines that the forge would not take.

    Sources: GitHub, "About code owners", syntax exceptions (no `!`, no `[ ]`, no escaped `#`; no sections);
    GitLab, "Syntax of CODEOWNERS file".

    Raises:
        UnreadableError: It is not text, or has too many rules.
    """
    reading = Reading(file)
    section, heading, defaults = "", None, tuple[str, ...]()
    for number, line in _lines(file):
        found = _SECTION.fullmatch(line)
        if found is not None and all(_is_owner(word) for word in found["owners"].split()):
            if forge is Forge.GITHUB:
                reading.notes.append((number, "is a section, which does nothing on GitHub"))
                continue
            section, heading = line.partition("]")[0].lstrip("^[").casefold(), number
            defaults = tuple(found["owners"].split())
            continue
        pattern, words = _split(line)
        if len(reading.rules) == MAX_RULES:
            message = f"has more than {MAX_RULES:,} rules"
            raise UnreadableError(message, where=f"{file.path}:{number}")
        only_gitlab = _only_gitlab(pattern)
        matcher = path_pattern(pattern.removeprefix("!"))
        if matcher is None:
            reading.notes.append((number, f"'{excerpt(pattern)}' is not a pattern that a forge takes"))
            continue
        if only_gitlab and forge is Forge.GITHUB:
            told = f"'{excerpt(pattern)}' does nothing on GitHub, which takes no {only_gitlab}"
            reading.notes.append((number, told))
            continue
        owners = tuple(word for word in words if _is_owner(word))
        excludes = pattern.startswith("!")
        if len(owners) < len(words) and not excludes:
            reading.notes.append((number, "names an owner that is neither @name nor an address"))
            if not owners:
                continue
        reading.rules.append(
            Rule(
                pattern=pattern,
                owners=() if excludes else (owners or defaults),
                line=number,
                section=section,
                heading=heading,
                matcher=matcher,
                excludes=excludes,
                elsewhere=bool(only_gitlab),
            )
        )
    return reading


def owners_of(matching: Sequence[Rule]) -> tuple[tuple[str, ...], int | None]:
    """Owners of a path and the line that decides, by the rules that match.

    In each section the last one wins; what a section excludes is nobody's in it, whatever comes later.
    """
    winners: dict[str, Rule] = {}
    for rule in matching:
        if rule.section not in winners or not winners[rule.section].excludes:
            winners[rule.section] = rule
    owners = dict.fromkeys(owner for rule in winners.values() for owner in rule.owners)
    deciding = [rule for rule in winners.values() if rule.owners] or list(winners.values())
    return tuple(owners), deciding[-1].line if deciding else None


def differing_line(matching: Sequence[Rule]) -> int | None:
    """The line that one forge takes and the other does not, of the rules by which GitLab finds a path's owners."""
    own = [rule.line for rule in matching if rule.elsewhere]
    headings = [rule.heading for rule in matching if rule.heading is not None]
    return next(iter((*own, *headings)), None)


def _lines(file: SourceFile) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(decode_text(file.data, file.path).split("\n"), start=1):
        line = raw.strip()
        if line and not line.startswith("#"):
            yield number, line


def _only_gitlab(pattern: str) -> str:
    """What of a pattern GitHub does not take, in words; "" for nothing."""
    if pattern.startswith("!"):
        return "! before a pattern"
    if pattern.startswith("\\#"):
        return "escaped #"
    return "[ ] in a pattern" if "[" in _ESCAPED.sub("", pattern) else ""


def _split(line: str) -> tuple[str, list[str]]:
    """Pattern and the words after it, up to a comment; a blank after a backslash belongs to the pattern."""
    at = 0
    while at < len(line) and not line[at].isspace():
        at += 2 if line[at] == "\\" else 1
    words = []
    for word in line[at:].split():
        if word.startswith("#"):
            break
        words.append(word)
    return line[:at], words


def _is_owner(word: str) -> bool:
    return len(word) <= _LONGEST_OWNER and _OWNER.fullmatch(word) is not None
