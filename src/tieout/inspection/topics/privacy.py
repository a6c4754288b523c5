"""Privacy: a notice to users, how long data is kept, whether both agree, and what is kept out of logs and prompts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass, Value
from tieout.inspection.reading.logged_content import logged_content
from tieout.inspection.reading.periods import Period
from tieout.inspection.reading.personal_data import controls_of, log_redaction_of
from tieout.inspection.reading.privacy_notices import Notice, Notices, notices_of, shown_by
from tieout.inspection.reading.retention import OF_COLLECTION, How, Kept, Retention, retention_of
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic

TOPIC = Topic(
    key="privacy",
    title="Privacy and retention",
    questions=(
        Question("privacy-notice", "Is there a privacy notice?", "A notice may be published elsewhere."),
        Question(
            "retention-configured",
            "Is a retention period configured?",
            "Whether the deletion runs is not shown here.",
        ),
        Question("retention-agrees", "Do the configured periods agree with the privacy notice?"),
        Question("log-redaction", "Is personal data kept out of logs?", "What the logs hold is not shown here."),
        Question("pii-control", "Is a control of personal data attached to what the model reads or writes?"),
    ),
)

#: A notice speaks of as many subjects at least.
_ENOUGH: Final = 3
_TEMPTING: Final = 6
_NO_PERIOD: Final = frozenset({How.OFF, How.OTHER})
_NAMES: Final = 3


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    notices = notices_of(repository)
    kept = retention_of(repository)
    yield _notice(repository, notices)
    yield _configured(notices, kept)
    yield _agrees(notices, kept)
    yield _log_redaction(repository)
    yield _control(repository)


def _notice(repository: Repository, notices: Notices) -> Fact:
    full = [notice for notice in notices.notices if len(notice.subjects) >= _ENOUGH]
    thin = [notice for notice in notices.notices if len(notice.subjects) < _ENOUGH]
    if full:
        subjects = [name for name, _ in full[0].subjects]
        places = [place for notice in full for place in _overview(notice)]
        places += shown_by(repository, full)
        statement = f"{full[0].text.path} is a privacy notice that speaks of {', '.join(subjects)}."
        values: dict[str, Value] = {"notices": len(full), "subjects": tuple(subjects)}
        return TOPIC.fact(
            "privacy-notice", Answer.YES, statement, places=[*places, *notices.mentions[:_TEMPTING]], values=values
        )
    if thin:
        subjects = [name for name, _ in thin[0].subjects]
        statement = f"{thin[0].text.path} speaks of privacy, but only of {', '.join(subjects)}."
        places = [place for notice in thin for place in _overview(notice)]
        return TOPIC.fact("privacy-notice", Answer.PARTIAL, statement, places=places, confidence=Confidence.LOW)
    statement = "There is no privacy notice."
    if notices.mentions:
        statement += " What is listed is a heading or a link."
    return TOPIC.fact("privacy-notice", Answer.NO, statement, places=notices.mentions[:_TEMPTING])


def _overview(notice: Notice) -> Iterator[InspectedPlace]:
    yield notice.text.place(notice.line, "the notice")
    yield from (notice.text.place(line, name) for name, line in notice.subjects)


def _configured(notices: Notices, kept: list[Retention]) -> Fact:
    live = [one for one in kept if one.place.counts]
    periods = [one for one in live if one.period is not None]
    unused = [one for one in kept if not one.place.counts and one.how not in _NO_PERIOD]
    aside = [one.place for one in unused if one.place.path_class is PlaceClass.EXAMPLE]
    aside += [one.place for one in unused if one.place.path_class is not PlaceClass.EXAMPLE][:_NAMES]
    other = [one.place for one in kept if one.how in _NO_PERIOD and one.place.path_class is PlaceClass.LIVE]
    told = [
        notice.text.place(line, "the notice says", counts=False)
        for notice in notices.notices
        for line, _ in notice.periods
    ]
    places = [*(one.place for one in _by_weight(live)), *aside[:_TEMPTING], *told[:_TEMPTING]]
    values: dict[str, Value] = {
        "days": tuple(sorted({round(one.period.days, 2) for one in periods if one.period is not None})),
        "settings": len(live),
    }
    of_data = [one for one in periods if one.kept is Kept.DATA]
    if of_data and all(one.key == OF_COLLECTION for one in of_data):
        shown = _periods(one.period for one in of_data if one.period is not None)
        statement = f"Rows of single collections are deleted after {shown}; nothing says so of the rest of the data."
        return _kept_in_part(statement, places, values)
    if of_data:
        shown = _periods(one.period for one in of_data if one.period is not None)
        deleted = any(one.how in {How.DELETES, How.SCHEDULED} for one in live)
        statement = f"Data is kept for {shown} by {of_data[0].place.path}"
        statement += "; code here deletes what is older" if deleted else "; no code that deletes was seen here"
        beside = [one for one in periods if one.kept is not Kept.DATA]
        statement += f". Besides: {_by_kind(beside)}." if beside else "."
        is_set = any(one.how is How.SET for one in of_data)
        confidence = Confidence.HIGH if deleted and is_set else Confidence.MODERATE
        return TOPIC.fact(
            "retention-configured", Answer.YES, statement, places=places, values=values, confidence=confidence
        )
    if periods:
        statement = f"Only for what is kept of operations a period is set: {_by_kind(periods)}."
        return TOPIC.fact(
            "retention-configured", Answer.PARTIAL, statement, places=[*places, *other[:_NAMES]], values=values
        )
    if live:
        statement = f"{live[0].place.path} deletes or reads a period, whose value does not stand in a live file."
        return _kept_in_part(statement, places, values)
    statement = "No retention period is configured."
    if aside:
        statement += " Values in examples and tests set none."
    places.extend(other[:_NAMES])
    return TOPIC.fact("retention-configured", Answer.NO, statement, places=places, values=values)


def _kept_in_part(statement: str, places: list[InspectedPlace], values: Mapping[str, Value]) -> Fact:
    return TOPIC.fact(
        "retention-configured",
        Answer.PARTIAL,
        statement,
        places=places,
        values=values,
        confidence=Confidence.MODERATE,
    )


def _by_weight(live: list[Retention]) -> list[Retention]:
    """Set values first, then what reads and deletes."""
    order = {How.SET: 0, How.SWITCHED: 2, How.DELETES: 3, How.SCHEDULED: 4, How.READ: 5}
    return sorted(
        live,
        # A setting whose variable was followed stands with the values that are set.
        key=lambda one: (
            1 if one.how is How.READ and one.period is not None else order[one.how],
            one.place.path,
            one.place.line or 0,
        ),
    )


def _by_kind(periods: list[Retention]) -> str:
    """`logs (30 days), traces (96 hours)`."""
    kinds = sorted({one.kept for one in periods})
    return ", ".join(
        f"{kind.value} ({_periods(one.period for one in periods if one.kept is kind and one.period is not None)})"
        for kind in kinds
    )


def _agrees(notices: Notices, kept: list[Retention]) -> Fact:
    said = [(notice, line, period) for notice in notices.notices for line, period in notice.periods]
    configured = [one for one in kept if one.place.counts and one.period is not None]
    if not said or not configured:
        missing = (
            "No privacy notice here names a period" if not said else "No period is set here in days, months or years"
        )
        reason = f"{missing}, so that there is nothing to compare."
        return TOPIC.fact("retention-agrees", Answer.NOT_APPLICABLE, reason)
    matched: list[InspectedPlace] = []
    unmatched: list[InspectedPlace] = []
    agreeing: list[Period] = []
    open_periods: list[Period] = []
    for notice, line, period in said:
        settings = [one for one in configured if one.period is not None and one.period.is_like(period)]
        if settings:
            agreeing.append(period)
            matched.extend([notice.text.place(line, f"the notice: {period.shown}"), *(one.place for one in settings)])
        else:
            open_periods.append(period)
            unmatched.append(notice.text.place(line, f"the notice: {period.shown}, set nowhere"))
    places = [*matched, *unmatched]
    values: dict[str, Value] = {
        "agreeing": len({period.shown for period in agreeing}),
        "without_setting": len({period.shown for period in open_periods}),
    }
    if agreeing and not open_periods:
        statement = f"The notice and the settings both say {_periods(agreeing)}."
        return TOPIC.fact("retention-agrees", Answer.YES, statement, places=places, values=values)
    if agreeing:
        statement = f"The notice and the settings both say {_periods(agreeing)}; nothing sets {_periods(open_periods)}."
        return TOPIC.fact("retention-agrees", Answer.PARTIAL, statement, places=places, values=values)
    shown = _periods(one.period for one in configured if one.period is not None)
    statement = f"The notice says {_periods(open_periods)}, the settings say {shown}."
    return TOPIC.fact(
        "retention-agrees", Answer.NO, statement, places=[*places, *(one.place for one in configured)], values=values
    )


def _log_redaction(repository: Repository) -> Fact:
    found = log_redaction_of(repository)
    logged = logged_content(repository) if not found.of_people else []
    if found.of_people:
        where = sorted({place.path for place in found.of_people})
        statement = f"Code in {', '.join(where[:_NAMES])} keeps what people say or who they are out of logs."
        return TOPIC.fact(
            "log-redaction",
            Answer.YES,
            statement,
            places=[*found.of_people, *found.of_keys[:_TEMPTING]],
            values={"files": len(where)},
            confidence=Confidence.MODERATE,
        )
    if found.of_keys:
        statement = (
            "Something is kept out of logs, keys, tokens or headers as far as can be told; nothing was seen that"
            " does so for personal data."
        )
        return TOPIC.fact(
            "log-redaction",
            Answer.PARTIAL,
            statement,
            places=[*found.of_keys, *(place.model_copy(update={"counts": False}) for place in logged)],
            confidence=Confidence.MODERATE,
        )
    statement = "No code was seen that keeps personal data out of logs."
    if logged:
        statement += f" {logged[0].path} writes what was said to logs or to a store of them, as it came."
    return TOPIC.fact(
        "log-redaction",
        Answer.NO,
        statement,
        places=logged,
        confidence=Confidence.MODERATE if logged else Confidence.HIGH,
    )


def _control(repository: Repository) -> Fact:
    found = controls_of(repository)
    values: dict[str, Value] = {"attached": len(found.attached), "offered": len(found.offered)}
    if found.attached:
        where = sorted({place.path for place in found.attached})
        statement = f"A control of personal data is attached or called in {', '.join(where[:_NAMES])}."
        return TOPIC.fact(
            "pii-control",
            Answer.YES,
            statement,
            places=[*found.attached, *found.offered[:_TEMPTING]],
            values=values,
            confidence=Confidence.MODERATE,
        )
    if found.offered:
        where = sorted({place.path for place in found.offered})
        statement = (
            f"A control of personal data is offered ({len(where)} of the files here); none is attached or called."
        )
        return TOPIC.fact("pii-control", Answer.PARTIAL, statement, places=found.offered, values=values)
    return TOPIC.fact("pii-control", Answer.NO, "No control of personal data is attached or offered.", values=values)


def _periods(periods: Iterable[Period]) -> str:
    return " and ".join(list(dict.fromkeys(period.shown for period in periods))[:_NAMES])
