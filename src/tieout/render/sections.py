"""The workpaper of one control: tests with results, the human half, evidence examined, what closes it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from string import ascii_uppercase

from tieout.assess.asking import asked
from tieout.assess.procedures import Procedure, population_of, procedure_of
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.assessment import CheckResult, ControlResult, RuleResult
from tieout.domain.catalog import Control, ControlCategory, ControlFunction
from tieout.domain.collection import Collection
from tieout.domain.evidence import EvidenceItem
from tieout.domain.retention import in_words
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict
from tieout.render.conclusions import conclusion_of
from tieout.render.evidence import (
    effective_of,
    evidence_anchor,
    kind_of,
    place_of,
    source_digest_of,
    spot_of,
    state_of,
)
from tieout.render.extent import EXAMINED, LIMITS, TEST_SIGNS, TESTS, head_of, worst_first
from tieout.render.facts import sheets
from tieout.render.freshness import freshness
from tieout.render.measures import measure_rows
from tieout.render.model import CheckRow, ExaminedRow, HumanRow, OpenPoint, RuleNote, Section
from tieout.render.owners import Owners
from tieout.render.running import rule_anchor

_PLACES = 3
_WHOLE = "data/inputs/assessment.json"
_DIGITS = 12
_NO_NUMBER = "-"
_PLACE_LENGTH = 120
_UNSAID = "No signed attestation is recorded here."
_SETTLED = frozenset({Verdict.SATISFIED, Verdict.NOT_APPLICABLE})
_RuleAndResult = tuple[Rule, RuleResult]


def anchor_of(label: str) -> str:
    """Deep link of a control: `GOVERN-2.1`."""
    return label.replace(" ", "-")


def index_of(function: ControlFunction, control: Control) -> str:
    """Workpaper index of a control: `GV-2.1`."""
    return f"{function.code}-{control.label.partition(' ')[2]}"


def open_point(result: ControlResult, rules: Sequence[Rule], number: str, owners: Owners) -> OpenPoint | None:
    """What is left to do for a control; None where nothing is."""
    if result.verdict in _SETTLED:
        return None
    return OpenPoint(
        number=number,
        verdict=result.verdict,
        severity=result.severity.value if result.severity else "not rated",
        closes_with=result.closes_with or "Nothing; what this rule leaves out is named in the conclusion.",
        owner=owners.proposed(rule.owner_role for rule in rules if rule.owner_role),
        due="not set",
    )


def build_section(
    place: tuple[ControlFunction, ControlCategory, Control],
    result: ControlResult,
    rules: Sequence[_RuleAndResult],
    collection: Collection,
    *,
    owners: Owners,
    number: str,
    position: str,
) -> Section:
    """The workpaper of a control that at least one rule tests.

    Args:
        place: The control with its category and function.
        result: Its verdict.
        rules: Its rules with their results.
        collection: All evidence.
        owners: Who may be proposed as owner of what is open.
        number: Its number in the gap register; empty where it does not stand there.
        position: Where it sits among all controls, in words.
    """
    function, category, control = place
    index = index_of(function, control)
    every = _used(result, rules, {item.id: item for item in collection.items})
    standing = _standing(rules)
    used, more = head_of(every, EXAMINED, _WHOLE, worst=lambda item: standing.get(item.id, len(standing)))
    refs = {item.id: f"{index}/{turn:02d}" for turn, item in enumerate(used, start=1)}
    point = open_point(result, [rule for rule, _ in rules], number, owners)
    humans = tuple(_humans(rules))
    letters = iter(ascii_uppercase)
    checks = tuple(_check_rows(rules, refs, collection))
    months = freshness(used, refs, [rule for rule, _ in rules], collection.as_of)
    present = {
        "position": True,
        "checks": True,
        "humans": bool(humans),
        "freshness": months is not None,
        "evidence": True,
        "open_point": point is not None,
    }
    return Section(
        label=control.label,
        index=index,
        anchor=anchor_of(control.label),
        function=function.label,
        code=function.code,
        category=category.label,
        category_title=category.title,
        number=control.label.partition(" ")[2],
        title=control.title,
        sentence=control.sentence,
        verdict=result.verdict,
        conclusion=conclusion_of(checks, humans),
        position=position,
        rules=tuple(_rule_notes(rules)),
        checks=checks,
        humans=humans,
        freshness=months,
        evidence=tuple(_examined(used, refs, rules, collection.as_of)),
        more_evidence=more,
        open_point=point,
        parts={part: f"{index}/{next(letters)}" for part, there in present.items() if there},
    )


def shortened(section: Section) -> Section:
    """A workpaper with as many tests as a report lists; its conclusion and its finding are of all of them."""
    ordered = sorted(section.checks, key=_by_verdict)
    sizes = accumulate(len(row.reason) + len(row.test) for row in ordered)
    most = min(TESTS, max(1, sum(size <= TEST_SIGNS for size in sizes)))
    checks, more = head_of(section.checks, most, _WHOLE, worst=_by_verdict)
    return section.model_copy(update={"checks": checks, "more_checks": more}) if more else section


def _by_verdict(row: CheckRow) -> int:
    return worst_first(row.verdict)


def _rule_notes(rules: Sequence[_RuleAndResult]) -> Iterator[RuleNote]:
    for first, (rule, outcome) in enumerate(rules, start=1):
        yield RuleNote(
            number=f"{first}" if len(rules) > 1 else "",
            id=rule.id,
            anchor=rule_anchor(rule.id),
            title=rule.title,
            why=rule.why,
            source=rule.source,
            severity=rule.severity,
            verdict=outcome.verdict,
        )


def _check_rows(rules: Sequence[_RuleAndResult], refs: Mapping[str, str], collection: Collection) -> Iterator[CheckRow]:
    at = {item.provenance.path: refs[item.id] for item in collection.items if item.id in refs}
    logs = {item.id: log for item, log in sheets(collection, "telemetry", Telemetry)}
    for first, (rule, outcome) in enumerate(rules, start=1):
        # An attestation is the human half, which has a part of its own; it comes after the rule's checks.
        machine = [check for check in outcome.checks if not (rule.human and check.predicate == "attested")]
        for second, result in enumerate(machine, start=1):
            check = rule.checks[second - 1] if second <= len(rule.checks) else None
            number = f"{first}.{second}" if len(rules) > 1 else f"{second}"
            left_out = result.predicate == "untested"
            measured = list(measure_rows(check, result, collection, at))
            measures, more = head_of(measured, LIMITS, _WHOLE, worst=lambda row: worst_first(row.verdict))
            yield CheckRow(
                number=_NO_NUMBER if left_out else number,
                test=asked(result.predicate, check),
                procedure=procedure_of(result.predicate, check),
                population=population_of(check, result, [logs[ref] for ref in result.evidence if ref in logs]),
                asked=check is not None,
                left_out=left_out,
                verdict=result.verdict,
                reason=result.reason,
                places=tuple(_places(result)),
                refs=tuple(refs[ref] for ref in result.evidence if ref in refs),
                measures=measures,
                more_measures=more,
            )


def _places(result: CheckResult) -> list[str]:
    """Lines that a test names, and whole files where no reference leads to them.

    A reference leads to the commit; without one the place itself names it.
    """
    if not result.evidence:
        return list(dict.fromkeys(spot_of(spot) for spot in result.places))[:_PLACES]
    exact = [spot for spot in result.places if spot.line is not None or spot.pointer is not None][:_PLACES]
    lines: dict[str, list[str]] = {}
    for spot in exact:
        whole, _, line = spot_of(spot.model_copy(update={"commit": None})).rpartition(":" if spot.line else "#")
        lines.setdefault(f"{whole}{':' if spot.line else '#'}", []).append(line)
    return [f"{file}{', '.join(dict.fromkeys(numbers))}" for file, numbers in lines.items()]


def _humans(rules: Sequence[_RuleAndResult]) -> Iterator[HumanRow]:
    for rule, outcome in rules:
        if rule.human is None:
            continue
        said = next((check for check in outcome.checks if check.predicate == "attested"), None)
        yield HumanRow(
            role=rule.human.role,
            attests=rule.human.attests,
            validity=in_words(rule.human.freshness),
            verdict=said.verdict if said else Verdict.NOT_ASSESSED,
            state=said.reason.replace(f": “{rule.human.attests.rstrip('.')}”", "") if said else _UNSAID,
            procedure=Procedure.DOCUMENT if said and said.evidence else procedure_of("attested"),
        )


def _used(
    result: ControlResult, rules: Sequence[_RuleAndResult], items: Mapping[str, EvidenceItem]
) -> list[EvidenceItem]:
    """The items of a control, in the order in which its checks name them."""
    named = [ref for _, outcome in rules for check in outcome.checks for ref in check.evidence]
    rest = [ref for _, outcome in rules for ref in outcome.evidence]
    return [items[ref] for ref in dict.fromkeys([*named, *rest, *result.evidence]) if ref in items]


def _standing(rules: Sequence[_RuleAndResult]) -> dict[str, int]:
    """Items in the order of the checks that stand on them, of the worst verdict first."""
    checks = [check for _, outcome in rules for check in outcome.checks]
    ordered = sorted(checks, key=lambda check: worst_first(check.verdict))
    return {ref: turn for turn, ref in enumerate(dict.fromkeys(ref for check in ordered for ref in check.evidence))}


def _examined(
    used: Sequence[EvidenceItem], refs: Mapping[str, str], rules: Sequence[_RuleAndResult], as_of: datetime
) -> Iterator[ExaminedRow]:
    places = [spot for _, outcome in rules for check in outcome.checks for spot in check.places]
    for item in used:
        state = state_of(item, [rule for rule, _ in rules], as_of)
        yield ExaminedRow(
            ref=refs[item.id],
            id=item.id,
            anchor=evidence_anchor(item.id),
            kind=kind_of(item),
            place=_shortened(place_of(item, places)),
            effective=effective_of(item.effective),
            digest=item.stored_sha256[:_DIGITS],
            source_digest=source_digest_of(item)[1][:_DIGITS],
            state=state.text,
            state_mark=state.mark,
        )


def _shortened(place: str) -> str:
    """A place for a narrow column, without its middle where it is very long: the evidence index has the whole."""
    if len(place) <= _PLACE_LENGTH:
        return place
    return f"{place[: _PLACE_LENGTH // 2]}…{place[-_PLACE_LENGTH // 2 :]}"
