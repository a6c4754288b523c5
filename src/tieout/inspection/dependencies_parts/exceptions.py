"""Whether exceptions to scans for known vulnerabilities carry a reason and an end."""

from tieout.domain.inspection import Answer, Confidence, Fact
from tieout.inspection.reading.dependencies.exceptions import Exempted, exempted
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Topic
from tieout.inspection.wording import counted


def vulnerability_policy(topic: Topic, repository: Repository) -> Fact:
    """Answer whether what scans let pass has a reason and an end."""
    found = exempted(repository)
    if not found:
        statement = "No exception to a scan for known vulnerabilities is recorded."
        return topic.fact("vulnerability-policy", Answer.NOT_APPLICABLE, statement)
    reasoned = [one for one in found if one.has_reason]
    ending = [one for one in found if one.has_end]
    if len(reasoned) == len(ending) == len(found):
        answer = Answer.YES
    else:
        answer = Answer.PARTIAL if reasoned or ending else Answer.NO
    statement = (
        f"Of {counted(len(found), 'exception')} to scans for known vulnerabilities {len(reasoned)} say why, "
        f"and {len(ending)} end on a day."
    )
    ordered = sorted(found, key=lambda one: (one.has_reason and one.has_end, one.path, one.line))
    places = [repository.place(one.path, one.line, _shows(one)) for one in ordered]
    values = {"exceptions": len(found), "with_reason": len(reasoned), "with_end": len(ending)}
    return topic.fact(
        "vulnerability-policy", answer, statement, places=places, values=values, confidence=Confidence.MODERATE
    )


def _shows(one: Exempted) -> str:
    if one.has_reason and one.has_end:
        return f"{one.advisory} with a reason and an end"
    if one.has_reason or one.has_end:
        return (
            f"{one.advisory} with a reason and no end" if one.has_reason else f"{one.advisory} with an end, no reason"
        )
    return f"{one.advisory} without a reason or an end"
