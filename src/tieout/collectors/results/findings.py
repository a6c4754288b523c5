"""What every reader of a scan makes of its findings: the order in which they are kept, and the counts over all."""

from collections.abc import Sequence
from typing import Any, Final

from tieout.domain.artefacts.scans import Finding, Severity

MOST: Final = 2000
"""Findings that are kept one by one; the counts are over all of them."""

_ORDER: Final = {"critical": 0, "high": 1, None: 2, "medium": 3, "low": 4, "none": 5}
_WORDS: Final[dict[str, Severity]] = {
    "critical": "critical",
    "high": "high",
    "important": "high",
    "medium": "medium",
    "moderate": "medium",
    "low": "low",
    "info": "none",
    "informational": "none",
    "negligible": "none",
    "none": "none",
}
_CRITICAL, _HIGH, _MEDIUM = 9.0, 7.0, 4.0
_LARGEST = 10.0


def tally(findings: Sequence[Finding]) -> dict[str, Any]:
    """The fields of a scan that count its findings, and the findings that are kept: open and grave ones first."""
    is_open = [one for one in findings if one.state in {"open", "in_triage"}]
    order = sorted(
        range(len(findings)),
        key=lambda at: (findings[at].state not in {"open", "in_triage"}, _ORDER[findings[at].severity], at),
    )
    return {
        "open_findings": len(is_open),
        "critical_or_high": sum(one.severity in {"critical", "high"} for one in is_open),
        "unrated": sum(one.severity is None for one in is_open),
        "findings": tuple(findings[at] for at in order[:MOST]),
    }


def kept(findings: Sequence[Finding]) -> list[int]:
    """The index, in the file's order, of each finding that is kept, in the order in which it is."""
    places = {id(one): at for at, one in enumerate(findings)}
    return [places[id(one)] for one in tally(findings)["findings"]]


def severity_of(word: Any) -> Severity | None:
    """A rating by a word."""
    return _WORDS.get(word.strip().casefold()) if isinstance(word, str) else None


def severity_of_score(score: float | None) -> Severity | None:
    """A rating by a score from 0 to 10, as CVSS v3.1 divides it (section 5)."""
    if score is None or not 0 <= score <= _LARGEST:
        return None
    if score >= _CRITICAL:
        return "critical"
    if score >= _HIGH:
        return "high"
    return "medium" if score >= _MEDIUM else "low" if score > 0 else "none"
