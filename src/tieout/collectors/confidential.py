"""What must not reach a packet: secrets, and e-mail addresses of people; both are masked where texts are kept."""

from collections.abc import Iterator

from tieout.domain.pseudonyms import pseudonym
from tieout.kernel.reading.redaction import Hit, Redaction, redact
from tieout.kernel.reading.redaction_rules import compile_bytes

ADDRESS_RULE = "email-address"
"""The rule that masked an address, in markers and redaction notes."""

# Letters beyond ASCII are bytes from 0x80 on. What follows @ is a name of two parts at least, the last of letters.
_ADDRESS = compile_bytes(
    r"[A-Za-z0-9._%+'\x80-\xff-]*[A-Za-z0-9_%+\x80-\xff-]"
    r"@(?:[A-Za-z0-9\x80-\xff](?:[A-Za-z0-9\x80-\xff-]*[A-Za-z0-9\x80-\xff])?\.)+[A-Za-z\x80-\xff]{2,}"
)
# icon@2x.png is a picture for fine screens.
_PICTURE = compile_bytes(r"@[1-9]x\.[a-z]+\z")
_MARKER = f"⟨redacted:{ADDRESS_RULE}⟩".encode()


def masked(text: str) -> Redaction:
    """A text without its secrets and addresses; as many lines as before."""
    without_secrets = redact(text)
    if "@" not in without_secrets.text:
        return without_secrets
    data = without_secrets.text.encode("utf-8", "surrogatepass")
    pieces: list[bytes] = []
    hits = list(without_secrets.hits)
    at, line = 0, 1
    for start, end in _addresses(data):
        line += data.count(b"\n", at, start)
        pieces += (data[at:start], _MARKER)
        hits.append(Hit(ADDRESS_RULE, line))
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


def _addresses(data: bytes) -> Iterator[tuple[int, int]]:
    for match in _ADDRESS.finditer(data):
        if not _PICTURE.search(match.group()):
            yield match.span()
