"""What a rule's checks do not ask: could all of the evidence be read, did every source speak, do sources agree?

A rule is never greener than the inputs that nobody could read, that a source owed, or that contradict
each other. These checks run beside those that a rule names.
"""

from collections.abc import Sequence

from pydantic import ValidationError

from tieout.assess.context import Context
from tieout.assess.contradictions import contradictions
from tieout.assess.diversions import CONFIGURED, SETTINGS, diversions
from tieout.assess.lacks import few
from tieout.assess.log_extent import extent
from tieout.assess.log_owner import log_owner
from tieout.assess.release_binding import release_binding
from tieout.assess.wording import brief, spot
from tieout.domain.artefacts import ARTEFACT_TITLES, ARTEFACTS
from tieout.domain.assessment import CheckResult
from tieout.domain.collection import Collection, Problem, SourceResult
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict


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
        *contradictions(context, rule),
        *extent(context, rule),
        *log_owner(context, rule),
        *diversions(context, rule),
        *release_binding(context, rule),
    ]


def _sound(source: SourceResult) -> SourceResult:
    items = []
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
        for name in sorted({*rule.needs, *((SETTINGS,) if CONFIGURED in rule.needs else ())})
        for problem in context.unreadable(name)
        if problem.place not in told
    }
    if not problems:
        return []
    sentences = [f"{spot(problems[key].place)}: {brief(problems[key].reason)}" for key in sorted(problems)]
    return [
        CheckResult(
            predicate="readable",
            verdict=Verdict.UNREADABLE,
            reason=f"Part of the evidence could not be read: {few(sentences)}.",
            places=tuple(problems[key].place for key in sorted(problems)),
        )
    ]


def _silent(context: Context, rule: Rule) -> list[CheckResult]:
    owed = [(name, source) for name in sorted(rule.needs) for source in context.silent(name)]
    if not owed:
        return []
    told = [
        f"'{source.name}' was declared to provide the {ARTEFACT_TITLES[name]} and does not" for name, source in owed
    ]
    places = [
        problem.place
        for name, source in owed
        for problem in source.problems
        if problem.status == "absent" and name in {one.partition("/")[0] for one in problem.types}
    ]
    return [
        CheckResult(
            predicate="supplied",
            verdict=Verdict.GAP,
            reason=f"Not every declared source gives what it promises: {few(told)}.",
            places=tuple(dict.fromkeys(places)),
        )
    ]


def _later(context: Context, rule: Rule) -> list[CheckResult]:
    found = dict.fromkeys(one for name in sorted(rule.needs) for one in context.later(name))
    if not found:
        return []
    sentences = [f"{spot(place)}: {brief(reason)}" for place, reason in found]
    # What was judged may have been overtaken: it speaks of the as-of time, and is not the last word.
    return [
        CheckResult(
            predicate="none_later",
            verdict=Verdict.NOT_ASSESSED,
            reason=f"A newer record exists and is not counted: {few(sentences)}.",
            places=tuple(place for place, _ in found),
        )
    ]
