"""Exceptions to scans for known vulnerabilities: which are let pass, with a reason or an end or without.

Each scanner has its own file; in all of them an exception names an advisory, and what is said of it stands beside it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.ci import ci
from tieout.inspection.reading.ci.hooks import hooks
from tieout.inspection.repository import Repository

#: Files that list exceptions and nothing else.
_FILES: Final = re.compile(
    r"(?:^|/)(?:\.trivyignore(?:\.ya?ml)?|\.grype(?:/config)?\.ya?ml|osv-scanner\.toml|\.snyk|audit-ci\.jsonc?|\.nsprc"
    r"|deny\.toml|\.cargo/audit\.toml|\.safety-policy\.ya?ml|\.bundler-audit\.ya?ml|\.nancy-ignore"
    r"|[^/]*dependency-?check[^/]*suppress[^/]*\.xml|[^/]*suppress[^/]*dependency-?check[^/]*\.xml)$",
    re.IGNORECASE,
)
_ADVISORY: Final = re.compile(
    r"\b(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d{1,6}|RUSTSEC-\d{4}-\d{4}|GO-\d{4}-\d{4}"
    r"|OSV-\d{4}-\d{1,6}|SNYK-[A-Z]{2,12}-[A-Z0-9]{2,40}-\d{3,10}|DSA-\d{4}-\d)\b"
)
_SAYS: Final = re.compile(
    r"\b(?:reason|statement|notes?|justification|comment|impact)\b[\"']?>?\s*[:=>]?\s*[\"'|]?\s*\S", re.IGNORECASE
)
_ENDS: Final = re.compile(
    r"\b(?:exp(?:ir(?:es|y|ed_at|ation))?|until|ignoreUntil)\b[\"']?\s*[:=]?\s*[\"']?\d{4}-\d{2}-\d{2}", re.IGNORECASE
)
_COMMENT: Final = re.compile(r"^\s*(?:#|//|<!--)\s*(?P<text>.*)$")
_SIDE_COMMENT: Final = re.compile(r"(?:\s#|//)\s*(?P<text>\S.*)$")
_OPTION: Final = re.compile(r"^\s*-?\s*[\"']?--?ignore[\w-]{0,40}[\"']?,?\s*\\?\s*$")
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_FEWEST_WORDS: Final = 3
_LONGEST_NOTE: Final = 8
_MOST_LINE: Final = 600
_MOST_ARGUMENTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Exempted:
    """An advisory that a scan lets pass.

    Attributes:
        path: Where that is said.
        line: Of its name.
        advisory: Its name.
        has_reason: Somebody wrote why.
        has_end: A date ends it.
    """

    path: str
    line: int
    advisory: str
    has_reason: bool
    has_end: bool


def exempted(repository: Repository) -> tuple[Exempted, ...]:
    """Every exception in a file in use or in a command of continuous integration."""
    files = [file for file in repository.matching(_FILES) if file.path_class is PlaceClass.LIVE]
    found = [one for text in repository.texts(files) for one in _in_lines(text.path, text.lines(), None)]
    for run in ci(repository).runs:
        if run.what == "command" and run.spot.line and _ADVISORY.search(" ".join(run.words)):
            text = repository.text(run.spot.path)
            if text is not None:
                wanted = frozenset(_ADVISORY.findall(" ".join(run.words)))
                found.extend(_in_lines(run.spot.path, text.lines(), wanted))
    for hook in hooks(repository):
        wanted = frozenset(_ADVISORY.findall(" ".join(hook.arguments)[:_MOST_ARGUMENTS]))
        text = repository.text(hook.spot.path) if wanted else None
        if text is not None:
            found.extend(_in_lines(hook.spot.path, text.lines(), wanted))
    return tuple(dict.fromkeys(found))


def _in_lines(path: str, lines: Sequence[str], wanted: frozenset[str] | None) -> Iterator[Exempted]:
    """Exceptions among the lines of a file; of those wanted only, where a file holds more than exceptions."""
    named = [number for number, line in enumerate(lines) if _names_one(line, wanted)]
    for at, number in enumerate(named):
        following = named[at + 1] if at + 1 < len(named) else len(lines)
        after = list(lines[number + 1 : min(following, number + 1 + _LONGEST_NOTE)])
        line = lines[number][:_MOST_LINE]
        beside = [line, *_up_to_gap(after)] if wanted is None else [line]
        side = _SIDE_COMMENT.search(line)
        above = _comment_above(lines, number)
        has_reason = _is_note(above) or any(_SAYS.search(one[:_MOST_LINE]) for one in beside)
        has_reason = has_reason or (side is not None and _is_note(side["text"]))
        has_end = any(_ENDS.search(one[:_MOST_LINE]) for one in (*beside, above))
        for advisory in dict.fromkeys(_ADVISORY.findall(line)):
            yield Exempted(path, number + 1, advisory, has_reason, has_end)


def _names_one(line: str, wanted: frozenset[str] | None) -> bool:
    """Whether a line names an advisory by right, and not in a comment or in the reason of another."""
    line = line[:_MOST_LINE]
    found = _ADVISORY.search(line)
    if found is None or _COMMENT.match(line) or _SAYS.search(line[: found.start()]):
        return False
    return wanted is None or bool(wanted & set(_ADVISORY.findall(line)))


def _comment_above(lines: Sequence[str], number: int) -> str:
    """The text of comments right above a line, or above the option whose value it is."""
    found: list[str] = []
    if number > 0 and _OPTION.match(lines[number - 1][:_MOST_LINE]):
        number -= 1
    while number > 0 and len(found) < _LONGEST_NOTE and (comment := _COMMENT.match(lines[number - 1][:_MOST_LINE])):
        found.append(comment["text"])
        number -= 1
    return " ".join(reversed(found))


def _up_to_gap(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if not line.strip() or _COMMENT.match(line):
            return
        yield line


def _is_note(text: str) -> bool:
    """Whether a comment says something: its advisory's name alone gives no reason."""
    return len(_WORD.findall(_ADVISORY.sub("", text))) >= _FEWEST_WORDS
