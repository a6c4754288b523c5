"""The workpaper of one control: tests with results, the human half, evidence examined, what closes it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from string import ascii_uppercase
from typing import Any

from tieout.assess.predicates import PREDICATES
from tieout.domain.assessment import CheckResult, ControlResult, RuleResult
from tieout.domain.catalog import Control, ControlCategory, ControlFunction
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.rules import Check, Rule
from tieout.domain.verdicts import OPEN_VERDICTS, Verdict
from tieout.render.evidence import effective_of, evidence_anchor, kind_of, place_of, state_of
from tieout.render.model import CheckRow, ExaminedRow, HumanRow, OpenPoint, RuleNote, Section
from tieout.render.words import ADDED_TESTS, in_words

_PLACES = 3
_UNSAID = "No signed attestation is recorded here."
_SETTLED = frozenset({Verdict.SATISFIED, Verdict.NOT_APPLICABLE})
_RuleAndResult = tuple[Rule, RuleResult]


def anchor_of(label: str) -> str:
    """Deep link of a control: `GOVERN-2.1`."""
    return label.replace(" ", "-")


def index_of(function: ControlFunction, control: Control) -> str:
    """Workpaper index of a control: `GV-2.1`."""
    return f"{function.code}-{control.label.partition(' ')[2]}"


def open_point(result: ControlResult, rules: Sequence[Rule], number: str) -> OpenPoint | None:
    """What is left to do for a control; None where nothing is."""
    if result.verdict in _SETTLED:
        return None
    owners = dict.fromkeys(rule.human.role for rule in rules if rule.human)
    return OpenPoint(
        number=number,
        verdict=result.verdict,
        severity=result.severity.value if result.severity else "not rated",
        closes_with=result.closes_with or "The rule does not say.",
        owner=", ".join(owners) or "not set",
        due="not set",
    )


def build_section(
    place: tuple[ControlFunction, ControlCategory, Control],
    result: ControlResult,
    rules: Sequence[_RuleAndResult],
    items: Mapping[str, EvidenceItem],
    *,
    as_of: datetime,
    number: str,
) -> Section:
    """The workpaper of a control that at least one rule tests."""
    function, category, control = place
    index = index_of(function, control)
    used = _used(result, rules, items)
    refs = {item.id: f"{index}/{turn:02d}" for turn, item in enumerate(used, start=1)}
    point = open_point(result, [rule for rule, _ in rules], number)
    humans = tuple(_humans(rules))
    letters = iter(ascii_uppercase)
    present = {"checks": True, "humans": bool(humans), "evidence": True, "open_point": point is not None}
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
        conclusion=result.reason,
        rules=tuple(_rule_notes(rules)),
        checks=tuple(_check_rows(rules, refs)),
        humans=humans,
        evidence=tuple(_examined(used, refs, rules, as_of)),
        open_point=point,
        parts={part: f"{index}/{next(letters)}" for part, there in present.items() if there},
    )


def in_register(result: ControlResult) -> bool:
    """Whether a control stands in the gap register: its verdict opens a plan-of-action item."""
    return result.verdict in OPEN_VERDICTS


def _rule_notes(rules: Sequence[_RuleAndResult]) -> Iterator[RuleNote]:
    for first, (rule, outcome) in enumerate(rules, start=1):
        yield RuleNote(
            number=f"{first}" if len(rules) > 1 else "",
            id=rule.id,
            title=rule.title,
            why=rule.why,
            source=rule.source,
            severity=rule.severity,
            verdict=outcome.verdict,
        )


def _check_rows(rules: Sequence[_RuleAndResult], refs: Mapping[str, str]) -> Iterator[CheckRow]:
    for first, (rule, outcome) in enumerate(rules, start=1):
        # An attestation is the human half, which has a part of its own; it comes after the rule's checks.
        machine = [check for check in outcome.checks if not (rule.human and check.predicate == "attested")]
        for second, result in enumerate(machine, start=1):
            check = rule.checks[second - 1] if second <= len(rule.checks) else None
            test, detail = _asked(check, result)
            yield CheckRow(
                number=f"{first}.{second}" if len(rules) > 1 else f"{second}",
                test=test,
                detail=detail,
                verdict=result.verdict,
                reason=result.reason,
                seen=_seen(result.seen),
                places=tuple(str(spot) for spot in _distinct(result.places)[:_PLACES]),
                refs=tuple(refs[ref] for ref in result.evidence if ref in refs),
            )


def _asked(check: Check | None, result: CheckResult) -> tuple[str, str]:
    """A test in plain words, and its arguments as the rule gives them."""
    name = check.predicate if check else result.predicate
    predicate = PREDICATES.get(name)
    words = ADDED_TESTS.get(name) or (predicate.summary if predicate else name.replace("_", " "))
    if check is None:
        return words, ""
    meaning = check.arguments.get("meaning")
    asked = f"{meaning[0].upper()}{meaning[1:]}." if isinstance(meaning, str) and meaning else words
    given = {key: value for key, value in check.arguments.items() if key not in {"meaning", "reason"}}
    return asked, "; ".join([name, *(f"{key} {_plain(value)}" for key, value in given.items())])


def _seen(seen: Mapping[str, Any]) -> str:
    return "; ".join(f"{key.replace('_', ' ')} {_plain(value)}" for key, value in sorted(seen.items()))


def _plain(value: Any) -> str:
    """A value in the fewest signs: texts bare, lists by commas, the rest as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(element, (str, int, float)) for element in value):
        return ", ".join(str(element) for element in value)
    if isinstance(value, Mapping) and all(not isinstance(element, (Mapping, list)) for element in value.values()):
        return ", ".join(f"{key} = {_plain(element)}" for key, element in value.items())
    return json.dumps(value, ensure_ascii=False, default=str)


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
            state=said.reason.replace(f": “{rule.human.attests}”", "") if said else _UNSAID,
        )


def _used(
    result: ControlResult, rules: Sequence[_RuleAndResult], items: Mapping[str, EvidenceItem]
) -> list[EvidenceItem]:
    """The items of a control, in the order in which its checks name them."""
    named = [ref for _, outcome in rules for check in outcome.checks for ref in check.evidence]
    rest = [ref for _, outcome in rules for ref in outcome.evidence]
    return [items[ref] for ref in dict.fromkeys([*named, *rest, *result.evidence]) if ref in items]


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
            place=place_of(item, places),
            effective=effective_of(item.effective),
            digest=item.stored_sha256[:16],
            state=state.text,
            state_mark=state.mark,
        )


def _distinct(places: Sequence[Place]) -> list[Place]:
    return list({str(place): place for place in places}.values())
