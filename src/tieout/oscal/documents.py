"""OSCAL documents as bytes: one way to write them and one way to read them, both checked by the models."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, cast, overload

from pydantic import ValidationError

from tieout.kernel.errors import TieoutError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tieout.oscal.base import OscalModel
    from tieout.oscal.models import (
        assessment_plan,
        assessment_results,
        catalog,
        component_definition,
        mapping_collection,
        poam,
        profile,
        system_security_plan,
    )

Kind = Literal[
    "catalog",
    "profile",
    "mapping-collection",
    "component-definition",
    "system-security-plan",
    "assessment-plan",
    "assessment-results",
    "plan-of-action-and-milestones",
]

# The root key of each document type and the module of its models, in OSCAL's own order.
MODULES: dict[Kind, str] = {
    "catalog": "catalog",
    "profile": "profile",
    "mapping-collection": "mapping_collection",
    "component-definition": "component_definition",
    "system-security-plan": "system_security_plan",
    "assessment-plan": "assessment_plan",
    "assessment-results": "assessment_results",
    "plan-of-action-and-milestones": "poam",
}

# What our documents say they are: the newest version that the readers we test against model. The models are
# generated from 1.2.3, and the document types that we write are the same in both.
DEFAULT_OSCAL_VERSION = "1.2.1"

_SHOWN_PROBLEMS = 5


def serialise(document: OscalModel) -> bytes:
    """A whole document (a model module's `Document`) as UTF-8 JSON, the same bytes for the same document.

    Keys stand in the order of the schema, not sorted, so that a reader meets uuid and metadata first; two
    spaces of indentation, fields that are not set are left out, one newline at the end. The text is read
    back by the model before it is handed out.

    Raises:
        TieoutError: The document is not valid OSCAL, by `model_construct` or by a list changed afterwards.
    """
    try:
        text = document.model_dump_json(by_alias=True, exclude_none=True, indent=2, warnings="error")
        type(document).model_validate_json(text)
    except ValueError as error:  # the base of pydantic's validation and serialisation errors
        message = f"an OSCAL document that was about to be written is not valid: {_summary(error)}"
        raise TieoutError(message, hint="please report this; nothing was written") from error
    return text.encode() + b"\n"


@overload
def load(kind: Literal["catalog"], data: bytes, *, where: str = ...) -> catalog.Document: ...
@overload
def load(kind: Literal["profile"], data: bytes, *, where: str = ...) -> profile.Document: ...
@overload
def load(kind: Literal["mapping-collection"], data: bytes, *, where: str = ...) -> mapping_collection.Document: ...
@overload
def load(kind: Literal["component-definition"], data: bytes, *, where: str = ...) -> component_definition.Document: ...
@overload
def load(kind: Literal["system-security-plan"], data: bytes, *, where: str = ...) -> system_security_plan.Document: ...
@overload
def load(kind: Literal["assessment-plan"], data: bytes, *, where: str = ...) -> assessment_plan.Document: ...
@overload
def load(kind: Literal["assessment-results"], data: bytes, *, where: str = ...) -> assessment_results.Document: ...
@overload
def load(kind: Literal["plan-of-action-and-milestones"], data: bytes, *, where: str = ...) -> poam.Document: ...
def load(kind: Kind, data: bytes, *, where: str = "") -> OscalModel:
    """Read a document of a known kind into its models.

    Args:
        kind: The document's root key.
        data: The file's bytes, already read within the caps of kernel.reading.
        where: The file's name, for the error.

    Raises:
        UnreadableError: The bytes are not JSON, or not a valid document of this kind.
    """
    document: type[OscalModel] = import_module(f"tieout.oscal.models.{MODULES[kind]}").Document
    try:
        loaded = document.model_validate_json(data)
    except ValidationError as error:
        problem = _summary(error)
    else:
        # The models take None for "not set", so a literal null needs a look of its own.
        problem = next(_nulls(json.loads(data), ""), "") if b"null" in data else ""
        if not problem:
            return loaded
    message = f"this is not a valid OSCAL {kind}: {problem}"
    raise UnreadableError(message, hint="check the file with any OSCAL validator", where=where)


def plain(document: OscalModel) -> dict[str, Any]:
    """The document as JSON values, as `lint` takes it."""
    return cast("dict[str, Any]", json.loads(serialise(document)))


def _nulls(value: Any, pointer: str) -> Iterator[str]:
    if value is None:
        yield f"{pointer}: null stands where OSCAL leaves the key out"
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _nulls(item, f"{pointer}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _nulls(item, f"{pointer}/{number}")


def _summary(error: ValueError) -> str:
    """The first few problems with their places, never the values: they may be anyone's."""
    if not isinstance(error, ValidationError):
        return str(error).splitlines()[0]
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    lines = [f"/{'/'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in problems[:_SHOWN_PROBLEMS]]
    more = len(problems) - len(lines)
    return "; ".join(lines) + (f"; and {more} more" if more > 0 else "")
