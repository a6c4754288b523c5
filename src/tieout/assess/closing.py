"""What closes a rule: each open check in a sentence, what is asked once there is something to judge, and of whom."""

from collections.abc import Iterator, Sequence

from tieout.assess.context import Context
from tieout.assess.predicates import PREDICATES
from tieout.assess.wording import sentences
from tieout.domain.artefacts import ARTEFACT_TITLES
from tieout.domain.assessment import CheckResult
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict

#: What closes a check that could not be judged, or not for all of the period, whatever it tests.
_CLOSES = {
    Verdict.UNREADABLE: "Make the named input readable.",
    Verdict.NOT_ASSESSED: "Configure a source for the named evidence.",
    Verdict.PARTIAL: "Supply what the reason says is not shown.",
}
#: What closes a check that holds as far as it was shown, where its result does not say so itself.
_COMPLETES = {
    "accountable": "Let different people hold the roles.",
    "approved_doc": "Keep the document under version control.",
    "ordered": "Order the due dates by score, each with a review that is not past.",
    "treated": "Change what the reason names in the register, so that each risk above the tolerance is shown to be "
    "treated and none is left behind.",
    "triggers": "Name an alert rule that speaks of production, in an expression that this version understands.",
    "watched": "Let an alert rule for each speak of production, in an expression that this version understands.",
    "within_target": "Exercise in production, and have the record approved afterwards by someone of the roster other "
    "than its owner.",
}
#: What closes the checks that run beside those of a rule.
_CLOSES_BESIDE = {
    "extent": "Assess a longer period with a log that holds more records, each of them once.",
    "none_later": "Assess again as of a later day.",
    "one_truth": "Let one source speak, or bring both to the same text.",
    "own_log": "Give the log of this system's own gateway, without the records of other systems.",
    "readable": "Make the named input readable.",
    "released": "Assess the commit that the release's tag names (`git fetch --tags` brings the tags into a clone); "
    "where this is the one that was decided on, tag it with that version.",
    "supplied": "Let the named source provide it, or take the promise out of its configuration.",
    "undiverted": "Take the named settings out of what the gateway is started with.",
}
#: Predicates that ask for the approval of the record that their argument `of` names.
_APPROVALS = frozenset({"approved_doc", "vouched"})
#: What is true of attestations in this version.
_SIGNED = "tieout attest makes one; it is collected, verified and shown, but no verdict rests on one yet"
_CLOSED = frozenset({Verdict.SATISFIED, Verdict.NOT_APPLICABLE})


def closes_with(context: Context, rule: Rule, checks: Sequence[CheckResult], *, lacking: bool) -> str:
    """What closes what is open, check by check; the checks that a rule names come first.

    Args:
        context: Of the rule.
        rule: The rule.
        checks: Results of its own checks, in their order, and after them of those that run beside them.
        lacking: One of its own had nothing to judge, so that what it asks is not among the rest: the rule's own
            sentence tells all of it.
    """
    own, beside = checks[: len(rule.checks)], checks[len(rule.checks) :]
    told = [_of_one(rule, index, check) for index, check in enumerate(own)]
    if lacking and rule.closes_with not in told:
        told.append(f"In all it takes this: {rule.closes_with[:1].lower()}{rule.closes_with[1:]}")
    human = [check for check in beside if check.predicate in {"attested", "untested"}]
    told += [_of_one(rule, None, check) for check in beside if check not in human]
    told += _voided(context, rule, checks)
    if rule.human is not None:
        told.append(f"A signed attestation by the {rule.human.role} ({_SIGNED}).")
    # Several checks may be closed by the same: each sentence once.
    return " ".join(dict.fromkeys(sentence for text in told for sentence in sentences(text)))


def _of_one(rule: Rule, index: int | None, check: CheckResult) -> str:
    """What closes one check; empty where nothing is open."""
    if check.verdict in _CLOSED:
        return ""
    if check.closes_with:
        return check.closes_with
    if check.verdict in {Verdict.GAP, Verdict.CONFLICT} or check.predicate not in PREDICATES:
        own = rule.checks[index].closes_with if index is not None else ""
        return own or _CLOSES_BESIDE.get(check.predicate) or rule.closes_with
    if check.verdict is Verdict.PARTIAL and check.predicate in _COMPLETES:
        return _COMPLETES[check.predicate]
    return _CLOSES.get(check.verdict, rule.closes_with)


def _voided(context: Context, rule: Rule, checks: Sequence[CheckResult]) -> Iterator[str]:
    """Approvals that hold now, and that a change would undo by which another check of the same record is closed."""
    for index, check in enumerate(rule.checks):
        artefact = check.arguments.get("of")
        if check.predicate not in _APPROVALS or checks[index].verdict is not Verdict.SATISFIED or not artefact:
            continue
        approved = {item.id for item in context.supply(artefact).fresh}
        open_ = [one for turn, one in enumerate(checks) if turn != index and one.verdict not in _CLOSED]
        if any(approved.intersection(one.evidence) for one in open_):
            yield f"A change of the {ARTEFACT_TITLES[artefact]} voids its approval: have it approved again after that."
