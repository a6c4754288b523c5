"""Commits and tags as records, parsed from the raw objects; no signature is ever verified here."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from tieout.kernel.git.message import decode, subject, trailers

Signature = Literal["none", "gpg", "ssh", "x509"]
"""Kind of a signature that is present. Present is not verified: say "signed, unverified here"."""

_MARKS: tuple[tuple[bytes, Signature], ...] = (
    (b"PGP SIGNATURE", "gpg"),
    (b"PGP MESSAGE", "gpg"),
    (b"SSH SIGNATURE", "ssh"),
    (b"SIGNED MESSAGE", "x509"),
)
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the end of what a datetime holds
_TIME = re.compile(rb"\s*(-?\d{1,19})(?:\s+[+-]\d+)?\s*")
_SHA1_DIGITS = 40


@dataclass(frozen=True, slots=True)
class CommitRecord:
    """One commit. All text can be written as UTF-8; all times are UTC, whole seconds.

    Attributes:
        id: Full id.
        parents: Ids as the commit states them, also those beyond a shallow boundary.
        author_name: As written, not mapped by any .mailmap.
        author_email: As written.
        authored_at: Set by the author's clock; anyone can set it to anything.
        committer_name: As written.
        committer_email: As written.
        committed_at: Set by the committer's clock; likewise.
        subject: First paragraph on one line.
        trailers: (key, value) pairs in order.
        signature: Kind of signature present, not verified.
    """

    id: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    authored_at: datetime
    committer_name: str
    committer_email: str
    committed_at: datetime
    subject: str
    trailers: tuple[tuple[str, str], ...]
    signature: Signature


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag.

    Attributes:
        name: Without refs/tags/.
        target_commit: The commit it finally names; None where it names something else or what is missing.
        annotated: A tag object of its own, not only a name.
        signature: Kind of signature present, not verified.
        tagged_at: By the tagger's clock, UTC; None for a plain name or an unreadable date.
    """

    name: str
    target_commit: str | None
    annotated: bool
    signature: Signature
    tagged_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedCommit:
    """A commit record, the tree it holds, and what could not be read of it (plain sentences)."""

    record: CommitRecord
    tree: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    email: str
    at: datetime
    problem: str


def parse_commit(commit_id: str, data: bytes) -> ParsedCommit:
    """Parse a raw commit object (gitformat: headers, blank line, message).

    Never raises: a missing header becomes "", a date that is missing or before 1970 becomes 1970-01-01, one
    after the year 9999 its last second, each with a sentence among the problems.
    """
    headers, body = _split(data)
    encoding = _first(headers, b"encoding").decode("ascii", "replace") or None
    author = _person(_first(headers, b"author"), encoding)
    committer = _person(_first(headers, b"committer"), encoding)
    message = decode(body, encoding)
    signature_header = b"gpgsig" if len(commit_id) == _SHA1_DIGITS else b"gpgsig-sha256"
    record = CommitRecord(
        id=commit_id,
        parents=tuple(value.decode("ascii", "replace") for key, value in headers if key == b"parent"),
        author_name=author.name,
        author_email=author.email,
        authored_at=author.at,
        committer_name=committer.name,
        committer_email=committer.email,
        committed_at=committer.at,
        subject=subject(message),
        trailers=trailers(message),
        signature=_signature(_first(headers, signature_header)),
    )
    problems = tuple(
        f"commit {commit_id[:12]}: the {role}'s date {person.problem}"
        for role, person in (("author", author), ("committer", committer))
        if person.problem
    )
    return ParsedCommit(record, _first(headers, b"tree").decode("ascii", "replace"), problems)


def parse_tag(name: str, data: bytes) -> Tag:
    """Parse a raw tag object; `target_commit` is the object it names, of whatever kind."""
    headers, body = _split(data)
    tagger = _first(headers, b"tagger")
    person = _person(tagger, None) if tagger else None
    target = _first(headers, b"object").decode("ascii", "replace")
    return Tag(
        name=name,
        target_commit=target or None,
        annotated=True,
        signature=_trailing_signature(body),
        tagged_at=person.at if person is not None and not person.problem else None,
    )


def _split(data: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    head, _, body = data.partition(b"\n\n")
    headers: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n"):
        if line.startswith(b" ") and headers:
            headers[-1] = (headers[-1][0], headers[-1][1] + b"\n" + line[1:])
        else:
            key, _, value = line.partition(b" ")
            headers.append((key, value))
    return headers, body


def _first(headers: list[tuple[bytes, bytes]], key: bytes) -> bytes:
    return next((value for name, value in headers if name == key), b"")


def _person(line: bytes, encoding: str | None) -> _Person:
    identity, _, when = line.rpartition(b">")
    name, _, email = identity.partition(b"<")
    at, problem = _instant(when)
    return _Person(decode(name.strip(), encoding), decode(email.strip(), encoding), at, problem)


def _instant(text: bytes) -> tuple[datetime, str]:
    """Seconds since 1970 as UTC; the zone beside them tells only where the clock stood."""
    parts = _TIME.fullmatch(text)
    if parts is None:
        return datetime.fromtimestamp(0, UTC), "is missing or malformed"
    seconds = int(parts[1])
    if seconds < 0:
        return datetime.fromtimestamp(0, UTC), "lies before 1970"
    if seconds > _LAST_SECOND:
        return datetime.fromtimestamp(_LAST_SECOND, UTC), "lies after the year 9999"
    return datetime.fromtimestamp(seconds, UTC), ""


def _signature(armoured: bytes) -> Signature:
    """The kind of an armoured block that begins and ends as such a block does."""
    text = armoured.strip()
    for mark, kind in _MARKS:
        if text.startswith(b"-----BEGIN " + mark + b"-----") and text.endswith(b"-----END " + mark + b"-----"):
            return kind
    return "none"


def _trailing_signature(body: bytes) -> Signature:
    """A tag's signature is the end of its message; a block quoted in the text above is none."""
    start = max((b"\n" + body).rfind(b"\n-----BEGIN " + mark + b"-----") for mark, _ in _MARKS)
    return _signature(body[start:]) if start >= 0 else "none"
