"""Procedures of operation: incidents, switching off, decommissioning, rollback, deprecation, authorisation."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.documents import prose_of
from tieout.inspection.reading.procedures import Written, documents_of_operation, sought, written_on
from tieout.inspection.reading.temptations import (
    DESTROYS,
    ENDED,
    GOES_BACK,
    INCIDENTS,
    RUNBOOKS,
    SWITCHES,
    TAKES_DOWN,
    UNDOES,
    in_programs,
    in_prose,
)
from tieout.inspection.repository import File, Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted
from tieout.kernel.reading.patterns import compile_bytes

_ELSEWHERE = "Procedures are often kept outside the repository; none here is not none at all."

TOPIC = Topic(
    key="lifecycle",
    title="Procedures of operation",
    questions=(
        Question("incident-procedure", "Is there a written procedure for incidents?", _ELSEWHERE),
        Question(
            "deactivation-procedure", "Is there a written procedure to take the system out of use at once?", _ELSEWHERE
        ),
        Question("decommission-procedure", "Is there a written procedure to decommission the system?", _ELSEWHERE),
        Question("rollback-procedure", "Is there a written procedure to go back to an earlier version?", _ELSEWHERE),
        Question("deprecation-policy", "Is there a deprecation policy that names a period?", _ELSEWHERE),
        Question("runbook", "Is there a runbook for operators?", _ELSEWHERE),
        Question("authorisation-package", "Is there an authorisation package (ATO, system security plan)?", _ELSEWHERE),
    ),
)


_INCIDENT: Final = sought(
    r"\bincidents?(?: (?:response|management|handling|procedures?|plan|process|playbook|runbook|policy|reporting))?\b"
    r"|\b(?:emergency|outage) (?:procedures?|response|plan|runbook|playbook)\b",
    r"\bincidents? (?:response|management|handling|procedures?|process|plan|runbook|playbook|policy)\b"
    r"|\b(?:responding to|handling|managing) (?:an? |security )?incidents?\b|\b(?:security|model|ai) incidents\b"
    r"|\b(?:emergency|outage) (?:procedures?|response|plan|runbook|playbook)\b",
)
_OFF: Final = sought(
    r"\bturning .{0,40} off\b|\bturn .{0,40} off\b|\bkill ?switch\b|\bemergency (?:stop|shutdown)\b"
    r"|\bshut ?down procedure\b",
    r"\b(?:turn(?:ing)?|switch(?:ing)?) .{0,40} off\b|\bkill[- ]?switch\b|\bemergency (?:stop|shut ?down)\b"
    r"|\b(?:disabling|taking down|shutting down) (?:the )?(?:service|system|assistant|chat|application)\b",
)
_DECOMMISSION: Final = sought(
    r"\bdecommission\w*|\bsunset(?:ting)?\b|\b(?:model|system|service) retirement\b|\bretir(?:e|ing) (?:a "
    r"|the )?(?:model|system|service)",
    r"\bdecommission\w*|\bsunset(?:ting)? (?:the |a )?(?:model|system|service|process|plan)|\b(?:model|system"
    r"|service) retirement\b"
    r"|\bretir(?:e|ing) (?:a |the )?(?:model|system|service)",
)
_ROLLBACK: Final = sought(
    r"\broll ?backs?\b|\brolling back\b",
    r"\broll(?:ing)?[- ]?backs?\b|\brevert(?:ing)? (?:to )?(?:a |the |an )?(?:release|deployment|model|version"
    r"|earlier|previous)"
    r"|\brestor(?:e|ing) (?:a |the |an )?(?:previous|earlier) (?:version|release)",
)
_RUNBOOK: Final = sought(
    r"\brun ?books?\b|\bplaybooks?\b|\bon ?call\b|\boperations (?:guide|manual|handbook)\b",
    r"\brun ?books?\b|\boperational procedures?\b|\bon-?call (?:guide|handbook|procedures?)\b|\bincident playbook",
)
_IN_RUNBOOKS = re.compile(r"(?:^|/)(?:run-?books?|playbooks?)/[^/]+\.(?:md|rst|txt|adoc)$", re.IGNORECASE)

_DEPRECATION = re.compile(
    r"\bdeprecat\w+ (?:policy|process|schedule|guidelines?|timeline)|\b(?:support|lifecycle"
    r"|end[- ]of[- ]life) policy\b"
    r"|\bsupport (?:window|period|lifecycle)\b|\bend[- ]of[- ]life\b",
    re.IGNORECASE,
)
_PERIOD: Final = (
    r"(?:\d{1,3}|one|two|three|four|six|nine|twelve|eighteen) (?:more |minor |major |further |calendar )?"
    r"(?:releases?|versions?|days|weeks|months?|years?)"
)
_POLICY = compile_bytes(
    rf"\b(?:deprecat\w+|end[- ]of[- ]life|support window|supported|remov(?:ed|al)"
    rf"|maintained)\b[^.]{{0,140}}\b{_PERIOD}\b"
    rf"|\b{_PERIOD}\b[^.]{{0,60}}\b(?:deprecat\w+|end[- ]of[- ]life|before (?:it is |being )?removed|notice)\b",
    folded=True,
)
_POLICY_FILE = re.compile(
    r"^(?:docs/)?(?:readme|releases?|release[-_]process|security|support|versioning|deprecat\w*|contributing"
    r"|governance|compatibility"
    r"|lifecycle)[^/]*$|(?:^|/)(?:docs?|site)/(?:[^/]+/)*(?:compatib\w*|support\w*|versioning|deprecat\w*"
    r"|lifecycle)[^/]*$",
    re.IGNORECASE,
)
_OF_VERSIONS = compile_bytes(r"\b(?:versions?|releases?|api|deprecat\w+|end[- ]of[- ]life)\b", folded=True)

_PACKAGE = re.compile(
    r"emass|(?:^|[/_.-])ato(?:[/_.-]|$)|authori[sz]ation[-_ ]to[-_ ]operate|system[-_ ]security[-_ ]plan|(?:^"
    r"|[/_-])ssp[._/-]"
    r"|(?:^|[/_.-])(?:oscal|fedramp)(?:[/_.-]|$)|plan[-_ ]of[-_ ]action|(?:^|[/_.-])poa-?n?-?m(?:[/_.-]|$)"
    r"|component[-_ ]definition",
    re.IGNORECASE,
)
_NO_PACKAGE = re.compile(r"ignore$|\.(?:py|pyi|[cm]?[jt]sx?|go|rs|java|rb|cs|svg|png|css)$", re.IGNORECASE)
_SSP = compile_bytes(r'"system-security-plan"\s*:|<system-security-plan\b|(?m)^system-security-plan:')
_MOST: Final = 8


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    off = written_on(repository, _OFF)
    yield _procedure(
        "incident-procedure",
        "an incident",
        written_on(repository, _INCIDENT),
        tempting=lambda: in_prose(repository, INCIDENTS, "names incidents"),
    )
    yield _procedure(
        "deactivation-procedure",
        "taking the system out of use",
        off,
        tempting=lambda: in_prose(repository, SWITCHES, "names a switch, and no procedure"),
    )
    yield _procedure(
        "decommission-procedure",
        "decommissioning",
        written_on(repository, _DECOMMISSION),
        beside=off,
        tempting=lambda: _destroying(repository),
    )
    yield _procedure(
        "rollback-procedure",
        "going back to an earlier version",
        written_on(repository, _ROLLBACK),
        tempting=lambda: [
            *in_prose(repository, GOES_BACK, "how users get an older version", most=2),
            *in_programs(repository, UNDOES, "a command or setting, no procedure", most=2),
        ],
    )
    yield _deprecation(repository)
    yield _runbook(repository)
    yield _package(repository)


def _destroying(repository: Repository) -> list[InspectedPlace]:
    scripts = in_programs(repository, DESTROYS, "destroys machines; not a procedure", most=2)
    return [*scripts, *in_prose(repository, TAKES_DOWN, "names it; not a procedure", most=2)]


def _procedure(
    key: str,
    what: str,
    found: list[Written],
    *,
    beside: list[Written] | None = None,
    tempting: Callable[[], list[InspectedPlace]] = list,
) -> Fact:
    """Whether something is written that can be followed; `tempting` finds what only seems so, where nothing is."""
    procedures = [written for written in found if written.is_procedure]
    short = [written.place.model_copy(update={"counts": False}) for written in found if not written.is_procedure]
    short.extend(written.place.model_copy(update={"counts": False}) for written in beside or [] if written.is_procedure)
    if procedures:
        steps = max(written.steps for written in procedures)
        where = procedures[0].place.path
        statement = f"{where} says what to do for {what}; the longest text has {steps} steps, rows or commands."
        places = [*(written.place for written in procedures), *short[:_MOST]]
        values = {"documents": len({place.place.path for place in procedures}), "steps": steps}
        if unfinished := min(written.open_parts for written in procedures):
            statement += f" It is unfinished by its own words, in {counted(unfinished, 'place')}."
            return TOPIC.fact(key, Answer.PARTIAL, statement, places=places, values={**values, "open": unfinished})
        return TOPIC.fact(key, Answer.YES, statement, places=places, values=values, confidence=Confidence.MODERATE)
    statement = f"No procedure for {what} stands in the repository."
    short = [*short[:_MOST], *tempting()]
    if short:
        statement += " What is listed names the subject, and is no such procedure."
    return TOPIC.fact(key, Answer.NO, statement, places=short)


def _deprecation(repository: Repository) -> Fact:
    places: list[InspectedPlace] = []
    titled: list[InspectedPlace] = []
    for text in repository.texts(file for file in documents_of_operation(repository) if _POLICY_FILE.search(file.path)):
        prose = prose_of(repository, text.path)
        if prose is None:
            continue
        titled.extend(text.place(part.line, "a heading") for part in prose.headings if _DEPRECATION.search(part.title))
        for paragraph in prose.paragraphs:
            line = paragraph.found(_POLICY)
            if line is not None and paragraph.found(_OF_VERSIONS) is not None:
                places.append(text.place(line, "a period"))
    if places:
        statement = f"{places[0].path} says how long versions are supported, or when what is deprecated goes."
        return TOPIC.fact(
            "deprecation-policy", Answer.YES, statement, places=[*places, *titled], confidence=Confidence.MODERATE
        )
    if titled:
        statement = f"{titled[0].path} has a section on it that names no period."
        return TOPIC.fact("deprecation-policy", Answer.PARTIAL, statement, places=titled, confidence=Confidence.LOW)
    ended = in_prose(repository, ENDED, "says that something ended, and names no policy", of_the_past=True)
    statement = "No document names a period of deprecation or support."
    if ended:
        statement += " What is listed says that something ended."
    return TOPIC.fact("deprecation-policy", Answer.NO, statement, places=ended)


def _runbook(repository: Repository) -> Fact:
    in_folder = [
        repository.place(file.path, 1, "in a folder of runbooks")
        for file in documents_of_operation(repository)
        if _IN_RUNBOOKS.search(file.path) and file.size > 0
    ]
    if in_folder:
        statement = f"{in_folder[0].path} stands in a folder of runbooks, of {len(in_folder)} documents there."
        return TOPIC.fact(
            "runbook",
            Answer.YES,
            statement,
            places=in_folder,
            values={"documents": len(in_folder)},
            confidence=Confidence.MODERATE,
        )
    return _procedure(
        "runbook",
        "operators",
        written_on(repository, _RUNBOOK),
        tempting=lambda: in_prose(repository, RUNBOOKS, "names one"),
    )


def _package(repository: Repository) -> Fact:
    named = [
        file
        for file in repository.files
        if file.kind == "file"
        and _PACKAGE.search(file.path)
        and file.path_class not in {PlaceClass.VENDORED, PlaceClass.TEST, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE}
    ]
    candidates = [file for file in named if not _NO_PACKAGE.search(file.path) and file.size > 0]
    rest = [_not_counting(repository, file) for file in named if file not in candidates]
    plans = [
        text.place(hit.line, "a system security plan")
        for text in repository.texts(candidates)
        if (hit := text.first(_SSP))
    ]
    if plans:
        statement = f"{plans[0].path} is a system security plan; whether it was authorised is not told."
        return TOPIC.fact("authorisation-package", Answer.YES, statement, places=[*plans, *rest[:_MOST]])
    if candidates:
        places = [repository.place(file.path, None, "named like a part of one") for file in candidates]
        statement = (
            f"{len(candidates)} files are named like parts of an authorisation package; none is a plan in OSCAL."
        )
        return TOPIC.fact(
            "authorisation-package",
            Answer.PARTIAL,
            statement,
            places=[*places, *rest[:_MOST]],
            confidence=Confidence.LOW,
        )
    statement = "No authorisation package stands in the repository."
    if rest:
        statement += (
            f" {rest[0].path} is named like a part of one and {'is empty' if not named[0].size else 'holds none'}."
        )
    return TOPIC.fact("authorisation-package", Answer.NO, statement, places=rest[:_MOST])


def _not_counting(repository: Repository, file: File) -> InspectedPlace:
    return repository.place(file.path, None, "empty" if not file.size else "no document of a package", counts=False)
