"""Code and settings that keep personal data out of logs and prompts: redaction, filters, guardrails, validators."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import SourceCode, is_settings, programs, searched, settings
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.patterns import compile_bytes

_PERSONAL_WORD: Final = (
    r"\bpii\b|\bphi\b|personal(?:ly[- ]identifiable)? (?:data|information)|sensitive (?:personal )?data"
)
_SAYS_PERSONAL = compile_bytes(_PERSONAL_WORD, folded=True)
_LOG = re.compile(rb"(?i)log(?:s|ged|ger|ging|_|\b)")
#: A value for the log that is set to fixed words, before what was said is let in.
_PLACEHOLDER = re.compile(r"^\s*(?:\w+\.)?\w*log\w*\s*(?::\s*str\s*)?=\s*[\"'][^\"']{3,80}[\"']\s*;?$", re.IGNORECASE)
_REDACTS = compile_bytes(
    r"\bfilter_parameters\b|\bfilterparameters\b|\bredact\w*|\[(?:redacted|filtered|masked)\]"
    r"|\bscrub(?:ber|bed)?\b"
    r"|\bmask_(?:pii|email|personal|sensitive|user)\w*|\bmask(?:pii|email|sensitive)\w*|\banonymi[sz]e_?\w*\b"
    r"|\bbefore_?send\b"
    r"|\bsanitize_(?:log|for_log)\w*|\bsend_default_pii\s*=\s*false",
    folded=True,
)
_IN_LOG_PATH = re.compile(
    r"(?:^|[/_.-])(?:log(?:s|ging|ger)?|audit|telemetry|sentry|tracing|observability|instrumentation)(?:[/_.-]|$)",
    re.IGNORECASE,
)
#: A kind of content that suppliers of models call redacted.
_NO_REDACTION = re.compile(r"redacted_?thinking", re.IGNORECASE)
_RAILS_FILTER = re.compile(r"filter_parameter", re.IGNORECASE)
#: What is taken out is what people said or who they are ...
_OF_PEOPLE = re.compile(
    rb"(?i)\b(?:pii|phi|e-?mail|phone|ssn|surname|first_?name|last_?name|address|question|prompt|message|personal"
    rb"|user_?text|transcript|conversation)\w*"
)
#: ... or only what opens a door.
_OF_KEYS = re.compile(rb"(?i)authorization|api[-_]?key|token|password|secret|cookie|credential|header")

_ATTACHED = compile_bytes(
    r"guardrail[\"']?\s*:\s*[\"']?presidio|\b(?:mask|detect) sensitive data on (?:input|output|retrieval)"
    r"|\bsensitive_information_policy_config\b|\bpii_entities_config\b|[\"']\w+\.pii[\"']\s*:"
    r"|\bpii_(?:masking|redaction|detection|filter)[\"']?\s*[:=]\s*[\"']?(?:true|enabled|on)\b",
    folded=True,
)
_USES = compile_bytes(
    r"\bpresidio_(?:analyzer|anonymizer)\b|\bdetect_pii_entities\b|\bDetectPiiEntities\w*|\bscrubadub\b"
    r"|google\.cloud\.dlp|\bdlp_v2\b"
    r"|\bllm_guard\.\w+\.?\w* import [^\n]*Anonymize|\bDetectPII\b|\bGuardrailsPII\b|\bRecognizePiiEntities\w*"
)
_ENGINE = compile_bytes(
    r"\b(?:Batch)?(?:Analyzer|Anonymizer)Engine\(|\bDlpServiceClient\(|\bscrubadub\.(?:clean|Scrubber)\(|\bDetectPII\("
    r"|\bdetect_pii_entities\(|\bAnonymize\("
)
#: Where a caller switches it on, or off, by name.
_SWITCHED = compile_bytes(
    r"\b(?:anonymi[sz]e|redact(?:_pii)?|mask_pii|remove_pii|pii_(?:masking|redaction|filter|detection))[ \t]*=[ \t]*"
    r"(?:(?P<on>True|true)|(?P<off>False|false))\b"
)
_NAMED = re.compile(r"(?:^|[/_.-])pii(?:[/_.-])|(?:^|[/_-])sensitive[-_]data|anonymi[sz]", re.IGNORECASE)
_OFFERED = re.compile(
    r"(?:^|/)(?:tools|scripts|hack|research|probes|detectors|plugins?|library|integrations?|extensions?|providers|marketplace|hooks|packages/plugins?)/",
    re.IGNORECASE,
)
_IN_MANIFEST = compile_bytes(r"\"(?:id|name)\"\s*:\s*\"[^\"]{0,40}\bpii\b[^\"]{0,20}\"", folded=True)
_DEFINES = compile_bytes(r"(?m)^(?:export[ \t]+)?(?:default[ \t]+)?(?:async[ \t]+)?(?:class|def|function|func)[ \t]+\w")
_DEFINITION = re.compile(r"(?:async )?def |class ")
_MOST: Final = 12
_MOST_HITS: Final = 60


@dataclass(frozen=True, slots=True)
class LogRedaction:
    """Places that keep something out of logs.

    Attributes:
        of_people: What people said, or who they are.
        of_keys: Keys, tokens and headers only.
    """

    of_people: tuple[InspectedPlace, ...]
    of_keys: tuple[InspectedPlace, ...]


@dataclass(frozen=True, slots=True)
class Controls:
    """Controls of personal data in what goes to a model or comes from it.

    Attributes:
        attached: Configured, or called by code of the system.
        offered: Plugins and libraries that a configuration could attach.
    """

    attached: tuple[InspectedPlace, ...]
    offered: tuple[InspectedPlace, ...]


def log_redaction_of(repository: Repository) -> LogRedaction:
    """What live code keeps out of logs."""
    people: list[InspectedPlace] = []
    keys: list[InspectedPlace] = []
    for source in searched(repository, programs(repository), _SAYS_PERSONAL):
        people.extend(_said_in_comments(source))
    own = [file for file in programs(repository) if not _OFFERED.search(file.path)]
    for source in searched(repository, own, _REDACTS):
        for place, of_people in _redactions(source):
            (people if of_people else keys).append(place)
    return LogRedaction(tuple(people[: _MOST * 2]), tuple(keys[: _MOST * 2]))


def _said_in_comments(source: SourceCode) -> Iterator[InspectedPlace]:
    """A comment that says why no personal data is logged, with the fixed words that stand in for it."""
    lines = source.text.lines()
    for hit in islice(source.mentions(_SAYS_PERSONAL), _MOST_HITS):
        first = max(hit.line - 4, 1)
        nearby = lines[first - 1 : hit.line + 4]
        fixed = [number for number, line in enumerate(nearby, start=first) if _PLACEHOLDER.match(line[:400])]
        if fixed:
            yield from (source.text.place(number, "fixed words instead of what was said") for number in fixed)
            yield source.text.place(hit.line, "says what may be logged")


def _redactions(source: SourceCode) -> Iterator[tuple[InspectedPlace, bool]]:
    """Redaction near logging; whether it is of what people say."""
    is_filter = _RAILS_FILTER.search(source.text.path) is not None
    count = 0
    for hit in islice(source.hits(_REDACTS), _MOST_HITS):
        if hit.text.startswith(("import ", "from ", "use ", "require")) or _NO_REDACTION.search(hit.text):
            continue
        around = source.around(hit.line, 6, 20 if is_filter else 6)
        if not (is_filter or _IN_LOG_PATH.search(source.text.path) or _LOG.search(around)):
            continue
        of_people = _OF_PEOPLE.search(around) is not None and (is_filter or _OF_KEYS.search(around) is None)
        yield source.text.place(hit.line, "keeps it out of logs"), of_people
        count += 1
        if count == 3:  # noqa: PLR2004 - as many places of a file as a person looks at
            return


def controls_of(repository: Repository) -> Controls:
    """Controls of personal data in live places."""
    attached: list[InspectedPlace] = []
    offered: list[InspectedPlace] = []
    for source in searched(repository, settings(repository), _ATTACHED):
        attached.extend(source.text.place(hit.line, "attached by configuration") for hit in source.hits(_ATTACHED))
    for source in searched(repository, programs(repository), _USES):
        for hit in source.hits(_USES):
            into = offered if _OFFERED.search(source.text.path) else attached
            into.append(source.text.place(hit.line, "uses a library that finds personal data"))
            made = next(source.hits(_ENGINE, within=source.code), None)
            if made is not None:
                into.append(source.text.place(made.line, "what finds it, or takes it out"))
            break
    used, unused = _own(repository)
    attached.extend(used)
    if attached:
        attached.extend(_switched_on(repository))
    offered.extend(unused)
    offered.extend(_manifests(repository))
    return Controls(tuple(dict.fromkeys(attached)), tuple(dict.fromkeys(offered)))


def _switched_on(repository: Repository) -> Iterator[InspectedPlace]:
    """Calls that ask for it by name; the default of a parameter is none."""
    for source in searched(repository, programs(repository), _SWITCHED):
        for hit in source.hits(_SWITCHED, within=source.code):
            if "on" in hit.groups and not _DEFINITION.match(hit.text):
                yield source.text.place(hit.line, "asks for it")
                break


def _manifests(repository: Repository) -> Iterator[InspectedPlace]:
    files = [file for file in repository.files if is_settings(file) and file.is_own and _OFFERED.search(file.path)]
    for text in repository.texts(files):
        hit = text.first(_IN_MANIFEST)
        if hit is not None:
            yield text.place(1, "the manifest of a plugin that offers it")
            yield text.place(hit.line, "what the plugin offers")


def _own(repository: Repository) -> tuple[list[InspectedPlace], list[InspectedPlace]]:
    """Code that is named for it: called by other live code, or only there."""
    files = programs(repository)
    named = [file for file in files if _NAMED.search(file.path)]
    if not named:
        return [], []
    names = {file.path: _identifiers(file) for file in named if not _OFFERED.search(file.path)}
    used: list[InspectedPlace] = []
    unused = [repository.place(file.path, 1, "offered, not attached") for file in named if _OFFERED.search(file.path)]
    for path, identifiers in names.items():
        callers = pattern_of_names(identifiers)
        others = [file for file in files if file.path != path and not _NAMED.search(file.path)]
        called = [
            source.text.place(hit.line, "where it is used")
            for source in searched(repository, others, callers)
            if (hit := next(source.hits(callers, within=source.code), None)) is not None
        ]
        if called:
            used.extend([_defined(repository, path), *called[:3]])
        else:
            unused.append(repository.place(path, 1, "there, and not seen in use"))
    return used, unused[:_MOST]


def _defined(repository: Repository, path: str) -> InspectedPlace:
    """Where a file's own class or function begins; its first line where it has none."""
    text = repository.text(path)
    hit = text.first(_DEFINES) if text is not None else None
    if text is None or hit is None:
        return repository.place(path, 1, "finds personal data")
    return text.place(text.line_at(hit.start), "finds personal data")


def _identifiers(file: File) -> list[str]:
    """Names by which other code would speak of a file: `pii_validator` and `PiiValidator`."""
    stem = re.sub(r"\W", "_", file.path.rpartition("/")[2].partition(".")[0])
    camel = "".join(word[:1].upper() + word[1:] for word in stem.split("_"))
    return sorted({stem, camel} - {""})
