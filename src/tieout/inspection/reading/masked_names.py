"""Code that masks the values of keys by the names of the keys before they go into logs, traces or histories."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.source_code import SourceCode, definition_above, programs, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_NAME: Final = (
    r"[\"'](?:\w+[-_])?(?:api[-_]?keys?|keys?|(?:access[-_]?|auth[-_]?)?tokens?|secrets?|passw(?:or)?d|authorization"
    r"|credentials?)[\"']"
)
#: A key is asked whether its name is one of a credential: by one word after another, by a list, or by a pattern.
_BY_NAME = compile_bytes(
    rf"{_NAME}[ \t]+in[ \t]+\w+(?:\.lower\(\))?|{_NAME},\s{{0,40}}{_NAME}"
    r"|/[^/\n]{0,80}(?:token|secret|password)[^/\n]{0,80}\|[^/\n]{0,80}/[gi]{0,2}\.test\(",
    folded=True,
)
#: A value is replaced by asterisks or by a word, or all but its end is left out.
_MASKS = compile_bytes(
    r"[\"']\*{1,20}[\"'][ \t]*\*|\*{4,}|\[-[2-6]:\]|\.slice\(-[2-6]\)|\[?(?:REDACTED|FILTERED)\]?[\"']"
    r"|[\"'][*x]+[\"']\.repeat\("
)
_CALLS = compile_bytes(r"\b(?P<name>_?(?:redact|mask|scrub|hide|obfuscate|sanitize)\w*)\b", folded=True)
_KEPT = re.compile(
    rb"\blog(?:s|ged|ger|ging)?\b|\blog_|\.log\b|traces?\b|tracing|\bspans?\b|telemetry|histor(?:y|ies)\b|sentry|audit",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"^(?:export |async |static |private |public )*(?:def|function|func|fn|const|let|class)\b")
#: A line of an import; where it goes over many lines, one with a name alone.
_IMPORTS = re.compile(r"^(?:import|from)\b|^\w+,?$")
_SHOWS: Final = ("masks the value", "by the name of its key")
_NEAR: Final = 12
_CLOSE: Final = 8
_PER_FILE: Final = 2
_MOST: Final = 12


def masked_by_name(repository: Repository) -> list[InspectedPlace]:
    """Lines that mask by name, each with the line that masks, and where other code on the way to a log calls on it."""
    masked = list(islice(_masked(repository), _MOST))
    places = [
        source.text.place(line, shows) for source, *lines in masked for line, shows in zip(lines, _SHOWS, strict=True)
    ]
    names = {definition_above(source, mask) for source, mask, _ in masked} - {""}
    own = {source.text.path for source, _, _ in masked}
    return [*places, *islice(_called(repository, names, own), _MOST)] if names else places


def _masked(repository: Repository) -> Iterator[tuple[SourceCode, int, int]]:
    """File, line that masks, line that asks for the name of the key."""
    for source in searched(repository, programs(repository), _BY_NAME):
        pairs = ((_nearest(source, hit.line), hit.line) for hit in source.hits(_BY_NAME))
        kept = ((mask, line) for mask, line in pairs if mask is not None and _is_kept(source, line, _NEAR))
        yield from ((source, mask, line) for mask, line in islice(kept, _PER_FILE))


def _nearest(source: SourceCode, line: int) -> int | None:
    """The nearest line that masks; None where none stands near."""
    lines = [hit.line for hit in source.hits(_MASKS) if abs(hit.line - line) <= _NEAR]
    return min(lines, key=lambda one: (abs(one - line), one), default=None)


def _called(repository: Repository, names: set[str], own: set[str]) -> Iterator[InspectedPlace]:
    """Where other files, on the way to a log, call the functions that mask."""
    for source in searched(repository, programs(repository), _CALLS):
        hits = (
            hit
            for hit in source.hits(_CALLS, within=source.code)
            if hit.groups["name"] in names and not _DEFINES.match(hit.text) and not _IMPORTS.match(hit.text)
        )
        lines = (hit.line for hit in hits if source.text.path not in own and _is_kept(source, hit.line, _CLOSE))
        for line in islice(dict.fromkeys(lines), _PER_FILE):
            yield source.text.place(line, "calls on it")


def _is_kept(source: SourceCode, line: int, near: int) -> bool:
    """Whether what stands around a line, or the name of its file, is of something that keeps what it is given."""
    path = source.text.path.encode("utf-8", "surrogateescape")
    return _KEPT.search(source.around(line, near, near)) is not None or _KEPT.search(path) is not None
