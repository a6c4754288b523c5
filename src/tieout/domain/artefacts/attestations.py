"""Artefacts of what people sign or hand in as it is: attestations with the state of their signature, documents."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from tieout.domain.base import Model

#: What looking at a signed statement gave, the gravest first; `valid` is the absence of all others.
Standing = Literal[
    "signature-mismatch",
    "statement-altered",
    "wrong-namespace",
    "weak-key",
    "unknown-signer",
    "other-signer",
    "key-not-valid",
    "role-not-held",
    "may-not-revoke",
    "revoked",
    "says-nothing",
    "denies-itself",
    "expired",
    "other-system",
    "other-control",
    "other-release",
    "other-period",
    "signed-before-subject",
    "dated-ahead",
    "subject-changed",
    "subject-missing",
    "valid",
]


class Fault(Model):
    """One thing that stands against a signed statement."""

    standing: Standing
    reason: str = Field(description="a plain sentence without its subject")


class AttestedFile(Model):
    """One file that a statement is about, and whether the commit still holds it."""

    path: str = Field(description="path of the file in its repository")
    git_blob: str | None = Field(default=None, description="id of git's blob, as signed")
    sha256: str | None = Field(default=None, description="SHA-256 of the file, as signed")
    held: bool = Field(description="the commit that is read holds exactly this file under this path")


class Attestation(Model):
    """A statement that a person signed, and what its signature is worth; it answers no rule by itself.

    Attestations and revocations have one form. `standing` is the gravest of the `faults`, or `valid`. Whether the
    control that it names is the one that is asked about, only the asker knows: see `against`.
    """

    kind: Literal["attestation", "revocation"]
    standing: Standing
    faults: tuple[Fault, ...] = ()
    system: str = Field(description="as system.id of tieout.yaml")
    control: str | None = Field(default=None, description="label of the standard, such as GOVERN 2.1")
    release: str | None = Field(default=None, description="tag of the release that it is for")
    period_start: date | None = Field(default=None, description="first day of the period that it is for")
    period_end: date | None = Field(default=None, description="last day of that period")
    text: str = Field(description="what is attested, in the person's words")
    person: str = Field(description="who signed, as the statement says; a person of the roster")
    role: str = Field(description="in which role of the roster")
    signed_at: datetime = Field(description="as the statement says; only the commit's date speaks for it")
    expires: date | None = Field(default=None, description="last day on which it counts")
    fingerprint: str = Field(description="of the key in the signature, as ssh-keygen prints it")
    statement_sha256: str = Field(description="SHA-256 of the statement's file")
    signature_sha256: str = Field(description="SHA-256 of the signature's file")
    key_holder: str | None = Field(default=None, description="whose key it is by the roster; left out: nobody's there")
    public_key: str | None = Field(default=None, description="that key as the roster has it, without a comment")
    kept: bool = Field(
        default=False, description="the packet holds both files as they were read; not where something is masked in one"
    )
    files: tuple[AttestedFile, ...] = ()

    def against(self, control: str) -> Fault | None:
        """What stands against this statement as one for a control: its gravest fault, or that it is for another."""
        if self.faults:
            return self.faults[0]
        if self.control is None or self.control.split() == control.split():
            return None
        return Fault(standing="other-control", reason=f"is signed for {self.control}, not for {control}")


class AttachedDocument(Model):
    """A file that people have as it is (PDF, Word, slides, a picture): hashed, never read, and proof of nothing."""

    document_type: str = Field(description="what it is handed in as, such as approved_record/business_case")
    title: str = Field(description="title of the document")
    sha256: str = Field(description="SHA-256 of the file")
    size: int = Field(description="bytes")
    media_type: str = Field(description="by the first bytes of the file, not by its name")
    owner: str = Field(description="who handed it in; a person of the roster")
    added_on: date = Field(description="day on which it was handed in, as the sidecar says")
    note: str | None = Field(default=None, description="what else there is to say")
