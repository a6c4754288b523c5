"""View-models of what is open: the gap register, what was not tested, what is not evidence."""

from pydantic import Field

from tieout.domain.base import Model
from tieout.domain.verdicts import Verdict
from tieout.render.model.overview import Cell
from tieout.render.model.workpaper import OpenPoint
from tieout.render.text import Anchor, Brief, Code, Line, Passage


class RegisterRow(Model):
    """One finding of the gap register, by the elements of an audit finding; a cause is never known here."""

    number: Line
    label: Line
    index: Line
    anchor: Anchor
    point: OpenPoint
    condition: Brief = Field(description="what is: first causes; the workpaper has all of them")
    criterion: Brief = Field(description="what should be: what the tests that do not hold ask")
    effect: Brief = Field(description="what stays open")


class Unasked(Model):
    """A control that no rule tests, and what would answer it."""

    label: Line
    index: Line
    anchor: Anchor
    title: Line
    verdict: Verdict
    answer: Passage
    kinds: Line


class UnaskedGroup(Model):
    """The controls of one function that no rule tests."""

    label: Line
    code: Anchor
    total: int
    rows: tuple[Unasked, ...]


class Omission(Model):
    """A part of an assessed control that its rule does not test."""

    index: Line
    anchor: Anchor
    parts: tuple[Passage, ...]


class ProblemRow(Model):
    """Something met while collecting that is not evidence, and why."""

    status: Line
    source: Line
    place: Code
    types: Line
    reason: Brief


class CriterionRow(Model):
    """One acceptance criterion, and where it was measured."""

    id: Line
    area: Line
    statement: Brief
    limit: Line
    source: Line
    owner: Line
    measured_in: tuple[Cell, ...]
    unmeasured: Line
