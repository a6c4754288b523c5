"""Reads the opening of a document for a sentence that denies its own approval or force ("Not in force.")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NOUN = (
    r"(?:card|charter|code|document|edition|file|framework|guideline|inventory|log|manual|page|paper|plan|policy"
    r"|procedure|record|register|report|roster|standard|statement|text|version)"
)
#: A word beside the noun, but none that tells of another document than the one that speaks.
_WORD = r"(?: (?!(?:earlier|first|former|initial|last|old|older|original|other|preceding|previous|prior|\d+)\b)[\w-]+)"
#: The document by its own name: "this register", "the present AI risk policy", "version 3 of this policy".
_THIS = rf"(?:(?:version|edition) [\w.]{{1,9}} of )?(?:this|the present|the current|our){_WORD}{{0,3}}? {_NOUN}"
#: Nouns that a text with "the" uses of other things too are left out: "the record is withdrawn from the queue".
_THE = rf"the{_WORD}{{0,2}}? (?:charter|document|policy|procedure|register|standard)"
_ADVERB = (
    r"(?:(?:as|at|also|already|been|ever|finally|formally|fully|hereby|now|officially|only|since|still|so far|then|yet"
    r"|therefore|currently|today|present|of|\w+ \d{4}) ){0,4}"
)
_APPROVED = (
    r"(?:accepted|adopted|agreed|approved|authori[sz]ed|confirmed|current|effective|endorsed|final"
    r"|finali[sz]ed|in effect|in force|in use|operative|published|ratified|released|signed|valid)"
)
_ENDED = (
    r"(?:abandoned|annulled|archived|cancell?ed|declined|discontinued|expired|lapsed|obsolete|out of date|out of force"
    r"|outdated|refused|rejected|repealed|replaced|rescinded|retired|revoked|superseded|suspended|unapproved|unsigned"
    r"|void|withdrawn)"
)
_GRANTS = r"(?:adoption|approval|authori[sz]ation|endorsement|ratification|sign-off|signature)"
_AWAITED = r"(?:awaited|awaiting|missing|open|outstanding|pending|subject to|under consultation|under review)"
_IS = r"(?:is|was|are|has|have|had|has been|had been|remains|remained|stays)"
_NOT = r"(?:not|never|no longer)"
_A_DRAFT = (
    r"(?:an? |the )?(?:[\w-]+ ){0,2}?(?:draft|proposal)(?= *$| *[,;:(]| (?:and|for|by|of|which|that|only|until)\b)"
)
_PREDICATE = (
    rf"(?:{_IS} {_ADVERB}{_NOT} {_ADVERB}{_APPROVED}|(?:hasn't|isn't|wasn't) {_ADVERB}{_APPROVED}"
    rf"|{_IS} {_ADVERB}{_ENDED}"
    rf"|is {_ADVERB}{_NOT} {_ADVERB}(?:an?|the) {_APPROVED} {_NOUN}|{_IS} neither {_APPROVED} nor"
    rf"|{_IS} {_ADVERB}{_A_DRAFT}|(?:is|remains) {_ADVERB}{_AWAITED}"
    rf"|(?:has|is|was) (?:still |yet |as yet )?(?:no|without) (?:formal |valid )?(?:{_GRANTS}|force)"
    rf"|(?:has|is|was|remains) (?:yet |still )?(?:yet )?to be {_APPROVED}"
    rf"|(?:still )?(?:lacks|awaits) (?:\w+ )?{_GRANTS}"
    rf"|(?:has )?(?:ceased to|does not yet|no longer) (?:apply|applies|be in force|have force)"
    rf"|(?:has )?lost its {_GRANTS}|no longer applies|failed to (?:gain|get|obtain|receive) {_GRANTS})"
)
#: What may follow words without a subject, so that they are not the beginning of something else ("Draft answers").
_AFTER = (
    r"(?= *$| *[,;:(/–—]| -|\.| (?:after|and|as|at|awaiting|because|by|due|from|in|of|on|pending|see|since|so|to"  # noqa: RUF001 - a dash
    r"|today|until|with|yet|\d{1,2}[a-z]{0,2} [a-z]+|[a-z]+ \d{4}|\d{4})\b)"
)
_OWN = r"(?:document|edition|only|policy|register|text|version)"
_ALONE = (
    rf"(?:{_NOT} (?:yet )?(?:been )?(?:formally )?{_APPROVED}(?: yet)?|neither {_APPROVED} nor {_APPROVED}"
    rf"|not (?:yet )?an approved {_OWN}"
    rf"|(?:[\w-]+ )?drafts? for (?:[\w-]+ )?(?:adoption|approval|comments?|consultation|discussion|decision|review)"
    rf"|(?:an? |the |first |second |third |final |initial |working |early |consultation |internal |public )*draft"
    rf"(?: {_OWN}| v?\d[\w.]*)?|{_ENDED}(?: {_OWN})?|(?:awaiting|pending|subject to|awaits) (?:\w+ )?{_GRANTS}"
    rf"|no {_GRANTS} (?:yet|given|granted|has been given|has been granted|was given|was granted)"
    rf"|(?:proposed|superseded|unapproved) {_OWN}|to be approved|under (?:consultation|review)"
    r"|for (?:comment|consultation|discussion|approval)(?: only)?|do not use|not for use"
    r"|(?:noch )?nicht (?:freigegeben|genehmigt|gültig|in kraft)|genehmigung (?:ausstehend|steht aus|widerrufen)"
    r"|(?:pas|plus) en vigueur|non (?:approuvée?|approvat[oa])|no (?:aprobad[oa]|vigente)|non in vigore"
    rf"){_AFTER}"
)
_APPROVAL = (
    rf"(?:(?:[\w-]+(?:'s)? ){{0,3}}?{_GRANTS}(?: of (?:{_THIS}|{_THE}))?(?: by (?:the )?\w+(?: \w+)?)?[ :–—-]*"  # noqa: RUF001 - a dash
    rf"{_ADVERB}(?:{_IS} )?(?:{_NOT} )?{_ADVERB}"
    r"(?P<lost>awaited|denied|declined|expired|given|granted|lapsed|missing|none|obtained|open|outstanding|pending"
    rf"|received|refused|rejected|rescinded|revoked|suspended|withdrawn)){_AFTER}"
)
#: Somebody who says no: "The board rejected this text", "Nobody has approved this register".
_NO_BY_WORDS = (
    r"[^,;:]{1,60}? (?:(?:has|have|had) (?:since )?)?(?:(?:rejected|refused|revoked|rescinded|repealed|suspended"
    r"|withdrew|withdrawn|declined)"
    r"|(?:did|has|have|had) (?:not|never) (?:yet )?(?:adopt|approve|endorse|sign|accept)\w*)"
    rf"(?: to (?:adopt|approve|sign))?(?: (?:its|the))?(?: {_GRANTS} (?:of|for))? (?:{_THIS}|{_THE}|its approval|it$)"
    rf"|(?:nobody|no one|no-one|none \w+ \w+ \w+) (?:has |have )?(?:yet )?(?:adopted|approved|signed)"
    rf" (?:{_THIS}|{_THE}|it$)"
)
_LEAD = (
    r"(?:(?:please )?(?:attention|caution|important|n\.b\.|nb|note|notice|remark|warning)(?: that)?[:,]? (?:that )?)?"
)
_CLAUSE = r"(?:^|[,;:–—] ?| - |\b(?:although|and|as|because|but|since|that|though|yet) |^as of [\w ]{1,30}? )"  # noqa: RUF001 - a dash
_BY_NAME = re.compile(rf"{_CLAUSE}(?P<said>(?P<subject>{_THIS}|{_THE}) {_PREDICATE})(?![\w-])")
_BY_IT = re.compile(rf"{_LEAD}(?P<said>(?:it|this) {_PREDICATE})(?![\w-])")
_BARE = re.compile(rf"{_LEAD}(?P<said>{_ALONE}|{_APPROVAL}|{_NO_BY_WORDS})(?![\w-])")
_DENIED_GRANT = re.compile(r"\b(?:not|never|no)\b|\bnot yet\b")
_GRANTED = frozenset({"given", "granted", "obtained", "received"})
_SURE_ALONE = re.compile(rf"{_NOT} (?:yet )?in force|(?:[\w-]+ )*?{_GRANTS} ")
#: A rule for later, or of parts: the sentence does not say how the document stands today.
_IF = re.compile(r"\b(?:if|once|unless|when|whenever|where|wherever|whether|without|every|each|(?<!by )any)\b")
_MODAL = re.compile(r"\b(?:are|can|may|must|needs?|shall|should|will)\b")
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_FOR_PARTS = re.compile(
    rf" (?:for|in|on|outside|to|within) (?!consultation|comment|review|force|use|effect|be |the \d|{_MONTH})[a-z]"
)
#: Said after the denial, it may undo it: "was rejected in May and approved in June".
_UNDONE = re.compile(
    r"\b(?:and|but|it|later|now|since|then|until) (?:(?:been|finally|has|is|it|later|now|then|was|in \w+) ){0,4}"
    r"(?:adopted|approved|in force|reinstated)\b|\bbut by\b"
)
_OF_DOCUMENT = re.compile(rf"\b(?:{_THIS}|{_THE})\b")
#: The document by a word for this one; what other rules may bring about (`superseded by law`) is left out.
_OF_NOW = re.compile(
    rf"(?:this|the present|the current){_WORD}{{0,3}}? {_NOUN} "
    rf"(?!{_IS} {_ADVERB}(?:replaced|superseded|suspended|void))"
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SETEXT = re.compile(r" {0,3}(?:=+|-{2,})\s*")
_LABELLED = re.compile(r"[\s>*_-]*[\w /-]{1,30}[*_`]*:[*_`]* \S|\s*[>\s]*\|")
_NAMES_ALL = re.compile(r":.*(?:\bor\b|\|)")
_LINES, _LINE, _TOP = 40, 400, 12_000
_PARAGRAPH = 3_000
_SHORT = 60  # characters: a line that was not wrapped


@dataclass(frozen=True, slots=True)
class Denial:
    """A sentence by which a document denies that it was approved or is in force.

    Attributes:
        words: The words that say so, in lower case.
        line: Of the text that was read, from 1.
        sure: False where the sentence may speak of parts or of the past only.
    """

    words: str
    line: int
    sure: bool


def leading_comment(text: str) -> str:
    """The comment above the first key of a YAML file, or of front matter, without its marks; lines stay in place.

    A line that lists what a key may hold (`# status: open, closed or withdrawn`) explains and says nothing.
    """
    kept = []
    for line in text[:_TOP].lstrip("\ufeff").split("\n")[:_LINES]:
        bare = line.strip()
        if bare.startswith("#"):
            said = bare.lstrip("#! ")
            kept.append("" if _NAMES_ALL.search(said) else said)
        elif bare in {"", "---"} or bare.startswith("%"):
            kept.append("")
        else:
            break
    return "\n".join(kept) if any(kept) else ""


def top_of(text: str) -> str:
    """The beginning of a text without what stands in HTML comments; lines stay in place."""
    return _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text[:_TOP])


def denial(text: str, *, whole: bool = False) -> Denial | None:
    """The first sentence of an opening by which the document denies its own standing; a sure one before others.

    Args:
        text: A body, or a leading comment.
        whole: Read every paragraph of the text and not the first alone.
    """
    unsure = None
    for paragraph in _paragraphs(text, whole=whole):
        for found in _denials(paragraph):
            if found.sure:
                return found
            unsure = unsure or found
    return unsure


def named_denial(text: str) -> Denial | None:
    """The first surely meant denial of a short text that names its document: "This policy was never adopted".

    What it says of an earlier version, of parts, or of another document that comes before it is none.
    """
    for found in _denials([(1, text.strip(" \t>"))]):
        if found.sure and _OF_NOW.match(found.words):
            return found
    return None


def _paragraphs(text: str, *, whole: bool) -> Iterator[list[tuple[int, str]]]:
    """Paragraphs with their lines; headings and labelled lines stand alone and are not the first paragraph."""
    top = top_of(text)
    held: list[tuple[int, str]] = []
    for number, line in enumerate([*top.split("\n")[:_LINES], ""], start=1):
        plain = re.sub(r"[*_`]|[()](?=yet\b)|(?<=\byet)[()]", "", line[:_LINE]).strip(" \t>\r")
        if _SETEXT.fullmatch(line) and len(held) == 1:
            held = []
        elif line.lstrip().startswith("#") or not plain or _LABELLED.match(line):
            if held:
                yield held
                if not whole:
                    return
            held = []
            if plain and not line.lstrip().startswith("#"):
                yield [(number, plain)]
        elif re.match(r"[-+•] |\d+[.)] ", plain) and held:
            held.append((number, "\0" + plain.lstrip("-+• ")))
        else:
            held.append((number, plain.lstrip("-+• ")))


def _denials(paragraph: list[tuple[int, str]]) -> Iterator[Denial]:
    before = ""
    sentences = list(_sentences(paragraph))
    for index, (line, sentence) in enumerate(sentences):
        rest = " ".join(text for _, text in sentences[index + 1 :])
        if found := _denied(sentence, rest, before):
            yield Denial(found[0], line, found[1])
        before = f"{before} {sentence}"


def _sentences(paragraph: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Sentences in lower case with the line that they begin at; a short line ends one where the next is a new one."""
    text, starts = "", []
    for number, line in paragraph:
        previous = text.rpartition("\n")[2]
        new = line.startswith("\0") or (0 < len(previous) <= _SHORT and line[:1].isupper())
        text += "" if not text else "\n" if new else " "
        starts.append((len(text), number))
        text += line.lstrip("\0")
    for match in re.finditer(r".+?(?:[.!?]++[\"')\]]*+(?=\s|$)|(?=\n)|$)", text[:_PARAGRAPH]):
        at = match.start() + len(match[0]) - len(match[0].lstrip())
        number = max((start, number) for start, number in starts if start <= at)[1]
        sentence = " ".join(match[0].strip(" \t\n.!?\"'()[]").replace("’", "'").split()).casefold()  # noqa: RUF001 - typed
        if sentence:
            yield number, sentence


