"""Reads the case files beside the rules: a base of good evidence, and what each case changes in it."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from tieout.assess.context import Context
from tieout.assess.predicates import PREDICATES
from tieout.domain.artefacts import ARTEFACTS
from tieout.domain.assessment import CheckResult
from tieout.domain.collection import Collection, Period, Problem, SourceResult, Subject
from tieout.domain.evidence import Effective, EvidenceItem, Place, Provenance
from tieout.domain.rules import Need, Rule
from tieout.domain.verdicts import Verdict
from tieout.frameworks.rules import load_rules
from tieout.kernel.digests import sha256_hex

FRAMEWORK = Path(__file__).parents[2] / "controls" / "nist-ai-rmf-1.0"
RULES: dict[str, Rule] = {rule.id: rule for rule in load_rules(FRAMEWORK)}
COMMIT = "c0ffee" * 6 + "c0ff"


@dataclass(frozen=True)
class Case:
    """One case: what was collected, and what must come out."""

    rule: str
    name: str
    trap: bool
    given: Mapping[str, Any]
    verdict: Verdict
    reason_contains: tuple[str, ...]
    reason_lacks: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {self.name}"


@dataclass(frozen=True)
class CaseFile:
    """All cases of one rule."""

    rule: str
    verdicts: frozenset[Verdict]
    base: Mapping[str, Any]
    cases: tuple[Case, ...]


def case_file(rule: str) -> CaseFile:
    """The case file of a rule."""
    data = yaml.safe_load((FRAMEWORK / "cases" / f"{rule}.yaml").read_text(encoding="utf-8"))
    known = {"rule", "verdicts", "base", "cases"}
    assert set(data) == known, f"a case file has the keys {sorted(known)}"
    assert data["rule"] == rule
    return CaseFile(
        rule=rule,
        verdicts=frozenset(Verdict(text) for text in data["verdicts"]),
        base=data["base"],
        cases=tuple(case for written in data["cases"] for case in _cases(rule, data["base"], written)),
    )


def case_files() -> dict[str, CaseFile]:
    """Every case file, by rule."""
    return {path.stem: case_file(path.stem) for path in sorted((FRAMEWORK / "cases").glob("*.yaml"))}


def collection_of(given: Mapping[str, Any]) -> Collection:
    """The collection that a case describes; facts go through their artefact's model, as collectors do."""
    as_of = _instant(given["as_of"])
    period = given.get("period") or {}
    end = _instant(period["end"]) if period else as_of
    start = _instant(period["start"]) if period else as_of - timedelta(days=90)
    sources = []
    for name, provides in sorted(given["sources"].items()):
        items = tuple(_item(key, item, name) for key, item in sorted(given["items"].items()) if item["source"] == name)
        problems = tuple(
            _problem(problem, name)
            for _, problem in sorted(given.get("problems", {}).items())
            if problem["source"] == name
        )
        sources.append(
            SourceResult(name=name, kind="records", uri=name, provides=tuple(provides), items=items, problems=problems)
        )
    subject = {"system_id": "claims-triage", "name": "Claims triage", **given.get("subject", {})}
    return Collection(
        subject=Subject.model_validate(subject),
        as_of=as_of,
        period=Period(start=start, end=end),
        configuration_sha256="0" * 64,
        configuration_copy_sha256="0" * 64,
        tool_version="0",
        sources=tuple(sources),
    )


