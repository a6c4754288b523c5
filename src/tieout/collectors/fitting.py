"""Fits parsed data to an artefact's model; says in plain words, with the line, what does not fit."""

import difflib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tieout.collectors.placeholders import PERSON_FIELDS, is_mark, names_nobody
from tieout.domain.artefacts.records import Approval
from tieout.domain.base import Model
from tieout.kernel.clock import rfc3339
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.text import excerpt

_M = TypeVar("_M", bound=Model)

#: Keys of a record's approval; they stand beside its own fields.
APPROVAL_KEYS = ("owner", "approver", "approved_on", "review_due")
#: Faults of a record that are told one by one.
_TOLD = 3
#: Values of one field that are not filled in and told one by one; a long log may lack as many as it has rows.
_TOLD_UNFILLED = 20
# A role without a person is a fact, so the field stays and is null.
_NULLABLE = frozenset({"person"})
#: Faults of one file that are looked at one by one; telling which comes first takes 10 µs each.
MAX_FAULTS = 100_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")


@dataclass(slots=True)
class Filled:
    """Data without the values that say nothing, and where each value that is left stands.

    Attributes:
        data: As parsed, without template marks and people who are nobody.
        lines: JSON pointer into `data` -> line.
        unfilled: (field, line) of what was left out.
    """

    data: Any
    lines: dict[str, int]
    unfilled: list[tuple[str, int | None]] = field(default_factory=list)


def filled(data: Any, lines: Mapping[str, int]) -> Filled:
    """Leave out values that only hold the place of one: an unfilled field is an empty field."""
    result = Filled(None, {})
    result.data = _copy(data, "", ("", ""), lines, result)
    return result


def unfilled_rows(unfilled: Iterable[tuple[str, int | None]]) -> Iterator[tuple[str, int | None]]:
    """Why each value that was left out does not count, with its line; of many of one field, in one row."""
    by_field: dict[str, list[int | None]] = {}
    for name, line in unfilled:
        by_field.setdefault(name, []).append(line)
    for name, lines in by_field.items():
        reason = f"field '{excerpt(name)}' is not filled in"
        if len(lines) > _TOLD_UNFILLED:
            yield f"{reason}, here and in {len(lines) - 1:,} more places", lines[0]
        else:
            yield from ((reason, line) for line in lines)


def fit(model: type[_M], data: Mapping[str, Any], lines: Mapping[str, int], path: str) -> _M:
    """The model of the data, by strict types; times are taken to UTC, a day without time is its midnight.

    Args:
        model: An artefact's model.
        data: JSON values.
        lines: JSON pointer into the data -> line.
        path: File, for errors.

    Raises:
        UnreadableError: Something does not fit; `where` is path:line, the message names the field.
    """
    tree = json.loads(json.dumps(data))
    try:
        fitted = model.model_validate_json(json.dumps(tree), strict=True)
    except ValidationError as error:
        if error.error_count() > MAX_FAULTS:
            message = f"has {error.error_count():,} fields that are missing, unknown or of another kind than asked for"
            raise UnreadableError(message, hint="`tieout schema NAME --example` prints a record", where=path) from error
        if not _days_to_midnight(error, tree):
            raise _misfit(error, model, lines, path) from error
        try:
            fitted = model.model_validate_json(json.dumps(tree), strict=True)
        except ValidationError as second:
            raise _misfit(second, model, lines, path) from second
    if _times_to_utc(fitted.model_dump(), tree, (), lines, path):
        fitted = model.model_validate_json(json.dumps(tree), strict=True)
    return fitted


def split_approval(data: Mapping[str, Any], *, own: Collection[str] = ()) -> tuple[dict[str, Any], dict[str, Any]]:
    """A record's approval keys, and the artefact's own fields (which may hold one of them too, as `owner`)."""
    approval = {key: data[key] for key in APPROVAL_KEYS if key in data}
    return approval, {key: value for key, value in data.items() if key not in approval or key in own}


def approval_of(keys: Mapping[str, Any], lines: Mapping[str, int], path: str) -> Approval:
    """The approval that front matter claims; its times come from version control (`dated`), never from the file.

    Raises:
        UnreadableError: A key does not fit.
    """
    return fit(Approval, keys, lines, path)


def dated(approval: Approval, *, text: Dating | None, recorded: Dating | None) -> Approval:
    """The same with the times that version control tells.

    Args:
        approval: As claimed.
        text: Since when what it approves reads as it does.
        recorded: Since when the approval does; None where that was not asked.
    """
    told = {
        "changed_at": text and text.at,
        "backdated_to": backdated_to(text),
        "merged_in": (text and text.merge) or None,
        "recorded_at": recorded and recorded.at,
    }
    return approval.model_copy(update=told)


def backdated_to(change: Dating | None) -> datetime | None:
    """The own date of a change whose commit is dated before one of its ancestors; None where all is well."""
    return change.stated if change is not None and change.runs_backwards else None


def approval_lines(keys: Mapping[str, Any], lines: Mapping[str, int]) -> dict[str, int]:
    """Lines of `/approval/…` from those of the keys in the file."""
    return {f"/approval/{key}": lines[f"/{key}"] for key in keys if f"/{key}" in lines}


def pointer(location: Collection[int | str]) -> str:
    """A JSON pointer (RFC 6901) of a path of keys and indexes."""
    return "".join("/" + part_of(part) for part in location)


def line_of(at: str, lines: Mapping[str, int]) -> int | None:
    """Line of a pointer or of its nearest parent."""
    while at:
        if at in lines:
            return lines[at]
        at = at.rpartition("/")[0]
    return lines.get("")


