"""SARIF 2.1.0 (OASIS) as `security_scan`: one item a run. Messages are left out: scanners quote what they find.

A run without results shows something only where it says that it ended well (`invocations`, section 3.20) and what it
looked at (`artifacts` with the role `analysisTarget`, section 3.24.6); most tools record neither.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from posixpath import normpath
from typing import Any, Final
from urllib.parse import unquote

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
    apart = _apart(file.document.data, run)
    switched_on = _rules_on(run)
    status: Outcome = "incomplete" if apart else _status(run, assessed, switched_on, bool(results))
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
    if apart:
        notes.append(Told(f"keeps results apart from the run ({apart}), which are not read", file.line(base)))
    if not results and switched_on == 0:
        reason = "reports nothing, and every rule that it lists is switched off or of level none"
        notes.append(Told(reason, file.line(f"{base}/tool"), if_kept=True))
    elif not results and switched_on is None:
        reason = "reports nothing and lists no rule, so that it is not known what it looked for"
        notes.append(Told(reason, file.line(f"{base}/tool"), if_kept=True))
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


def _apart(log: Mapping[str, Any], run: Mapping[str, Any]) -> str | None:
    """Where results of a run stand that are not among its own (sections 3.14.2 and 3.13.5)."""
    if member(run, "externalPropertyFileReferences").get("results"):
        return "externalPropertyFileReferences"
    # Which run they belong to is told by identifiers that are optional: any of them may be this one's.
    return (
        "inlineExternalProperties"
        if any(one.get("results") for _, one in objects(log, "inlineExternalProperties"))
        else None
    )


def _rules_on(run: Mapping[str, Any]) -> int | None:
    """Rules that were switched on and whose findings are a problem (sections 3.50, 3.20.5); None if none is listed."""
    holders = _rule_holders(run)
    rules = [(at, index, one) for at, holder in enumerate(holders) for index, one in objects(holder, "rules")]
    if not rules:
        return None
    stated = _overrides(run, holders)
    switched_on = 0
    for at, index, rule in rules:
        name, guid = text(rule.get("id")), (text(rule.get("guid")) or "").casefold()
        keys = (("guid", guid), ("id", name, at), ("id", name), ("index", index, at))
        own = _setting(member(rule, "defaultConfiguration")) | next((stated[key] for key in keys if key in stated), {})
        switched_on += own.get("enabled") is not False and own.get("level") != "none"
    return switched_on


def _overrides(run: Mapping[str, Any], holders: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What a run set of its rules otherwise, by what a rule is named with: a guid, a name or a place."""
    stated: dict[tuple[Any, ...], dict[str, Any]] = {}
    parts: dict[tuple[str, str | None], int] = {}
    parts |= {("guid", (text(one.get("guid")) or "").casefold()): at for at, one in enumerate(holders)}
    parts |= {("name", text(one.get("name"))): at for at, one in enumerate(holders)}
    for _, call in objects(run, "invocations"):
        for _, one in objects(call, "ruleConfigurationOverrides"):
            of = member(one, "descriptor")
            at = _part_of_tool(of, parts)
            name, guid, index = text(of.get("id")), text(of.get("guid")), count(of.get("index"))
            keys: list[tuple[Any, ...]] = [("guid", guid.casefold())] if guid else []
            if name:
                keys.append(("id", name) if at is None or "toolComponent" not in of else ("id", name, at))
            elif index is not None and at is not None:
                keys.append(("index", index, at))
            for key in keys:
                stated[key] = stated.get(key, {}) | _setting(member(one, "configuration"))
    return stated


def _part_of_tool(of: Mapping[str, Any], parts: Mapping[tuple[str, str | None], int]) -> int | None:
    """Which part of the tool a rule is of: its driver unless another is named (section 3.52.7); None if unknown."""
    if "toolComponent" not in of:
        return 0
    named = member(of, "toolComponent")
    guid, name, index = text(named.get("guid")), text(named.get("name")), count(named.get("index"))
    if guid and ("guid", guid.casefold()) in parts:
        return parts["guid", guid.casefold()]
    if index is not None:
        return index + 1
    return parts.get(("name", name)) if name else None


def _setting(configuration: Mapping[str, Any]) -> dict[str, Any]:
    known = {"enabled": bool, "level": str}
    return {name: configuration[name] for name, kind in known.items() if isinstance(configuration.get(name), kind)}


def _status(run: Mapping[str, Any], assessed: int | None, switched_on: int | None, found: bool) -> Outcome:
    calls = [one.get("executionSuccessful") for _, one in objects(run, "invocations")]
    if not isinstance(run.get("results"), list):
        return "incomplete"  # section 3.14.23: null or absent where the run did not come to look for any
    if False in calls:
        return "failed"
    if not found and (assessed == 0 or switched_on == 0):
        return "empty"
    # A run that ended well, found nothing and does not say what it looked at and for, may have done nothing.
    has_ended = bool(calls) and all(one is True for one in calls)
    return "success" if has_ended and (found or (assessed and switched_on)) else "unknown"


def _assessed(run: Mapping[str, Any]) -> int | None:
    """Files that the log says were analysed; None where it does not list them by their role."""
    files = [one for _, one in objects(run, "artifacts")]
    if not any(isinstance(one.get("roles"), list) for one in files):
        return None
    targets = [(at, one) for at, one in enumerate(files) if "analysisTarget" in listed(one, "roles")]
    return len({_which(at, one) for at, one in targets})


def _which(at: int, artifact: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes an artifact another one: its place; one without a place is one by itself."""
    place = member(artifact, "location")
    uri = text(place.get("uri"))
    # One place can be written in several ways: `./a.py`, `b/../a.py`.
    path = normpath(unquote(uri)) if uri else None
    return (path, text(place.get("uriBaseId")), count(artifact.get("parentIndex"))) if path else (at,)


def _rule_holders(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    tool = member(run, "tool")
    return [member(tool, "driver"), *(one for _, one in objects(tool, "extensions"))]


def _rules(run: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        one["id"]: one
        for holder in reversed(_rule_holders(run))
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
