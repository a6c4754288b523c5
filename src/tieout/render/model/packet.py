"""The whole view of one packet: what the PDF and the HTML page show, word for word, and nothing else."""

from datetime import datetime

from pydantic import Field

from tieout.domain.base import Model
from tieout.render.model.charts import Strip
from tieout.render.model.cover import DocumentControl, Fact, MachineFile, RetentionRow, SignOff, VerdictCount
from tieout.render.model.index import CollectorRow, EvidenceRow, RuleRun, StateMeaning
from tieout.render.model.overview import FunctionRow
from tieout.render.model.register import CriterionRow, Omission, ProblemRow, RegisterRow, UnaskedGroup
from tieout.render.model.scope import Scope
from tieout.render.model.workpaper import Section
from tieout.render.text import Code, Line, Passage


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
    strip: Strip = Field(description="all controls, for a page's width")
    tall_strip: Strip = Field(description="all controls, for a narrow screen")
    sections: tuple[Section, ...]
    unasked: tuple[UnaskedGroup, ...]
    omissions: tuple[Omission, ...]
    gaps: tuple[RegisterRow, ...]
    problems: tuple[ProblemRow, ...]
    more_problems: Passage = Field(default="", description="how many problems are not listed, and where all are")
    criteria: tuple[CriterionRow, ...]
    more_criteria: Passage = Field(default="", description="how many criteria are not listed, and where all are")
    states: tuple[StateMeaning, ...]
    how_tested: Passage
    how_dated: Passage
    rule_runs: tuple[RuleRun, ...]
    collectors: tuple[CollectorRow, ...]
    evidence: tuple[EvidenceRow, ...]
    more_evidence: Passage = Field(default="", description="how many items are not listed, and where all are")
    files: tuple[MachineFile, ...]
    verify_steps: tuple[Fact, ...]
    control: DocumentControl
    sign_off: tuple[SignOff, ...]
