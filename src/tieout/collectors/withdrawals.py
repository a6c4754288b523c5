"""Reads a whole document for short statements that take its approval or force back: notes, comments, headings, fields.

`opening.py` reads running text, and only the top of it. Below, a policy speaks of other things than itself (`A model
that is not approved must not be used`), so that only what stands for itself counts: a heading, a comment, a short
paragraph or the value of a field that says `not approved`, `approval withdrawn` or `superseded by …` and nothing else,
or that names this document. A longer text may say it in any words: no list reads that.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tieout.collectors.opening import Denial, named_denial

#: The longest statement that is looked at, in characters.
SHORT = 200
_BODY = 200_000
_GIVEN = r"(?:adopted|approved|authori[sz]ed|effective|endorsed|in effect|in force|ratified|signed(?: off)?|valid)"
_GRANT = (
    r"(?:formal |board |management |the |its |final ){0,2}(?:adoption|approval|authori[sz]ation|endorsement|sign-?off)"
)
_LOST = (
    r"(?:awaited|declined|denied|expired|lapsed|missing|(?:not|never) (?:yet )?(?:been )?(?:given|granted|obtained|"
    r"received)|open|outstanding|pending|refused|rejected|rescinded|revoked|suspended|void|withdrawn|withheld)"
)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DAY = rf"(?:the )?(?:\d|end of|beginning of|{_MONTH})"
#: What may follow such a statement without making another one of it.
_TAIL = (
    rf"(?:[ ,;:(\u2013\u2014-]+(?:(?:by|since|as of|pending|awaiting|after|because|due to|per|see) .{{1,100}}"
    rf"|(?:on|in|from|until) {_DAY}.{{0,80}}|\d.{{0,30}}|yet|anymore|any more|by anybody|at present|currently|as yet"
    r"|now)){0,2}"
)
#: Says that the approval or the force of something is not there.
_DENIAL = (
    rf"(?:is |was |has |remains |still )*(?:not|never|no longer)(?: yet| been| formally| currently)* {_GIVEN}"
    rf"|{_GRANT}(?: is| was| has| been| still| yet| now| of this \w+)*[ :=\u2013\u2014-]*{_LOST}"
    rf"|(?:no|without) {_GRANT}(?: yet| given| granted| was given| has been given)*"
    r"|(?:superseded|replaced) by .{1,80}"
    r"|(?:(?:an? |the |working |first )*draft|proposal)[ ,;:.(\u2013\u2014-]+"
    r"(?:not (?:yet )?(?:approved|final|in force)|for (?:approval|comments?|consultation|discussion|review)(?: only)?"
    r"|do not (?:cite|distribute|use)|only)"
    r"|(?:noch )?nicht (?:freigegeben|genehmigt|in kraft)|genehmigung (?:ausstehend|steht aus|widerrufen|zurückgezogen)"
    r"|(?:pas|plus) en vigueur|non approuvée?|no (?:aprobad[oa]|vigente)|non (?:approvat[oa]|in vigore)"
    r"|niet goedgekeurd"
)
_STATEMENT = re.compile(rf"(?:{_DENIAL})(?:[ ,;:.(\u2013\u2014-]+(?:{_DENIAL})){{0,2}}{_TAIL}")
#: One word that may be said of the document, or of what stands beside it.
_STAMP = re.compile(
    r"(?:archived|deprecated|draft|expired|not final|obsolete|rejected|retired|revoked|superseded|suspended|unapproved"
    rf"|withdrawn){_TAIL}"
)
#: Heads the part of a document in which its approval stands, or begins a line that says who approved it.
_APPROVAL_PART = re.compile(
    r"(?:\d+(?:\.\d+)*\.? )?(?:board |document |final |formal |management |review and )?"
    r"(?:approvals?|approved by|approver|authori[sz]ation|sign-?offs?|signed off by|signatures?|freigabe|genehmigung)"
    r"(?![\w-])"
)
#: What somebody says there who gives no approval.
_REFUSAL = re.compile(
    r"(?:i|we)(?: hereby| therefore| still| currently)?(?: (?:cannot|can not|can't|could not|did not|do not|don't|"
    r"have not|no longer|will not|won't))(?: yet| currently)? (?:adopt|approved?|authori[sz]e|endorsed?|"
    rf"give (?:my |our )?approval|sign(?: off)?)(?: (?:it|of it|this|the) ?(?:\w+ ?){{0,2}})?{_TAIL}"
    r"|(?:i|we)(?: hereby| therefore)? (?:have )?(?:refuse|reject|revoke|suspend|withdraw|withdrew|withdrawn|withhold)"
    rf"(?:d|ed)? (?:(?:my|our|the|this) )?(?:approval|document|it|policy|sign-?off|version){_TAIL}"
)
_CLAUSES = re.compile(r"[.;,:|!()\u2013\u2014]+| - | but | and ")
_LEAD = re.compile(
    r"(?:(?:attention|caution|important|nb|note|notice|remark|state|status|warning)\b[ :!.\u2013\u2014-]+)+"
)
#: Keys whose value says how the approval or the force of the document itself stands.
_OF_APPROVAL = re.compile(
    r"(?:(?:board|committee|document|final|formal|management|our|policy)_)?"
    r"(?:adoption|approval|endorsement|ratification|sign_?off)(?:_(?:decision|note|outcome|result|state|status))?"
    r"|approved|force|in_force|signed_off|standing|valid|validity"
)
#: Keys of remarks on the document as a whole.
_REMARK = re.compile(
    r"(?:\w+_)?(?:banner|comments?|disclaimer|info|message|notes?|notices?|remarks?|warnings?)(?:_\w+)?"
)
_NO = re.compile(rf"(?:{_LOST}|no|none|false|not(?: yet)?(?: {_GIVEN}| there)?|never){_TAIL}")
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t#]*")
_SETEXT = re.compile(r" {0,3}(?:=+|-{3,})\s*")
_ITEM = re.compile(r"\s*(?:[-+*\u2022]|\d+[.)])\s")
_BLOCK = re.compile(r"\s*(?:\||[-+*\u2022]\s|\d+[.)]\s)")
#: Headings under which a document speaks of its other versions, or of what its own words mean.
_OF_OTHERS = re.compile(
    r"archive|change|definitions|earlier|former|glossary|histor|life ?cycle|meaning|previous|release|revision|states?\b"
    r"|status|terms|version|\d+\.\d"
)


def withdrawn(body: str) -> Denial | None:
    """The first statement of a Markdown text by which it denies its own standing; a sure one before others.

    Args:
        body: Below the front matter.
    """
    found: Denial | None = None
    for number, text, kind in _statements(body[:_BODY]):
        told = _of_itself(text, kind)
        if told is not None and told.sure:
            return Denial(told.words, number, sure=True)
        if told is not None:
            found = found or Denial(told.words, number, sure=False)
    return found


def withdrawn_by(fields: Mapping[str, Any], known: frozenset[str]) -> tuple[str, Denial] | None:
    """The first field at the top of a record that denies its approval or force, by its key and value.

    Args:
        fields: Of the record.
        known: Keys that are read otherwise, in small letters with `_`.
    """
    doubt: tuple[str, Denial] | None = None
    for key, value in fields.items():
        plain = re.sub(r"[\s-]+", "_", str(key).strip().casefold())
        if plain in known or not isinstance(value, str | bool):
            continue
        told = _of_field(plain, "false" if value is False else value) if value is not True else None
        if told is not None and told.sure:
            return str(key), told
        if told is not None:
            doubt = doubt or (str(key), told)
    return doubt


def _of_field(key: str, value: str) -> Denial | None:
    if len(value) > SHORT:
        return None
    said = _bare(value)
    if _OF_APPROVAL.fullmatch(key) and (_NO.fullmatch(said) or _STAMP.fullmatch(said) or _STATEMENT.fullmatch(said)):
        return Denial(f"{key.replace('_', ' ')}: {said}", 1, sure=True)
    if told := named_denial(value):
        return told
    if _STATEMENT.fullmatch(said):
        return Denial(said, 1, sure=_REMARK.fullmatch(key) is not None)
    return Denial(said, 1, sure=False) if _REMARK.fullmatch(key) and _STAMP.fullmatch(said) else None


def _of_itself(text: str, kind: str) -> Denial | None:
    """What a statement says of the document: a sure denial, a doubtful one, or nothing."""
    if told := named_denial(text):
        return told
    if kind == "approval" and (refused := _refused(text)):
        return Denial(refused, 1, sure=True)
    said = _bare(text)
    if kind != "item" and _STATEMENT.fullmatch(said):
        return Denial(said, 1, sure=True)
    return Denial(said, 1, sure=False) if kind in {"comment", "paragraph"} and _STAMP.fullmatch(said) else None


def _refused(text: str) -> str:
    """The clause of a line about the approval that says that there is none; empty where none does."""
    clauses = (_bare(clause) for clause in _CLAUSES.split(text[:SHORT]))
    return next((said for said in clauses if _REFUSAL.fullmatch(said) or _STATEMENT.fullmatch(said)), "")


def _statements(body: str) -> Iterator[tuple[int, str, str]]:
    """What stands for itself in a text, with its line and kind: comments, headings, paragraphs, items of lists."""
    line_of, end = 1, 0
    for found in _COMMENT.finditer(body):
        line_of, end = line_of + body.count("\n", end, found.start()), found.start()
        if len(found[1].strip()) <= SHORT:
            yield line_of, found[1], "comment"
    lines = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), body).split("\n")
    held: list[tuple[int, str]] = []
    fenced = aside = False
    yield from _of_approval(lines)
    for number, line in enumerate([*lines, ""], start=1):
        fence, heading = _FENCE.match(line) is not None, _HEADING.fullmatch(line[: 2 * SHORT])
        underlined = len(held) == 1 and _SETEXT.fullmatch(line) is not None
        if fenced or fence:
            fenced ^= fence
        elif heading or underlined:
            text = heading[1] if heading else held[0][1]
            aside = _OF_OTHERS.search(text.casefold()) is not None
            if not aside and not _opens_list(lines, number):
                yield (number if heading else held[0][0]), text, "heading"
            held = []
            continue
        elif line.strip() and not _BLOCK.match(line):
            held.append((number, line))
            continue
        elif not aside and _ITEM.match(line) and len(line) <= SHORT:
            yield number, _ITEM.sub("", line, count=1), "item"
        whole = " ".join(text.strip(" \t>") for _, text in held)
        if held and not aside and len(whole) <= SHORT and not _BLOCK.match(line):
            yield held[0][0], whole, "paragraph"
        held = []


def _of_approval(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """The short lines of the part that holds the approval, and others that begin by saying who approved."""
    fenced = within = aside = False
    for number, line in enumerate(lines, start=1):
        heading = _HEADING.fullmatch(line[: 2 * SHORT])
        if _FENCE.match(line):
            fenced = not fenced
        elif heading and not fenced:
            aside = _OF_OTHERS.search(heading[1].casefold()) is not None
            within = not aside and _APPROVAL_PART.match(_bare(heading[1])) is not None
        elif not (fenced or aside) and len(line) <= SHORT and (within or _APPROVAL_PART.match(_bare(line))):
            item = _ITEM.match(line)
            yield number, line[item.end() :] if item else line, "approval"


def _opens_list(lines: list[str], number: int) -> bool:
    """Whether what follows a heading is a list or a table: then the heading is of its rows."""
    following = next((line for line in lines[number : number + 5] if line.strip()), "")
    return _BLOCK.match(following) is not None


def _bare(text: str) -> str:
    plain = " ".join(re.sub(r"[*_`~\[\]]", "", text).split()).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return _LEAD.sub("", plain.strip(" .!?:;,>#-\u2013\u2014=()\"'"), count=1).strip(" .!()")
