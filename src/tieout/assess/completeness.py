"""What a rule's checks do not ask: could all of the evidence be read, did every source speak, do sources agree?

A rule is never greener than the inputs that nobody could read, that a source owed, or that contradict
each other. These checks run beside those that a rule names.
"""

from collections.abc import Sequence
from itertools import combinations

from pydantic import ValidationError

from tieout.assess.context import Context
from tieout.assess.wording import named
from tieout.domain.artefacts import ARTEFACT_TITLES, ARTEFACTS
from tieout.domain.assessment import CheckResult
from tieout.domain.collection import Collection, Problem, SourceResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict

#: Of these there is one truth; two sources that say it differently conflict.
SINGLETONS = ("acceptance_criteria", "inventory", "roster", "system_profile")
#: Fields that speak of the record and not of its subject.
_OF_THE_RECORD = frozenset({"approval", "committed_at"})


def with_sound_facts(collection: Collection) -> Collection:
    """The collection with every item that does not fit its artefact turned into an unreadable input.

    Collectors write items that fit; a packet that is assessed again may have been edited since.
    """
    return collection.model_copy(update={"sources": tuple(_sound(source) for source in collection.sources)})


def completeness(context: Context, rule: Rule, checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Checks of a rule's evidence as a whole; none where there is nothing to say.

    Args:
        context: The collection through the rule's needs.
        rule: The rule.
        checks: Results of its own checks, so that nothing is told twice.
    """
    return [
        *_unreadable(context, rule, checks),
        *_silent(context, rule),
        *_later(context, rule),
        *(check for name in SINGLETONS if name in rule.needs for check in _conflicts(context, name)),
    ]


def _sound(source: SourceResult) -> SourceResult:
    items: list[EvidenceItem] = []
    problems: list[Problem] = []
    for item in source.items:
        model = ARTEFACTS.get(item.type)
        try:
            facts = model.model_validate(item.facts).as_json() if model else item.facts
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "the whole item"
            reason = f"does not fit its artefact: {field}: {first['msg']}"
            problems.append(Problem(status="unreadable", types=(item.type,), place=item.place(), reason=reason))
        else:
            items.append(item if facts == item.facts else item.model_copy(update={"facts": facts}))
    return source.model_copy(update={"items": tuple(items), "problems": (*source.problems, *problems)})


def _unreadable(context: Context, rule: Rule, checks: Sequence[CheckResult]) -> list[CheckResult]:
    told = {place for check in checks if check.verdict is Verdict.UNREADABLE for place in check.places}
    problems = {
        (str(problem.place), problem.reason): problem
        for name in sorted(rule.needs)
        for problem in context.unreadable(name)
        if problem.place not in told
    }
    if not problems:
        return []
    sentences = [f"{place}: {reason.rstrip('.')}" for place, reason in sorted(problems)]
    return [
        CheckResult(
            predicate="readable",
            verdict=Verdict.UNREADABLE,
            reason=f"Part of the evidence could not be read: {named(sentences)}.",
            places=tuple(problems[key].place for key in sorted(problems)),
        )
    ]


def _silent(context: Context, rule: Rule) -> list[CheckResult]:
    owed = [(name, source) for name in sorted(rule.needs) for source in context.silent(name)]
    if not owed:
        return []
    told = [f"'{source.name}' was declared to provide the {ARTEFACT_TITLES[name]}" for name, source in owed]
    places = [problem.place for _, source in owed for problem in source.problems if problem.status == "absent"]
    return [
        CheckResult(
            predicate="supplied",
            verdict=Verdict.GAP,
            reason=f"A source is silent where another speaks: {named(told)} and does not.",
            places=tuple(dict.fromkeys(places)),
        )
    ]


def _later(context: Context, rule: Rule) -> list[CheckResult]:
    found = dict.fromkeys(one for name in sorted(rule.needs) for one in context.later(name))
    if not found:
        return []
    sentences = [f"{place}: {reason.rstrip('.')}" for place, reason in found]
    # What was judged may have been overtaken: it speaks of the as-of time, and is not the last word.
    return [
        CheckResult(
            predicate="none_later",
            verdict=Verdict.NOT_ASSESSED,
            reason=f"A newer record exists and is not counted: {named(sentences)}.",
            places=tuple(place for place, _ in found),
        )
    ]


def _conflicts(context: Context, name: str) -> list[CheckResult]:
    fresh = context.supply(name).fresh
    for one, other in combinations(fresh, 2):
        if one.provenance.source == other.provenance.source:
            continue
        fields = [field for field in sorted(one.facts) if _differ(field, one, other)]
        if fields:
            places = (one.place(f"/{fields[0]}"), other.place(f"/{fields[0]}"))
            return [
                CheckResult(
                    predicate="one_truth",
                    verdict=Verdict.CONFLICT,
                    reason=f"Two sources give the {ARTEFACT_TITLES[name]} and differ in {named(fields)}: "
                    f"{places[0]} in '{places[0].source}' and {places[1]} in '{places[1].source}'.",
                    evidence=tuple(sorted((one.id, other.id))),
                    places=places,
                )
            ]
    return []


def _differ(field: str, one: EvidenceItem, other: EvidenceItem) -> bool:
    if field in _OF_THE_RECORD:
        return False
    left, right = one.facts.get(field), other.facts.get(field)
    if left in (None, "", []) or right in (None, "", []):
        return False
    return _ordered(left) != _ordered(right)


def _ordered(value: object) -> object:
    # The order of rows says nothing here: a list is compared as the set of what it holds.
    return sorted(repr(row) for row in value) if isinstance(value, list) else value
