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
#: What is tried, so far as it cannot be what is switched off: that a model or a supplier failed may be the aim.
_TRIED = (
    r"(?<!after )(?<!after the )(?<!no )(?<!none of the )(?<!kill[ -])"
    r"\b(?:(?:kill[- ]?)?switch(?:[- ]?(?:off|over))?|flag|fail-?over|fallback|roll-?back|(?:contact|call) chain"
    r"|alerts?|alarms?|pag(?:e|er|ing)|drill|exercise|rehearsal|trial)\b"
    r"(?: (?:to|of|for|by|at|in|on)(?: (?:the|our|an?|its)(?: [\w'-]+)?)? [\w'-]+)?"
    r"(?: (?:itself|test|drill|again|still|then|simply))?"
)
#: That others than those who may could not do it, or that it touched nothing else, is as it should be.
_OTHERS = r"by|from|without|any\w*|other\w*|again|twice"
_NOT = r"(?: not|n't| never)"
_FAILED = re.compile(
    _TRIED + r" (?:(?:did|does|could|would|was|were)" + _NOT + r"(?: be)?|never) ?(?:work|function|succe|pass|possible"
    r"|(?:fire|arriv|ring)(?!\w* (?:again|twice|falsely)\b)|trigger(?!\w* (?:an|any|the|other|further)\b)"
    r"|(?:activate|switch|turn|throw|fail over|take over|take effect)(?!\w*(?: off| over)? (?:on|" + _OTHERS + r")\b))"
    r"|"
    + _TRIED
    + r" (?:(?:has |had )?failed\b(?! over)|(?:had|has|was|were) (?:no effect|without effect|unsuccessful|broken))"
    r"|\b(?:could|can)" + _NOT + r" be (?:turned|switched|shut|powered) (?:off|down)\b(?! (?:" + _OTHERS + r")\b)"
    r"|\b(?:failed|unable) to (?:turn off|switch (?:off|over)|shut (?:off|down)|fail over|take over|fire)\b"
    r"|\b(?:nobody|no[- ]?one|none of (?:them|the (?:owners|deputies|people)))"
    r" (?:answered|responded|replied|reacted|picked up|called back|(?:was|could be) reached)\b"
    r"|\b(?:no|none of the) (?:alerts?|alarms?|pages?) (?:was |were )?(?:fired|arrived|rang|came|sent|triggered)\b"
    r"|\bniemand (?:hat )?(?:geantwortet|antwortete|abgenommen|nahm ab|meldete sich|war erreichbar)\b"
    r"|\blie(?:ß|ss) sich nicht (?:ab|aus|um)schalten\b|\bkonnte nicht (?:ab|aus|um)geschaltet werden\b"
    r"|\b(?:um)?schalt(?:er|ung) (?:funktionierte nicht|hat nicht funktioniert)\b"
    r"|\bpersonne n'a répondu\b|\bbascul(?:e|ement) (?:n'a pas fonctionné|a échoué)\b"
    r"|\bn'a pas pu être (?:désactivée?|coupée?)\b"
    r"|\bnadie (?:contestó|respondió)\b|\bconmutación (?:no funcionó|falló)\b|\bno se pudo (?:apagar|desactivar)\b",
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
    for pattern, told in (
        (_NOT_HELD, "that it took place"),
        (_ELSEWHERE, "that it was held in production"),
        (_FAILED, "that it succeeded"),
    ):
        against = next((action for action in drill.actions if pattern.search(_plainly(action))), None)
        if against is not None:
            doubts.append(f"leaves open {told}, by its own words (“{_short(against)}”)")
    return doubts


def _is_production(environment: str) -> bool:
    return _LIVE.search(environment) is not None and elsewhere_by(environment.replace("/", " ")) is None


def _plainly(text: str) -> str:
    return " ".join(text.split()).replace("\u2019", "'")


def _short(text: str) -> str:
    words = " ".join(text.split()).rstrip(".")
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED].rpartition(' ')[0] or words[:_QUOTED]} …"
