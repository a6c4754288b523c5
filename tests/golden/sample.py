"""Contents of packets for the OSCAL tests: a rich one with every verdict and hostile text, an empty one, a small one.

The rich one is the rendering tests' sample with what OSCAL needs beyond it: a system profile and a roster
with facts, a waived and a not-applicable rule, and names that would break a document if they could.
"""

from functools import cache
from typing import Any

from packet.sample import AS_OF, BIDI, FRAMEWORK, MARKUP, UNBROKEN, WIDE, ZERO_WIDTH
from packet.sample import contents as rendered_contents
from tieout.assess.engine import _control, assess
from tieout.domain.assessment import CheckResult, RuleResult
from tieout.domain.catalog import Catalog
from tieout.domain.collection import Collection, Period, Subject
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.packet import Contents
from tieout.domain.retention import RetentionBlock
from tieout.domain.verdicts import Verdict
from tieout.frameworks.catalog import load_catalog
from tieout.frameworks.rules import load_rules
from tieout.kernel.clock import subtract_duration
from tieout.kernel.ids import stable_uuid

INSERT = "{{ insert: param, ai-rmf-gv-1.1_prm }}"
HOSTILE_PATHS = {
    "gateway_config": f" deploy\n/gate: way\\{INSERT} `x`.yaml ",
    "alert_rules": "deploy/\udcff\u2028alerts\r\n.yml",
    "flag_config": f"{WIDE}/__init__/[flags](https://evil.example).toml",
    "inventory": f"governance/{UNBROKEN}.yaml",
}
PROFILE: dict[str, Any] = {
    "system_id": "claims-triage",
    "name": "Claims triage assistant",
    "owner": "Ada Example",
    "purpose": f"Sorts claims by urgency.\n\nReads: {MARKUP} {INSERT}",
    "users": ["claims clerk", f"auditor {BIDI}"],
    "settings": ["office"],
    "prohibited_uses": ["deciding a claim"],
    "jurisdictions": ["US"],
    "phase": "production",
    "tier": "moderate",
    "generative": True,
    "third_party": True,
    "human_subjects": False,
}
ROSTER: dict[str, Any] = {
    "people": [
        {"role": "operations", "person": "Ada Example", "deputy": "Ben Example"},
        {"role": "model_changes", "person": f"Chi\nExample {BIDI}", "deputy": None},
        {"role": "Data Quality", "person": "Dee Example", "until": "2026-01-01"},
        {"role": "data quality", "person": "Eve Example", "contact": "eve@example.org"},
        {"role": "1: «budget»", "person": " Flo Example "},
        {"role": "governance", "person": None},
    ]
}
WAIVED, NOT_APPLICABLE = "mg-3.2-pinned-models", "mp-1.5-tolerance"


@cache
def rich() -> Contents:
    """Every verdict, every kind of source, and hostile text in whatever can hold it."""
    base = rendered_contents()
    items = {item.id: _spoilt(item) for item in base.collection.items}
    sources = tuple(
        source.model_copy(update={"items": tuple(items[item.id] for item in source.items)})
        for source in base.collection.sources
    )
    subject = base.collection.subject.model_copy(
        update={
            "name": f"Claims\ntriage {BIDI} {MARKUP}",
            "release": " 4.2.0\n",
            "repository": f"{ZERO_WIDTH}: {INSERT}",
            "configuration_committed": False,
        }
    )
    rules = tuple(_settled(result) for result in base.assessment.rules)
    return base.model_copy(
        update={
            "packet_id": stable_uuid("packet", "rich"),
            "collection": base.collection.model_copy(update={"sources": sources, "subject": subject}),
            "assessment": base.assessment.model_copy(
                update={
                    "subject": subject,
                    "rules": rules,
                    "controls": tuple(_control(control, rules) for control in base.catalog.controls),
                }
            ),
            "prepared_by": f"Dana\nWhitfield {BIDI}",
        }
    )


