"""View-models of the charts: where their parts stand, and the same in words."""

from typing import Annotated, Literal

from pydantic import Field

from tieout.domain.base import Model
from tieout.render.text import Line, Passage

PathData = Annotated[str, Field(pattern=r"^[MmLlHhVvCcZz0-9 .-]*$")]
"""Commands of an SVG path; nothing else can be in it."""
Colour = Annotated[str, Field(pattern=r"^(none|#[0-9a-f]{3}|#[0-9a-f]{6})$")]
"""A colour of ours."""


class StripLabel(Model):
    """Name of a function beside its cells."""

    x: float
    y: float
    text: Line


class StripPath(Model):
    """All areas or strokes of one kind in the strip."""

    d: PathData
    fill: Colour
    stroke: Colour
    width: float


class StripSpot(Model):
    """Where a control's cell stands."""

    label: Line
    x: float
    y: float


class Strip(Model):
    """All controls, small: one cell each, by function and category."""

    width: float
    height: float
    cell: float
    labels: tuple[StripLabel, ...]
    paths: tuple[StripPath, ...]
    spots: tuple[StripSpot, ...]

    def spot(self, label: str) -> StripSpot:
        """Where a control stands; one that the strip lacks is an error of ours."""
        return next(spot for spot in self.spots if spot.label == label)


class Bar(Model):
    """A stretch of a row, in per cent of its width."""

    x: float = Field(ge=0, le=100)
    width: float = Field(ge=0, le=100)
    kind: Literal["counts", "lapsed", "unlimited", "records"]


class Tick(Model):
    """The first day of a month, in per cent of a row's width."""

    x: float = Field(ge=0, le=100)
    letter: Line


class FreshRow(Model):
    """One kind of evidence over the months: when it was made, and for how long it counts."""

    kind: Line
    refs: tuple[Line, ...] = Field(description="references into the section's evidence table")
    bars: tuple[Bar, ...]
    gaps: tuple[Bar, ...] = Field(default=(), description="stretches of a log without any record")
    dots: tuple[float, ...] = Field(description="effective dates within the chart")
    earlier: bool = Field(description="whether an effective date lies before the chart's first day")
    words: Passage


class Freshness(Model):
    """When the evidence of a workpaper was made, month by month up to the as-of day and a little beyond."""

    as_of: float = Field(description="where the as-of line stands")
    ticks: tuple[Tick, ...]
    span: Line
    rows: tuple[FreshRow, ...]


class LimitChart(Model):
    """An interval against its limit, in per cent of the chart's width."""

    limit: float = Field(ge=0, le=100)
    met_above: bool = Field(description="whether values above the limit are on the right side of it")
    exact: bool = Field(description="whether the limit is a value to be met exactly, so that no side of it is right")
    point: float | None
    low: float | None = Field(description="None: unbounded below")
    high: float | None = Field(description="None: unbounded above")
    words: Passage
