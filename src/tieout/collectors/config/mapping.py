"""Applies a field map to a document: facts, the line of each, and what could not be taken."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tieout.collectors.config.convert import CONVERTERS, DATED, NotConvertibleError, Ways
from tieout.collectors.config.field_map import Condition, Diverting, FieldMap, Origin, Sign
from tieout.collectors.config.prometheus_rules import refusals, unfit
from tieout.collectors.config.said_off import said_off
from tieout.collectors.placeholders import says_nothing
from tieout.kernel.pointers import key_of, part_of
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_WORDS = re.compile(r"[a-z0-9]+")
_ABOVE = "../"
#: Longest number of an entry of a list.
_LONG = 10


@dataclass(slots=True)
class Mapped:
    """What a field map found.

    Attributes:
        facts: Fields of the artefact.
        lines: JSON pointer into the facts -> line of the file.
        sources: The row of the file behind each row of the facts.
        notes: (line, reason) of what is there and was not taken, where the rest is whole without it.
        dropped: (line, reason) of rows that are missing from the facts: nothing said of every row holds.
        people: JSON pointers to names of persons in the facts.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    sources: list[Any] = field(default_factory=list)
    notes: list[tuple[int | None, str]] = field(default_factory=list)
    dropped: list[tuple[int | None, str]] = field(default_factory=list)
    people: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file: its value, where it stands, and the key it stands under."""

    value: Any
    pointer: str
    key: str


def recognises(field_map: FieldMap, data: Any) -> bool:
    """Whether a document carries every sign of the format, and none of another that looks alike."""
    return all(_carries(data, sign) for sign in field_map.signs) and not any(
        _carries(data, sign) for sign in field_map.unlike
    )


def _carries(data: Any, sign: Sign) -> bool:
    return any(_holds(value, sign.holds) for place in sign.at for _, value in reach(data, place))


def apply(field_map: FieldMap, document: Document) -> Mapped:
    """The facts of one document.

    Args:
        field_map: Of the document's format.
        document: As parsed.
    """
    return _Application(field_map, document).run()


def reach(data: Any, place: str) -> Iterator[tuple[str, Any]]:
    """(pointer, value) of everything a place names; nothing where it is not there."""
    found: list[tuple[str, Any]] = [("", data)]
    for part in place.split("/")[1:]:
        found = [
            (f"{pointer}/{part_of(key)}", member)
            for pointer, value in found
            for key, member in (_members(value) if part == "*" else _member(value, part))
        ]
    yield from found


class _Application:
    def __init__(self, field_map: FieldMap, document: Document) -> None:
        self.field_map = field_map
        self.document = document
        self.lines = document.lines
        self.ways = Ways(field_map.date_format, field_map.utc_offset)
        self.is_table = isinstance(document.data, list)

    def run(self) -> Mapped:
        mapped = Mapped()
        if self.field_map.product is not None:
            mapped.facts["product"] = self.field_map.product
        self._take_fields(mapped, _Row(self.document.data, "", ""), self.field_map.fields, "")
        mapped.facts[self.field_map.rows.field] = []
        if self.field_map.refused_by is not None and (refused := refusals(self.document)):
            mapped.dropped.extend(refused)
            return mapped
        if self.field_map.refused_by is not None:
            mapped.dropped.extend(unfit(self.document))
        for row in self._rows(mapped):
            self._take_row(mapped, row)
        for place, told in self.field_map.elsewhere.items():
            for pointer, value in reach(self.document.data, place):
                if not _is_off(value):
                    mapped.dropped.append((self.lines.get(pointer), f"'{place.rpartition('/')[2]}' {told}"))
        if self.field_map.diverting is not None:
            mapped.dropped.extend(self._diverted(self.field_map.diverting))
        return mapped

    def _diverted(self, diverting: Diverting) -> Iterator[tuple[int | None, str]]:
        """Settings that may lead requests elsewhere than the rows say."""
        told = {key.casefold() for key in diverting.keys}
        harmless = {key.casefold() for key in diverting.harmless}
        for place in diverting.at:
            for pointer, settings in reach(self.document.data, place):
                for key, value in settings.items() if isinstance(settings, dict) else ():
                    name = str(key).casefold()
                    leads = name in told or not set(_WORDS.findall(name)).isdisjoint(diverting.words)
                    if leads and name not in harmless and not _is_off(value):
                        line = self.lines.get(f"{pointer}/{part_of(key)}")
                        yield line, f"'{excerpt(key)}' may lead requests elsewhere, and is not taken"

    def _rows(self, mapped: Mapped) -> Iterator[_Row]:
        """The rows that count; the others are noted."""
        rows = self.field_map.rows
        for place in rows.at:
            for pointer, container in reach(self.document.data, place):
                for key, value in _members(container):
                    row = _Row(value, f"{pointer}/{part_of(key)}", key)
                    line = self.lines.get(row.pointer)
                    if not isinstance(value, dict):
                        mapped.dropped.append((line, f"an entry of {rows.field} is not a mapping"))
                    elif any(key in value for key in rows.never_with):
                        continue
                    elif rows.only_where is not None and (counts := _counts(rows.only_where, value)) is not True:
                        if counts is False:
                            mapped.notes.append((line, f"{self._called(key)} {rows.only_where.otherwise}"))
                            continue
                        either = f"{_written(rows.only_where.is_)} nor {_written(rows.only_where.or_)}"
                        said = f"'{rows.only_where.at}' is neither {either}"
                        mapped.dropped.append((line, f"whether {self._called(key)} counts cannot be told: its {said}"))
                    elif off := self._said_off(row):
                        of = f"an entry of the {rows.field} cannot be judged"
                        mapped.dropped.append((off[0].line, f"{of}: {off[1]}"))
                    else:
                        yield row

    def _said_off(self, row: _Row) -> tuple[Cursor, str] | None:
        at = Cursor(self.document, row.value, row.pointer, row.key)
        places = self.field_map.rows.without_switch
        return said_off(*(at.down(*place.split("/")) if place else at for place in places))

    def _called(self, key: str) -> str:
        """A row by its key, where that does not name a person."""
        origins = (origin for listed in self.field_map.rows.fields.values() for origin in listed)
        is_named = any(origin.at == "@key" and origin.as_ == "person" for origin in origins)
        return "an entry" if is_named or self.is_table else f"'{excerpt(key)}'"

    def _named(self, origin: Origin) -> str:
        """A place as messages call it: the heading, else the last part of the way to it."""
        rows = self.document.data if self.is_table else ()
        is_heading = any(isinstance(row, dict) and origin.at in row for row in rows[:1])
        return origin.at if is_heading else origin.at.rpartition("/")[2]

    def _take_row(self, mapped: Mapped, row: _Row) -> None:
        rows: list[dict[str, Any]] = mapped.facts[self.field_map.rows.field]
        part = Mapped()
        base = f"/{self.field_map.rows.field}/{len(rows)}"
        self._take_fields(part, row, self.field_map.rows.fields, base)
        for name, origins in self.field_map.rows.fields.items():
            if name not in part.facts and any(origin.required for origin in origins):
                mapped.dropped.append(self._dropped(row, part, origins[0]))
                return
        mapped.notes.extend(part.notes)
        mapped.people.extend(part.people)
        if row.pointer in self.lines:
            mapped.lines[base] = self.lines[row.pointer]
        mapped.lines.update(part.lines)
        mapped.sources.append(row.value)
        rows.append(part.facts)

    def _dropped(self, row: _Row, part: Mapped, origin: Origin) -> tuple[int | None, str]:
        """The line and the reason of a row that lacks what makes it one; its own name tells it from others."""
        last = self._named(origin)
        name = part.facts.get("name")
        which = f"'{excerpt(name)}'" if isinstance(name, str) else "an entry"
        told = next((note for note in part.notes if note[1].startswith(f"'{last}' ")), None)
        line, why = told or (self.lines.get(row.pointer), f"it has no '{last}'")
        return line, f"{which} of the {self.field_map.rows.field} cannot be judged: {why}"

    def _take_fields(self, mapped: Mapped, row: _Row, fields: Mapping[str, tuple[Origin, ...]], base: str) -> None:
        """For each field the first place that gives a value; what is there and unusable ends the search."""
        for name, origins in fields.items():
            for origin, pointer, value in self._places(row, origins):
                line = self.lines.get(pointer, self.lines.get(row.pointer) if self.is_table else None)
                try:
                    taken = self._converted(origin, value, row)
                except NotConvertibleError as error:
                    if not origin.quiet:
                        mapped.notes.append((line, f"'{excerpt(self._named(origin))}' {error}"))
                    break
                if taken is None:
                    continue
                mapped.facts[name] = taken
                if origin.as_ == "person":
                    mapped.people.append(f"{base}/{name}")
                if line is not None:
                    mapped.lines[f"{base}/{name}"] = line
                break

    def _converted(self, origin: Origin, value: Any, row: _Row) -> Any:
        if isinstance(value, str) and _only_holds_the_place(origin, value):
            return None
        prefix = self.field_map.environment
        if prefix and isinstance(value, str) and value.startswith(prefix):
            variable = excerpt(value.removeprefix(prefix))
            message = f"comes from the variable {variable}; its value is not recorded here"
            raise NotConvertibleError(message)
        dated = DATED.get(origin.as_)
        taken = dated(value, row.value, self.ways) if dated else CONVERTERS[origin.as_](value, row.value)
        if not origin.words or taken is None:
            return taken
        words = {word.casefold(): meaning for word, meaning in origin.words.items()}
        if not isinstance(taken, str) or taken.casefold() not in words:
            raise NotConvertibleError("is none of the words that the map knows, so it does not count")
        return words[taken.casefold()]

    def _places(self, row: _Row, origins: tuple[Origin, ...]) -> Iterator[tuple[Origin, str, Any]]:
        """What stands at the places of a field, in their order; nulls say nothing."""
        for origin in origins:
            if origin.always is not None:
                yield origin, row.pointer, origin.always
                continue
            if self.is_table and isinstance(row.value, dict) and origin.at in row.value:
                # A heading is taken as it stands, whatever is in it: `Read/Write`.
                yield origin, row.pointer, row.value[origin.at]
                continue
            if origin.at == "@key":
                yield origin, row.pointer, row.key
                continue
            if origin.at.startswith("/"):
                found = list(reach(self.document.data, origin.at))
            elif origin.at.startswith(_ABOVE):
                found = self._above(row, origin.at)
            else:
                found = [(row.pointer + at, value) for at, value in reach(row.value, f"/{origin.at}")]
            yield from ((origin, pointer, value) for pointer, value in found if value is not None)

    def _above(self, row: _Row, at: str) -> list[tuple[str, Any]]:
        """What stands at a place that is named from above the row, each `../` one step nearer to the top."""
        steps, below = row.pointer.split("/")[1:], at
        while below.startswith(_ABOVE):
            steps, below = steps[:-1], below.removeprefix(_ABOVE)
        base, value = "", self.document.data
        for step in steps:
            ((_, value),) = _member(value, key_of(step))
            base = f"{base}/{step}"
        return [(base + pointer, found) for pointer, found in reach(value, f"/{below}")]


def _only_holds_the_place(origin: Origin, value: str) -> bool:
    """Whether a text stands where a value should and gives none: `n/a`, `-`, `TBD`.

    A key, the map's own word and the name of a variant are what they are, and `*` means all; `{{ … }}` is filled in by
    whoever reads it.
    """
    if origin.always is not None or origin.at == "@key" or origin.as_ == "variant" or "{{" in value:
        return False
    given = value.strip()
    is_word = given.casefold() in {word.casefold() for word in origin.words}
    return given != "" and not set(given) <= {"*"} and not is_word and says_nothing(given)


def _counts(condition: Condition, value: Mapping[str, Any]) -> bool | None:
    """Whether a row counts; None where its key has neither of the two values."""
    if condition.at not in value and condition.absent is not None:
        return condition.absent
    told = value.get(condition.at)
    return True if _same(told, condition.is_) else False if _same(told, condition.or_) else None


def _same(value: Any, wanted: str | bool | int) -> bool:
    """Whether a value is what a map says, of the same type: 1 is not true."""
    return type(value) is type(wanted) and value == wanted


def _written(value: str | bool | int) -> str:
    """A value as a file says it: `true`, not `True`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_off(value: Any) -> bool:
    return not value or (isinstance(value, str) and value.strip().casefold() in {"", "false", "0", "no", "off"})


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(index), element) for index, element in enumerate(value))


def _member(value: Any, key: str) -> list[tuple[str, Any]]:
    """The one member of a key or a number, without a look at the others: a list may have a great many."""
    if isinstance(value, dict):
        return [(key, value[key])] if key in value else []
    number = int(key) if isinstance(value, list) and key.isascii() and key.isdecimal() and len(key) < _LONG else -1
    return [(key, value[number])] if 0 <= number < len(value) and str(number) == key else []


def _holds(value: Any, keys: tuple[str, ...]) -> bool:
    # One sound row tells the format: a broken one beside it must not make the whole file something else.
    return any(isinstance(member, dict) and all(key in member for key in keys) for _, member in _members(value))
