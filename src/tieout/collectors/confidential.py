"""What must not reach a packet: secrets, and by which people are reached; masked in texts, facts and sources."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tieout.domain.pseudonyms import pseudonym
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.redaction import Hit, Redaction, Taken, marker, marker_spans, redact
from tieout.kernel.reading.redaction_data import STRUCTURED, redact_data, source_spans
from tieout.kernel.reading.redaction_rules import ADDRESS_RULE, PHONE_RULE, compile_bytes
from tieout.kernel.reading.text import controls_shown

__all__ = ["ADDRESS_RULE", "CONTROL_RULE", "masked", "masked_fact", "masked_facts", "masked_source"]

CONTROL_RULE = "control-character"
"""The rule that made a character visible which would act on a terminal or turn the direction of writing."""

# Letters beyond ASCII are bytes from 0x80 on. What follows @ is a name of two parts at least, the last of letters.
_ADDRESS = compile_bytes(
    r"[A-Za-z0-9._%+'\x80-\xff-]*[A-Za-z0-9_%+\x80-\xff-]"
    r"@(?:[A-Za-z0-9\x80-\xff](?:[A-Za-z0-9\x80-\xff-]*[A-Za-z0-9\x80-\xff])?\.)+[A-Za-z\x80-\xff]{2,}"
)
# icon@2x.png is a picture for fine screens.
_PICTURE = compile_bytes(r"@[1-9]x\.[a-z]+\z")
# A telephone number as E.164 writes it: + and 8 to 15 digits, in groups or not.
_PHONE = compile_bytes(r"(?:^|[^\w+.:/-])(?P<number>\+[1-9](?:[ .()/-]{0,2}[0-9]){7,14})(?:[^\w.:]|[.:]?\s|[.:]?$)")
_PHONE_GROUP = _PHONE.groupindex[b"number"]


def masked(text: str, taken: Sequence[Taken] = ()) -> Redaction:
    """A text without its secrets, addresses and telephone numbers; as many lines as before.

    Args:
        text: Any text.
        taken: What else is to be taken out.
    """
    without_secrets = redact(text, taken)
    if "@" not in without_secrets.text and "+" not in without_secrets.text:
        return without_secrets
    data = without_secrets.text.encode("utf-8", "surrogatepass")
    pieces: list[bytes] = []
    hits = list(without_secrets.hits)
    at, line = 0, 1
    for start, end, rule in _people(data):
        line += data.count(b"\n", at, start)
        pieces += (data[at:start], marker(rule).encode())
        hits.append(Hit(rule, line))
        line += data.count(b"\n", start, end)
        at = end
    if not pieces:
        return without_secrets
    pieces.append(data[at:])
    kept = b"".join(pieces).decode("utf-8", "surrogatepass")
    return Redaction(kept, tuple(sorted(hits, key=lambda hit: hit.line)))


def masked_fact(text: str, system_id: str) -> str:
    """The same for one fact: an address that stands alone names somebody, and becomes that person's pseudonym.

    So two people stay two, and one stays the same in all evidence of a system, without saying who it is.
    """
    data = text.strip().encode("utf-8", "surrogatepass")
    found = list(_addresses(data)) if b"@" in data else []
    if found == [(0, len(data))]:
        return pseudonym(system_id, text)
    return masked(text).text


def masked_facts(tree: Any, system_id: str, *, declared_people: bool = False) -> Any:
    """All that goes into an artefact from a parsed document: by what it looks like, and by what it is called.

    Args:
        tree: JSON values.
        system_id: People are pseudonyms within a system.
        declared_people: Addresses and numbers stay: the owners of the system declare whom to reach.

    Returns:
        The tree itself where there is nothing to mask.
    """

    def mask(text: str) -> str:
        return redact(text).text if declared_people else masked_fact(text, system_id)

    texts: set[str] = set()
    _collect_texts(tree, texts)
    joined = "\n".join(sorted(texts))
    # One look at all texts together spares one at each; what is packed within a text is none of them.
    clean = texts if mask(joined) == joined else set()
    kept = redact_data(tree, lambda text: text if text in clean else mask(text), phones=not declared_people)
    return tree if kept == tree else kept


def masked_source(text: str, path: str, *, declared_people: bool = False) -> Redaction:
    """The copy of a source that is kept: values masked by their names too, and nothing in it that acts on a terminal.

    Args:
        text: The source.
        path: Its name says which kind of document it is.
        declared_people: As `masked_facts`.

    Raises:
        UnreadableError: It is no document of its kind, so that its values cannot be told from its names.
    """
    mask: Callable[..., Redaction] = redact if declared_people else masked
    kind = kind_of(path)
    taken: tuple[Taken, ...] = ()
    if kind is not None and kind in STRUCTURED:
        taken = source_spans(
            text,
            kind,
            where=path,
            hides=lambda value: next((hit.rule for hit in mask(value).hits), None),
            phones=not declared_people,
        )
    kept = mask(text, taken)
    shown, lines = controls_shown(kept.text)
    if not lines:
        return kept
    hits = (*kept.hits, *(Hit(CONTROL_RULE, line) for line in lines))
    return Redaction(shown, tuple(sorted(hits, key=lambda hit: hit.line)))


def _people(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Where people can be reached, by place; what overlaps is told once."""
    found = [(start, end, ADDRESS_RULE) for start, end in _addresses(data)]
    found += [(*match.span(_PHONE_GROUP), PHONE_RULE) for match in _PHONE.finditer(data)]
    last = 0
    for start, end, rule in sorted(found):
        if start >= last:
            last = end
            yield start, end, rule


def _addresses(data: bytes) -> Iterator[tuple[int, int]]:
    """Addresses; a marker of ours is no part of one."""
    at = 0
    for start, end in (*marker_spans(data), (len(data), len(data))):
        for match in _ADDRESS.finditer(data[at:start]):
            if not _PICTURE.search(match.group()):
                yield at + match.start(), at + match.end()
        at = end


def _collect_texts(value: Any, texts: set[str]) -> None:
    if isinstance(value, str):
        texts.add(value)
    elif isinstance(value, dict):
        texts.update(value)
        for member in value.values():
            _collect_texts(member, texts)
    elif isinstance(value, list):
        for element in value:
            _collect_texts(element, texts)
