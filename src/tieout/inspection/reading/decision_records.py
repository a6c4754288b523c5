"""Whether what a program writes down of a request names the model: lines that log, records with fields, measurements.

A record is a type of the program's own that is named after a log or a record of requests, and that is made somewhere
in a program in use; what its fields are called tells what is kept. Nothing is run, so a field may stay empty.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import Part, SourceCode, definition_above, groups_of, programs, searched
from tieout.inspection.repository import Repository
from tieout.inspection.text import Hit
from tieout.kernel.reading.patterns import compile_bytes


class Kept(StrEnum):
    """What of the model is written down, and where."""

    VERSION = "version that is logged"
    NAME = "model that is logged"
    PROVIDER = "provider in a record of requests, without the model"
    MEASURED = "model in a measurement or trace"
    ASKED = "what the caller asked for, not what answered"
    LOADED = "said when a model is loaded, not when it answers"
    ASIDE = "said of a fault or for finding one, not of each answer"


@dataclass(frozen=True, slots=True)
class Written:
    """A line that writes the model down, or only seems to."""

    kept: Kept
    place: InspectedPlace


_MODEL = r"(?:model|classifier|llm|deployment|detector|ranker)"
_KEY = compile_bytes(
    rf"[\"']?\b(?P<key>(?:\w*{_MODEL}_?(?:version|name|id|revision|hash)|modelVersion|modelName|modelId"
    r"|model))[\"']?[ \t]*(?::|=>|=)[ \t]*[%?]?[\w\"'.\[({@]"
    r"|(?:\b(?:zap|slog)\.\w+\(|\.Str\(|\.WithFields?\()[ \t]*"
    rf"\"(?P<pair>(?:\w*{_MODEL}_?(?:version|name|id)|model))\","
)
_ANY_KEY = compile_bytes(r"model|classifier|llm|detector|ranker", folded=True)
_ANY_LOG = compile_bytes(r"\blog|metric|audit|record|track|telemetry|trac(?:e|ing)|\bslog\.|\bzap\.", folded=True)
_LOGS = re.compile(
    r"(^|_)(?:log|audit|record|track|metrics?|trace|emit)|[a-z](?:Log|Audit|Metrics|Record)|^(?:log|audit|record"
    r"|track)[A-Z]"
)
_CALL = re.compile(
    r"\b(?:log|logger|logging|LOG|slog|console|Rails\.logger|structlog)\.(?:info|debug|warn\w*|error|log|msg"
    r"|bind)\b|\blog_\w+\(|\baudit\w*\(|\brecord_\w+\(|\bassign_metrics\("
    r"|\b(?:info|debug|warn|error|trace|event)!\(|\b(?:zap|slog)\.\w+\(|\.Str\(|\.WithFields?\("
)
#: A call that logs and whose arguments stand below it, each on a line of its own.
_CALL_OPENS = re.compile(
    r"\b(?:log|logger|logging|LOG|slog|structlog)\.(?:info|debug|warn\w*|error|log|exception|critical)\([ \t]*$"
)
_IS_VERSION = re.compile(r"version|revision|hash", re.IGNORECASE)
_CONFIGURES = re.compile(
    r"Field\(|\bdef\b|\bmodel[ \t]*=[ \t]*models?\.|BaseModel|queryset|ForeignKey|serializers?\.|class Meta"
    r"|_cls\b|: *(?:str|string|int)\b[^=]*$|\b\w+: *(?:Optional\[)?(?:str|int)\]?(?: *\| *None)? *= *[^=]*,?$"
)
_LOADS = re.compile(
    r"\b(?:re|un)?(?:load|regist(?:er)?|delet|creat|add|remov|sav|download|export|train|initiali[sz]|start|fetch"
    r"|convert)(?:s|ed|ing|e)?\b",
    re.IGNORECASE,
)
# The same as the name of an event that a program logs with fields: "model_loaded".
_LOADED_EVENT = re.compile(
    r"[\"'](?:[\w ]*[_ ])?(?:(?:re|un)?load|regist(?:er)?|download|initiali[sz]|start|configur)(?:ed|ing|up)"
    r"(?:[_ ]\w*)?[\"']",
    re.IGNORECASE,
)
# A level that is for faults, or that is off in use.
_OF_FAULTS = re.compile(r"\b(?:warn\w*|error|err|exception|critical|fatal|panic|debug|trace)!?\(", re.IGNORECASE)
#: Names of the field's own conventions for a model, where measurements or traces are made.
_CONVENTION = compile_bytes(r"[\"'](?P<key>gen_ai\.(?:request|response)\.model|llm\.model_name)[\"']")
_OF_TELEMETRY = re.compile(r"(^|/)(metrics|tracing|telemetry)(/|\.)")
_NAMED = r"(?:[\w.]*[._])?model(?:[._]?(?:name|id|version))?"
_MEASURED = compile_bytes(
    rf"(?:\bKeyValue::new\(|\battribute\.(?:String|Key)\(|\.set_?[aA]ttribute\()[ \t\n]*[\"']{_NAMED}[\"']"
    rf"|\.labels\([^()\n]{{0,80}}\b{_NAMED}[ \t]*="
    rf"|\blabel_?[nN]ames[\"']?[ \t]*[=:][ \t]*[\[(][^\])\n]{{0,160}}[\"']{_NAMED}[\"']"
    rf"|\.set_?[aA]ttributes\([ \t]*\{{[^}}\n]{{0,160}}\b{_NAMED}[\"']?[ \t]*:"
    rf"|\b(?:counter|histogram|gauge)!\([^\n]{{0,160}}[\"']{_NAMED}[\"'][ \t]*=>"
)

_RECORD = (
    r"\w*(?:Request|Response|Inference|Completion|Prediction|Decision|Chat|L[lL][mM]|Call|Usage|Access|Generation)s?"
    r"(?:Log|Record|Audit)(?:Entry|Event|Message|Row|Data|Item|s)?"
    r"|\w*(?:Log|Audit)(?:Entry|Record|Event|Message|Row|Data|Metadata)"
)
_TYPE = compile_bytes(
    rf"(?m)^[ \t]*(?:export |default |pub(?:\([a-z]+\))? |public |private |internal |abstract |final |data |sealed )*"
    rf"(?:struct|class|interface|type|record|message)[ \t]+(?P<name>{_RECORD})\b"
)
_PREFIX = (
    r"(?m)^[ \t]*(?:(?:pub(?:\([a-z]+\))?|public|private|protected|readonly|val|var|final|optional"
    r"|string)[ \t]+)*[\"']?"
)
_FIELD = compile_bytes(
    _PREFIX + r"(?:(?P<asked>model_?(?:override|hint|requested)|requested_?model)"
    r"|(?P<version>(?:llm_?|ai_?)?(?:model|deployment)_?(?:version|revision|hash))"
    r"|(?P<model>(?:llm_?|ai_?|deployed_?|resolved_?|used_?)?(?:model|deployment)(?:_?(?:name|id|used))?)"
    r"|(?P<provider>(?:llm_?|model_?)?(?:provider|vendor)(?:_?(?:name|id))?))[\"']?\??(?::|[ \t]*[:=]|[ \t]+[\w*\[\"])",
    folded=True,
)
_KINDS: Final = {"asked": Kept.ASKED, "version": Kept.VERSION, "model": Kept.NAME, "provider": Kept.PROVIDER}
_NEAR: Final = 25
_TALLEST_CALL: Final = 12
_FILLED: Final = 40
_LONGEST_TYPE: Final = 8_000
_MOST_OF_A_RECORD: Final = 3
_MOST_TYPES: Final = 200


def written(repository: Repository) -> Iterator[Written]:
    """Every line that writes the model of a request down, and some that only seem to, by what they are."""
    yield from _logged(repository)
    yield from _of_records(repository)
    yield from _measured(repository)


def _logged(repository: Repository) -> Iterator[Written]:
    for source in searched(repository, programs(repository), _ANY_KEY):
        if not _ANY_LOG.search(source.stated):
            continue
        for hit in source.hits(_KEY):
            if _CONFIGURES.search(hit.text) or not _is_logged(source, hit) or _MEASURED.search(hit.text.encode()):
                continue
            key = hit.groups.get("key") or hit.groups["pair"]
            kept = Kept.VERSION if _IS_VERSION.search(key) else Kept.NAME
            call = _call_around(source, hit) or hit.text
            in_words = source.part_at(hit.start) is Part.STRING and _LOADS.search(hit.text)
            if in_words or _LOADED_EVENT.search(call):
                kept = Kept.LOADED
            elif _OF_FAULTS.search(call):
                kept = Kept.ASIDE
            counts = kept in {Kept.VERSION, Kept.NAME}
            yield Written(kept, source.text.place(hit.line, kept.value, counts=counts))


def _is_logged(source: SourceCode, hit: Hit) -> bool:
    """Whether a key stands in a call that logs, or in what a function that logs puts together."""
    if _CALL.search(hit.text) or _call_around(source, hit):
        return True
    if not hit.text.startswith(("'", '"')) and "=>" not in hit.text and not re.match(r"\w+:\s", hit.text):
        return False
    name = definition_above(source, hit.line)
    if not _LOGS.search(name):
        return False
    near = source.around(hit.line, 0, _NEAR).decode("utf-8", "replace")
    return bool(_CALL.search(near)) or "metrics" in name


def _call_around(source: SourceCode, hit: Hit) -> str:
    """The lines of a call that logs, from its name down to the line of a key that is one of its arguments, or ""."""
    above = source.around(hit.line, _TALLEST_CALL, 0).decode("utf-8", "replace").split("\n")
    for index in range(len(above) - 2, -1, -1):
        written = above[index]
        if _CALL_OPENS.search(written):
            inside = "\n".join(above[index:-1])
            is_open = inside.count("(") > inside.count(")")
            return f"{inside}\n{above[-1]}" if is_open else ""
        if written.rstrip().endswith((":", ";")) or not written.strip():
            return ""
    return ""


def _measured(repository: Repository) -> Iterator[Written]:
    shows = Kept.MEASURED
    for source in searched(repository, programs(repository), _MEASURED):
        for match in _MEASURED.finditer(source.stated):
            line = source.text.line_at(match.end() - 1)  # the name may stand below the call
            yield Written(shows, source.text.place(line, shows.value))
    for source in searched(repository, (f for f in programs(repository) if _OF_TELEMETRY.search(f.path)), _CONVENTION):
        for hit in source.hits(_CONVENTION):
            yield Written(shows, source.text.place(hit.line, shows.value))


@dataclass(frozen=True, slots=True)
class _Type:
    """A type that is named after a record of requests, with its fields that tell of the model."""

    source: SourceCode
    line: int
    fields: tuple[tuple[Kept, str, int], ...]


def _of_records(repository: Repository) -> Iterator[Written]:
    """Fields of records that some program makes, and the lines that fill them."""
    types: dict[str, _Type] = {}
    for source in searched(repository, programs(repository), _TYPE):
        for hit in source.hits(_TYPE, within=source.code):
            fields = tuple(_fields(source, hit))
            if fields and len(types) < _MOST_TYPES:
                types.setdefault(hit.groups["name"], _Type(source, hit.line, fields))
    if not types:
        return
    made = pattern_of_names(
        types,
        r"(?:\bnew[ \t]+|&|=[ \t]*|\(|\breturn[ \t]+|:[ \t]*|<|,[ \t]*|\bmatch[ \t]+|^[ \t]*|\.)",
        r"(?:[ \t]*\{|::|\(|\.\w+\(|[ \t]*=[ \t]*\{|>\()",
    )
    told: Counter[str] = Counter()
    for source in searched(repository, programs(repository), made):
        for hit in source.hits(made, within=source.code):
            name = hit.groups["name"]
            one = types[name]
            is_its_own = source.text.path == one.source.text.path and hit.line == one.line
            if is_its_own or _TYPE.search(hit.text.encode()) or hit.text.startswith("impl"):
                continue
            told[name] += 1
            if told[name] == 1:
                yield from _of_type(one)
            if told[name] <= _MOST_OF_A_RECORD:
                yield from _filled(source, hit, one)


def _of_type(one: _Type) -> Iterator[Written]:
    has_model = any(kept in {Kept.NAME, Kept.VERSION} for kept, _, _ in one.fields)
    for kept, _, line in one.fields:
        if kept is not Kept.PROVIDER or not has_model:
            place = one.source.text.place(line, f"{kept.value}: a field of the record", counts=kept is not Kept.ASKED)
            yield Written(kept, place)


def _filled(source: SourceCode, hit: Hit, one: _Type) -> Iterator[Written]:
    """Lines right below that give a field of the record its value."""
    has_model = any(kept in {Kept.NAME, Kept.VERSION} for kept, _, _ in one.fields)
    after = source.around(hit.line, 0, _FILLED).split(b"\n")
    for kept, name, _ in one.fields:
        if kept is Kept.ASKED or (kept is Kept.PROVIDER and has_model):
            continue
        gives = re.compile(
            rf"^\s*\.?[\"']?{re.escape(name)}[\"']?\s*(?:[:=(,]|$)|[({{,]\s*{re.escape(name)}\s*[:=]".encode()
        )
        found = next((index for index, line in enumerate(after) if gives.search(line)), None)
        if found is not None:
            yield Written(kept, source.text.place(hit.line + found, f"{kept.value}: the record is filled"))


def _fields(source: SourceCode, hit: Hit) -> Iterator[tuple[Kept, str, int]]:
    start, end = _body(source, hit.start)
    for match in _FIELD.finditer(source.stated, start, end):
        kind, name = next(iter(groups_of(match).items()))
        yield _KINDS[kind], name, source.text.line_at(match.start(match.re.groupindex[kind.encode()]))


def _body(source: SourceCode, start: int) -> tuple[int, int]:
    """Where the fields of a type stand: between its braces, or below its head as far as it is indented."""
    head_end = source.code.find(b"\n", start + 1)
    head_end = len(source.code) if head_end < 0 else head_end
    limit = min(start + _LONGEST_TYPE, len(source.code))
    if source.text.path.endswith((".py", ".pyi")):
        below = re.compile(rb"\n(?=[^\s#)\"'])").search(source.code, head_end, limit)
        return head_end, below.start() if below else limit
    depth, opening = 0, source.code.find(b"{", start, limit)
    for match in re.finditer(rb"[{}]", source.code[opening:limit] if opening >= 0 else b""):
        depth += 1 if match.group() == b"{" else -1
        if depth == 0:
            return opening, opening + match.start()
    return start, start
