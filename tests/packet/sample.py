"""A believable packet for the rendering tests: every verdict that rules give, long reasons, hostile strings.

Catalog and rules are the shipped ones; what the sources gave and what the checks said stands in sample.yaml.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from tieout.assess.context import Context
from tieout.assess.engine import _control, _human_half, _untested, controls_digest
from tieout.domain.assessment import Assessment, CheckResult, RuleResult
from tieout.domain.collection import Collection, Period, Problem, SourceResult, Subject
from tieout.domain.evidence import Effective, EvidenceItem, Place, Provenance, RedactionNote
from tieout.domain.packet import Contents
from tieout.domain.retention import AppliedRule, Hold, RetentionBlock
from tieout.domain.retention_rules import RetentionDay
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict, combine
from tieout.frameworks.catalog import load_catalog
from tieout.frameworks.rules import load_rules
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.ids import short_id, stable_uuid

HERE = Path(__file__).resolve().parent
FRAMEWORK = HERE.parents[1] / "controls" / "nist-ai-rmf-1.0"
AS_OF = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
COMMIT = "4f2a91c07d3e5b6a8f9012c3d4e5f60718293a4b"

BIDI = "approved\u202eyllaer toN\u2066"
UNBROKEN = "x" * 5000
MARKUP = (
    '<script>alert(1)</script><img src="https://evil.example/p.png" onerror=alert(2)>"\'><style>*{display:none}</style>'
)
WIDE = "\u8ca0\u8377\u8a66\u9a13 \U0001f680 \u03b1"  # CJK, an emoji, and Greek that only one of the fonts has
ZERO_WIDTH = "pass\u200bword\u00ad\u0007"
HOSTILE = {
    "BIDI": BIDI,
    "UNBROKEN": UNBROKEN,
    "MARKUP": MARKUP,
    "WIDE": WIDE,
    "ZERO_WIDTH": ZERO_WIDTH,
    "LONG": "x" * 300,
}

#: Its human half is signed and nothing is left untested: the sample needs a satisfied rule with a human half.
SIGNED = "gv-2.1-roles"


@cache
def contents() -> Contents:
    """The sample packet."""
    catalog, rules = load_catalog(FRAMEWORK), load_rules(FRAMEWORK)
    collection = _collection()
    items = dict(_keyed_items())
    results = [_rule(rule, items, Context(collection, rule.needs)) for rule in rules]
    assessment = Assessment(
        subject=collection.subject,
        as_of=AS_OF,
        period=collection.period,
        controls_sha256=controls_digest(catalog, rules),
        collection_sha256=sha256_hex(canonical_bytes(collection.as_json())),
        configuration_sha256=collection.configuration_sha256,
        tool_version="0.1.0",
        controls=tuple(_control(control, results) for control in catalog.controls),
        rules=tuple(results),
        problems=collection.problems,
    )
    return Contents(
        packet_id=stable_uuid("packet", "claims-triage", COMMIT),
        assessment=assessment,
        collection=collection,
        catalog=catalog,
        rules=rules,
        retention=_retention(),
        prepared_by="Dana Whitfield, release engineering",
        prepared_for="Office of the chief AI officer",
        evidence_index_sha256=_digest("evidence index"),
        oscal_sha256=_digest("oscal set"),
    )


@cache
def files() -> tuple[str, ...]:
    """Paths below data/ that a packet of this sample holds."""
    items = contents().collection.items
    models = ("assessment-plan", "assessment-results", "catalog", "plan-of-action-and-milestones")
    return (
        *(f"evidence/{item.id}/artefact.json" for item in items),
        *(f"evidence/{item.id}/copy.txt" for item in items if item.copy_sha256),
        *(f"oscal/{name}.json" for name in models),
        "evidence/index.json",
        "inputs/rules.json",
        "report.pdf",
    )


@cache
def _data() -> dict[str, Any]:
    return _hostile(yaml.safe_load((HERE / "sample.yaml").read_text(encoding="utf-8")))


def _hostile(value: Any) -> Any:
    """The tree with `{NAME}` replaced by the hostile string of that name."""
    if isinstance(value, dict):
        return {_hostile(key): _hostile(element) for key, element in value.items()}
    if isinstance(value, list):
        return [_hostile(element) for element in value]
    if isinstance(value, str):
        for name, text in HOSTILE.items():
            value = value.replace(f"{{{name}}}", text)
    return value


def _keyed_items() -> Iterator[tuple[str, EvidenceItem]]:
    for source, given in _data()["sources"].items():
        for entry in given["items"]:
            yield entry["key"], _item(source, given["kind"], entry)


def _item(source: str, kind: str, entry: dict[str, Any]) -> EvidenceItem:
    path, type_, in_git = entry["path"], entry["type"], kind != "log"
    return EvidenceItem(
        id=short_id("EV", "claims-triage", source, type_, path),
        type=type_,
        title=entry.get("title", f"{type_.replace('_', ' ')}: {path}"),
        provenance=Provenance(
            source=source,
            kind=kind,
            uri="." if in_git else "../logs",
            path=path,
            commit=COMMIT if in_git else None,
            collector=kind,
            collector_version="0.1.0",
            source_digest=f"gitblob:{_digest(path)[:40]}" if in_git else f"sha256:{_digest(path)}",
        ),
        effective=_effective(kind, entry.get("day")),
        facts=entry.get("facts", {}),
        lines=entry.get("lines", {}),
        stored_sha256=_digest("facts" + entry["key"]),
        copy_sha256=_digest("copy" + entry["key"]) if kind in {"records", "config"} else None,
        redactions=(RedactionNote(rule="generic-api-key", line=44),) if entry["key"] == "gateway" else (),
    )


def _effective(kind: str, day: str | None) -> Effective | None:
    if day is None:
        return None
    end = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    basis = {"log": "last record", "git": "commit date"}.get(kind, "front matter: approved_on")
    return Effective(start=end - timedelta(days=31) if kind == "log" else None, end=end, basis=basis)


def _collection() -> Collection:
    subject = Subject(
        system_id="claims-triage",
        name="Claims triage assistant",
        release="4.2.0",
        repository="git.agency.example/claims/triage",
        commit=COMMIT,
        committed_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    )
    items = [item for _, item in _keyed_items()]
    return Collection(
        subject=subject,
        as_of=AS_OF,
        period=Period(start=AS_OF - timedelta(days=90), end=AS_OF),
        configuration_sha256=_digest("configuration"),
        configuration_copy_sha256=_digest("redacted configuration"),
        tool_version="0.1.0",
        sources=tuple(
            SourceResult(
                name=name,
                kind=given["kind"],
                uri="../logs" if given["kind"] == "log" else ".",
                provides=tuple(dict.fromkeys(entry["type"] for entry in given["items"])),
                items=tuple(sorted((i for i in items if i.provenance.source == name), key=lambda i: i.id)),
                problems=tuple(_problem(name, given["kind"], entry) for entry in given.get("problems", [])),
                files_read=len(given["items"]) * 7 + 1,
            )
            for name, given in _data()["sources"].items()
        ),
    )


def _problem(source: str, kind: str, entry: dict[str, Any]) -> Problem:
    place = Place(source=source, path=entry["path"], line=entry.get("line"), commit=None if kind == "log" else COMMIT)
    return Problem(status=entry["status"], types=tuple(entry["types"]), place=place, reason=entry["reason"])


def _rule(rule: Rule, items: dict[str, EvidenceItem], context: Context) -> RuleResult:
    said = list(_data()["results"][rule.id])
    checks = [_check(check.predicate, _said_of(check.predicate, said), items) for check in rule.checks]
    if rule.id == SIGNED:
        reason = "Signed by the system owner on 2026-11-20 for release 4.2.0; valid until 2027-11-20."
        checks.append(CheckResult(predicate="attested", verdict=Verdict.SATISFIED, reason=reason))
    else:
        checks.extend([_human_half(context, rule, rule.human)] if rule.human else [])
        checks.extend([_untested(rule)] if rule.untested else [])
    verdict = combine(check.verdict for check in checks)
    return RuleResult(
        rule=rule.id,
        title=rule.title,
        controls=rule.controls,
        severity=rule.severity,
        verdict=verdict,
        reason=" ".join(dict.fromkeys(check.reason for check in checks if check.verdict is verdict)),
        closes_with="" if verdict is Verdict.SATISFIED else rule.closes_with,
        checks=tuple(checks),
        evidence=tuple(sorted({ref for check in checks for ref in check.evidence})),
    )


def _said_of(predicate: str, said: list[dict[str, Any]]) -> dict[str, Any]:
    """The next thing that the sample says of a predicate; a check that came to the rule later holds."""
    turn = next((turn for turn, entry in enumerate(said) if entry["check"] == predicate), None)
    return said.pop(turn) if turn is not None else {"verdict": "satisfied", "reason": "Nothing speaks against it."}


def _check(predicate: str, entry: dict[str, Any], items: dict[str, EvidenceItem]) -> CheckResult:
    unreadable = Place(source="records", path="records/incidents.yaml", line=14, commit=COMMIT)
    return CheckResult(
        predicate=predicate,
        verdict=Verdict(entry["verdict"]),
        reason=entry["reason"],
        evidence=tuple(sorted(items[key].id for key in entry.get("items", []))),
        places=tuple(
            items[key].place(pointer) if key in items else unreadable for key, pointer in entry.get("places", [])
        ),
        seen=entry.get("seen", {}),
    )


def _retention() -> RetentionBlock:
    return RetentionBlock(
        record_id="AIR-2026-0042",
        record_series="AI system assessment records",
        title="Evidence packet of the claims triage assistant, release 4.2.0",
        rules=(
            AppliedRule(
                rule="grs-3.1-020",
                authority="NARA GRS 3.1 item 020",
                what="records of operations and maintenance",
                trigger="system retired",
                period="P3Y",
                action="destroy",
                counted=True,
                outcome="P3Y from: system retired (pending)",
            ),
            AppliedRule(
                rule="eu-ai-act-18",
                authority="Regulation (EU) 2024/1689, Article 18",
                what="technical documentation",
                trigger="system placed on the market or put into service",
                trigger_date=date(2026, 11, 20),
                period="P10Y",
                action="floor",
                counted=True,
                outcome="P10Y from: system placed on the market or put into service on 2026-11-20",
            ),
        ),
        floor_until=RetentionDay(waits_for=("system retired",), known=date(2036, 11, 20)),
        destroy_due=RetentionDay(waits_for=("system retired",)),
        hold=Hold(id="H-2026-03", reason="claims review by the inspector general", since=date(2026, 6, 1)),
        custodian="Records management, building 4",
        records_officer="Miriam Osei",
        marking="CUI // Controlled by: Office of the CAIO",
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
