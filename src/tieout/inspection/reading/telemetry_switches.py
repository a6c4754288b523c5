"""Variables that switch measurements on or off, which the programs that send them read by their names."""

from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.authentication import own_settings
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import searched, source_of
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_SWITCH: Final = compile_bytes(
    r"(?m)^[ \t-]*(?:export )?[\"']?(?P<key>(?:[A-Z0-9]+_)*(?:METRICS|TELEMETRY|TRACING|OTEL|SENTRY|PROMETHEUS|LANGFUSE"
    r"|MONITORING)_(?:[A-Z0-9]+_)*ENABLED|ENABLE_(?:[A-Z0-9]+_)*(?:METRICS|TELEMETRY|TRACING|OTEL|SENTRY|PROMETHEUS"
    r"|LANGFUSE|MONITORING))[\"']?[ \t]*[:=][ \t]*[\"']?(?:(?P<on>true|1|yes|on)|(?P<off>false|0|no|off))\b",
    folded=True,
)
_MOST: Final = 3


def switched_by_variables(
    repository: Repository, places: list[InspectedPlace]
) -> tuple[list[InspectedPlace], list[InspectedPlace]]:
    """Lines of settings in use that switch on, and that switch off, what the programs of some lines send.

    Args:
        repository: The commit.
        places: Lines by which something is sent; a variable counts where one of their files, in use, reads it.

    Returns:
        Lines that switch it on, with lines of the programs that ask for it; and lines that switch it off.
    """
    found: list[tuple[str, bool, InspectedPlace]] = []
    for source in searched(repository, own_settings(repository), _SWITCH):
        for hit in source.hits(_SWITCH):
            is_on = "on" in hit.groups
            shows = "switches it on" if is_on else "off where nobody switches it on"
            place = source.text.place(hit.line, shows, counts=is_on)
            found.append((hit.groups["key"], is_on, place))
    if not found:
        return [], []
    names = pattern_of_names(key for key, _, _ in found)
    asks: list[InspectedPlace] = []
    known: set[str] = set()
    for path in dict.fromkeys(place.path for place in places):
        text = repository.text(path)
        for hit in source_of(repository, text).hits(names) if text is not None else ():
            if hit.groups["name"] not in known and text is not None:
                asks.append(text.place(hit.line, "only where a setting asks for it"))
            known.add(hit.groups["name"])
    on = [place for key, is_on, place in found if is_on and key in known]
    off = [place for key, is_on, place in found if not is_on and key in known]
    return ([*on[:_MOST], *asks[:_MOST]] if on else []), ([*off[:_MOST], *asks[:_MOST]] if off else [])
