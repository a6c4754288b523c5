"""Records that are lists: which field of a model holds their rows, and what each column of such a row may be.

A record is a list where its model has exactly one required field of rows, whatever else it says beside them.
"""

import types
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from tieout.domain.artefacts import ARTEFACTS, RECORD_TYPES
from tieout.domain.base import Model

#: What a cell of a column is taken as.
Taken = Literal["text", "texts", "whole", "number", "flag", "day", "time"]

_SCALARS: Mapping[Any, Taken] = {
    str: "text",
    int: "whole",
    float: "number",
    bool: "flag",
    date: "day",
    datetime: "time",
}


class Rows(NamedTuple):
    """Where the rows of a record are, and what they are made of.

    Attributes:
        field: Of the record: `risks`.
        model: Of one row.
        columns: Field of a row -> what its cells are taken as; fields that no single cell can hold are left out.
    """

    field: str
    model: type[Model]
    columns: Mapping[str, Taken]


@cache
def rows_of(name: str) -> Rows | None:
    """The rows of a record that is a list; None for any other artefact."""
    if name not in RECORD_TYPES:
        return None
    fields = ARTEFACTS[name].model_fields
    found = [(key, row, field.is_required()) for key, field in fields.items() if (row := _row(field.annotation))]
    if len(found) != 1 or not found[0][2]:
        return None
    key, model, _ = found[0]
    taken = {column: _taken(field.annotation) for column, field in model.model_fields.items()}
    return Rows(key, model, {column: kind for column, kind in taken.items() if kind is not None})


def listed_records() -> tuple[str, ...]:
    """Names of the records that are lists, sorted."""
    return tuple(name for name in sorted(RECORD_TYPES) if rows_of(name) is not None)


def _row(annotation: Any) -> type[Model] | None:
    arguments = get_args(annotation)
    if get_origin(annotation) is not tuple or not arguments:
        return None
    return arguments[0] if isinstance(arguments[0], type) and issubclass(arguments[0], Model) else None


def _taken(annotation: Any) -> Taken | None:
    """What a cell is taken as for a field; None where a cell cannot hold it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _taken(arguments[0])
    if origin is Literal:
        return "text" if all(isinstance(choice, str) for choice in arguments) else None
    if origin in {Union, types.UnionType}:
        kinds = {_taken(choice) for choice in arguments if choice is not type(None)}
        return kinds.pop() if len(kinds) == 1 else None
    if origin is tuple:
        return "texts" if arguments and _taken(arguments[0]) == "text" else None
    return _SCALARS.get(annotation)