def changed(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The base with some values changed.

    Args:
        base: As in the case file.
        change: Path -> value, as `items/policy/facts/approval/approver: Ines Albrecht`. Null takes the value
            away; a last part of `+` adds to a list. Items of a source that is taken away go with it.
    """
    given = copy.deepcopy(dict(base))
    given.setdefault("problems", {})
    for path, value in change.items():
        _set(given, path.split("/"), copy.deepcopy(value))
    given["items"] = {key: item for key, item in given["items"].items() if item["source"] in given["sources"]}
    return given


def run_check(
    predicate: str,
    arguments: Mapping[str, Any],
    items: Mapping[str, Mapping[str, Any]],
    *,
    needs: Mapping[str, Mapping[str, Any]] | None = None,
    sources: Mapping[str, Any] | None = None,
    **given: Any,
) -> CheckResult:
    """One predicate alone over a few items; sources, paths and dates are filled in where a test does not care.

    Args:
        predicate: Name as rules use it.
        arguments: As a rule writes them.
        items: Key -> type and facts; `source`, `path`, `effective` as in a case file.
        needs: As a rule writes them; default: no limits.
        sources: Name -> artefacts it provides; default: those of the items.
        given: `as_of`, `period`, `subject`, `problems` as in a case file.
    """
    whole = {
        key: {"source": "source", "path": f"{key}.yaml", "effective": date(2026, 11, 1), **item}
        for key, item in items.items()
    }
    provided: dict[str, set[str]] = {}
    for item in whole.values():
        provided.setdefault(item["source"], set()).add(item["type"])
    collection = collection_of(
        {
            "as_of": "2026-11-22T00:00:00Z",
            "sources": sources if sources is not None else {name: sorted(types) for name, types in provided.items()},
            "items": whole,
            **given,
        }
    )
    called = PREDICATES[predicate]
    context = Context(collection, {name: Need.model_validate(need) for name, need in (needs or {}).items()})
    return called.run(context, called.arguments.model_validate(arguments))


def _cases(rule: str, base: Mapping[str, Any], written: Mapping[str, Any]) -> Iterator[Case]:
    assert set(written) <= {"name", "trap", "change", "each", "expect"}, written
    expect = written["expect"]
    assert set(expect) <= {"verdict", "reason_contains", "reason_lacks"}, expect
    # `each`: the same expectation for several changes, one case for each.
    variants = written.get("each") or [{}]
    for index, variant in enumerate(variants):
        told = ", ".join(f"{path.rpartition('/')[2]} {value}" for path, value in variant.items())
        suffix = f" ({index + 1}: {told})" if variant else ""
        yield Case(
            rule=rule,
            name=f"{written['name']}{suffix}",
            trap=bool(written.get("trap", False)),
            given=changed(base, {**written.get("change", {}), **variant}),
            verdict=Verdict(expect["verdict"]),
            reason_contains=tuple(expect["reason_contains"]),
            reason_lacks=tuple(expect.get("reason_lacks", ())),
        )


def _set(holder: Any, path: list[str], value: Any) -> None:
    for part in path[:-1]:
        holder = holder[int(part)] if isinstance(holder, list) else holder.setdefault(part, {})
    last = path[-1]
    if isinstance(holder, list):
        if last == "+":
            holder.append(value)
        elif value is None:
            del holder[int(last)]
        else:
            holder[int(last)] = value
    elif value is None:
        assert last in holder, f"{'/'.join(path)} is not there to be taken away"
        del holder[last]
    else:
        holder[last] = value


def _item(key: str, written: Mapping[str, Any], source: str) -> EvidenceItem:
    assert set(written) <= {"source", "type", "path", "effective", "facts", "lines", "path_class"}, written
    facts = ARTEFACTS[written["type"]].model_validate(written["facts"]).as_json()
    effective = written.get("effective")
    return EvidenceItem(
        id=key,
        type=written["type"],
        title=key,
        provenance=Provenance(
            source=source,
            kind="records",
            uri=source,
            path=written["path"],
            commit=COMMIT,
            collector="cases",
            collector_version="1",
            source_digest=f"sha256:{sha256_hex(key.encode())}",
            path_class=written.get("path_class", "live"),
        ),
        effective=Effective(end=_instant(effective), basis="as the case says") if effective else None,
        facts=facts,
        lines=written.get("lines", {}),
        stored_sha256=sha256_hex(key.encode()),
    )


def _problem(written: Mapping[str, Any], source: str) -> Problem:
    place = Place(source=source, path=written["path"], line=written.get("line"))
    return Problem(
        status=written["status"],
        types=tuple(written.get("types", ())),
        place=place,
        reason=written["reason"],
        files=written.get("files"),
    )


def _instant(value: Any) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        assert isinstance(value, date)
        value = datetime.combine(value, time.min)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value
