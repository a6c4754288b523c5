"""JSON of pip-audit as `security_scan`: it exits well although every dependency was skipped, so they are counted.

The file records neither its time nor the tool's version nor what environment it looked at.
"""

from collections.abc import Iterator
from typing import Any

from tieout.collectors.results.findings import kept, tally
from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.values import NOT_NAMED, listed, text
from tieout.domain.artefacts.scans import Finding, SecurityScan


def is_report(data: Any) -> bool:
    """Whether a JSON document lists dependencies with vulnerabilities or a reason why they were skipped."""
    rows = _rows(data)
    return rows is not None and all(
        isinstance(one, dict) and "name" in one and ("vulns" in one or "skip_reason" in one) for one in rows
    )


def read(file: Input) -> Iterator[Found]:
    """The report."""
    rows: list[Any] = _rows(file.document.data) or []
    base = "/dependencies" if isinstance(file.document.data, dict) else ""
    findings: list[Finding] = []
    places: list[str] = []
    audited = [(at, one) for at, one in enumerate(rows) if isinstance(one.get("vulns"), list)]
    skipped = [(at, one) for at, one in enumerate(rows) if not isinstance(one.get("vulns"), list)]
    for at, row in audited:
        for index, fault in enumerate(row["vulns"]):
            if isinstance(fault, dict):
                findings.append(_finding(row, fault))
                places.append(f"{base}/{at}/vulns/{index}")
    facts = SecurityScan(
        tool="pip-audit",
        # The file is written once, at the end.
        status="success" if audited else "empty",
        form="pip-audit",
        assessed=len(audited),
        skipped=len(skipped),
        **tally(findings),
    )
    told = []
    if skipped:
        line = file.line(f"{base}/{skipped[0][0]}")
        told.append(Told(f"skipped {len(skipped):,} of {len(rows):,} dependencies, which were not looked at", line))
    lines = {f"/findings/{place}": places[index] for place, index in enumerate(kept(findings))}
    yield Found("security_scan", facts, lines=file.lines(lines | {"/assessed": base, "/skipped": base}), told=told)


def _rows(data: Any) -> list[Any] | None:
    if isinstance(data, list):
        return data or None  # an empty list may be anything
    rows = data.get("dependencies") if isinstance(data, dict) and "fixes" in data else None
    return rows if isinstance(rows, list) else None


def _finding(row: dict[str, Any], fault: dict[str, Any]) -> Finding:
    name, version = text(row.get("name")) or NOT_NAMED, text(row.get("version"))
    return Finding(
        id=text(fault.get("id")) or NOT_NAMED,
        aliases=tuple(alias for one in listed(fault, "aliases")[:20] if (alias := text(one))),
        component=f"{name} {version}" if version else name,
        fixed_in=tuple(told for one in listed(fault, "fix_versions")[:20] if (told := text(one))),
    )


FORMATS = (Format("pip-audit", "a pip-audit report", "json", ("security_scan",), is_report, read),)
