"""Tells a document that is in force from one that says of itself that it is a draft, superseded or withdrawn."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from tieout.collectors.opening import denial, leading_comment, top_of
from tieout.collectors.placeholders import says_nothing
from tieout.collectors.withdrawals import withdrawn, withdrawn_by

#: What a status begins with where a document is not in force yet, in the languages that records come in.
_NOT_YET = (
    "awaiting", "draft", "for approval", "for comment", "for review", "in approval", "in draft", "in preparation",
    "in progress", "in review", "inactive", "initial draft", "not approved", "not final", "not in force",
    "not yet", "pending", "proposal", "proposed", "rejected", "suspended", "tbc", "tbd", "to be approved",
    "unapproved", "under consultation", "under development", "under revision", "under review", "wip",
    "work in progress",
    # German, French, Spanish, Italian, Portuguese, Dutch, Polish, Chinese, Japanese
    "entwurf", "in arbeit", "in bearbeitung", "in prüfung", "nicht freigegeben", "vorläufig",
    "brouillon", "en cours", "projet", "provisoire",
    "borrador", "en revisión", "pendiente", "propuesta",
    "bozza", "in revisione",
    "em revisão", "rascunho",
    "concept", "in bewerking", "ontwerp",
    "projekt", "wersja robocza", "w trakcie",
    "草案", "草稿", "下書き", "案",
)  # fmt: skip
#: What a status holds, at its beginning or later, where a document is in force no more.
_NO_MORE = (
    "archived", "cancelled", "canceled", "deprecated", "discontinued", "expired", "historical", "no longer", "obsolete",
    "out of date", "outdated", "repealed", "replaced", "rescinded", "retired", "revoked", "superseded", "void",
    "withdrawn",
    "abgelaufen", "abgelöst", "archiviert", "aufgehoben", "außer kraft", "ersetzt", "ungültig", "veraltet",
    "zurückgezogen",
    "abrogé", "abrogée", "annulé", "annulée", "archivé", "archivée", "obsolète", "périmé", "périmée", "remplacé",
    "remplacée", "retiré", "retirée",
    "anulado", "anulada", "archivado", "archivada", "caducado", "caducada", "derogado", "derogada", "obsoleto",
    "obsoleta", "reemplazado", "reemplazada", "retirado", "retirada", "sustituido", "sustituida",
    "abrogato", "archiviato", "ritirato", "scaduto", "sostituito",
    "arquivado", "arquivada", "revogado", "revogada", "substituído", "substituída",
    "gearchiveerd", "ingetrokken", "vervallen", "vervangen", "verouderd",
    "nieaktualny", "nieaktualna", "wycofany", "wycofana", "zastąpiony", "zastąpiona",
    "作废", "废止", "廃止",
)  # fmt: skip
#: Statuses of a document in force. Any other word leaves that open.
_IN_FORCE = frozenset(
    {"active", "adopted", "agreed", "approved", "binding", "current", "effective", "endorsed", "final", "in effect",
     "in force", "in use", "issued", "live", "operative", "published", "ratified", "released", "signed", "valid",
     "aktuell", "freigegeben", "genehmigt", "gültig", "in kraft", "verabschiedet",
     "adopté", "adoptée", "approuvé", "approuvée", "en vigueur", "publié", "publiée", "validé", "validée",
     "aprobado", "aprobada", "en vigor", "vigente", "approvato", "approvata", "in vigore", "aprovado", "aprovada",
     "em vigor", "geldig", "goedgekeurd", "van kracht", "vastgesteld", "obowiązująca", "obowiązujący", "zatwierdzona",
     "zatwierdzony", "有效", "生效", "施行中"}
)  # fmt: skip
#: Words that stand alone, or beside a title, only to say that a document is not in force.
_STAMPS = (
    "archived", "draft", "obsolete", "superseded", "withdrawn",
    "archiviert", "entwurf", "zurückgezogen", "brouillon", "borrador", "bozza", "rascunho", "ingetrokken", "草案",
)  # fmt: skip
#: Keys of a successor, of the day on which a document ended, of its last and of its first day.
_SUCCESSOR = frozenset({"replaced_by", "superseded_by"})
_ENDED = frozenset(
    {"archived_on", "cancelled_on", "obsolete_since", "repealed_on", "replaced_on", "retired_on", "revoked_on",
     "superseded_on", "withdrawn_on"}
)  # fmt: skip
_LAST_DAY = frozenset(
    {"effective_until", "expires", "expires_on", "expiry", "expiry_date", "in_force_until", "valid_until"}
)
_FIRST_DAY = frozenset({"effective_date", "effective_from", "effective_on", "in_force_from", "valid_from"})
#: Keys whose `true`, and whose `false`, says that a document is not in force.
_YES = frozenset(
    {"archived", "deprecated", "draft", "expired", "obsolete", "retired", "revoked", "superseded", "withdrawn"}
)
_NO = frozenset({"active", "approved", "current", "in_force", "published", "valid"})
_STATUS = frozenset({"document_status", "status"})
#: Keys that may hold a status or something else (`state: OR`): what they deny counts, what they say does not.
_STATUS_TOO = _STATUS | {"lifecycle", "stage", "state"}
#: Keys that are read here or elsewhere, whatever else they say.
_READ = frozenset(
    {*_ENDED, *_FIRST_DAY, *_LAST_DAY, *_STATUS_TOO, *_SUCCESSOR, *_YES, "approved_on", "approver", "artefact",
     "owner", "record_type", "review_due", "title", "version"}
)  # fmt: skip
#: Fields that, in one kind of record, speak of its subject and not of the record itself.
_OF_SUBJECT = {"decommission_record": frozenset({"retired_on"})}
#: Records whose text speaks of other documents from its second heading on.
_OF_OTHERS = frozenset({"meeting_record"})
_OF_STATUS = "says of its status that it is '{}', so it is not in force"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DECORATION = " \t*_`#>|-+=~[](){}<>.!:\"'\N{EN DASH}\N{EM DASH}"
_LABEL = re.compile(
    r"[\s*_#>|+-]*(?:(?:document|policy|current|approval|lifecycle|release) )?"
    r"(?:status|state|zustand|statut|état|estado|stato|situação|状态|状態)[\s*_`]*[:=|][\s*_`|:]*(?P<value>[^|]{1,100})",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"(?:this|the present) (?:card|document|edition|file|guideline|page|policy|procedure|record|standard|text|version) "
    r"(?:is|was|has been) (?:now )?(?:an? )?(?P<word>archived|draft|no longer (?:current|in force|valid)|not (?:yet )?"
    r"(?:approved|in force)|obsolete|replaced by|repealed|revoked|superseded|withdrawn)(?![\w-])"
    r"|(?P<alone>no longer in force|replaced by|superseded by|superseded on|withdrawn on"
    r"|ersetzt durch|remplacé par|reemplazad[oa] por)(?![\w-])",
    re.IGNORECASE,
)
#: How far into a body its state is looked for, in lines that say something.
_FIRST_LINES = 15
_LINE = 200


@dataclass(frozen=True, slots=True)
class NotInForce:
    """Why a document does not stand by its own words.

    Attributes:
        reason: With its verb.
        field: The field that says so; empty where the text does.
        line: Of the body, or of the comment where `in_comment`, from 1; None where a field says it.
        in_comment: Whether the comment above the first key says so.
    """

    reason: str
    field: str = ""
    line: int | None = None
    in_comment: bool = False


def of_the_record(type_: str, fields: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
    """What may say how a record itself stands: not the day on which a system ended, nor what a meeting spoke of."""
    told = {key: value for key, value in fields.items() if key not in _OF_SUBJECT.get(type_, ())}
    lines = body.split("\n")
    headings = [number for number, line in enumerate(lines) if line.lstrip().startswith("#")]
    if type_ in _OF_OTHERS and len(headings) > 1:
        return told, "\n".join(lines[: headings[1]])
    return told, body


def in_force(status: str) -> bool | None:
    """Whether a status says that a document is in force: yes, no, or None where its words leave it open."""
    bare = _bare(status)
    if _not_in_force(bare):
        return False
    first = re.split(r"[,;:(/|]| - | by | on | since | as of | von | am | le | el ", bare)[0].strip()
    return True if {bare, first} & _IN_FORCE else None


def status_of(fields: Mapping[str, Any], body: str) -> str | None:
    """What a document says of its state: a field, else a `Status: …` line at the top of its body.

    Where neither is there, words that may deny that the document is in force are its status: they leave that open.
    """
    status = _status_of(fields, body)
    if status is not None:
        return status
    remark = withdrawn_by(fields, _READ)
    doubt = denial(body) or (remark[1] if remark else withdrawn(body))
    return doubt.words[:_LINE] if doubt else None


def _status_of(fields: Mapping[str, Any], body: str) -> str | None:
    for key, value in fields.items():
        if _key(key) in _STATUS and isinstance(value, str) and not says_nothing(value):
            return value
    found = (_LABEL.match(line) for _, line in _first_lines(body))
    return next((match["value"].strip(_DECORATION) for match in found if match), None)


def not_in_force(fields: Mapping[str, Any], body: str, as_of: datetime, *, source: str = "") -> NotInForce | None:
    """Why a document does not stand today by its own words; None where nothing says so.

    Args:
        fields: Of its front matter, or of the record.
        body: The text below the front matter.
        as_of: Instant that the assessment speaks of.
        source: The whole file where it is YAML or begins with front matter: the comment above its first key is read.
    """
    for key, value in fields.items():
        if told := _said(_key(key), value) or _dated(_key(key), value, as_of.date()):
            return NotInForce(told, key)
    status = _status_of(fields, body)
    if status is not None and (word := _not_in_force(_bare(status))):
        return NotInForce(_OF_STATUS.format(word))
    for key in ("title", "version"):
        value = fields.get(key)
        if isinstance(value, str) and (word := _stamp(value[:_LINE], anywhere=key == "version")):
            return NotInForce(f"says in its {key} that it is '{word}', so it is not in force", key)
    if told_in_text := _in_text(body):
        word, line = told_in_text
        return NotInForce(f"says at the top of its text that it is '{word}', so it is not in force", line=line)
    denied = denial(body)
    if denied is not None and denied.sure:
        return NotInForce(f"says at the top of its text '{denied.words}', so it is not in force", line=denied.line)
    return (_in_comment(leading_comment(source)) if source else None) or _taken_back(fields, body)


def stamp_in_name(name: str) -> str:
    """The word by which the name of a file or sheet says that what stands there is not in force; empty where none."""
    return _stamp(name[:_LINE], anywhere=True)


def _taken_back(fields: Mapping[str, Any], body: str) -> NotInForce | None:
    """What a field of any name, a heading, a comment or a short paragraph says against the document as a whole."""
    remark = withdrawn_by(fields, _READ)
    if remark is not None and remark[1].sure:
        return NotInForce(f"says in its field '{remark[0]}' '{remark[1].words}', so it is not in force", remark[0])
    denied = withdrawn(body)
    if denied is not None and denied.sure:
        return NotInForce(f"says in its text '{denied.words}', so it is not in force", line=denied.line)
    return None


def _in_comment(comment: str) -> NotInForce | None:
    """What the comment above the first key says against the document."""
    told = _in_text(comment)
    for number, line in _first_lines(comment):
        if told is None and (label := _LABEL.match(line)) and (word := _not_in_force(_bare(label["value"]))):
            told = (word, number)
    denied = denial(comment, whole=True)
    if told is None and denied is not None and denied.sure:
        told = (denied.words, denied.line)
    if told is None:
        return None
    reason = f"says in the comment at its top '{told[0]}', so it is not in force"
    return NotInForce(reason, line=told[1], in_comment=True)


def _in_text(text: str) -> tuple[str, int] | None:
    """The word of a stamp or sentence at the top of a text, and its line."""
    told = ((_stamp(line) or _sentence(line), number) for number, line in _first_lines(text))
    return next(((word, number) for word, number in told if word), None)


def _said(key: str, value: Any) -> str:
    """What a field says outright; empty where it says nothing against the document."""
    if (value is True and key in _YES) or (value is False and key in _NO):
        return f"says that it is {'' if value else 'not '}'{key.replace('_', ' ')}', so it is not in force"
    if not isinstance(value, str) or says_nothing(value):
        return ""
    if key in _STATUS_TOO and (word := _not_in_force(_bare(value))):
        return _OF_STATUS.format(word)
    return "names a document that takes its place, so it is not in force" if key in _SUCCESSOR else ""


def _dated(key: str, value: Any, today: date) -> str:
    """What a day says: of an end that has come, or of a beginning that has not."""
    if not isinstance(value, str) or says_nothing(value):
        return ""
    day = _day(value)
    if key in _ENDED and (day is None or day <= today):
        return f"was {key.partition('_')[0]}{f' on {day}' if day else ''}, so it is not in force"
    if key in _LAST_DAY and day is not None and day < today:
        return f"was in force until {day}"
    if key in _FIRST_DAY and day is not None and day > today:
        return f"comes into force only on {day}"
    return ""


def _not_in_force(bare: str) -> str:
    """The word of a status that says that a document is not in force; empty where none does."""
    begins = (
        word for word in _NOT_YET if re.match(rf"(?:an? |the |first |second |\d )?{re.escape(word)}(?![\w-])", bare)
    )
    holds = (word for word in _NO_MORE if re.search(rf"(?<![\w-])(?<!not ){re.escape(word)}(?![\w-])", bare))
    return next(begins, "") or next(holds, "")


def _stamp(line: str, *, anywhere: bool = False) -> str:
    """The word that is a whole line, or stands beside a title in brackets or at a dash; in a version anywhere."""
    plain = re.sub(r"[*_`]", "", line)
    for word in _STAMPS:
        beside = rf"[\[(]\s*{word}\s*[\])]|^\W*{word}(?:\s+[-–—]|:)\s|\s[-–—:]\s*{word}\W*$"  # noqa: RUF001 - dashes
        pattern = rf"(?<![^\W_]){word}(?![^\W_])" if anywhere else beside
        if _bare(plain) == word or re.search(pattern, plain, re.IGNORECASE):
            return word
    return ""


def _sentence(line: str) -> str:
    found = _OF_ITSELF.match(" ".join(line.strip(_DECORATION).split()))
    return (found["word"] or found["alone"]).casefold() if found else ""


def _first_lines(body: str) -> Iterator[tuple[int, str]]:
    """The first lines that say something, with their numbers."""
    lines = enumerate(top_of(body).split("\n"), start=1)
    return islice(((number, line[:_LINE]) for number, line in lines if line.strip(_DECORATION)), _FIRST_LINES)


def _bare(text: str) -> str:
    return " ".join(text[:_LINE].strip(_DECORATION).split()).casefold()


def _key(key: object) -> str:
    return re.sub(r"[\s-]+", "_", str(key).strip().casefold())


def _day(value: str) -> date | None:
    found = _DAY.match(value)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
