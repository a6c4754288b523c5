"""Runs the rules over a collection: checks to rule verdicts, rules to verdicts of all 72 controls."""

from collections.abc import Sequence

from pydantic import ValidationError

from tieout.assess.closing import closes_with
from tieout.assess.completeness import completeness, with_sound_facts
from tieout.assess.context import CONTINUOUS, Context
from tieout.assess.lacks import LATER, NEEDS, merged
from tieout.assess.log_extent import period_note
from tieout.assess.predicates import PREDICATES
from tieout.assess.wording import counted, named, spot, verb
from tieout.domain.artefacts import ARTEFACTS, title_of
from tieout.domain.assessment import Assessment, CheckResult, ControlResult, RuleResult
from tieout.domain.catalog import Catalog, Control
from tieout.domain.collection import Collection
from tieout.domain.rules import HumanHalf, Rule
from tieout.domain.verdicts import Severity, Verdict, combine
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import ConfigError

#: Which reasons speak for a verdict: the checks that caused it.
_CAUSES = {
    Verdict.PARTIAL: {Verdict.PARTIAL, Verdict.NOT_ASSESSED, Verdict.WAIVED},
}
_SEVERITIES = list(Severity)
#: Artefacts whose `settings` are options that bend what is counted; a system profile's are places of use.
_BENDABLE = frozenset({"codeowners", "telemetry"})
#: The predicate that asks for nothing but a new enough record.
_PRESENCE = "recent"
#: Signed statements of people; their revocations have the same form.
_ATTESTATION = "attestation"
#: What a need may be bound to: runs name the model that the release record names too.
_BOUND = {("release", "eval_results")}


def assess(collection: Collection, catalog: Catalog, rules: Sequence[Rule]) -> Assessment:
    """The assessment of a collection: pure, so that the same input gives the same bytes.

    Raises:
        ConfigError: A rule calls an unknown predicate or with wrong arguments.
    """
    ordered = sorted(rules, key=lambda rule: rule.id)
    sound = with_sound_facts(collection)
    results = [_run_rule(rule, sound) for rule in ordered]
    return Assessment(
        subject=collection.subject,
        as_of=collection.as_of,
        period=collection.period,
        controls_sha256=controls_digest(catalog, ordered),
        collection_sha256=sha256_hex(canonical_bytes(collection.as_json())),
        configuration_sha256=collection.configuration_sha256,
        tool_version=collection.tool_version,
        controls=tuple(_control(control, results) for control in catalog.controls),
        rules=tuple(results),
        problems=collection.problems,
    )


def controls_digest(catalog: Catalog, rules: Sequence[Rule]) -> str:
    """SHA-256 over catalog and rules, so that a packet says exactly what was asked."""
    tree = {
        "catalog": catalog.as_json(),
        "rules": [rule.as_json() for rule in sorted(rules, key=lambda r: r.id)],
    }
    return sha256_hex(canonical_bytes(tree))


def run_rule(rule: Rule, collection: Collection) -> RuleResult:
    """One rule's verdict: its checks, what could not be read, and its human half."""
    return _run_rule(rule, with_sound_facts(collection))


def _run_rule(rule: Rule, collection: Collection) -> RuleResult:
    context = Context(collection, rule.needs)
    ran = [_run(rule, index, context) for index in range(len(rule.checks))]
    checks = [check for check, _ in ran]
    checks.extend(completeness(context, rule, checks))
    if rule.human is not None:
        checks.append(_human_half(context, rule, rule.human))
    if rule.untested:
        checks.append(_untested(rule))
    verdict = combine(check.verdict for check in checks)
    return RuleResult(
        rule=rule.id,
        title=rule.title,
        controls=rule.controls,
        severity=rule.severity,
        verdict=verdict,
        reason=_reason(context, verdict, checks),
        closes_with=closes_with(context, rule, checks, lacking=any(lacks for _, lacks in ran)),
        checks=tuple(checks),
        evidence=tuple(sorted({ref for check in checks for ref in check.evidence})),
    )


def validate_rule(rule: Rule) -> list[str]:
    """Everything wrong with a rule as data: unknown names, wrong arguments, needs that no check uses."""
    faults = [f"needs an unknown artefact '{name}'" for name in rule.needs if name not in ARTEFACTS]
    if not rule.checks:
        faults.append("checks nothing")
    used: set[str] = set()
    for name, need in rule.needs.items():
        if need.bound == "release":
            used.add("release_record")
        if need.bound is not None and (need.bound, name) not in _BOUND:
            faults.append(f"binds '{name}' to a {need.bound}, which is not known to be possible")
        if name not in CONTINUOUS and (need.stretch or need.records):
            faults.append(f"wants a stretch or records of '{name}', which is no log")
    for index, check in enumerate(rule.checks):
        predicate = PREDICATES.get(check.predicate)
        if predicate is None:
            faults.append(f"check {index + 1} calls an unknown predicate '{check.predicate}'")
            continue
        try:
            arguments = predicate.arguments.model_validate(check.arguments)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            faults.append(f"check {index + 1} ({check.predicate}): {field}: {first['msg']}")
            continue
        used.update(arguments.artefacts())
    faults.extend(f"check reads '{name}', which is no artefact" for name in sorted(used) if name not in ARTEFACTS)
    faults.extend(
        f"reads '{name}' without naming it under needs" for name in sorted(used & set(ARTEFACTS) - set(rule.needs))
    )
    faults.extend(f"needs '{name}', which no check reads" for name in sorted(set(rule.needs) - used))
    return faults


