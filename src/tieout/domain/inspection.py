"""What a repository shows by itself: facts by topic, each with its places, how sure it is, and what it cannot show.

These models are the published schema of `tieout inspect --format json`: a change that a reader of it could notice
needs a new number in its name.
"""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from tieout.domain.base import Model
from tieout.domain.evidence import Shown

SCHEMA_ID = "https://tieout.dev/schema/inspection-1.json"

Scalar = str | int | float | bool | None
Value = Scalar | tuple[Scalar, ...]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Answer(StrEnum):
    """What was found on a question; nothing here says whether that is good."""

    YES = "yes"
    NO = "no"
    PARTIAL = "partial"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"
    VALUE = "value"


class Confidence(StrEnum):
    """How much reading between the lines is in an answer."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


class PlaceClass(StrEnum):
    """What kind of place a line stands in: the classes of paths, and two more."""

    LIVE = "live"
    EXAMPLE = "example"
    TEMPLATE = "template"
    TEST = "test"
    DOCUMENTATION = "documentation"
    ARCHIVE = "archive"
    NON_PRODUCTION = "non-production"
    VENDORED = "vendored"
    COMMENTED = "commented"


class InspectedPlace(Model):
    """A line that a fact stands on, or that looks like it and does not count."""

    path: Shown
    line: int | None = Field(default=None, description="1-based; left out where the whole file or its name is meant")
    path_class: PlaceClass = Field(alias="class")
    counts: bool = Field(default=True, description="false: shown because it is tempting, and not what the answer is of")
    shows: Shown = Field(default="", description="what stands there, in words")
    text: Shown = Field(default="", description="the line itself, shortened, secrets and addresses masked")


class Fact(Model):
    """The answer to one question of one topic."""

    id: str = Field(description="topic/key; stable for ever")
    question: str
    answer: Answer
    statement: Shown = Field(description="the answer in words, with the figures and names that it rests on")
    values: dict[Key, Value] = Field(default_factory=dict, description="the same for programs")
    confidence: Confidence = Confidence.HIGH
    places: tuple[InspectedPlace, ...] = ()
    more_places: int = Field(default=0, description="places beyond those listed")
    beyond: str = Field(default="", description="what a repository cannot show on this question")


class TopicFacts(Model):
    """The facts of one topic, in the order of its questions."""

    key: str
    title: str
    facts: tuple[Fact, ...]


class Unread(Model):
    """What could not be read, and was not guessed."""

    path: Shown
    line: int | None = None
    reason: Shown


class Inspection(Model):
    """What can be shown from one commit of a repository."""

    tool: str = Field(description="name and version of the program")
    repository: Shown = Field(description="the folder or file, as it was given")
    commit: str
    committed_at: str = Field(description="RFC 3339, UTC; windows of time end here")
    object_format: str
    shallow: bool = Field(description="only the end of the history is there, so counts over it are lower bounds")
    partial: bool = Field(description="objects are missing or damaged; what could not be read is listed")
    files: int
    commits: int | None = Field(description="reached by the commit; null where the history cannot be read")
    topics: tuple[TopicFacts, ...]
    unread: tuple[Unread, ...] = ()
    more_unread: int = 0


def inspection_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the document that `tieout inspect --format json` prints."""
    schema = Inspection.model_json_schema(mode="serialization", by_alias=True)
    identity = {"const": SCHEMA_ID, "description": "names this schema and its version"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "What a repository shows",
        "properties": {"schema": identity, **schema["properties"]},
        "required": ["schema", *schema["required"]],
    }
