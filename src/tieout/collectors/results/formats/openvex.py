"""OpenVEX (v0.2.0) as `security_scan`: statements of an author about vulnerabilities; nobody says that they are all."""

from collections.abc import Iterator
from typing import Any, Final

from tieout.collectors.results.findings import kept, tally
from tieout.collectors.results.interface import Format, Found, Input
from tieout.collectors.results.values import NOT_NAMED, instant, listed, member, objects, text
from tieout.domain.artefacts.scans import Finding, FindingState, SecurityScan
from tieout.domain.evidence import Effective

_STATES: Final[dict[str, FindingState]] = {
    "affected": "open",
    "fixed": "fixed",
    "not_affected": "not_affected",
    "under_investigation": "in_triage",
}


def is_vex(data: Any) -> bool:
    """Whether a JSON document is one of OpenVEX."""
    context = data.get("@context") if isinstance(data, dict) else None
    return isinstance(context, str) and context.startswith("https://openvex.dev/ns") and "statements" in data


def read(file: Input) -> Iterator[Found]:
    """The statements."""
    data: dict[str, Any] = file.document.data
    rows = objects(data, "statements")
    findings = [_finding(one) for _, one in rows]
    spoken, zoned = instant(data.get("last_updated"))
    if spoken is None:
        spoken, zoned = instant(data.get("timestamp"))
    facts = SecurityScan(
        tool=text(data.get("tooling")) or NOT_NAMED,
        status="unknown" if findings else "empty",
        completed_at=spoken,
        zone_recorded=zoned,
        form="openvex",
        **tally(findings),
    )
    lines = {f"/findings/{at}": f"/statements/{rows[index][0]}" for at, index in enumerate(kept(findings))}
    effective = Effective(end=spoken, basis="timestamp of the statements") if spoken else None
    yield Found("security_scan", facts, effective, file.lines(lines))


def _finding(one: dict[str, Any]) -> Finding:
    fault = one.get("vulnerability")
    name = text(fault) if isinstance(fault, str) else text(member(one, "vulnerability").get("name"))
    products = [text(row.get("@id")) if isinstance(row, dict) else text(row) for row in listed(one, "products")]
    state = one.get("status")
    return Finding(
        id=name or NOT_NAMED,
        aliases=tuple(told for alias in listed(fault, "aliases")[:20] if (told := text(alias))),
        state=_STATES.get(state, "open") if isinstance(state, str) else "open",
        component=next((product.partition("?")[0] for product in products if product), None),
    )


FORMATS = (Format("openvex", "an OpenVEX document", "json", ("security_scan",), is_vex, read),)
