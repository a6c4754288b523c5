"""Limits that a program asks for by a setting, where the settings in use leave it empty: built in, and not in force."""

from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.authentication import own_settings
from tieout.inspection.reading.names_read import reads
from tieout.inspection.reading.source_code import searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: An empty value of a variable; with a colon it must be written, for what follows may be a section.
_EMPTY: Final = compile_bytes(
    r"(?m)^[ \t-]*(?:export )?[\"']?(?P<key>\w*(?:usage|rate|request)s?_?(?:limit|quota)s?\w*)[\"']?[ \t]*"
    r"(?:=[ \t]*(?:[\"']{2}|[\"']?\{\}[\"']?|0|false|none|null)?|:[ \t]*(?:[\"']{2}|[\"']?\{\}[\"']?|0|false|null))"
    r"[ \t\r]*(?:#[^\n]*)?$",
    folded=True,
)
_SET: Final = compile_bytes(
    r"(?m)^[ \t-]*(?:export )?[\"']?(?P<key>\w*(?:usage|rate|request)s?_?(?:limit|quota)s?\w*)[\"']?"
    r"[ \t]*[:=][ \t]*[^\n]*[1-9]",
    folded=True,
)
_MOST: Final = 4


def rates_unset(repository: Repository) -> list[InspectedPlace]:
    """Lines that leave the limit empty, and lines of programs that read it; none where a setting in use gives one.

    Only what a program counts by itself hangs on such a setting; a library's limiter has its own numbers.
    """
    files = own_settings(repository)
    if any(True for source in searched(repository, files, _SET) for _ in source.hits(_SET)):
        return []
    empty = [
        (hit.groups["key"], source.text.place(hit.line, "left empty: no limit is set", counts=False))
        for source in searched(repository, files, _EMPTY)
        for hit in source.hits(_EMPTY)
    ]
    if not empty:
        return []
    read = [
        (key, source.text.place(hit.line, "reads the limit from its settings"))
        for key, source, hit in reads(repository, {key for key, _ in empty})
    ]
    known = {key for key, _ in read}
    off = [place for key, place in empty if key in known]
    return [*off[:_MOST], *(place for _, place in read[:_MOST])] if off else []
