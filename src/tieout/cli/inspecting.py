"""How an inspection looks on a terminal: a line a fact, the places under it."""

from typing import TYPE_CHECKING

from rich.text import Text

from tieout.cli.console import output, rows, say

if TYPE_CHECKING:
    from tieout.api import Fact, InspectedPlace, Inspection

#: Shape and colour of each answer; an answer is not a verdict, so no colour says good or bad.
_MARKS = {
    "yes": ("●", "cyan"),
    "no": ("○", ""),
    "partial": ("◐", "cyan"),
    "value": ("=", "cyan"),
    "unknown": ("?", "magenta"),
    "not-applicable": ("-", "dim"),
}
_MOST_PLACES = 4
_WIDTH = max(len(shape) + 1 + len(word) for word, (shape, _) in _MARKS.items())


def print_inspection(found: "Inspection", *, all_places: bool) -> None:
    """Print every topic: answers, statements and the first places of each.

    Args:
        found: The inspection.
        all_places: Also those that do not count, and all of them.
    """
    extent = f"{found.files:,} files" + (f", {found.commits:,} commits" if found.commits is not None else "")
    say(Text(found.repository, style="bold"), f" at {found.commit[:12]} of {found.committed_at[:10]} · {extent}")
    if found.shallow:
        say("the clone is shallow: counts over the history are lower bounds", style="magenta")
    if found.partial:
        say("objects are missing or damaged: what they hold is not read", style="magenta")
    for topic in found.topics:
        output().print()
        say(Text(topic.title, style="bold"), f"  {topic.key}")
        width = max(len(_key(fact)) for fact in topic.facts)
        for fact in topic.facts:
            _print_fact(fact, width, all_places=all_places)
    if found.unread:
        output().print()
        say(Text("Not read", style="bold"))
        rows([(f"  {one.path}{f':{one.line}' if one.line else ''}", one.reason) for one in found.unread])
        if found.more_unread:
            say(f"and {found.more_unread:,} more", indent=2)


def _print_fact(fact: "Fact", width: int, *, all_places: bool) -> None:
    shape, colour = _MARKS[fact.answer.value]
    answer = Text("  ") + Text(f"{shape} {fact.answer.value}", style=colour)
    answer.pad_right(_WIDTH + 2 - answer.cell_len)
    sure = "" if fact.confidence.value == "high" else f" ({fact.confidence.value} confidence)"
    rows([(answer, Text(_key(fact).ljust(width), style="dim"), f"{fact.statement}{sure}")])
    listed = [place for place in fact.places if all_places or place.counts]
    kept = listed if all_places else listed[:_MOST_PLACES]
    for place in kept:
        say(_place(place), indent=_WIDTH + width + 6, style="dim")
    rest = len(listed) - len(kept) + fact.more_places
    if rest:
        say(f"and {rest:,} more", indent=_WIDTH + width + 6, style="dim")


def _key(fact: "Fact") -> str:
    return fact.id.rpartition("/")[2]


def _place(place: "InspectedPlace") -> str:
    spot = f"{place.path}:{place.line}" if place.line else place.path
    kind = "" if place.path_class.value == "live" else f" [{place.path_class.value}]"
    told = place.shows or place.text
    against = "" if place.counts else "does not count: "
    return f"{spot}{kind}" + (f"  {against}{told}" if told else "")
