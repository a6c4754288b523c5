"""SARIF 2.1.0 (OASIS) as `security_scan`: one item a run. Messages are left out: scanners quote what they find.

A run without results shows something only where it says that it ended well (`invocations`, section 3.20) and what it
looked at (`artifacts` with the role `analysisTarget`, section 3.24.6); most tools record neither.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from tieout.collectors.results.findings import kept, severity_of, severity_of_score, tally
from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.parameters import tail
from tieout.collectors.results.values import NOT_NAMED, count, instant, listed, member, number, objects, text, word
from tieout.domain.artefacts.reports import Outcome
from tieout.domain.artefacts.scans import Finding, FindingState, SecurityScan, Severity
from tieout.domain.evidence import Effective
from tieout.kernel.errors import UnreadableError

_VERSIONS: Final = ("semanticVersion", "version", "dottedQuadFileVersion")
_LEVELS: Final = frozenset({"error", "warning", "note", "none"})


def is_log(data: Any) -> bool:
    """Whether a JSON document is a SARIF log of any version."""
    if not isinstance(data, dict) or not isinstance(data.get("runs"), list):
        return False
    schema = data.get("$schema")
    return isinstance(data.get("version"), str) and (
        "sarif" in (schema.casefold() if isinstance(schema, str) else "")
        or any(isinstance(one, dict) and "driver" in member(one, "tool") for one in data["runs"])
    )


def read(file: Input) -> Iterator[Found]:
    """One item a run.

    Raises:
        UnreadableError: Another version, or no run.
    """
    data: dict[str, Any] = file.document.data
    if not str(data.get("version")).startswith("2.1."):
        raise UnreadableError("is a SARIF log of another version than 2.1.0", where=_at(file, "/version"))
    runs = objects(data, "runs")
    if not runs:
        raise UnreadableError("is a SARIF log without a run", where=file.path)
    for at, run in runs:
        yield _run(file, at, run)


def _run(file: Input, at: int, run: Mapping[str, Any]) -> Found:
    driver = member(member(run, "tool"), "driver")
    rules = _rules(run)
    results = [(index, one) for index, one in objects(run, "results") if _counts(one)]
    findings = [_finding(one, rules) for _, one in results]
    started, ended, zoned = _times(run)
    assessed = _assessed(run)
    status = _status(run, assessed, bool(results))
    provenance = [one for _, one in objects(run, "versionControlProvenance")]
    commit = next((text(one.get("revisionId")) for one in provenance if text(one.get("revisionId"))), None)
    where = next((text(one.get("repositoryUri")) for one in provenance if text(one.get("repositoryUri"))), None)
    name = text(driver.get("name"))
    facts = SecurityScan(
        tool=name or NOT_NAMED,
        tool_version=next(
            (
                told
                for key in ("semanticVersion", "version", "dottedQuadFileVersion")
                if (told := text(driver.get(key)))
            ),
            None,
        ),
        status=status,
        started_at=started,
        completed_at=ended,
        zone_recorded=zoned,
        form="sarif",
        category=text(member(run, "automationDetails").get("id")),
        subject=where.partition("?")[0] if where else None,
        commit=commit,
        assessed=assessed,
        rules=len(listed(driver, "rules")) or None,
        **tally(findings),
    )
    base = f"/runs/{at}"
    lines = {f"/findings/{place}": f"{base}/results/{results[index][0]}" for place, index in enumerate(kept(findings))}
    lines |= {"/tool": f"{base}/tool", "/commit": f"{base}/versionControlProvenance", "/status": f"{base}/invocations"}
    notes = list(_told(file, base, facts, run))
    end = ended or started
    zone = "" if zoned else ", written without a zone and taken as UTC"
    effective = Effective(start=started, end=end, basis=f"invocations of the log{zone}") if end else None
    title = f"security scan: {name} in {file.path}" if name else ""
    return Found("security_scan", facts, effective, file.lines(lines), notes, str(at), title)


def _told(file: Input, base: str, facts: SecurityScan, run: Mapping[str, Any]) -> Iterator[Told]:
    if not facts.open_findings and facts.assessed is None:
        yield Told("reports nothing and does not record what it looked at", file.line(base), if_kept=True)
    faults = sum(
        one.get("level") == "error"
        for _, call in objects(run, "invocations")
        for key in ("toolExecutionNotifications", "toolConfigurationNotifications")
        for _, one in objects(call, key)
    )
    if faults:
        yield Told(f"records {faults:,} errors of the tool itself", file.line(f"{base}/invocations"), if_kept=True)


def _status(run: Mapping[str, Any], assessed: int | None, found: bool) -> Outcome:
    calls = [one.get("executionSuccessful") for _, one in objects(run, "invocations")]
    if not isinstance(run.get("results"), list):
        return "incomplete"  # section 3.14.23: null or absent where the run did not come to look for any
    if False in calls:
        return "failed"
    if assessed == 0 and not found:
        return "empty"
    # Of a run that ended well, and neither found anything nor says what it looked at, it is not known what it did.
    has_ended = bool(calls) and all(one is True for one in calls)
    return "success" if has_ended and (found or assessed) else "unknown"


def _assessed(run: Mapping[str, Any]) -> int | None:
    """Files that the log says were analysed; None where it does not list them by their role."""
    files = [one for _, one in objects(run, "artifacts")]
    if not any(isinstance(one.get("roles"), list) for one in files):
        return None
    return sum("analysisTarget" in listed(one, "roles") for one in files)


def _rules(run: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    tool = member(run, "tool")
    holders = [member(tool, "driver"), *(one for _, one in objects(tool, "extensions"))]
    return {
        one["id"]: one
        for holder in reversed(holders)
        for _, one in objects(holder, "rules")
        if isinstance(one.get("id"), str)
    }


def _counts(result: Mapping[str, Any]) -> bool:
    """Whether a result is a finding of this state of the code (sections 3.27.9 and 3.27.24)."""
    return word(result.get("kind", "fail")) in {"fail", "open", "review"} and result.get("baselineState") != "absent"


def _finding(result: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]]) -> Finding:
    name = text(result.get("ruleId")) or text(member(result, "rule").get("id")) or NOT_NAMED
    rule = rules.get(name) or rules.get(name.partition("/")[0]) or {}
    level = result.get("level", member(rule, "defaultConfiguration").get("level", "warning"))
    score = number(member(result, "properties").get("security-severity"))
    if score is None:
        score = number(member(rule, "properties").get("security-severity"))
    rated = severity_of_score(score)
    if rated is None:
        rated = _rated_by_words(result, rule)
    path, line = _place(result)
    return Finding(
        id=name,
        severity=rated,
        level=level if isinstance(level, str) and level in _LEVELS else None,
        state=_state(result),
        path=path,
        line=line,
        first_seen=_first(result),
    )


def _rated_by_words(result: Mapping[str, Any], rule: Mapping[str, Any]) -> Severity | None:
    """What some tools write instead of a score: a severity, or a single tag that is one."""
    for holder in (member(result, "properties"), member(rule, "properties")):
        if rated := severity_of(holder.get("severity")):
            return rated
        tagged = [rated for tag in listed(holder, "tags") if (rated := severity_of(tag)) is not None]
        if len(tagged) == 1:
            return tagged[0]
    return None


def _state(result: Mapping[str, Any]) -> FindingState:
    """Suppressed only where every suppression is accepted or says nothing of its review (section 3.27.23)."""
    stated = [word(one.get("status", "accepted")) for _, one in objects(result, "suppressions")]
    if stated and all(one == "accepted" for one in stated):
        return "suppressed"
    return "in_triage" if "underReview" in stated else "open"


def _place(result: Mapping[str, Any]) -> tuple[str | None, int | None]:
    spots = [member(one, "physicalLocation") for _, one in objects(result, "locations")]
    for spot in spots:
        path = text(member(spot, "artifactLocation").get("uri"))
        if path is not None:
            line = count(member(spot, "region").get("startLine"))
            return tail(path.partition("?")[0]), line or None
    return None, None


def _first(result: Mapping[str, Any]) -> datetime | None:
    return instant(member(result, "provenance").get("firstDetectionTimeUtc"))[0]


def _times(run: Mapping[str, Any]) -> tuple[datetime | None, datetime | None, bool]:
    calls = [one for _, one in objects(run, "invocations")]
    begun = [instant(one.get("startTimeUtc")) for one in calls]
    ended = [instant(one.get("endTimeUtc")) for one in calls]
    starts = [time for time, _ in begun if time is not None]
    ends = [time for time, _ in ended if time is not None]
    # Both are said to be in UTC by their names (section 3.20.7), whether or not a zone is written.
    return min(starts, default=None), max(ends, default=None), True


def _at(file: Input, pointer: str) -> str:
    line = file.line(pointer)
    return f"{file.path}:{line}" if line else file.path


FORMATS = (Format("sarif", "a SARIF log", "json", ("security_scan",), is_log, read),)
