"""Marks that an unfilled template leaves behind: they are counted, and never taken for a fact."""

import re
from bisect import bisect_left

#: Fields of records that name a person: what names nobody is left out of them.
PERSON_FIELDS = frozenset(
    {"approver", "assessors", "contact", "deputy", "owner", "participants", "people", "person", "requested_by",
     "reviewer"}
)  # fmt: skip
# Names of HTML elements, so that a tag in Markdown is not taken for `<name>`.
_HTML = frozenset(
    "a abbr b big blockquote br center code dd del details dfn div dl dt em figure "  # noqa: SIM905 - one list
    "font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q s samp small source span strike strong style "
    "sub summary sup svg table tbody td tfoot th thead tr tt u ul var video".split()
)
# Every repetition is bounded: these run on text that nobody vouches for.
_MARK = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX)\b"
    r"|<(?P<angle>[A-Za-z][A-Za-z _/-]{0,60})>"
    r"|\[(?:insert|enter|fill in|describe|your|name of|more information needed)\b[^\]\n]{0,120}\]"
    r"|\[[^\[\]\n]{0,60}(?:einfügen|eintragen|ausfüllen|insérer|compléter|insertar|rellenar|inserire|invullen)\]"
    r"|\{\{[^}\n]{0,120}\}\}"
    r"|\blorem ipsum\b"
    r"|[\[(]placeholder[\])]"
    r"|\?{4,}"
    r"|\byour [a-z ]{1,40} here\b",
    re.IGNORECASE,
)
#: What a field or a line says when it only promises to say something later, in the languages that records come in.
#: In running text these words may be meant, so they count only where they are the whole value.
_PROMISES = frozenset(
    {"change me", "changeme", "coming soon", "fill in", "fill me in", "insert here", "more information needed",
     "none yet", "not yet assigned", "not yet decided", "not yet defined", "not yet known", "not yet written",
     "nothing yet", "placeholder", "replace me", "tba", "tbc", "tbd", "to do", "to fill in", "wip", "work in progress",
     # German, French, Spanish, Italian, Portuguese, Dutch, Polish, Chinese, Japanese
     "auszufüllen", "n.n", "noch auszufüllen", "noch festzulegen", "noch offen", "noch zu definieren", "noch zu klären",
     "wird nachgereicht", "zu definieren",
     "à compléter", "a completer", "à confirmer", "à définir", "à déterminer", "à préciser", "à remplir",
     "por completar", "por confirmar", "por definir", "por determinar", "por rellenar",
     "da compilare", "da completare", "da definire",
     "a definir", "a preencher", "por preencher",
     "in te vullen", "n.t.b", "nader te bepalen", "nog in te vullen", "nog te bepalen",
     "do ustalenia", "do uzupełnienia",
     "待定", "待补充", "未定", "未記入"}
)  # fmt: skip
_PROMISED = re.compile(
    r"to be (?:added|agreed|announced|appointed|assigned|completed|confirmed|decided|defined|described|determined|done|"
    r"established|filled(?: in)?|named|provided|set|specified|supplied|written)(?: (?:by|in|later|on|soon)\b.{0,60})?"
)
#: Words that stand where an answer should, and give none.
_NOTHING = frozenset(
    {"", "-", "--", "\N{EN DASH}", "\N{EM DASH}", "?", "??", "???", "n/a", "n.a", "na", "nil", "none", "null",
     "not applicable", "unknown", "unbekannt", "inconnu", "desconocido", "keine", "keiner", "aucun", "aucune",
     "ninguno"}
)  # fmt: skip
_NOBODY = _NOTHING | frozenset(
    {"anyone", "everyone", "first last", "firstname lastname", "full name", "jane doe", "john doe", "max mustermann",
     "name", "name surname", "niemand", "no one", "nobody", "not assigned", "open", "pending", "personne", "someone",
     "unassigned", "vacancy", "vacant", "your name"}
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\||\t")
#: Marks that leave a short field open wherever they stand in it.
_OPEN_MARK = re.compile(r"(?<!\w)(?:n/a|n\. ?a\.|t\.?b\.?[acd])(?!\w)|\?{2,}", re.IGNORECASE)
#: Clauses of a short field; a hyphen inside a word parts nothing.
_CLAUSE = re.compile(r"[.;:,!?()\[\]|\n\u2026\u3001\u3002\uff0c\uff1b\uff1a]|\s[-\u2013\u2014/]+(?=\s)|\bbut\b")
#: A clause that waits for somebody's word: `pending approval`, `awaiting the board`, `approval is still outstanding`.
_WAITS = re.compile(
    r"(?:(?:all|is|are|still|yet|currently|now|this|it) ){0,3}"
    r"(?:pending|outstanding|awaiting|subject to|waiting (?:for|on))"
    r"(?: (?:\w+ ){0,3}?(?:approv\w+|sign-?off|decisions?|budgets?|budgeting|fund\w*|allocat\w+|confirm\w+|board|"
    r"committee|management|steering|procurement|go-ahead|authori[sz]ation|clearance|headcount|hiring)\b.{0,60})?"
    r"|.{0,60}\b(?:approvals?|sign-?off|decision|budget|funding|resources?|details?|plan|owner)"
    r"(?: (?:is|are|still|currently|yet)){0,3} (?:pending|outstanding|missing|undecided|unclear|unknown|to follow|"
    r"to come|under (?:discussion|consideration)|in discussion)"
    r"|.{0,60}\b(?:to be (?:agreed|announced|appointed|assigned|clarified|confirmed|decided|defined|determined|"
    r"discussed|established|found|named|provided|specified)|will follow|under (?:discussion|consideration)|"
    r"being (?:discussed|considered)|"
    # German, French, Spanish, Italian, Dutch
    r"(?:noch )?ausstehend|steht noch aus|noch nicht \w+|nog niet \w+|"
    r"(?:en attente|pendientes?|in attesa)(?: \w+){0,5})"
)
#: Before `to be agreed` these make a duty of it: `prices have to be agreed`.
_DUTY = re.compile(r"\b(?:ha(?:s|ve|d)|needs?|ought|must)(?: first)? to be \w+$")
#: The most of a line that is looked at for promises; nobody promises at length.
_LINE = 400
#: The most of a short field that is looked at.
_FIELD = 4_000


def marks(text: str) -> list[int]:
    """Offsets of what an unfilled template leaves in a text: marks anywhere, promises that are a whole statement.

    Marks are TODO, TBD, `<name>`, `[insert …]`, `{{…}}`, lorem ipsum and the like; a promise is "to be defined" or
    "noch offen" as a line, a table cell, a sentence, or what a `Name: …` line gives.
    """
    found = [mark.start() for mark in _MARK.finditer(text) if _counts(mark)]
    promised: list[int] = []
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        marked = bisect_left(found, end) > bisect_left(found, start)
        if not marked and _promises(line[:_LINE]):
            promised.append(start)
        start = end
    return sorted(found + promised)


def is_mark(text: str) -> bool:
    """Whether a value is nothing but a template mark or a promise, so that nothing was said."""
    stripped = _bare(text)
    found = _MARK.fullmatch(stripped) or _MARK.fullmatch(text.strip())
    return (found is not None and _counts(found)) or _is_promise(stripped)


def leaves_open(text: str) -> bool:
    """Whether a short field leaves open what it should say, if only in a part: `Mitigate: TBD`, `pending approval`.

    A mark counts wherever it stands; a promise, a word that gives no answer, or one that waits for an approval counts
    where it is a whole clause. `Payouts are held pending approval by a clerk` and `all drafts have to be agreed` say
    what is done.
    """
    seen = text[:_FIELD]
    if any(_counts(mark) for mark in _MARK.finditer(seen)) or _OPEN_MARK.search(seen):
        return True
    return any(_waits(bare) for part in _CLAUSE.split(seen) if (bare := _bare(part).strip("-\N{EN DASH}\N{EM DASH} ")))


def says_nothing(text: str) -> bool:
    """Whether a value gives no answer: blank, a mark, a promise, or a word such as `none`, `n/a`, `unknown`."""
    return _bare(text) in _NOTHING or is_mark(text)


def names_nobody(text: str) -> bool:
    """Whether a value that should name a person names none: no answer, or a word such as `vacant`, `Name`."""
    return _bare(text) in _NOBODY or is_mark(text)


def _bare(text: str) -> str:
    """A value without what decorates it, for comparison."""
    return " ".join(text.strip().strip("*_`\"'").rstrip(".!:…").split()).casefold()


def _is_promise(bare: str) -> bool:
    inner = bare[1:-1].strip() if bare[:1] + bare[-1:] in {"[]", "()", "<>"} else bare
    return inner in _PROMISES or _PROMISED.fullmatch(inner) is not None


def _waits(bare: str) -> bool:
    if bare in _NOTHING or _is_promise(bare):
        return True
    return _WAITS.fullmatch(bare) is not None and _DUTY.search(bare) is None


def _promises(line: str) -> bool:
    text = line.strip().lstrip(">#*-+ ").rstrip("| ")
    given = text.rpartition(":")[2] if ":" in text else text
    return any(part.strip() and _is_promise(_bare(part)) for part in (*_SENTENCE.split(text), given))


def _counts(found: "re.Match[str]") -> bool:
    angle = found["angle"]
    return angle is None or angle.strip(" /").lower() not in _HTML