@cache
def empty() -> Contents:
    """No source at all, assessed by the engine itself: all 72 are not assessed and nothing else is known."""
    collection = Collection(
        subject=Subject(system_id="nothing-yet", name="Nothing yet"),
        as_of=AS_OF,
        period=Period(start=subtract_duration(AS_OF, "P90D"), end=AS_OF),
        configuration_sha256="0" * 64,
        configuration_copy_sha256="0" * 64,
        tool_version="0.1.0",
        sources=(),
    )
    catalog, rules = load_catalog(FRAMEWORK), load_rules(FRAMEWORK)
    return Contents(
        packet_id=stable_uuid("packet", "empty"),
        assessment=assess(collection, catalog, rules),
        collection=collection,
        catalog=catalog,
        rules=rules,
        retention=RetentionBlock(record_id="tieout-nothing-yet", title="Nothing yet"),
        evidence_index_sha256="0" * 64,
    )


@cache
def without_rules() -> Contents:
    """The empty one without a single rule."""
    base = empty()
    return base.model_copy(update={"rules": (), "assessment": assess(base.collection, base.catalog, ())})


@cache
def small() -> Contents:
    """The first category of each function and what its rules looked at: short enough to be read as a golden file."""
    base = rich()
    functions = [f.model_copy(update={"categories": f.categories[:1]}) for f in base.catalog.functions]
    catalog = Catalog.model_validate(base.catalog.model_copy(update={"functions": tuple(functions)}).model_dump())
    kept = [result for result in base.assessment.rules if set(result.controls) <= set(catalog.labels)]
    cited = {ref for result in kept for ref in result.evidence}
    collected = [
        source.model_copy(update={"items": tuple(item for item in source.items if item.id in cited)})
        for source in base.collection.sources
    ]
    sources = tuple(source for source in collected if source.items)
    return base.model_copy(
        update={
            "packet_id": stable_uuid("packet", "small"),
            "catalog": catalog,
            "rules": tuple(rule for rule in base.rules if rule.id in {result.rule for result in kept}),
            "collection": base.collection.model_copy(update={"sources": sources}),
            "assessment": base.assessment.model_copy(
                update={
                    "rules": tuple(kept),
                    "controls": tuple(_control(control, kept) for control in catalog.controls),
                }
            ),
        }
    )


def with_facts(contents: Contents, type_: str, facts: dict[str, Any] | None) -> Contents:
    """The contents with other facts in the items of a type; None removes the items, wherever nothing cites them."""
    sources = []
    for source in contents.collection.sources:
        items = [
            item.model_copy(update={"facts": facts}) if item.type == type_ else item
            for item in source.items
            if facts is not None or item.type != type_
        ]
        sources.append(source.model_copy(update={"items": tuple(items)}))
    return contents.model_copy(
        update={"collection": contents.collection.model_copy(update={"sources": tuple(sources)})}
    )


def _spoilt(item: EvidenceItem) -> EvidenceItem:
    facts = {"system_profile": PROFILE, "roster": ROSTER}.get(item.type, item.facts)
    path = HOSTILE_PATHS.get(item.type, item.provenance.path)
    return item.model_copy(update={"facts": facts, "provenance": item.provenance.model_copy(update={"path": path})})


def _settled(result: RuleResult) -> RuleResult:
    place = Place(source="gateway", path=HOSTILE_PATHS["gateway_config"], line=12)
    checks = [
        check.model_copy(update={"places": (*check.places, place), "seen": {**check.seen, INSERT: f"{BIDI}\n{WIDE}"}})
        for check in result.checks
    ]
    verdict = result.verdict
    if result.rule == WAIVED:
        verdict = Verdict.WAIVED
        reason = "Accepted by Ada Example until 2027-01-01: the supplier has no dated models."
        checks = [CheckResult(predicate="every", verdict=verdict, reason=reason, evidence=result.evidence)]
    elif result.rule == NOT_APPLICABLE:
        verdict = Verdict.NOT_APPLICABLE
        checks = [check.model_copy(update={"verdict": verdict}) for check in checks]
    return result.model_copy(update={"verdict": verdict, "checks": tuple(checks)})
