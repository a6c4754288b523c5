"""The base of every domain model: frozen, strict about unknown fields, dumped as plain JSON."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, FailFast

Member = TypeVar("Member")
#: Members in order. Reading ends at the first wrong one: of a million, a million errors would fill the memory.
Many = Annotated[tuple[Member, ...], FailFast()]


class Model(BaseModel):
    """A frozen value; unknown fields are refused, so that a misspelt one never goes unnoticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def as_json(self) -> dict[str, Any]:
        """A JSON tree: aliases, no empty optionals; times as RFC 3339 text."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
