"""Words that say no: a resource of `no budget approved`, a response of `We do nothing about this risk`.

A risk's response, resource and note are free text. Text that denies what the field asks for fills the field and
answers nothing. The lists are short and ours, and only the second net: what a response and a resource must hold is
told in `responses.py`, and no list is needed for that.
"""

import re
import unicodedata

#: Begins with a zero or a word for none. A hyphen makes another word of it: `No-code rollout`, `Zero-trust gateway`.
#: `Nothing is sent unread` says what is done, `nothing can be done` does not.
_NONE = re.compile(
    r"(?:(?:mitigat\w+|treat\w*|avoid\w*|reduc\w+|transfer\w*|response|resources?|budget) ?: ?)?"
    r"(?:(?:none|nothing|nobody)(?! (?:is|are|goes|gets|leaves|may|can|will|shall|sends|reaches)\b(?!.{0,20}\b(?:done|"
    r"planned|needed|possible|decided|foreseen|available|approved|changed)\b))|nil|nichts|rien|nada|niente|niets"
    r"|(?:we|they) (?:(?:will|can|could|shall|would) )?(?:do|did|have|plan) (?:nothing|none|no)"
    r"|(?:we|they) (?:are|were) (?:doing|planning) nothing|do nothing|doing nothing"
    r"|there (?:is|are|was|were) (?:no|none|nothing)"
    r"|(?:[a-z]{3} |[$€£] ?)?0(?:[.,]0+)?(?![.,]?\d))(?![\w-])"
)
#: A whole text that leaves the risk as it is.
_LEFT = re.compile(
    r"(?:we |to |will |just )*(?:ignored?|ignoring|do not act|don't act|leave (?:it|this|as is)|wait and see|"
    r"no|nope|never)(?: (?:it|this|that|the|risk|for now|as is))*"
)
#: Words that deny only together with what is denied, at least in a response: `No claim is paid unread` is one.
_DENIAL = re.compile(
    r"(?:no|not|zero|without"
    # German, French, Spanish, Italian, Dutch, Portuguese
    r"|kein\w{0,2}|nicht|ohne|aucune?|pas|sans|sin|ningun\w?|ningún|nessun\w?|senza|geen|niet|zonder|sem|nenhum\w?)"
    r"(?![\w-])"
)
_DENIED = re.compile(
    r"(?:no|not|zero|without)(?: \w+){0,2}? (?:actions?|allocated|allocation|anything|approved|assigned|available|"
    r"budget(?:ed)?|cost|decided|defined|doing|done|effort|feasible|funded|funding|funds|measures?|mitigat\w+|money|"
    r"needed|people|planned|plans?|possible|required|resources?|respon\w+|staff|started|steps?|time|treat\w+|yet)"
    r"(?![\w-])"
    r"|(?:kein\w{0,2}|nicht|aucune?|pas(?: de)?|sin|ningun\w?|ningún|nessun\w?|geen|niet)(?: \w+){0,2}? "
    r"(?:massnahmen?|aktion(?:en)?|geplant|nötig|möglich|mesures?|actions?|prévue?s?|medidas?|acci(?:ón|ones)|misur[ae]|"
    r"azion[ei]|maatregel(?:en)?|gepland|mittel|budget|plan)(?![\w-])"
)
#: `None needed beyond the gateway` names the gateway.
_BESIDES = re.compile(r"(?:\S+ ){1,3}(?:beyond|besides|except|other than|apart from) \w")
#: A resource is denied in any of its clauses: `12 days, not approved`, `Anna, who has no time`, `10 days, unfunded`.
_REFUSED = re.compile(
    r"\b(?:not|never|no|nicht|keine?n?|non|pas|niet|geen)(?: \w+){0,2}? (?:approved|allocated|available|granted|funded|"
    r"budgeted|assigned|secured|confirmed|agreed|authori[sz]ed|released|bewilligt\w*|genehmigt\w*|freigegeben\w*|"
    r"verfügbar\w*|eingeplant|approuvée?s?|disponibles?|prévue?s?|aprobad[oa]s?|goedgekeurd|beschikbaar)\b"
    r"|\bun(?:funded|approved|allocated|assigned|staffed|budgeted|resourced|available)(?![\w-])"
    r"|\b(?:was|were|is|are|been|got) (?:rejected|refused|declined|denied|withdrawn|cancell?ed|cut|frozen)\b"
    r"|\b(?:rejected|refused|declined|withdrawn|cancell?ed|frozen)$"
    r"|\b(?:no|without|zero)(?: (?:free|spare|dedicated|approved|the|any|real))? (?:time|capacity|budget|money|funds?|"
    r"funding|staff|people|resources?|means)\b(?!.{0,30}\b(?:needed|required|necessary|beyond|besides|limit|cap)\b)"
)
#: The same in a clause of a response, where it is all that the clause says: `second queue, not funded`.
_CLAUSE_REFUSED = re.compile(
    r"(?:but |and |though |which is |it is |is |are |still )*"
    r"(?:(?:not|never)(?: yet| currently)? (?:approved|funded|planned|decided|started|done|scheduled|feasible|possible|"
    r"implemented|resourced|budgeted)|impossible|infeasible|no (?:plan|budget|funding|money|time|resources?|staff)|"
    r"un(?:funded|approved|planned|resourced|scheduled|staffed|budgeted))(?: yet| so far| for now)?"
)
#: A note of why dates depart from the order that gives no reason, or denies that there is one.
_UNREASONED = re.compile(
    r"(?:there (?:is|was) )?(?:no|not|without|unknown|unclear|any|some)(?: \w+){0,2}? (?:reasons?|explanations?|"
    r"comments?|justification|notes?|known|given|recorded|stated|provided|explained)\b"
    r"|(?:the )?(?:reasons?|explanation)(?: \w+){0,2}? (?:unknown|unclear|missing|later|follows?|not \w+)\b"
    r"|(?:see|as) (?:the )?(?:above|below|before|title|note)\b.{0,20}"
    r"|(?:just |simply )?because(?: (?:we|it|of|that|is|so|said|say))*$"
)
#: A status that says that nobody treats the risk any more, or that it was refused; a mere delay is not among it.
_STOPPED = re.compile(
    r"\b(?:stopped|halted|aborted|abandoned|cancell?ed|rejected|refused|declined|denied|dropped|withdrawn|discontinued"
    r"|terminated|shelved|frozen|ignored|dismissed|untreated|no longer"
    r"|won'?t ?(?:fix|do|treat|mitigate|be)|will not|do(?:es)? not|no (?:action|treatment|response|mitigation|plan))\b"
)
_UNSTOPPED = re.compile(r"\b(?:not|never|nicht) (?:\w+ ){0,2}$")
_CLAUSES = re.compile(r"[;,:!?()\[\]\n]|\.(?!\d)|\s[-\u2013\u2014]\s")
#: The most of a text that is looked at: a denial of the whole stands at its beginning.
_BEGINNING = 200
_FIELD = 4_000


