"""The sidecar of a document that people have as it is: what it is, of what time, by whom, and its digest.

It stands beside the document under the document's own name and `.evidence.yaml`, so that it can lead nowhere else.
"""

import json
from datetime import date
from typing import Any, Final, Literal

from pydantic import Field, model_validator

from tieout.domain.base import Model

#: What stands behind the name of the document in the name of its sidecar.
SIDECAR_ENDING: Final = ".evidence.yaml"
#: Largest sidecar that is read, bytes.
MAX_SIDECAR_BYTES: Final = 64_000
_MAX_LINE: Final = 500
_MAX_NOTE: Final = 4_000


class Span(Model):
    """The time that a document speaks of, by its first and last day; one day where they are the same."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> "Span":
        if self.end < self.start:
            message = "the period ends before it starts"
            raise ValueError(message)
        return self


class Sidecar(Model):
    """What `tieout evidence add` writes beside a document."""

    artefact: Literal["document"] = "document"
    type: str = Field(min_length=1, max_length=_MAX_LINE, description="what it is handed in as")
    title: str = Field(min_length=1, max_length=_MAX_LINE)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=1)
    media_type: str = Field(pattern=r"^[a-z]+/[a-z0-9.+-]{1,100}$")
    effective: Span
    owner: str = Field(min_length=1, max_length=_MAX_LINE)
    added_on: date
    note: str | None = Field(default=None, max_length=_MAX_NOTE)

    def as_yaml(self) -> str:
        """The file: one line a field, texts in quotes as JSON has them, which YAML reads alike."""
        lines = [
            "# Written by `tieout evidence add`. The document beside it is hashed, not read; alone it proves nothing.",
            "artefact: document",
            f"type: {_quoted(self.type)}",
            f"title: {_quoted(self.title)}",
            f"sha256: {_quoted(self.sha256)}",
            f"size: {self.size}",
            f"media_type: {_quoted(self.media_type)}",
            f"effective: {{start: {self.effective.start.isoformat()}, end: {self.effective.end.isoformat()}}}",
            f"owner: {_quoted(self.owner)}",
            f"added_on: {self.added_on.isoformat()}",
        ]
        if self.note is not None:
            lines.append(f"note: {_quoted(self.note)}")
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    # YAML 1.2, 5.4 and 5.7: further line ends, and characters that may stand in a file only as escapes.
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in quoted)


def sidecar_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a sidecar."""
    schema = Sidecar.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://tieout.dev/schema/record-document-1.json",
        **schema,
        "title": "sidecar of a document",
        "required": ["artefact", *schema["required"]],
    }


#: A sidecar in whole, for `tieout schema document --example`.
SIDECAR_EXAMPLE: Final = Sidecar(
    type="approved_record/ai_policy",
    title="Use of AI in customer service, signed copy",
    sha256="a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447",
    size=182_344,
    media_type="application/pdf",
    effective=Span(start=date(2026, 9, 1), end=date(2026, 9, 1)),
    owner="Per Holm",
    added_on=date(2026, 9, 3),
    note="Scanned from the board's folder.",
)
