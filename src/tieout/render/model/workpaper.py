"""View-models of a workpaper: one control's tests, evidence, charts and what is left open."""

from pydantic import Field

from tieout.domain.base import Model
from tieout.domain.verdicts import Severity, Verdict
from tieout.render.model.charts import Freshness, LimitChart
from tieout.render.text import Anchor, Code, Line, Passage


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
    chart: LimitChart | None = Field(default=None, description="None where nothing was measured")


class CheckRow(Model):
    """One test: what was asked, how it was tested, and what came out."""

    number: Line
    test: Passage
    procedure: Line = Field(description="in an auditor's words, such as inspection of a document")
    population: Line = Field(description="how many there were and how many were tested; empty where there is none")
    asked: bool = Field(description="whether the rule asks it; what the engine adds is not counted among the tests")
    left_out: bool = Field(description="whether it names what no test looks at")
    verdict: Verdict
    reason: Passage
    places: tuple[Code, ...]
    refs: tuple[Line, ...] = Field(description="references into the section's evidence table")
    measures: tuple[MeasureRow, ...] = ()
    more_measures: Passage = Field(default="", description="how many limits are not listed, and where all are")


class HumanRow(Model):
    """What only a person can say, and whether it was said."""

    role: Line
    attests: Passage
    validity: Line
    verdict: Verdict
    state: Passage
    procedure: Line


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
    position: Passage = Field(description="where the control sits among all, in words")
    rules: tuple[RuleNote, ...]
    checks: tuple[CheckRow, ...]
    more_checks: Passage = Field(default="", description="how many tests are not listed, and where all are")
    humans: tuple[HumanRow, ...]
    freshness: Freshness | None = Field(description="None where no item of evidence is dated")
    evidence: tuple[ExaminedRow, ...]
    more_evidence: Passage = Field(default="", description="how many items are not listed, and where all are")
    open_point: OpenPoint | None
    parts: dict[str, Line] = Field(description="workpaper index of each part, such as checks: MS-2.7/A")
