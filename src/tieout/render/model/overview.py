"""View-models of the overview: all controls by function and category, each with its verdict."""

from pydantic import Field

from tieout.domain.base import Model
from tieout.domain.verdicts import Verdict
from tieout.render.text import Anchor, Line


class Cell(Model):
    """One control in the overview and its table."""

    label: Line = Field(description="label of the standard, such as GOVERN 2.1")
    index: Line = Field(description="workpaper index, such as GV-2.1")
    anchor: Anchor
    title: Line
    verdict: Verdict
    has_section: bool = Field(description="whether a rule tests it, so that it has a section of its own")


class Block(Model):
    """A category: one block of the overview."""

    label: Line
    title: Line
    cells: tuple[Cell, ...]


class FunctionRow(Model):
    """A function: one row of the overview."""

    label: Line
    code: Anchor
    title: Line
    blocks: tuple[Block, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All controls of the function."""
        return tuple(cell for block in self.blocks for cell in block.cells)
