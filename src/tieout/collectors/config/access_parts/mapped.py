"""What a field map found of principals and roles, completed: kinds, pseudonyms, rows that stand twice, the total."""

from collections.abc import Mapping
from typing import Any, Final

from tieout.collectors.config.access_parts.naming import person_name, thing_name
from tieout.collectors.config.access_parts.rows import MOST, NAMED, NOT_TOLD, says_again
from tieout.collectors.config.field_map import FieldMap
from tieout.collectors.config.mapping import Mapped, reach
from tieout.kernel.reading.documents import Document

_POWER: Final = frozenset({"admin", "writes"})


def complete_access(field_map: FieldMap, document: Document, mapped: Mapped) -> None:
    """Make a field map's rows those of `rbac_export`.

    Who is taken `as: person` is a person, unless the row names another kind; of a principal whose kind is not told
    the name may be a person's, so that it becomes a pseudonym too.

    Args:
        field_map: By which they were taken.
        document: The file.
        mapped: Changed: its rows, their lines, whose names become pseudonyms, and what is told.
    """
    field = field_map.rows.field
    found: list[dict[str, Any]] = mapped.facts[field]
    by_name = set(mapped.people)
    lines = {at: line for at, line in mapped.lines.items() if not at.startswith(f"/{field}/")}
    kept: list[dict[str, Any]] = []
    people: list[str] = []
    seen: dict[str, int | None] = {}
    total = len(mapped.dropped)
    for index, row in enumerate(found):
        base = f"/{field}/{index}"
        line = mapped.lines.get(base)
        _complete(row, field_map.format, is_person=f"{base}/principal" in by_name)
        said = repr(sorted(row.items()))
        if said in seen:
            mapped.notes.append((line, says_again(seen[said])))
            continue
        seen[said] = line
        total += 1
        if len(kept) < MOST:
            here = f"/{field}/{len(kept)}"
            lines |= _moved(mapped.lines, base, here, row)
            if row["kind"] in NAMED and "principal" in row:
                people.append(f"{here}/principal")
            kept.append(row)
    mapped.facts |= {field: kept, "total": total}
    mapped.facts.setdefault("product", field_map.format)
    mapped.lines, mapped.people = lines, people
    _tell_length(field_map, document, mapped, len(found) + len(mapped.dropped))


def _tell_length(field_map: FieldMap, document: Document, mapped: Mapped, listed: int) -> None:
    """Whether the file holds every row, where it says so itself."""
    for _, told in reach(document.data, field_map.total_at) if field_map.total_at else ():
        if isinstance(told, int) and not isinstance(told, bool):
            mapped.facts["listed_whole"] = listed >= told
    cut = [at for place in field_map.cut_by for at, value in reach(document.data, place) if value]
    if cut:
        mapped.facts["listed_whole"] = False
        mapped.notes.append(
            (document.lines.get(cut[0]), "says that there are further rows, which are not in this file")
        )


def _complete(row: dict[str, Any], issuer: str, *, is_person: bool) -> None:
    row.setdefault("kind", "person" if is_person else "unknown")
    name = row.get("principal")
    if isinstance(name, str):
        row["principal"] = person_name(issuer, name) if row["kind"] in NAMED else thing_name(name)
    if not row.keys() >= _POWER:
        row.setdefault("reason", NOT_TOLD)


def _moved(lines: Mapping[str, int], base: str, here: str, row: Mapping[str, Any]) -> dict[str, int]:
    moved = {f"{here}/{name}": lines[f"{base}/{name}"] for name in row if f"{base}/{name}" in lines}
    return moved | ({here: lines[base]} if base in lines else {})
