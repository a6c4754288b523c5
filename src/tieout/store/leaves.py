"""Leaves: what the journal says about evidence, without any raw digest and without people."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field, ValidationError, field_validator, model_validator

from tieout.domain.base import Model
from tieout.kernel.canonical import canonical_bytes
from tieout.store.layout import ITEM

LeafType = Literal[
    "collected",
    "collection",
    "packet",
    "hold",
    "release",
    "disposition-intent",
    "disposed",
    "trigger-event",
    "attestation",
    "revocation",
    "waiver",
    "sign-off",
    "key-rotation",
]

# Leaves whose commitment is to an object of this store; a packet, say, is kept elsewhere.
CONTENT_IN_STORE: frozenset[LeafType] = frozenset(
    {"collected", "collection", "trigger-event", "attestation", "revocation", "waiver", "sign-off"}
)

_PRIVATE_URI = re.compile(r"[?#]|^/|^file:|^[A-Za-z]:\\|^([a-z][a-z0-9+.-]*://)?[^/]*@", re.IGNORECASE)
_EXACT_DIGITS = 15  # integers this short are exact in JSON numbers (RFC 8785, 3.2.2.3)


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class LeafSource(Model):
    """Where the content came from.

    Attributes:
        kind: Kind of source.
        uri: Relative to the configuration, or remote without user-info and query.
        commit: Git commit it was read at.
        path: Path inside the source.
    """

    kind: str
    uri: str
    commit: str | None = None
    path: str | None = None

    @field_validator("uri")
    @classmethod
    def _names_nobody(cls, uri: str) -> str:
        if _PRIVATE_URI.search(uri):
            message = "must be relative, or remote without user-info and query: the log is for ever"
            raise ValueError(message)
        return uri


class LeafCollector(Model):
    """The collector that read it."""

    name: str
    version: str


class LeafRetention(Model):
    """What keeps it: the authority, the event that starts the period, and its end (a date or `pending`)."""

    authority: str
    trigger: str
    until: str | None = None


class Leaf(Model):
    """One event in the life of an evidence item.

    Attributes:
        type: What happened.
        item: Id of the evidence item, packet, hold … it happened to.
        commitment: SHA-256(salt || SHA-256(content)), see `commitment`; required for `collected`.
        size: Bytes of the content.
        media_type: Media type of the content.
        source: Where it came from.
        collector: What read it.
        collected_at: When it was read.
        redaction_rules: Ids of the rules that masked something.
        controls: Labels of the controls it speaks to.
        retention: What keeps it.
        extra: What only this type of leaf has; any JSON. People stand here as roster ids only.
    """

    type: LeafType
    item: str = Field(pattern=f"^{ITEM.pattern}$")
    commitment: Sha256 | None = None
    size: int | None = Field(default=None, ge=0)
    media_type: str | None = None
    source: LeafSource | None = None
    collector: LeafCollector | None = None
    collected_at: Instant | None = None
    redaction_rules: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    retention: LeafRetention | None = None
    extra: dict[str, Any] = Field(default_factory=dict)

    @field_validator("extra")
    @classmethod
    def _is_json(cls, extra: dict[str, Any]) -> dict[str, Any]:
        # Through its own bytes, so that a leaf in memory equals the leaf that is read back.
        copy: dict[str, Any] = _load(canonical_bytes(extra))
        return copy

    @model_validator(mode="after")
    def _collected_commits(self) -> "Leaf":
        if self.type == "collected" and self.commitment is None:
            message = "a collected leaf commits to its content"
            raise ValueError(message)
        return self


class LoggedLeaf(Leaf):
    """A leaf in its place in the journal.

    Attributes:
        seq: Its number, from 0.
        prev: RFC 6962 leaf hash of the line before it; none for the first.
        logged_at: When it was acknowledged.
    """

    seq: int = Field(ge=0)
    prev: Sha256 | None = None
    logged_at: Instant

    def line(self) -> bytes:
        """The RFC 8785 bytes that are the leaf of the tree, without a newline."""
        return canonical_bytes(self.as_json() | {"extra": self.extra})


def read_line(line: bytes) -> LoggedLeaf:
    """A logged leaf from its line.

    Raises:
        ValueError: The line is no JSON, not in canonical form, or no leaf; the message says which.
    """
    try:
        tree = _load(line)
        canonical = canonical_bytes(tree) == line
    except (ValueError, RecursionError) as error:
        message = "it is not JSON"
        raise ValueError(message) from error
    if not canonical:
        message = "it is not in canonical form"
        raise ValueError(message)
    try:
        return LoggedLeaf.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole"
        message = f"it is not a leaf: {field}: {first['msg']}"
        raise ValueError(message) from error


def _load(data: bytes) -> Any:
    # The canonical form spells 1e20 as an integer; as a float it is spelt the same again.
    return json.loads(
        data.decode("utf-8"), parse_int=lambda text: int(text) if len(text) <= _EXACT_DIGITS else float(text)
    )
