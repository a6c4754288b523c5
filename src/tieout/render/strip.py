"""The strip of all controls on each workpaper: one path a kind of shape, since each would cost as much as a strip."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.domain.verdicts import Verdict
from tieout.render.model import FunctionRow, Strip, StripLabel, StripPath, StripSpot

#: Size of a cell, what stands between cells and between categories, and room for a function's name.
_CELL: Final = 12.0
_BETWEEN: Final = 0.6
_BLOCKS: Final = 2.2
_LABEL: Final = 47.0
_ROW: Final = 19.0
_TOP: Final = 4.6
#: Shapes are drawn in a box of 16, as the marks of the reports are, around its middle.
_SCALE: Final = _CELL * 0.72 / 16
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class _Shape:
    """One stroke or area of a mark.

    Attributes:
        path: Relative commands from the middle of a cell.
        width: Width of its stroke; 0 where it is filled.
        ink: Its colour.
    """

    path: str
    width: float = 0.0
    ink: str = "#111"


def _ring(radius: float) -> str:
    bend, rest = round(radius * 0.5523, 3), round(radius * 0.4477, 3)
    return (
        f"m0 {-radius}c{bend} 0 {radius} {rest} {radius} {radius}c0 {bend} {-rest} {radius} {-radius} {radius}"
        f"c{-bend} 0 {-radius} {-rest} {-radius} {-radius}c0 {-bend} {rest} {-radius} {radius} {-radius}z"
    )


_SHAPES: Final[dict[Verdict, tuple[_Shape, ...]]] = {
    Verdict.SATISFIED: (_Shape(_ring(5)),),
    Verdict.PARTIAL: (
        _Shape(_ring(4.4), 1.3),
        _Shape("m0 -4.4c-2.43 0 -4.4 1.97 -4.4 4.4c0 2.43 1.97 4.4 4.4 4.4z"),
    ),
    Verdict.GAP: (_Shape("m-4 -4l8 8m0 -8l-8 8", 2.4),),
    Verdict.CONFLICT: (_Shape("m-5 -1.8h10m-10 3.6h10m-2.2 -7.2l-5.6 10.8", 1.6),),
    Verdict.UNREADABLE: (_Shape("m-4.4 -4.4h8.8v8.8h-8.8zm0 8.8l8.8 -8.8", 1.4),),
    Verdict.WAIVED: (_Shape("m0 -5.4l5.4 5.4l-5.4 5.4l-5.4 -5.4z", 1.4),),
    Verdict.NOT_APPLICABLE: (_Shape("m-4.5 0h9", 1.8),),
    Verdict.NOT_ASSESSED: (_Shape(_ring(4.2), 1.1, "#555"),),
}
_GROUND: Final[dict[Verdict, str]] = {
    Verdict.GAP: "#d6d6d6",
    Verdict.CONFLICT: "#d6d6d6",
    Verdict.UNREADABLE: "#d6d6d6",
    Verdict.PARTIAL: "#efefef",
    Verdict.WAIVED: "#efefef",
}


def strip_of(functions: Sequence[FunctionRow], columns: int) -> Strip:
    """The strip, with the place of each control in it.

    Args:
        functions: All functions with their controls.
        columns: How many functions stand side by side.
    """
    left = max((_length(row) for row in functions), default=0.0) + 8
    spots = tuple(_spots(functions, columns, left))
    verdicts = {cell.label: cell.verdict for row in functions for cell in row.cells}
    rows = -(-len(functions) // columns)
    return Strip(
        width=round(max((spot.x for spot in spots), default=0.0) + _CELL + 1, 2),
        height=_TOP + rows * _ROW - (_ROW - _CELL) + 1,
        cell=_CELL,
        labels=tuple(
            StripLabel(x=left * (turn % columns), y=_TOP + _ROW * (turn // columns) + 9, text=row.label)
            for turn, row in enumerate(functions)
        ),
        paths=tuple(_paths(spots, verdicts)),
        spots=spots,
    )


def _length(row: FunctionRow) -> float:
    return _LABEL + len(row.cells) * (_CELL + _BETWEEN) + len(row.blocks) * _BLOCKS


def _spots(functions: Sequence[FunctionRow], columns: int, left: float) -> Iterator[StripSpot]:
    for turn, row in enumerate(functions):
        x, y = left * (turn % columns) + _LABEL, _TOP + _ROW * (turn // columns)
        for block in row.blocks:
            for cell in block.cells:
                yield StripSpot(label=cell.label, x=round(x, 2), y=round(y, 2))
                x += _CELL + _BETWEEN
            x += _BLOCKS


def _paths(spots: Sequence[StripSpot], verdicts: dict[str, Verdict]) -> Iterator[StripPath]:
    grounds: dict[str, list[str]] = {}
    marks: dict[_Shape, list[str]] = {}
    for spot in spots:
        verdict = verdicts[spot.label]
        box = f"M{spot.x:g} {spot.y:g}h{_CELL:g}v{_CELL:g}h{-_CELL:g}z"
        grounds.setdefault(_GROUND.get(verdict, "#fff"), []).append(box)
        for shape in _SHAPES[verdict]:
            middle = f"M{spot.x + _CELL / 2:.2f} {spot.y + _CELL / 2:.2f}"
            marks.setdefault(shape, []).append(middle + _NUMBER.sub(_scaled, shape.path))
    for colour, pieces in sorted(grounds.items()):
        yield StripPath(d="".join(pieces), fill=colour, stroke="#999", width=0.5)
    for shape, pieces in marks.items():
        filled = not shape.width
        yield StripPath(
            d="".join(pieces),
            fill=shape.ink if filled else "none",
            stroke="none" if filled else shape.ink,
            width=round(shape.width * _SCALE, 2),
        )


def _scaled(match: re.Match[str]) -> str:
    return f"{float(match.group()) * _SCALE:.2f}"
