"""View-models of the back matter: the evidence index, and the rules as they were run."""

from tieout.domain.base import Model
from tieout.domain.verdicts import Severity
from tieout.render.model.overview import Cell
from tieout.render.text import Anchor, Code, Href, Line, Passage


class CheckRun(Model):
    """One check as the engine got it, and the values that it saw."""

    number: Line
    data: Passage
    seen: Passage


class RuleRun(Model):
    """One rule as data."""

    id: Code
    anchor: Anchor
    controls: Line
    severity: Severity
    needs: Passage
    human: Line
    source: Passage
    checks: tuple[CheckRun, ...]


class CollectorRow(Model):
    """What read the evidence."""

    name: Line
    version: Line
    items: int


class StateMeaning(Model):
    """One entry of the legend of evidence states."""

    mark: Line
    text: Line
    meaning: Line


class Digest(Model):
    """A digest and what it is of; withheld ones say so."""

    name: Line
    value: Code
    href: Href | None = None


class EvidenceRow(Model):
    """One entry of the evidence index."""

    id: Line
    anchor: Anchor
    kind: Line
    title: Line
    place: Code
    source: Line
    effective: Line
    redactions: Line
    digests: tuple[Digest, ...]
    used_by: tuple[Cell, ...]
