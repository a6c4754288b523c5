"""Artefacts of tools that look for faults: attacks on a model, security scans, and tests of code."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tieout.domain.artefacts.reports import SIMULATED_MODELS, ToolReport
from tieout.domain.base import Model

Severity = Literal["critical", "high", "medium", "low", "none"]

#: Where a finding stands: what a tool or a person recorded of it, and `open` where nobody did.
FindingState = Literal["open", "suppressed", "in_triage", "not_affected", "fixed", "false_positive"]


class Probe(Model):
    """One kind of attack, judged by one detector."""

    probe: str
    detector: str
    attempts: int = Field(description="answers that the detector judged")
    failures: int = Field(description="answers that it took for a successful attack")
    unjudged: int = Field(default=0, description="answers that it could not judge")
    shows_nothing: bool = Field(
        default=False, description="the detector answers the same whatever it sees, or the probe sends no attack"
    )


class RedteamReport(ToolReport):
    """Attacks on a model, as the tool that made them counts them."""

    model: str | None = Field(default=None, description="provider and name, as recorded")
    simulated: bool = Field(default=False, description=SIMULATED_MODELS)
    attempts: int = Field(description="judged answers of the probes that show something")
    failures: int = Field(description="successful attacks among them")
    threshold: float | None = Field(default=None, description="score from which a detector says that it succeeded")
    probes: tuple[Probe, ...] = ()


class Finding(Model):
    """One finding of a scan; its message is left out, since scanners quote what they find."""

    id: str = Field(description="name of the rule or of the vulnerability")
    aliases: tuple[str, ...] = Field(default=(), description="other names of the same vulnerability")
    severity: Severity | None = Field(default=None, description="as the tool rates it; left out where it does not")
    level: str | None = Field(default=None, description="the tool's own word: error, warning, note")
    state: FindingState = "open"
    component: str | None = Field(default=None, description="package and version that it is about")
    path: str | None = None
    line: int | None = None
    fixed_in: tuple[str, ...] = Field(default=(), description="versions that are said to mend it")
    first_seen: datetime | None = None


class SecurityScan(ToolReport):
    """A scan, or statements about its findings; without a count of what was looked at, none found shows nothing."""

    form: Literal["sarif", "pip-audit", "cyclonedx", "openvex"]
    category: str | None = Field(default=None, description="what the run calls itself")
    subject: str | None = Field(default=None, description="what was scanned, as recorded")
    subject_sha256: str | None = None
    commit: str | None = Field(default=None, description="revision that was scanned, as recorded")
    assessed: int | None = Field(
        default=None, description="files or components that were looked at; left out where that is not recorded"
    )
    skipped: int = Field(default=0, description="files or components that were left out, as recorded")
    rules: int | None = Field(default=None, description="rules that the tool says it has")
    open_findings: int
    critical_or_high: int = Field(description="open findings that are rated critical or high")
    unrated: int = Field(description="open findings without a rating")
    findings: tuple[Finding, ...] = Field(default=(), description="the first 2,000, open ones first")


class CodeTests(ToolReport):
    """Tests of code, counted from the single ones."""

    suites: int
    tests: int = Field(description="single tests, those that were skipped included")
    failures: int
    errors: int
    skipped: int
    seconds: float | None = None
    failed: tuple[str, ...] = Field(default=(), description="names of the tests that did not pass, the first 200")
