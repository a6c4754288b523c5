"""Words in a table that stand for something else, as its declaration has it: `High` for 4, `offen` for open."""

from typing import Any, Final

from tieout.collectors.placeholders import says_nothing
from tieout.collectors.table_cells import MisfitError, value_of
from tieout.config.tables import TableSection, folded
from tieout.kernel.reading.tables import Cell

_HINT: Final = "add the word to `values` of the table, or correct the cell"


class TableWords:
    """The values of cells for a table whose declaration may say what words stand for.

    Args:
        section: The declaration.
    """

    def __init__(self, section: TableSection) -> None:
        self._section = section
        self._words = {
            field: {folded(word): value for word, value in words.items()} for field, words in section.values.items()
        }
        self._meant = {
            field: {folded(value) for value in words.values() if isinstance(value, str)}
            for field, words in section.values.items()
        }

    def knows(self, field: str) -> bool:
        """Whether the declaration says what the words of a field stand for."""
        return field in self._words

    def stands_for(self, field: str, cell: Cell) -> bool:
        """Whether a cell holds a word that is read as something else."""
        return folded(cell.value) in self._words.get(field, ())

    def value(self, cell: Cell, field: str) -> Any:
        """The JSON value of a cell for a field, as `value_of` gives it of what its word stands for.

        Raises:
            MisfitError: It holds a word that stands for nothing, or what `value_of` refuses.
        """
        taken = self._section.rows.columns[field]
        if field not in self._words or not cell.value.strip() or says_nothing(cell.value.strip()):
            return value_of(cell, taken, self._section)
        if taken == "texts":
            return [self._meaning(part, field) for part in value_of(cell, taken, self._section)]
        is_shown = cell.kind == "text" or (cell.kind == "number" and cell.plain)
        if is_shown and self.stands_for(field, cell):
            return self._words[field][folded(cell.value)]
        if taken == "text":
            return self._meaning(value_of(cell, taken, self._section), field)
        try:
            return value_of(cell, taken, self._section)
        except MisfitError as error:
            if cell.kind != "text":
                raise
            reason = f"{error.reason}, nor a word that `values` of the declaration has"
            raise MisfitError(reason, _HINT) from None

    def _meaning(self, text: str, field: str) -> Any:
        """What a text stands for; one that is written as the declaration has it on the other side stands for itself."""
        if (word := folded(text)) in self._words[field]:
            return self._words[field][word]
        if word in self._meant[field]:
            return text
        raise MisfitError("holds a word that `values` of the declaration does not have", _HINT)
