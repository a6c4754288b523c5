"""The view-model: what the PDF and the HTML page show, word for word, and nothing else."""

from datetime import datetime

from pydantic import Field

from tieout.domain.base import Model
from tieout.domain.verdicts import Severity, Verdict
from tieout.render.text import Anchor, Brief, Code, Href, Line, Passage


class Fact(Model):
    """A name and its value, as on the cover."""

    name: Line
    value: Passage
    code: bool = Field(default=False, description="set in the monospaced face")


class RetentionRow(Model):
    """What one rule of the schedule says of the record."""

    rule: Code
    authority: Passage
    trigger: Line
    period: Line
    says: Passage


class VerdictCount(Model):
    """How many controls have a verdict, and what it means."""

    verdict: Verdict
    count: int
    meaning: Line


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


class RuleNote(Model):
    """The rule that a section reports on."""

    number: Line = Field(default="", description="when a control has several: the first part of its tests' numbers")
    id: Code
    anchor: Anchor = Field(description="of the rule as data, in the appendix")
    title: Line
    why: Passage
    source: Passage
    severity: Severity
    verdict: Verdict


class MeasureRow(Model):
    """One acceptance criterion against what was measured."""

    criterion: Line
    of: Line = Field(default="", description="run or log that was measured, where several could be")
    limit: Line
    measured: Line
    n: Line
    interval: Line
    verdict: Verdict


class CheckRow(Model):
    """One test: what was asked, and what came out."""

    number: Line
    test: Passage
    verdict: Verdict
    reason: Passage
    places: tuple[Code, ...]
    refs: tuple[Line, ...] = Field(description="references into the section's evidence table")
    measures: tuple[MeasureRow, ...] = ()


class HumanRow(Model):
    """What only a person can say, and whether it was said."""

    role: Line
    attests: Passage
    validity: Line
    verdict: Verdict
    state: Passage


class ExaminedRow(Model):
    """One evidence item as a section used it."""

    ref: Line
    id: Line
    anchor: Anchor
    kind: Line
    place: Code
    effective: Line
    digest: Code = Field(description="first digits of the SHA-256 of its facts, as stored")
    source_digest: Code = Field(description="first digits of its source's; the index says of which kind")
    state: Line
    state_mark: Anchor


class OpenPoint(Model):
    """What closes a control that is not satisfied; numbered when it stands in the gap register."""

    number: Line = ""
    verdict: Verdict
    severity: Line
    closes_with: Passage
    owner: Line
    due: Line


class Section(Model):
    """The workpaper of one control."""

    label: Line
    index: Line
    anchor: Anchor
    function: Line
    code: Anchor
    category: Line
    category_title: Line
    number: Line
    title: Line
    sentence: Passage
    verdict: Verdict
    conclusion: Passage
    rules: tuple[RuleNote, ...]
    checks: tuple[CheckRow, ...]
    humans: tuple[HumanRow, ...]
    evidence: tuple[ExaminedRow, ...]
    open_point: OpenPoint | None
    parts: dict[str, Line] = Field(description="workpaper index of each part, such as checks: MS-2.7/A")


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


class RegisterRow(Model):
    """One row of the gap register."""

    number: Line
    label: Line
    index: Line
    anchor: Anchor
    point: OpenPoint
    condition: Brief


class ProblemRow(Model):
    """Something met while collecting that is not evidence, and why."""

    status: Line
    source: Line
    place: Code
    types: Line
    reason: Passage


class SourceRow(Model):
    """One configured source and what it gave."""

    name: Line
    kind: Line
    path: Code
    commit: Code
    provides: Line
    files_read: int
    items: int
    problems: int


class OwnerRow(Model):
    """Who answers for an area."""

    area: Line
    person: Line
    deputy: Line
    since: Line
    until: Line = ""


class ModelRow(Model):
    """A model as configured and as served."""

    model: Code
    routes: Line
    records: Line
    days: Line


class LogSheet(Model):
    """What one log gave, line by line accounted for."""

    source: Line
    item: Line
    anchor: Anchor
    facts: tuple[Fact, ...]


class Scope(Model):
    """What was looked at, and who answers for it."""

    system: tuple[Fact, ...]
    owners: tuple[OwnerRow, ...]
    models: tuple[ModelRow, ...]
    sources: tuple[SourceRow, ...]
    logs: tuple[LogSheet, ...]


class CriterionRow(Model):
    """One acceptance criterion, and where it was measured."""

    id: Line
    area: Line
    statement: Passage
    limit: Line
    source: Line
    owner: Line
    measured_in: tuple[Cell, ...]
    unmeasured: Line


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


class MachineFile(Model):
    """A file of the packet that a machine reads."""

    name: Code
    href: Href


class SignOff(Model):
    """One printed line of the sign-off block."""

    role: Line
    text: Passage


class PacketView(Model):
    """One packet as people see it."""

    title: Line
    language: str = "en"
    framework: Line
    publication: Line
    system: Line
    system_id: Line
    release: Line
    commit: Code
    packet_id: Line
    record_id: Line
    keeping: Line = Field(description="how long the record is kept, in words")
    footing: Line = Field(description="record and how long it is kept, on one line")
    marking: Line = ""
    unsigned: Line
    as_of: datetime
    uncommitted: Passage = Field(default="", description="a warning, when the configuration was not committed")
    identity: tuple[Fact, ...]
    digests: tuple[Fact, ...]
    controls_sha256: Code
    evidence_index_sha256: Code
    retention: tuple[Fact, ...]
    retention_rules: tuple[RetentionRow, ...]
    counts: tuple[VerdictCount, ...]
    total: int
    coverage: Passage = Field(description="how many subcategories were not assessed, and what that means")
    scope: Scope
    functions: tuple[FunctionRow, ...]
    sections: tuple[Section, ...]
    unasked: tuple[UnaskedGroup, ...]
    omissions: tuple[Omission, ...]
    gaps: tuple[RegisterRow, ...]
    problems: tuple[ProblemRow, ...]
    criteria: tuple[CriterionRow, ...]
    states: tuple[StateMeaning, ...]
    rule_runs: tuple[RuleRun, ...]
    collectors: tuple[CollectorRow, ...]
    evidence: tuple[EvidenceRow, ...]
    files: tuple[MachineFile, ...]
    verify_steps: tuple[Fact, ...]
    sign_off: tuple[SignOff, ...]
