"""Signed statements of people: an attestation, or the revocation of one, as an in-toto Statement v1.

What is signed is the file itself: the RFC 8785 bytes of the statement. The signature stands beside it, so that
`ssh-keygen -Y verify` alone can check it. Digests are named as in-toto's digest set names them.
"""

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from tieout.domain.base import Many, Model
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.clock import rfc3339

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
ATTESTATION_TYPE: Final = "https://tieout.dev/attestation/v1"
REVOCATION_TYPE: Final = "https://tieout.dev/revocation/v1"
#: What the signature is for, so that one made for git or for mail is none of ours (ssh-keygen(1), `-n`).
NAMESPACE: Final = "attestation@tieout.dev"
#: How the files of statements end, and what stands behind that in the name of a signature.
ATTESTATION_ENDING: Final = ".attestation.json"
REVOCATION_ENDING: Final = ".revocation.json"
SIGNATURE_ENDING: Final = ".sig"
#: Files of one statement: what a person can have looked at before signing.
MAX_SUBJECTS: Final = 1_000
#: Largest statement that is read, bytes: so many subjects with long names, and a text.
MAX_STATEMENT_BYTES: Final = 1_000_000
_MAX_TEXT: Final = 4_000
_MAX_NAME: Final = 200
_MAX_PATH: Final = 4_095


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        message = "has no time zone; write it in UTC, as in 2026-11-22T10:00:00Z"
        raise ValueError(message)
    return instant.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc)]
Name = Annotated[str, Field(min_length=1, max_length=_MAX_NAME)]


class Digests(Model):
    """Digests of one file; at least one."""

    git_blob: str | None = Field(
        default=None, alias="gitBlob", pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$", description="id of git's blob"
    )
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file")

    @model_validator(mode="after")
    def _one_at_least(self) -> "Digests":
        if self.git_blob is None and self.sha256 is None:
            message = "a subject needs a digest: gitBlob or sha256"
            raise ValueError(message)
        return self


class StatedSubject(Model):
    """One file that a statement is about."""

    name: str = Field(min_length=1, max_length=_MAX_PATH, description="path of the file in its repository")
    digest: Digests


class StatedPeriod(Model):
    """A period by its first and last day."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> "StatedPeriod":
        if self.end < self.start:
            message = "the period ends before it starts"
            raise ValueError(message)
        return self


class _Predicate(Model):
    """What every statement says: of which system, in which words, by whom, in which role, and when."""

    system: Name
    text: str = Field(min_length=1, max_length=_MAX_TEXT)
    person: Name
    role: Name
    signed_at: Instant


class AttestationPredicate(_Predicate):
    """What a person attests, for which control and release or period, and until which day it counts."""

    control: Name | None = None
    release: Name | None = None
    period: StatedPeriod | None = None
    expires: date

    @model_validator(mode="after")
    def _either(self) -> "AttestationPredicate":
        if self.release is not None and self.period is not None:
            message = "an attestation is for a release or for a period, not for both"
            raise ValueError(message)
        return self


class RevocationPredicate(_Predicate):
    """Why an attestation is taken back; it counts from the time of the signature."""


class _Statement(Model):
    type_: Literal["https://in-toto.io/Statement/v1"] = Field(default=STATEMENT_TYPE, alias="_type")
    subject: Many[StatedSubject] = Field(min_length=1, max_length=MAX_SUBJECTS)

    def signed_bytes(self) -> bytes:
        """The bytes that are signed, and that the file holds (RFC 8785)."""
        tree = self.as_json()
        tree["predicate"]["signed_at"] = rfc3339(datetime.fromisoformat(tree["predicate"]["signed_at"]))
        return canonical_bytes(tree)


class AttestationStatement(_Statement):
    """An attestation as it is signed."""

    predicate_type: Literal["https://tieout.dev/attestation/v1"] = Field(
        default=ATTESTATION_TYPE, alias="predicateType"
    )
    predicate: AttestationPredicate


class RevocationStatement(_Statement):
    """The revocation of attestations as it is signed; its subjects are their files, by name and SHA-256."""

    predicate_type: Literal["https://tieout.dev/revocation/v1"] = Field(default=REVOCATION_TYPE, alias="predicateType")
    predicate: RevocationPredicate


Statement = AttestationStatement | RevocationStatement


def statement_of(data: Any) -> Statement:
    """The statement in a parsed document.

    Raises:
        ValueError: It is none; the message is a sentence without its subject.
    """
    kinds: dict[object, type[AttestationStatement | RevocationStatement]] = {
        ATTESTATION_TYPE: AttestationStatement,
        REVOCATION_TYPE: RevocationStatement,
    }
    stated = data.get("predicateType") if isinstance(data, dict) else None
    kind = kinds.get(stated) if isinstance(stated, str) else None
    if kind is None:
        message = f"is not a statement of type {ATTESTATION_TYPE} or {REVOCATION_TYPE}"
        raise ValueError(message)
    subjects = data.get("subject")
    if isinstance(subjects, list) and len(subjects) > MAX_SUBJECTS:
        message = f"has {len(subjects):,} subjects; a statement has at most {MAX_SUBJECTS:,}"
        raise ValueError(message)
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in fault["loc"]) or "the statement"
        said = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
        message = f"does not fit: {place}: {said[:1].lower()}{said[1:]}"
        raise ValueError(message) from None


def plain_name(text: str) -> str:
    """A text as part of a file name, or as a principal of an allowed signers file: letters, digits, dots, hyphens."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w.]+", "-", folded).strip("-.") or "signer"


def statement_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of an attestation as it is signed."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://tieout.dev/schema/attestation-1.json",
        **AttestationStatement.model_json_schema(by_alias=True),
        "title": "attestation",
    }


#: An attestation in whole, for `tieout schema attestation --example`.
STATEMENT_EXAMPLE: Final = AttestationStatement(
    subject=(
        StatedSubject(
            name="records/risk-register.yaml",
            digest=Digests(
                git_blob="3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
                sha256="a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447",
            ),
        ),
    ),
    predicate=AttestationPredicate(
        system="parcel-assistant",
        control="MAP 1.5",
        release="v2.3.0",
        text="I have read the register, and the residual risks lie within what the board tolerates.",
        person="Tor Vik",
        role="risk_officer",
        signed_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        expires=date(2027, 5, 20),
    ),
)
