"""Parts of a file that are of another kind than their product takes: told, each in a sentence, never passed over.

What the product itself would refuse is no setting, and none of the rows is made from it; without a word of it a reader
would take what is missing for what is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from tieout.collectors.config.rows import Rows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

Shape = Literal["mapping", "mappings", "texts", "truth", "number", "text", "list", "any"]
_WORDS: Final[Mapping[Shape, str]] = {
    "list": "a list",
    "mapping": "a mapping",
    "mappings": "a list of mappings",
    "number": "a number",
    "text": "a text",
    "texts": "a list of texts",
    "truth": "true or false",
}
_MOST_TOLD: Final = 20


def misfits(at: Cursor, shape: Shape) -> Iterator[tuple[Cursor, str]]:
    """The value, or entries of its list, that are of another kind; what is not there is none.

    Args:
        at: A value.
        shape: What it must be.
    """
    if at.value is None or shape == "any":
        return
    listed = {"mappings": dict, "texts": str}.get(shape)
    if listed is not None and isinstance(at.value, list):
        for one in at.elements():
            if not isinstance(one.value, listed):
                yield one, f"an entry of '{excerpt(at.key)}' is not {'a mapping' if listed is dict else 'a text'}"
    elif not _fits(at.value, shape):
        yield at, f"'{excerpt(at.key)}' is not {_WORDS[shape]}"


def _fits(value: Any, shape: Shape) -> bool:
    if shape == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    kinds: dict[str, type] = {"list": list, "mapping": dict, "text": str, "truth": bool}
    return isinstance(value, kinds.get(shape, list))


def tell(rows: Iterable[Rows], found: Iterable[tuple[str, Cursor, str]]) -> None:
    """Tell of parts that cannot be judged, so many of them one by one and the rest as a number.

    Args:
        rows: Of the artefacts that they may have given something to.
        found: What each is a part of, its place, and what is wrong with it.
    """
    everything = list(found)
    for each in rows:
        for subject, at, wrong in everything[:_MOST_TOLD]:
            each.drop(at, f"{wrong}, in '{excerpt(subject, 200)}': it cannot be judged")
        if len(everything) > _MOST_TOLD:
            more = len(everything) - _MOST_TOLD
            each.drop(everything[_MOST_TOLD][1], f"and {more:,} more parts cannot be judged for their kind")
