"""Secrets, and what names people or reaches them, taken out of any text that leaves: of evidence, a path, a reason."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from tieout.kernel.reading.folders import folder_spans
from tieout.kernel.reading.patterns import compile_bytes
from tieout.kernel.reading.redaction import Hit, Redaction, Taken, marker, marker_spans, redact
from tieout.kernel.reading.redaction_judges import is_unguessable
from tieout.kernel.reading.redaction_rules import ADDRESS_RULE, FOLDER_RULE, PHONE_RULE
from tieout.kernel.reading.text import controls_shown, excerpt

_REMEMBERED: Final = 20_000
_LONGEST_REMEMBERED: Final = 1_000
_LONG_WORD = re.compile(rb"[A-Za-z0-9+/=_~-]{16,}")

# Letters beyond ASCII are bytes from 0x80 on. What follows @ is a name of two parts at least, the last of letters.
_ADDRESS = compile_bytes(
    r"[A-Za-z0-9._%+'\x80-\xff-]*[A-Za-z0-9_%+\x80-\xff-]"
    r"@(?:[A-Za-z0-9\x80-\xff](?:[A-Za-z0-9\x80-\xff-]*[A-Za-z0-9\x80-\xff])?\.)+[A-Za-z\x80-\xff]{2,}"
)
# icon@2x.png is a picture for fine screens.
_PICTURE = compile_bytes(r"@[1-9]x\.[a-z]+\z")
# build@1.2.2.post1 is a version, and so is what follows @ in the URL of a package, up to its qualifiers; the address of
# a machine with a name behind it (10.0.0.1.example.com) is none.
_VERSION = compile_bytes(r"@[0-9]+(?:\.[0-9]+)+(?:-[A-Za-z0-9.-]*|\.[A-Za-z]+)\z")
_PACKAGE = compile_bytes(r"""(?:^|[^A-Za-z0-9+.-])pkg:[A-Za-z][A-Za-z0-9.+-]*/[^\s"'`<>(),;?#@]*\z""")
_LONGEST_PACKAGE: Final = 512
# Marks around an address; beyond ASCII they are of the bytes that letters are of.
_QUOTES: Final = ("'", *"‘’‚‛“”„‟‹›«»…")  # noqa: RUF001 - these marks are meant
_QUOTE_BYTES: Final = tuple(mark.encode() for mark in _QUOTES)
# A telephone number as E.164 writes it: + and 8 to 15 digits, in groups or not.
_PHONE = compile_bytes(r"(?:^|[^\w+.:/-])(?P<number>\+[1-9](?:[ .()/-]{0,2}[0-9]){7,14})(?:[^\w.:]|[.:]?\s|[.:]?$)")
_PHONE_GROUP = _PHONE.groupindex[b"number"]


def masked(text: str, taken: Sequence[Taken] = (), *, reachable: bool = False) -> Redaction:
    """A text without its secrets, addresses, telephone numbers and folders of machines; as many lines as before.

    Args:
        text: Any text.
        taken: What else is to be taken out.
        reachable: Addresses and numbers stay: the text says on purpose how somebody is reached.
    """
    without_secrets = redact(text, taken)
    if not any(sign in without_secrets.text for sign in "@+/\\"):
        return without_secrets
    data = without_secrets.text.encode("utf-8", "surrogatepass")
    pieces: list[bytes] = []
    hits = list(without_secrets.hits)
    at, line = 0, 1
    for start, end, rule in _people(data, reachable=reachable):
        line += data.count(b"\n", at, start)
        pieces += (data[at:start], marker(rule).encode())
        hits.append(Hit(rule, line))
        line += data.count(b"\n", start, end)
        at = end
    if not pieces:
        return without_secrets
    pieces.append(data[at:])
    kept = b"".join(pieces).decode("utf-8", "surrogatepass")
    return Redaction(kept, tuple(sorted(hits, key=lambda hit: hit.line)), without_secrets.removed)


def shown(text: str) -> str:
    """The same for what is said over and over, such as a path: it is remembered.

    What would act on a terminal, or turn the direction of writing, is made visible. What was masked once stays as it
    is, so that a document which is read back is the one that was written.
    """
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _shown(text)


def said(text: str) -> str:
    """The same for what somebody says of themselves on purpose, such as who prepared a packet: they may be reached."""
    return controls_shown(masked(text, reachable=True).text)[0]


def sayable(text: str, length: int = 60) -> str:
    """A piece of untrusted text for a message: short, on one line, masked, and without words that look like a secret.

    Args:
        text: A name or value out of a document.
        length: Most characters.
    """
    kept = masked(text).text.encode("utf-8", "surrogatepass")
    words = _LONG_WORD.sub(lambda word: b"(not shown)" if is_unguessable(word.group()) else word.group(), kept)
    return excerpt(words.decode("utf-8", "surrogatepass"), length, is_masked=True)


@lru_cache(maxsize=_REMEMBERED)
def _remembered(text: str) -> str:
    return _shown(text)


def _shown(text: str) -> str:
    return controls_shown(masked(text).text)[0]


def addresses(data: bytes) -> Iterator[tuple[int, int]]:
    """Where addresses of people stand in the UTF-8 bytes of a text; a marker of ours is no part of one."""
    at = 0
    for start, end in (*marker_spans(data), (len(data), len(data))):
        for match in _ADDRESS.finditer(data[at:start]):
            if not _PICTURE.search(match.group()) and not _is_version(data, at + match.start(), match.group()):
                yield _without_quotes(data, at + match.start(), at + match.end())
        at = end


def _is_version(data: bytes, start: int, found: bytes) -> bool:
    """Whether what looks like an address is a package with its version."""
    before = data[max(0, start - _LONGEST_PACKAGE) : start]
    return bool(_VERSION.search(found)) or (b"pkg:" in before and bool(_PACKAGE.search(before)))


def _without_quotes(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The same place without the quotation marks around it, which stay where they are."""
    while mark := next((mark for mark in _QUOTE_BYTES if data.startswith(mark, start, end)), None):
        start += len(mark)
    while mark := next((mark for mark in _QUOTE_BYTES if data.endswith(mark, start, end)), None):
        end -= len(mark)
    return start, end


def _people(data: bytes, *, reachable: bool) -> Iterator[tuple[int, int, str]]:
    """Where people are named or can be reached, by place; what overlaps is told once."""
    found = [(start, end, FOLDER_RULE) for start, end in folder_spans(data)]
    if not reachable:
        found += [(start, end, ADDRESS_RULE) for start, end in addresses(data)]
        found += [(*match.span(_PHONE_GROUP), PHONE_RULE) for match in _PHONE.finditer(data)]
    last = 0
    for start, end, rule in sorted(found):
        if start >= last:
            last = end
            yield start, end, rule
