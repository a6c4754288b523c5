"""Is the go decision, to which evaluation runs are bound, shown to be of the assessed commit?"""

from collections.abc import Sequence

from tieout.assess.context import Context, names_a_version
from tieout.assess.wording import plain
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict


def release_binding(context: Context, rule: Rule) -> list[CheckResult]:
    """Beside the checks of a rule that binds evidence to the release: which release the assessed commit is.

    None where there is no decision to bind to (the checks tell that), or where an annotated tag names the version
    that the decision names. Without a version the newest decision stands in for the other checks, which may be of
    another commit. That is a gap, as a tagged release without a decision is one: in both no go decision is shown for
    what is assessed, and a commit must gain nothing by losing its tag.
    """
    if not any(need.bound == "release" for need in rule.needs.values()):
        return []
    released = context.released()
    if isinstance(released, CheckResult):
        return []
    subject = context.subject
    places = tuple(item.place("/version") for item in released.items)
    if not names_a_version(subject.release):
        if subject.release:
            named = f"The assessed release {plain(subject.release)} names no version"
        elif subject.commit:
            named = "The assessed commit has no tag that names its release"
        else:
            named = "No repository is assessed"
        reason = f"{named}, so no go decision is shown to be of it; the newest is for {released.version}."
        return [_check(Verdict.GAP, reason, released.items, places)]
    if subject.release_tag is None:
        return []
    reason = f"Release {plain(subject.release)} is a lightweight tag: who set it, and when, is not recorded."
    return [_check(Verdict.SATISFIED, reason, released.items, places)]


def _check(verdict: Verdict, reason: str, items: Sequence[EvidenceItem], places: Sequence[Place]) -> CheckResult:
    evidence = tuple(sorted(item.id for item in items))
    return CheckResult(
        predicate="released", verdict=verdict, reason=reason, evidence=evidence, places=tuple(dict.fromkeys(places))
    )
