"""Rows of an artefact as a reader finds them, each fact with the line that it stands on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieout.collectors.config.interface import Found
from tieout.syntax.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Fact:
    """A value, and where the file says so.

    Attributes:
        value: A JSON value; None is no fact.
        at: Where it stands; None where that is no single place.
        path: Of the file that it stands in, where that is not the one that is read.
    """

    value: Any
    at: Cursor | None = None
    path: str = ""


class Rows:
    """Rows of one field of one artefact, as they are found.

    Args:
        artefact: Its name.
        field: The field that holds the rows.
        product: Whose configuration it is, where the artefact asks.
        part: Tells several of one artefact and file apart.
    """

    def __init__(self, artefact: str, field: str, product: str | None = None, part: str = "") -> None:
        self._field = field
        self._rows: list[dict[str, Any]] = []
        facts: dict[str, Any] = {field: self._rows}
        if product is not None:
            facts["product"] = product
        self._found = Found(artefact, facts, part=part)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, at: Cursor, facts: Mapping[str, Fact]) -> None:
        """Add a row.

        Args:
            at: Where it begins.
            facts: By field.
        """
        base = f"/{self._field}/{len(self._rows)}"
        self._rows.append({name: fact.value for name, fact in facts.items() if fact.value is not None})
        places = {base: at} | {
            f"{base}/{name}": fact.at for name, fact in facts.items() if fact.value is not None and fact.at is not None
        }
        self._found.lines.update({place: line for place, one in places.items() if (line := one.line) is not None})
        elsewhere = {
            f"{base}/{name}": fact.path for name, fact in facts.items() if fact.path and fact.value is not None
        }
        self._found.files.update(elsewhere)

    def note(self, at: Cursor | None, sentence: str) -> None:
        """Tell of something that is there and does not count; the sentence begins with its verb or a name in quotes."""
        self._found.notes.append((at.line if at else None, sentence))

    def drop(self, at: Cursor | None, sentence: str) -> None:
        """Tell of a row that cannot be judged: nothing said of every row holds."""
        self._found.dropped.append((at.line if at else None, sentence))

    def found(self) -> list[Found]:
        """What was found: the artefact if it has rows; of none only what is told of them, if anything."""
        if not self._rows:
            self._found.facts.clear()
        return [self._found] if self._rows or self._found.notes or self._found.dropped else []
