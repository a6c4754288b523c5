"""Whether the record of an exercise says that it was one: held, in production, and of the assessed system."""

import re

from tieout.domain.artefacts.records import DrillRecord
from tieout.domain.collection import Subject
from tieout.domain.paths import elsewhere_by

_LIVE = re.compile(r"\b(?:production|prod|prd|live)\b", re.IGNORECASE)
#: An exercise that was none, by the words of what was seen. Short and ours: only the second net, so partial.
_HELD = r"(?:take place|happen|held|carried out|performed|executed|conducted)"
_NOT_HELD = re.compile(
    r"\b(?:drill|exercise|test|trial|rehearsal|failover|switch-off|it|this|übung|probe|exercice|simulacro)\b[^.;]{0,40}"
    r"\b(?:(?:did|was|were|has|had|could) ?(?:not|n't|never)(?: be| been)?(?: actually| really)? " + _HELD + r"\b"
    r"|(?:was|were|been|got|is) (?:cancell?ed|postponed|called off|skipped|abandoned|only planned|simulated on paper)\b"
    r"|fand nicht statt|(?:wurde|ist) (?:abgesagt|verschoben)|n'a pas eu lieu|a été annulée?|no se (?:realizó|hizo))"
    r"|^(?:cancell?ed|postponed|called off|skipped|not (?:held|done|performed|executed)|abgesagt|annulée?)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:on|in|at|against|auf|im|in der)\s+(?:the |our |a |an )?(?:shared |separate )?"
    r"(?:staging|stage|stg|uat|sandbox|preprod|pre-?production|non-?production|development|dev|qa|test(?:ing)?|"
    r"rehearsal|lab)(?: (?:system|environment|cluster|instance|copy|gateway|stack))?\b(?! (?:ops|tools?|channel|mode))",
    re.IGNORECASE,
)
_QUOTED = 90


def doubts_of(drill: DrillRecord, subject: Subject) -> list[str]:
    """What a record says itself against its counting for this system in production, each with its verb.

    Its own fields come first: `environment` and `system`, where they are filled. Its actions are prose, in which
    only plain words to the contrary are seen.
    """
    doubts = []
    if drill.environment and not _is_production(drill.environment):
        doubts.append(f"is of another environment than production ({drill.environment})")
    if drill.system and drill.system.casefold().strip() not in {subject.system_id.casefold(), subject.name.casefold()}:
        doubts.append(f"is of another system ({drill.system})")
    for pattern, told in ((_NOT_HELD, "that it took place"), (_ELSEWHERE, "that it was held in production")):
        against = next((action for action in drill.actions if pattern.search(" ".join(action.split()))), None)
        if against is not None:
            doubts.append(f"leaves open {told}, by its own words (“{_short(against)}”)")
    return doubts


def _is_production(environment: str) -> bool:
    return _LIVE.search(environment) is not None and elsewhere_by(environment.replace("/", " ")) is None


def _short(text: str) -> str:
    words = " ".join(text.split()).rstrip(".")
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED].rpartition(' ')[0] or words[:_QUOTED]} …"
