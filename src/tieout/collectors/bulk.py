"""Refuses a record that holds more than a person keeps in one, before anything is made of it."""

from typing import Any, Final

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import display_path

#: Fields of one mapping. The largest record has some thirty; each unknown one is a fault with a place of its own.
MAX_FIELDS: Final = 10_000
#: Values of a record, those of its rows included: 20,000 risks have 280,000.
MAX_VALUES: Final = 500_000


def refuse_bulk(data: Any, path: str) -> None:
    """See to it that a parsed document is of a size that a record can have.

    Args:
        data: JSON values.
        path: The file they stand in.

    Raises:
        UnreadableError: It is larger.
    """
    values, groups = 1, [data]
    while groups:
        group = groups.pop()
        if isinstance(group, dict) and len(group) > MAX_FIELDS:
            message = f"holds a mapping of {len(group):,} fields; a record has at most {MAX_FIELDS:,}"
            raise UnreadableError(message, hint="give rows as a list", where=display_path(path))
        if isinstance(group, dict | list):
            values += len(group)
            members = group.values() if isinstance(group, dict) else group
            groups.extend(member for member in members if isinstance(member, dict | list))
        if values > MAX_VALUES:
            message = f"holds more than {MAX_VALUES:,} values, the most that a record may have"
            raise UnreadableError(message, hint="keep the rows in several files", where=display_path(path))