def _run(rule: Rule, index: int, context: Context) -> tuple[CheckResult, bool]:
    """What one check of a rule says, and whether that is a lack: there was nothing to judge yet."""
    check = rule.checks[index]
    predicate = PREDICATES.get(check.predicate)
    if predicate is None:
        message = f"rule {rule.id} calls an unknown predicate '{check.predicate}'"
        raise ConfigError(message, hint=f"known: {', '.join(sorted(PREDICATES))}")
    try:
        arguments = predicate.arguments.model_validate(check.arguments)
    except ValidationError as error:
        message = f"rule {rule.id}, check {index + 1} ({check.predicate}): {error.errors()[0]['msg']}"
        raise ConfigError(message) from error
    result = predicate.run(context, arguments)
    if result.predicate == NEEDS:
        # What a check for a new enough record names as its cure is how to make one.
        fits = check.predicate == _PRESENCE and check.closes_with and result.closes_with != LATER
        cure = None if fits and result.verdict is Verdict.GAP else result.closes_with
        told = result.model_copy(update={"predicate": check.predicate, "closes_with": cure})
        return told, result.closes_with != LATER
    return _with_settings(result, context), False


def _with_settings(result: CheckResult, context: Context) -> CheckResult:
    """A result that is at most partial where an option that somebody set bends what it stands on."""
    bent = {
        f"{spot(item.place())}: {setting}"
        for item in context.collection.items
        if item.type in _BENDABLE and item.id in result.evidence
        for setting in item.facts.get("settings") or ()
    }
    if result.verdict is not Verdict.SATISFIED or not bent:
        return result
    reason = f"{result.reason} But a setting bends what was counted: {named(sorted(bent))}."
    return result.model_copy(update={"verdict": Verdict.PARTIAL, "reason": reason})


def _human_half(context: Context, rule: Rule, human: HumanHalf) -> CheckResult:
    """What only a person can say; signed attestations are listed, and no verdict rests on one in this version."""
    of_this = [
        f"{item.id} ({item.facts['standing']})"
        for item in context.collection.items
        if item.type == _ATTESTATION and item.facts["kind"] == _ATTESTATION and _is_for(item.facts.get("control"), rule)
    ]
    asked = f"“{human.attests.rstrip('.')}”"
    if of_this:
        count = counted(len(of_this), "signed attestation")
        are = verb(len(of_this), "is", "are")
        reason = f"The rules of this version do not look at signed attestations, so none by the {human.role} counts "
        reason += f"here: {asked}. {count} that may be meant for this {are} listed in the evidence: {named(of_this)}."
    else:
        reason = f"No signed attestation by the {human.role} is recorded here: {asked}."
    return CheckResult(predicate="attested", verdict=Verdict.NOT_ASSESSED, reason=reason)


def _is_for(control: str | None, rule: Rule) -> bool:
    """Whether a statement names one of a rule's controls, or none at all."""
    return control is None or control.split() in [label.split() for label in rule.controls]


def _untested(rule: Rule) -> CheckResult:
    return CheckResult(
        predicate="untested",
        verdict=Verdict.NOT_ASSESSED,
        reason=f"Not tested by this rule: {'; '.join(rule.untested)}.",
    )


def _reason(context: Context, verdict: Verdict, checks: Sequence[CheckResult]) -> str:
    causes = _CAUSES.get(verdict, {verdict})
    told = [check for check in checks if check.verdict in causes]
    # What no evidence can close says nothing of a log; the checks that held do.
    leans = checks if all(check.predicate == "untested" for check in told) else told
    return " ".join(merged([check.reason for check in told])) + period_note(context, leans)


def _control(control: Control, results: Sequence[RuleResult]) -> ControlResult:
    own = [result for result in results if control.label in result.controls]
    if not own:
        expected = ", ".join(title_of(name) for name in control.expected)
        return ControlResult(
            control=control.label,
            control_id=control.id,
            verdict=Verdict.NOT_ASSESSED,
            reason=f"No rule tests this subcategory yet. Evidence that would answer: {expected}.",
            closes_with="Assess it by hand, or add a rule for it.",
        )
    verdict = combine(result.verdict for result in own)
    causes = _CAUSES.get(verdict, {verdict})
    speaking = [result for result in own if result.verdict in causes] or own
    return ControlResult(
        control=control.label,
        control_id=control.id,
        verdict=verdict,
        reason=" ".join(result.reason for result in speaking),
        closes_with=" ".join(dict.fromkeys(result.closes_with for result in speaking if result.closes_with)),
        severity=max((result.severity for result in speaking), key=_SEVERITIES.index),
        rules=tuple(result.rule for result in own),
        evidence=tuple(sorted({ref for result in own for ref in result.evidence})),
    )