def _denied(sentence: str, rest: str, before: str) -> tuple[str, bool] | None:
    """The words of a sentence that deny, and whether they are sure; None where none do."""
    named = _BY_NAME.search(sentence)
    bare = None if named else _BARE.match(sentence)
    found = named or bare or _BY_IT.match(sentence)
    if found is None:
        return None
    after = sentence[found.end() :]
    if bare and bare["lost"] in _GRANTED and not _DENIED_GRANT.search(bare["said"]):
        return None
    if bare and bare["lost"] not in {None, *_GRANTED} and _DENIED_GRANT.search(bare["said"]):
        return None  # "approval was never withdrawn"
    if _IF.match(sentence) or _IF.search(re.split(r"[,;]| and | but ", after)[0]):
        mine = bool(named and named["subject"].startswith("this"))
        return (found["said"], False) if mine and not _IF.match(sentence) else None
    if bare and _MODAL.search(after) and not _SURE_ALONE.match(bare["said"]):
        return None
    parts = bool(named and _FOR_PARTS.match(after))
    undone = bool(_UNDONE.search(f"{after}. {rest}"))
    own = sentence.startswith("this ") and not before  # "This is a draft." as the first sentence
    unnamed = not named and not bare and not own and not _OF_DOCUMENT.search(before)
    return found["said"], not (parts or undone or unnamed)
