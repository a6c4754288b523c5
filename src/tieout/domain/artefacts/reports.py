"""What every report of a tool says of itself, whichever artefact it is: tool, version, outcome and times."""

from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from tieout.domain.base import Model

#: How a tool's report can have ended; a check that rests on one asks for `success`.
Outcome = Literal["success", "failed", "incomplete", "empty", "unknown"]

SIMULATED_MODELS: Final = "a stand-in of the tool itself answered, so no model was tested"


class ToolReport(Model):
    """One report as its tool wrote it; what the tool does not record is left out and told beside it."""

    tool: str
    tool_version: str | None = None
    status: Outcome = Field(
        description="success: the tool came to its end and looked at something; failed: it records an error of its "
        "own; incomplete: its end, or a part of what it says, is missing; empty: it looked at nothing; unknown: the "
        "format does not record how it ended"
    )
    started_at: datetime | None = None
    completed_at: datetime | None = None
    zone_recorded: bool = Field(default=True, description="false: its times carry no zone and are taken as UTC")