def denies(field: str, text: str) -> bool:
    """Whether what is written for a field says that there is none.

    Args:
        field: `resource` is denied by any text that begins with no, not, zero or without, and by a clause such as
            `not approved`; another field only where such a word is followed by what is denied (action, plan,
            treatment, budget …), at its beginning or as a short clause of its own.
        text: As recorded.
    """
    whole = plain(text[:_FIELD])
    bare = whole[:_BEGINNING]
    besides = _BESIDES.match(bare) is not None
    if not besides and (_NONE.match(bare) or _DENIED.match(bare) or _LEFT.fullmatch(bare.rstrip(".! "))):
        return True
    clauses = [clause.strip() for clause in _CLAUSES.split(whole)]
    if field == "resource":
        return (not besides and _DENIAL.match(bare) is not None) or any(map(_REFUSED.search, clauses))
    return any(map(_CLAUSE_REFUSED.fullmatch, clauses))


def gives_no_reason(note: str) -> bool:
    """Whether a note that should say why says that there is no reason, or that it is told elsewhere or later."""
    return _UNREASONED.match(plain(note[:_BEGINNING])) is not None


def stops(status: str) -> bool:
    """Whether the status of a risk says that its treatment was stopped or refused (`wontfix`, `budget refused`)."""
    text = plain(status[:_BEGINNING])
    return any(
        not _UNSTOPPED.search(text[: found.start()]) for words in (_STOPPED, _REFUSED) for found in words.finditer(text)
    )


def plain(text: str) -> str:
    """A text as it is compared: one case, compatible letters, single blanks, nothing that nobody sees."""
    seen = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    folded = seen.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(folded.split()).strip("*_`\"'([ ")
