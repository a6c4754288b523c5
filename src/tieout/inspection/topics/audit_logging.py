"""Whether logs let somebody say later what decided, and whether they are kept, and kept safe."""

import re
from collections.abc import Iterator
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace
from tieout.inspection.reading.decision_records import Kept, written
from tieout.inspection.reading.masked_names import masked_by_name
from tieout.inspection.reading.source_code import SourceCode, programs, searched, settings, signs
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted
from tieout.kernel.reading.patterns import compile_bytes

_BEYOND = "What the platform that runs the system keeps of its logs."
TOPIC = Topic(
    key="audit-logging",
    title="Audit logging",
    questions=(
        Question("decision-logged", "Do logs record which model, or which version of it, decided?", beyond=_BEYOND),
        Question(
            "persisted-with-retention", "Are logs of requests or actions kept, with a stated retention?", beyond=_BEYOND
        ),
        Question("log-redacted-headers", "Are credentials kept out of logs?", beyond=_BEYOND),
        Question("tamper-evidence", "Would a change of the logs be noticed?", beyond=_BEYOND),
    ),
)
_STORE = compile_bytes(
    r"(?P<group>resource[ \t]+\"(?:aws_cloudwatch_log_group|azurerm_log_analytics_workspace"
    r"|google_logging_project_bucket_config)\")"
    r"|(?P<days>\bretention_in_days[ \t]*=[ \t]*(?:[0-9]+|var\.\w+|local\.\w+)"
    r"|\bRetentionInDays[\"']?:[ \t]*[0-9]+|\bretention_period:[ \t]*[0-9]+\w"
    r"|\bretention_days[ \t]*=[ \t]*[0-9]+)"
)
_HANDLER = compile_bytes(
    r"(?P<file>\blogging\.FileHandler\(|(?m:^[ \t]*class[ \t]+\w*FileHandler\((?:logging\.)?Handler\))"
    r"|\bbasicConfig\([ \t\n]*(?:[^()]{0,120},[ \t\n]*)?filename[ \t]*=)"
    r"|(?P<rotated>\b(?:Timed)?RotatingFileHandler[\"'(][^\n]*|winston\.transports\.(?:Daily)?File\(|DailyRotateFile\()"
    r"|(?P<table>(?m:^[ \t]*class[ \t]+\w*(?:AuditLog|RequestLog|AuditEvent|AuditTrail|ActivityLog"
    r"|Audit)s?(?:[ \t]*[<({:]|[ \t]+extends\b)))"
    r"|(?P<created>\b\w*(?:audit_?log|request_?log|auditEvent)\w*\.(?:create|insert|objects\.create)\w*\()",
)
#: Files by days, by which they are kept for a time; by size nobody knows for how long.
_BY_TIME = re.compile(rb"Timed|Daily|\bwhen\b|\binterval\b|\b(?:max_?files|retention)\b[^\n]{0,6}\d+ ?d", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:backupCount|maxFiles|max_files|backup_count)\b")
_ROTATES = re.compile(r"RotatingFileHandler|DailyRotateFile")
_OF_A_HANDLER: Final = 6
_SCHEMA = compile_bytes(
    r"(?m:^model[ \t]+(?P<table>\w*(?:AuditLog|RequestLog|AuditEvent|ActivityLog)\w*)[ \t]*\{)"
    r"|(?i:CREATE TABLE[^\n(]{0,60}\b(?P<created>\w*(?:audit|request)_?(?:log|event)s?)\b)"
)
_IN_MEMORY = compile_bytes(
    r"(?m:^[ \t]*(?:(?:const|let|var|private|static|self\.)[ \t]+)*(?P<memory>\w*[lL]og(?:s|_?[cC]lients?"
    r"|_?[bB]uffer|_?[sS]ubscribers?|_?[lL]isteners?)?)[ \t]*"
    r"(?::[^=\n]*)?=[ \t]*(?:new[ \t]+(?:Map|Set|Array)\b|\[\]|deque\(|make\((?:map|chan|\[\])))"
)
_REDACTED = compile_bytes(
    r"(?P<value>[\"'`]?\[?(?:REDACTED|FILTERED)\]?[\"'`])|(?P<rails>\bfilter_parameters[ \t]*\+?=)"
    r"|(?P<pino>\bredact:[ \t]*[\[{])"
    r"|(?P<function>\b(?:def|function|const|func)[ \t]+\w*(?:redact|sanitize_?(?:headers?|log)|mask_?(?:secrets?"
    r"|headers?|token)|scrub)\w*)"
    r"|(?P<setting>\bredact_user_api_key_info:[ \t]*true|\bturn_off_message_logging:[ \t]*true"
    r"|\bsend_default_pii[ \t]*=[ \t]*False)",
    folded=True,
)
#: All headers of a request go into a log as they are.
_LOGS_HEADERS = compile_bytes(
    r"(?P<headers>\b\w*(?:log|logger|logging|console)\w*\.(?:debug|info|warn|warning|error|log|trace|exception)\("
    r"[^\n]{0,120}?\b(?:request|req|ctx|context|response|resp|r)\.headers\b(?:[ \t]*[,)}]|$))",
    folded=True,
)
_CREDENTIAL = re.compile(rb"header|authori[sz]ation|token|secret|passw|api_?key|cookie|credential", re.IGNORECASE)
_OF_LOG = re.compile(rb"\blog|logg|log\b|filter_parameters|trace|span|sentry|audit", re.IGNORECASE)
#: What opens a door goes into a log as it is, by the name of what holds it; a token may also be a part of a word.
_LOGS_KEYS = compile_bytes(
    r"\b\w*(?:log|logger|logging|console)\w*\.(?:debug|info|warn|warning|error|log|trace|exception)\("
    r"(?:[^\n]{0,160}?(?:[{,]|%[ \t]|\+[ \t])[ \t]*)"
    r"(?:\w+\.){0,3}(?P<key>authori[sz]ation(?:_header)?|auth_(?:header|token)|(?:access|refresh|bearer|id)_?token|jwt(?:_token)?"
    r"|password|passwd|api_?key|client_secret|secret_key)[ \t]*(?:[,)}]|$)",
    folded=True,
)
_SEALED = compile_bytes(
    r"(?P<trail>\benable_log_file_validation[ \t]*=[ \t]*true)|(?P<lock>\bobject_lock_enabled[ \t]*=[ \t]*true"
    r"|aws_s3_bucket_object_lock_configuration"
    r"|\bObjectLockEnabled[\"']?:[ \t]*[\"']?true|\bimmutability_policy\b)"
    r"|(?P<chain>\b(?:prev(?:ious)?_?(?:entry_?)?hash|hash_chain|chain_hash)\b[ \t]*[:=])"
    r"|(?P<readonly>\bREVOKE (?:UPDATE|DELETE)[^\n]*(?:audit|log))"
)
_PAST = re.compile(r"(^|/)(migrations?|migrate)/")
_NEAR: Final = 25
_MOST: Final = 8


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic, each once."""
    yield _decision(repository)
    redacted = list(_redacted(repository))
    yield _kept(repository, redacted)
    yield _headers(redacted, masked_by_name(repository), *_logged(repository))
    yield _sealed(repository)


def _decision(repository: Repository) -> Fact:
    found: dict[Kept, list[InspectedPlace]] = {kept: [] for kept in Kept}
    for one in written(repository):
        found[one.kept].append(one.place)
    versions, names = found[Kept.VERSION], found[Kept.NAME]
    measured, providers = found[Kept.MEASURED], found[Kept.PROVIDER]
    tempting = [*found[Kept.ASKED], *found[Kept.LOADED], *found[Kept.ASIDE]][:_MOST]
    places = [*versions, *names, *providers[:_MOST], *measured[:_MOST], *tempting]
    values = {
        "versions": len(versions),
        "names": len(names),
        "in_measurements": len(measured),
        "providers_only": len(providers),
    }
    if versions or names:
        what = "the version of the model" if versions else "the name of the model"
        answer, statement = Answer.YES, f"Logs or records carry {what}, in {_places(len(versions) + len(names))}."
    elif measured or providers:
        answer, statement = Answer.PARTIAL, _in_part(measured, providers)
    else:
        answer, statement = Answer.NO, "No line was found that logs the model or its version."
    return TOPIC.fact(
        "decision-logged", answer, statement, places=places, values=values, confidence=Confidence.MODERATE
    )


def _in_part(measured: list[InspectedPlace], providers: list[InspectedPlace]) -> str:
    told = []
    if providers:
        told.append(f"the record of a request names the provider and not the model ({_places(len(providers))})")
    if measured:
        told.append(f"the model stands in measurements or traces, not in a log ({_places(len(measured))})")
    text = " and ".join(told)
    return f"{text[0].upper()}{text[1:]}."


def _kept(repository: Repository, redacted: list[InspectedPlace]) -> Fact:
    stores, days, tables = _kept_in(repository)
    values = {"stores": len(stores), "retentions": len(days), "tables": len(tables)}
    if days:
        statement = f"Logs are kept, and {_places(len(days))} {'says' if len(days) == 1 else 'say'} how long."
        return TOPIC.fact(
            "persisted-with-retention",
            Answer.YES,
            statement,
            places=[*days, *stores, *tables[:_MOST]],
            values=values,
            confidence=Confidence.MODERATE,
        )
    if stores or tables:
        statement = f"Records are kept ({_places(len(stores) + len(tables))}), and no retention of them was found."
        places = [*stores, *tables]
        return TOPIC.fact(
            "persisted-with-retention",
            Answer.PARTIAL,
            statement,
            places=places,
            values=values,
            confidence=Confidence.MODERATE,
        )
    memory = list(_in_memory(repository))
    statement = "Nothing was found that stores logs or says how long they are kept."
    if memory:
        statement = "Logs are held in memory, for those who listen; nothing stores them or says how long they are kept."
        paths = {place.path for place in memory}
        memory += [place for place in redacted if place.path in paths]
    return TOPIC.fact(
        "persisted-with-retention",
        Answer.NO,
        statement,
        places=memory,
        values=values,
        confidence=Confidence.MODERATE,
    )


def _kept_in(
    repository: Repository,
) -> tuple[list[InspectedPlace], list[InspectedPlace], list[InspectedPlace]]:
    """Places of what keeps logs, of how long they are kept, and of records of actions."""
    stores: list[InspectedPlace] = []
    days: list[InspectedPlace] = []
    for kind, source, hit in signs(repository, settings(repository), _STORE):
        if kind == "group" or re.search(rb"log|trail|loki", source.around(hit.line, _NEAR, 3), re.IGNORECASE):
            place = source.text.place(hit.line, "keeps logs" if kind == "group" else "how long they are kept")
            (stores if kind == "group" else days).append(place)
    tables: list[InspectedPlace] = []
    files = [file for file in programs(repository) if not _PAST.search(file.path)]
    for kind, source, hit in signs(repository, files, _HANDLER):
        if kind == "rotated" and _BY_TIME.search(source.around(hit.line, 0, _OF_A_HANDLER)):
            days.append(source.text.place(hit.line, "log files that are rotated"))
        elif kind == "rotated":
            stores.append(source.text.place(hit.line, "log files that are rotated by their size, for no stated time"))
            stores += _number_kept(source, hit.line)
        elif kind == "file":
            stores.append(source.text.place(hit.line, "keeps logs in a file"))
        else:
            tables.append(source.text.place(hit.line, "keeps a record of actions"))
    for file in repository.files:
        if file.is_own and file.name.endswith((".prisma", ".sql")) and (text := repository.text(file.path)):
            tables += [text.place(hit.line, "table of actions") for hit in text.hits(_SCHEMA)]
    return stores, days, tables


def _number_kept(source: SourceCode, line: int) -> Iterator[InspectedPlace]:
    """How many files are kept: a number, and no time."""
    after = source.around(line, 0, _OF_A_HANDLER).decode("utf-8", "replace").split("\n")
    for number, stated in enumerate(after, start=line):
        if number > line and _ROTATES.search(stated):
            return  # of the next one
        if _COUNT.search(stated):
            yield source.text.place(number, "how many files are kept, not how long", counts=False)
            return


def _in_memory(repository: Repository) -> Iterator[InspectedPlace]:
    """Collections of logs in the memory of a program, and the comment above that says what for."""
    files = [file for file in programs(repository) if "log" in file.path.lower()]
    for source in searched(repository, files, _IN_MEMORY):
        for hit in source.hits(_IN_MEMORY):
            above = source.text.line(hit.line - 1) if hit.line > 1 else ""
            if above.startswith(("//", "#", "*", "/*")):
                yield source.text.place(hit.line - 1, "says what is held in memory", commented=True)
            yield source.text.place(hit.line, "held in memory only")


def _redacted(repository: Repository) -> Iterator[InspectedPlace]:
    for _, source, hit in signs(repository, [*programs(repository), *settings(repository)], _REDACTED):
        near = source.around(hit.line, 6, 6)
        path = source.text.path.encode("utf-8", "surrogateescape")
        if _CREDENTIAL.search(near) and (_OF_LOG.search(near) or _OF_LOG.search(path)):
            yield source.text.place(hit.line, "kept out of logs")


def _logged(repository: Repository) -> tuple[list[InspectedPlace], list[InspectedPlace]]:
    """Lines that put headers into a log, and those that put a credential there by its name."""
    headers = [
        source.text.place(hit.line, "puts all headers of a request into a log")
        for _, source, hit in signs(repository, programs(repository), _LOGS_HEADERS)
    ]
    keys = [
        source.text.place(hit.line, "puts a credential into a log")
        for _, source, hit in signs(repository, programs(repository), _LOGS_KEYS)
    ]
    return headers, keys


def _headers(
    redacted: list[InspectedPlace],
    masked: list[InspectedPlace],
    headers: list[InspectedPlace],
    keys: list[InspectedPlace],
) -> Fact:
    if headers or keys:
        told = []
        if headers:
            told.append(f"all headers of a request are put into a log as they are, at {_places(len(headers))}")
        if keys:
            told.append(f"a credential is put into a log by its name, at {_places(len(keys))}")
        statement = " and ".join(told)
        statement = f"{statement[0].upper()}{statement[1:]}."
        if redacted or masked:
            statement += " Credentials are replaced or left out elsewhere; whether there too cannot be told."
        return TOPIC.fact(
            "log-redacted-headers",
            Answer.PARTIAL if redacted or masked else Answer.NO,
            statement,
            places=[*headers, *keys, *redacted, *masked],
            confidence=Confidence.MODERATE,
        )
    if masked and not redacted:
        files = len({place.path for place in masked})
        statement = (
            "Values of keys whose names are those of credentials are masked before they go into logs, traces or "
            f"histories, in {counted(files, 'file')}; what goes by another name is not."
        )
        return TOPIC.fact("log-redacted-headers", Answer.YES, statement, places=masked, confidence=Confidence.MODERATE)
    redacted = [*redacted, *masked]
    if not redacted:
        statement = "No line was found that keeps headers, keys or passwords out of logs."
        return TOPIC.fact("log-redacted-headers", Answer.NO, statement, confidence=Confidence.MODERATE)
    count = len({place.path for place in redacted})
    statement = f"Credentials are replaced or left out before logging, in {counted(count, 'file')}."
    return TOPIC.fact("log-redacted-headers", Answer.YES, statement, places=redacted, confidence=Confidence.MODERATE)


def _sealed(repository: Repository) -> Fact:
    found = [
        source.text.place(hit.line, "a change would be noticed or refused")
        for _, source, hit in signs(repository, [*programs(repository), *settings(repository)], _SEALED)
    ]
    if found:
        statement = f"Records are locked, chained or checked, in {_places(len(found))}."
        return TOPIC.fact("tamper-evidence", Answer.YES, statement, places=found, confidence=Confidence.MODERATE)
    statement = "Nothing was found that locks, chains or checks the logs."
    return TOPIC.fact("tamper-evidence", Answer.NO, statement, confidence=Confidence.MODERATE)


def _places(count: int) -> str:
    return counted(count, "place")