def days_of(rows: Any, at: str) -> list[str]:
    """Pointers to the fields of rows that hold a day without its hour."""
    return [
        f"{at}/{index}{pointer((key,))}"
        for index, row in enumerate(rows)
        for key, value in (row.items() if isinstance(row, Mapping) else ())
        if isinstance(value, str) and _DAY.fullmatch(value)
    ]


def _copy(value: Any, name: str, at: tuple[str, str], lines: Mapping[str, int], result: Filled) -> Any:
    """Copy a value; `at` is its pointer in the file and the one in the copy."""
    old, new = at
    if old in lines:
        result.lines[new] = lines[old]
    if isinstance(value, dict):
        members: dict[str, Any] = {}
        for key, member in value.items():
            step = pointer((key,))
            if _says_nothing(member, key):
                result.unfilled.append((key, line_of(old + step, lines)))
                if key in _NULLABLE:
                    members[key] = None
            else:
                members[key] = _copy(member, key, (old + step, new + step), lines, result)
        return members
    if isinstance(value, list):
        elements: list[Any] = []
        for index, element in enumerate(value):
            if _says_nothing(element, name):
                result.unfilled.append((name, line_of(f"{old}/{index}", lines)))
            else:
                below = (f"{old}/{index}", f"{new}/{len(elements)}")
                elements.append(_copy(element, name, below, lines, result))
        return elements
    return value


def _says_nothing(value: Any, name: str) -> bool:
    if not isinstance(value, str):
        return False
    return is_mark(value) or (name in PERSON_FIELDS and names_nobody(value))


def _at(tree: Any, location: tuple[int | str, ...]) -> Any:
    for part in location:
        tree = tree[part]
    return tree


def _days_to_midnight(error: ValidationError, tree: Any) -> bool:
    """Where a time is wanted and a day is given, write its midnight in UTC; True if there was one."""
    changed = False
    for fault in error.errors():
        value = fault["input"]
        if fault["type"].startswith("datetime") and isinstance(value, str) and _DAY.fullmatch(value):
            _at(tree, fault["loc"][:-1])[fault["loc"][-1]] = f"{value}T00:00:00Z"
            changed = True
    return changed


def _times_to_utc(value: Any, tree: Any, location: tuple[int | str, ...], lines: Mapping[str, int], path: str) -> bool:
    """Write every time of the fitted data into the tree as RFC 3339 in UTC; True if there was one."""
    if isinstance(value, dict):
        return _all_times(value.items(), tree, location, lines, path)
    if isinstance(value, list | tuple):
        return _all_times(enumerate(value), tree, location, lines, path)
    if not isinstance(value, date):
        return False
    try:
        given = _at(tree, location)
    except (KeyError, IndexError):  # a default of the model, not of the file
        return False
    line = line_of(pointer(location), lines)
    where = f"{path}:{line}" if line else path
    if not (_INSTANT if isinstance(value, datetime) else _DAY).match(str(given)):
        message = f"field '{location[-1]}' is not a date or time"
        raise UnreadableError(message, hint="write 2026-11-22 or 2026-11-22T10:00:00Z", where=where)
    if not isinstance(value, datetime):
        return False
    if value.tzinfo is None:
        message = f"field '{location[-1]}' has a time without a zone"
        raise UnreadableError(message, hint="add Z for UTC, as in 2026-11-22T10:00:00Z", where=where)
    try:
        _at(tree, location[:-1])[location[-1]] = rfc3339(value)
    except OverflowError as error:
        message = f"field '{location[-1]}' leaves the calendar (years 1 to 9999)"
        raise UnreadableError(message, where=where) from error
    return True


def _all_times(
    members: Iterable[tuple[int | str, Any]],
    tree: Any,
    location: tuple[int | str, ...],
    lines: Mapping[str, int],
    path: str,
) -> bool:
    changed = False
    for key, member in members:
        changed |= _times_to_utc(member, tree, (*location, key), lines, path)
    return changed


def _misfit(error: ValidationError, model: type[Model], lines: Mapping[str, int], path: str) -> UnreadableError:
    faults = error.errors(include_url=False)
    # A misspelt field is also a missing one: what is there and wrong is told first.
    placed = [
        (fault["type"] == "missing", line_of(pointer(fault["loc"]), lines) or 0, index)
        for index, fault in enumerate(faults)
    ]
    line = min(placed)[1]
    told = [_sentence(faults[at], model) for *_, at in sorted(placed)[:_TOLD]]
    more = f"; {len(faults) - _TOLD} more in this file" if len(faults) > _TOLD else ""
    message = "; ".join(dict.fromkeys(told)) + more
    return UnreadableError(message, where=f"{path}:{line}" if line else path)


def _sentence(fault: ErrorDetails, model: type[Model]) -> str:
    """What is wrong, never quoting the value: it may be a secret."""
    location = fault["loc"]
    expected = fault["msg"].removeprefix("Input ").removeprefix("Value error, ")
    if not location:
        return expected  # of fields that do not fit each other; the sentence names them
    name = excerpt(".".join(str(part) for part in location))
    if fault["type"] == "missing" or fault["input"] is None:
        return f"field '{name}' is missing or unfilled"
    if fault["type"] == "extra_forbidden":
        known = [*model.model_fields, *APPROVAL_KEYS] if len(location) == 1 else []
        near = difflib.get_close_matches(str(location[-1]), known, n=1)
        return f"field '{name}' is not known here" + (f"; is '{near[0]}' meant?" if near else "")
    if fault["type"] == "string_type":
        expected += "; write it in quotes"
    return f"field '{name}' {expected}" if expected.startswith("should") else f"field '{name}': {expected}"
