"""Settings and code by which data is deleted after a time: how long, of what, and whether the value stands here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.collections_expiring import expiring
from tieout.inspection.reading.periods import Period, period_of, periods_in
from tieout.inspection.reading.source_code import SourceCode, definition_above, is_program, is_settings, source_of
from tieout.inspection.reading.terraform_variables import variables_of
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.patterns import compile_bytes


class Kept(StrEnum):
    """What is kept for a time."""

    DATA = "data"
    LOGS = "logs"
    TRACES = "traces"
    METRICS = "measurements"
    BACKUPS = "backups"


class How(StrEnum):
    """What a place says of a retention period."""

    SET = "a period is set"
    READ = "a period is read from elsewhere"
    DELETES = "what is older is deleted"
    SCHEDULED = "the deletion is scheduled"
    SWITCHED = "the deletion is switched on"
    OFF = "the deletion is switched off"
    OTHER = "a period of something else"


@dataclass(frozen=True, slots=True)
class Retention:
    """One place.

    Attributes:
        place: Where.
        how: What stands there.
        kept: What it is of.
        period: As far as it is told.
        key: Name of the setting, in small letters.
    """

    place: InspectedPlace
    how: How
    kept: Kept
    period: Period | None
    key: str


#: A line that gives a setting a value, or reads it; only lines with a word of `_WORD` are looked at.
_KEYED = re.compile(
    r"[\"']?(?P<key>[\w.-]{0,60}(?:retention|retain|expiry|expir(?:e|es|ed|ation)|purge|delete_?after|keep_?for"
    r"|[_.-]ttl)"
    r"[\w.-]{0,40})[\"']?\s{0,20}(?:=>|:=|[:=])\s{0,20}"
    r"[\"']?(?P<value>\d{1,12})?(?P<suffix> ?[a-z]{1,7}\b)?(?P<rest>.*)",
    re.IGNORECASE,
)
_WORD = compile_bytes(r"retention|retain|expir(?:y|e|ation)|purge|delete_?after|keep_?for|[_.-]ttl", folded=True)
#: What any of it needs: most files hold none of these.
_HINT = compile_bytes(
    r"retention|retain|expir|purge|delete_?after|keep_?for|[_.-]ttl|\.ago\b|timedelta|interval", folded=True
)
_DELETES = compile_bytes(
    r"(?P<number>\d{1,4})\.(?P<unit>days?|weeks?|months?|years?)\.ago\b[^\n]{0,120}\b(?:delete_all|destroy_all"
    r"|delete_by|purge)"
    r"|\btimedelta\((?P<py>days|hours|weeks|seconds)=(?P<amount>[\w.\[\]\"']{1,60})\)"
    r"|\bdelete\s+from\b[^;]{0,300}\binterval\s+'?(?P<sql>\d{1,4})'?\s*(?P<sqlunit>days?|months?|years?|hours?)"
    r"|\bttl\b[^;\n]{0,120}\binterval\s+(?P<house>\d{1,4})\s+(?P<houseunit>day|month|year|week)"
    r"|\bexpireAfterSeconds\b[\"']?\s*:\s*(?P<mongo>\d{1,10})",
    folded=True,
)
#: When a store of objects deletes them, as Terraform and CloudFormation write it.
_EXPIRATION = compile_bytes(
    r"\bexpiration\s*(?:=\s*)?\{\s*days\s*=\s*(?P<days>\d{1,5}|var\.\w+)"
    r"|\bexpiration[\"']?\s*:\s*\{?\s*[\"']?days[\"']?\s*:\s*(?P<nested>\d{1,5})"
    r"|\bexpirationindays[\"']?\s*:\s*(?P<flat>\d{1,5})",
    folded=True,
)
_RESOURCE = re.compile(rb'resource\s+"[^"\n]{1,80}"\s+"([^"\n]{1,80})"')
_SINGLE_TABLE = compile_bytes(r"\bttl\s*\{[^{}]{0,200}\benabled\s*=\s*true\b", folded=True)
_SWITCH = compile_bytes(r"\bretention_enabled[\"']?\s*:\s*[\"']?(?P<on>true|false)\b", folded=True)
_VARIABLE = re.compile(r"\bvar\.(\w{1,100})")
#: Periods that the library of a supplier of clouds names: `RetentionDays.ONE_WEEK`.
_NAMED_DAYS = re.compile(r"\bRetentionDays\.([A-Z_]{3,30})\b")
_PURGING = re.compile(r"(?:delete|purge|expire|retention|clean|prune|remov)", re.IGNORECASE)
_COMMAND = re.compile(
    r"(?:delete|purge|expire|clean|prune)(?:up)?[-_]?(?:expired?|old|stale|data|all)\w*", re.IGNORECASE
)
_PURGE = re.compile(rb"(?:delete|purge|expire|clean|prune)\w{0,4}_?(?:expired?|old|stale|data|all)", re.IGNORECASE)
#: What is older is deleted, and not only marked.
_DELETING = compile_bytes(r"delet|purge|remove|expireAfter|\bttl\b|prune", folded=True)
_LINES_AFTER: Final = 16
#: One day times a number from elsewhere.
_TIMES = re.compile(r"\*\s*timedelta\(|timedelta\([^)]{0,60}\)\s*\*")
_SCHEDULE = compile_bytes(r"\bcron\b|\bschedule\b|\brate\(", folded=True)

_DATA = re.compile(
    r"file|data|message|chat|conversation|trace|event|record|user|document|upload|prompt|histor|transcript|question"
    r"|object|blob"
    r"|content|row|partition|table|audit|log|backup|personal|interaction|session_?history",
    re.IGNORECASE,
)
#: What expires for other reasons than that data is old.
_NOT_DATA = re.compile(
    r"session|token|jwt|cookie|cache|otp|link|url|certificate|\bcert|(?<![a-z])lock|password|lease|credential|secret|artifact"
    r"|invit|magic"
    r"|nonce|heartbeat|dns|signed|presign|kv_|redis|api_?key|metric|prometheus|job|queue|worker|image"
    r"|snapshot_?test|visibility"
    r"|stale|interval|frequency|usage|soft_?delete|max_?age|cors|hsts|code_|license|trial|subscription|card",
    re.IGNORECASE,
)
_LOGS = re.compile(r"log", re.IGNORECASE)
_LOGS_PATH = re.compile(r"(?:^|/)(?:loki|logs?|logging|fluent\w*|elk)(?:[/_.-])", re.IGNORECASE)
_TRACES_PATH = re.compile(r"(?:^|/)(?:tempo|jaeger|zipkin)(?:[/_.-])", re.IGNORECASE)
_METRICS = re.compile(r"tsdb|insights", re.IGNORECASE)
_BACKUPS = re.compile(r"backup|point_in_time|pitr", re.IGNORECASE)
_NOT_HERE = re.compile(
    r"(?:^|/)\.github/|(?:^|/)\.gitlab-ci|(?:^|/)(?:migrations?|locales?|i18n|generated|openapi|fern)/"
    r"|openapi[^/]*$|swagger[^/]*$|package\.json$|\.lock$",
    re.IGNORECASE,
)
_DEFAULT = re.compile(r"\bdefault\s?[=:]\s?[\"']?(\d{1,6})\b")
#: A parameter or a field with its kind and what it is where nobody says otherwise: `retain_days: int = 90`.
_TYPED = re.compile(r"(?:int|float|Optional\[int\])(?: ?\| ?None)? ?= ?(\d{1,6})\b(?! ?[*.])")
_READ = re.compile(r"\b(?:env|environ|getenv|process\.env|var\.|settings|config|secrets?)\b")
_UNIT_IN_KEY = re.compile(r"days?|hours?|months?|years?|weeks?|seconds?|secs?|minutes?")
_PRODUCT = re.compile(r"(?: ?\* ?\d{1,6}){1,6}")
_FACTOR = re.compile(r"\d{1,6}")
_SHOWN: Final = frozenset({PlaceClass.LIVE, PlaceClass.NON_PRODUCTION, PlaceClass.EXAMPLE, PlaceClass.TEST})
#: The key of what an index of one collection deletes.
OF_COLLECTION: Final = "index of a collection"
_LONGEST_DAYS: Final = 40_000
#: A larger file is made by a program: a schema, a fixture.
_LARGEST: Final = 300_000
_LONGEST_LINE: Final = 400
#: How far above its rule the head of a resource may stand, bytes.
_LOOKED_ABOVE: Final = 1_500
_MOST_HITS: Final = 200
_MOST_COMMANDS: Final = 50


def retention_of(repository: Repository) -> list[Retention]:
    """Every place that says how long data is kept, sorted by path; those in examples and tests do not count."""
    files = [file for file in repository.files if _may_tell(file)]
    found: list[Retention] = []
    commands: set[str] = set()
    for text in repository.texts(files):
        if _HINT.search(text.data):
            found.extend(_in_file(repository, text.path))
        stem = text.path.rpartition("/")[2].partition(".")[0]
        if _COMMAND.fullmatch(stem):
            commands.add(stem)
    found.extend(_scheduled(repository, files, commands))
    return sorted(found, key=lambda one: (one.place.path, one.place.line or 0, one.how))


def _may_tell(file: File) -> bool:
    name = file.name
    return (
        file.kind == "file"
        and file.path_class in _SHOWN
        and file.size <= _LARGEST
        and not _NOT_HERE.search(file.path)
        and (
            is_program(file)
            or is_settings(file)
            or name.startswith(".env")
            or name.endswith((".env", ".sql", ".tfvars"))
        )
    )


def _in_file(repository: Repository, path: str) -> Iterator[Retention]:
    text = repository.text(path)
    if text is None:
        return
    source = source_of(repository, text)
    lines = source.stated.split(b"\n")
    for number in islice(dict.fromkeys(hit.line for hit in source.hits(_WORD)), _MOST_HITS):
        match = _KEYED.search(lines[number - 1][:_LONGEST_LINE].decode("utf-8", "replace"))
        one = _keyed(text.place(number), match.groupdict(default="")) if match is not None else None
        if one is not None and match is not None:
            yield from _followed(repository, one, match["suffix"] or "", match["rest"])
    yield from _stores(repository, source)
    of_path = _PURGING.search(path) is not None or path.endswith((".sql", ".rake"))
    if of_path or _PURGE.search(source.code):
        for hit in islice(source.hits(_DELETES), _MOST_HITS):
            if not of_path and not _purges(definition_above(source, hit.line)):
                continue
            if _DELETING.search(source.around(hit.line, 0, _LINES_AFTER)):
                times = _TIMES.search(hit.text) is not None
                yield _deleting(text.place(hit.line), {} if times else hit.groups)


def _purges(name: str) -> bool:
    """Whether a function is named for deleting what is old, and not for what expires for other reasons."""
    return _COMMAND.search(name) is not None and _NOT_DATA.search(name) is None


def _keyed(place: InspectedPlace, groups: dict[str, str]) -> Retention | None:
    key = groups["key"].lower()
    suffix, rest = groups["suffix"].strip(), groups["rest"]
    if _NOT_DATA.search(key) or not ("retention" in key or "retain" in key or _DATA.search(key)):
        period = _set_period(key, groups["value"], suffix, rest) if groups["value"] else None
        return None if period is None else _found(place, How.OTHER, Kept.DATA, None, key)
    kept = _kept(key, place.path)
    named = _NAMED_DAYS.search(rest) or _NAMED_DAYS.search(f"{groups['suffix']}{rest}")
    if named is not None:
        periods = periods_in(named[1].replace("_", " "))
        return _found(place, How.SET, Kept.LOGS, periods[0][1], key) if periods else None
    default = None if groups["value"] else _DEFAULT.search(rest) or _TYPED.match(f"{suffix}{rest}")
    if groups["value"] or default is not None:
        period = _set_period(key, default[1], "", "") if default else _set_period(key, groups["value"], suffix, rest)
        return None if period is None else _found(place, How.SET, kept, period, key)
    if _READ.search(f"{suffix}{rest}") is None:
        return None
    return _found(place, How.READ, kept, None, key)


def _kept(key: str, path: str) -> Kept:
    """What a setting is of, by its name and the folder of the store that it belongs to."""
    if _BACKUPS.search(key):
        return Kept.BACKUPS
    if _METRICS.search(key):
        return Kept.METRICS
    if _TRACES_PATH.search(path):
        return Kept.TRACES
    return Kept.LOGS if _LOGS.search(key) or _LOGS_PATH.search(path) or key == "retention_in_days" else Kept.DATA


def _found(place: InspectedPlace, how: How, kept: Kept, period: Period | None, key: str) -> Retention:
    return Retention(_shown(place, how, kept), how, kept, period, key)


def _followed(repository: Repository, one: Retention, *said: str) -> Iterator[Retention]:
    """A setting, and where it reads a variable of Terraform the line that gives that its value."""
    name = _VARIABLE.search("".join(said)) if one.how is How.READ else None
    folder = one.place.path.rpartition("/")[0]
    variable = variables_of(repository).get((folder, name[1])) if name is not None else None
    period = _set_period(one.key, variable.value, "", "") if variable is not None and variable.value.isdigit() else None
    if variable is None or period is None:
        yield one
        return
    shows = f"{variable.place.shows}, for {one.kept.value}"
    yield Retention(one.place, one.how, one.kept, period, one.key)
    yield Retention(variable.place.model_copy(update={"shows": shows}), How.SET, one.kept, period, one.key)


def _stores(repository: Repository, source: SourceCode) -> Iterator[Retention]:
    """Rules of stores: when objects expire, rows that expire by themselves, and whether a store of logs deletes."""
    text = source.text
    for match in _EXPIRATION.finditer(source.stated):
        at = next(index for index in (1, 2, 3) if match.start(index) >= 0)
        value, line = match.group(at).decode(), text.line_at(match.start(at))
        above = _RESOURCE.findall(source.stated[max(match.start() - _LOOKED_ABOVE, 0) : match.start()])
        kept = Kept.LOGS if above and b"log" in above[-1].lower() else Kept.DATA
        key = "expiration_days"
        if value.isdigit():
            yield _found(text.place(line), How.SET, kept, period_of(value, "days"), key)
        else:
            yield from _followed(repository, _found(text.place(line), How.READ, kept, None, key), value)
    for one in expiring(source):
        period = period_of(str(round(one.days)), "days")
        found = _found(text.place(one.line), How.DELETES, Kept.DATA, period, OF_COLLECTION)
        shows = f"rows of {one.collection} are deleted"
        yield Retention(found.place.model_copy(update={"shows": shows}), found.how, found.kept, found.period, found.key)
    for hit in source.hits(_SINGLE_TABLE):
        yield _found(text.place(hit.line), How.DELETES, Kept.DATA, None, "ttl")
    if _LOGS_PATH.search(text.path):
        for hit in source.hits(_SWITCH):
            how = How.SWITCHED if hit.groups["on"].lower() == "true" else How.OFF
            yield _found(text.place(hit.line), how, Kept.LOGS, None, "retention_enabled")


def _set_period(key: str, value: str, suffix: str, rest: str) -> Period | None:
    """The period that a setting gives, by the unit in its name or behind its value; a product is worked out."""
    unit = _UNIT_IN_KEY.search(key)
    if unit is None and not suffix:
        return None
    product = _PRODUCT.match(rest) if not suffix else None
    for factor in _FACTOR.findall(product[0]) if product else ():
        value = str(int(value) * int(factor))
    period = period_of(value, unit[0] if unit is not None else suffix)
    return period if period is not None and 0 < period.days <= _LONGEST_DAYS else None


def _deleting(place: InspectedPlace, groups: dict[str, str]) -> Retention:
    period = None
    for number, unit in (("number", "unit"), ("amount", "py"), ("sql", "sqlunit"), ("house", "houseunit")):
        if number in groups:
            period = period_of(groups[number], groups[unit])
    if "mongo" in groups:  # seconds, as MongoDB counts
        period = period_of(groups["mongo"], "seconds")
    return _found(place, How.DELETES, Kept.DATA, period, "")


def _scheduled(repository: Repository, files: list[File], commands: set[str]) -> Iterator[Retention]:
    """Lines of live settings that name a command that deletes, in a file that schedules something."""
    names = sorted(commands)[:_MOST_COMMANDS]
    if not names:
        return
    for text in repository.texts(file for file in files if is_settings(file) and file.path_class is PlaceClass.LIVE):
        if not _SCHEDULE.search(text.data):
            continue
        for number, line in enumerate(text.lines(), start=1):
            if not line.lstrip().startswith(("#", "//")) and any(name in line for name in names):
                yield _found(text.place(number), How.SCHEDULED, Kept.DATA, None, "")


def _shown(place: InspectedPlace, how: How, kept: Kept) -> InspectedPlace:
    counts = place.path_class in {PlaceClass.LIVE, PlaceClass.NON_PRODUCTION} and how not in {How.OFF, How.OTHER}
    shows = f"{how.value}, for {kept.value}" if how in {How.SET, How.READ} else how.value
    return place.model_copy(update={"shows": shows, "counts": counts})
