"""Settings in use that choose no telemetry, of a program that could send some."""

import re
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.authentication import own_settings
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import SourceCode, groups_of, programs, searched, source_of
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_NAME: Final = r"(?P<name>observability|telemetry|tracing|open_?telemetry|otel)"
#: A section whose mode or switch is off, and one key that says both.
_SECTION: Final = compile_bytes(
    rf"(?m)^[\"']?{_NAME}[\"']?[ \t]*:[ \t]*\n(?:[ \t]+[^\n]*\n){{0,2}}?"
    r"[ \t]+[\"']?(?:mode|enabled|provider|backend|exporter)[\"']?[ \t]*:[ \t]*"
    r"[\"']?(?:\$\{\w+(?:,\w+)*:-?)?(?:none|off|false|disabled)\b",
    folded=True,
)
_KEY: Final = compile_bytes(
    rf"(?m)^[ \t]*[\"']?(?:enable_)?{_NAME}(?:_enabled|_mode|_provider)[\"']?[ \t]*[:=][ \t]*"
    r"[\"']?(?:none|off|false|disabled)\b",
    folded=True,
)
_MOST: Final = 3
_ASKS: Final = re.compile(r"^[ \t]*(?:if|elif)[ \t]+(?:\w+(?:\(\))?\.){1,4}(?P<name>\w+)[ \t]*:")
_FARTHEST: Final = 30


def switched_off(repository: Repository) -> list[InspectedPlace]:
    """Lines of settings in use that switch telemetry off, with a line of a program that asks for it.

    A setting counts only where a program in use reads it by its name; a tool that is built with has its own.
    """
    found: list[tuple[str, InspectedPlace]] = []
    for text in repository.texts(own_settings(repository)):
        for pattern in (_SECTION, _KEY):
            for match in islice(pattern.finditer(text.data), _MOST):
                line = text.line_at(match.end() - 1)
                if not text.line(line).startswith(("#", ";", "//")):
                    name = groups_of(match)["name"].lower()
                    found.append((name, text.place(line, "chooses no telemetry")))
    if not found:
        return []
    asked = r"\b(?:settings|config|cfg|self|options|conf)\w*(?:\(\))?\."
    asks = pattern_of_names((name for name, _ in found), asked, r"\w*", folded=True)
    reads = [
        (hit.groups["name"].lower(), source.text.place(hit.line, "asks the settings for it"))
        for source in searched(repository, programs(repository), asks)
        for hit in source.hits(asks, within=source.code)
    ]
    known = {name for name, _ in reads}
    off = [place for name, place in found if name in known]
    return [*off[:_MOST], *(place for _, place in reads[:_MOST])] if off else []


def conditions_off(repository: Repository, places: list[InspectedPlace]) -> list[InspectedPlace]:
    """Conditions above lines that would send telemetry, with the defaults by which they are off; else none.

    Args:
        repository: The commit.
        places: Of the lines, all of them in programs.
    """
    above: list[tuple[str, InspectedPlace]] = []
    for place in places:
        text = repository.text(place.path)
        found = _condition(source_of(repository, text), place.line) if text is not None and place.line else None
        if found is None:
            return []
        above.append(found)
    default = pattern_of_names((name for name, _ in above), r"(?m)^[ \t]*", r"[ \t]*(?::[^=\n]{1,80})?=[ \t]*False\b")
    off = [
        (hit.groups["name"], source.text.place(hit.line, "off where nobody asks for it"))
        for source in searched(repository, programs(repository), default)
        for hit in source.hits(default)
    ]
    if {name for name, _ in above} != {name for name, _ in off}:
        return []
    return list(dict.fromkeys([*(place for _, place in off[:_MOST]), *(place for _, place in above[:_MOST])]))


def _condition(source: SourceCode, line: int) -> tuple[str, InspectedPlace] | None:
    """The setting that decides whether a line is reached: its name, and the nearest condition that holds the line."""
    *above, own = source.around(line, _FARTHEST, 0).decode("utf-8", "replace").split("\n")
    depth = len(own) - len(own.lstrip())
    for index in range(len(above) - 1, -1, -1):
        written = above[index]
        if not written.strip() or len(written) - len(written.lstrip()) >= depth:
            continue
        depth = len(written) - len(written.lstrip())
        found = _ASKS.match(written)
        if found is not None:
            return found["name"], source.text.place(line - len(above) + index, "only where a setting asks for it")
        if not depth:
            return None
    return None
