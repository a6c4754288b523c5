"""How a record that people write looks: its JSON Schema, and an example of it with comments."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tieout.config.kinds import RECORDS
from tieout.config.schema import DRAFT
from tieout.domain.artefacts import ARTEFACTS, title_of
from tieout.domain.artefacts.records import Approval
from tieout.domain.artefacts.rows import Taken, rows_of
from tieout.domain.sidecars import SIDECAR_EXAMPLE, sidecar_schema
from tieout.domain.statements import STATEMENT_EXAMPLE, statement_schema
from tieout.kernel.bundle import bundled
from tieout.kernel.canonical import pretty_bytes
from tieout.kernel.errors import TieoutError, UsageError

#: Filled by the collector, from version control and from the document's body; a file that sets them is refused.
FILLED = frozenset(
    {
        "approval",
        "backdated_to",
        "by_day",
        "changed_at",
        "committed_at",
        "headings",
        "merged_in",
        "placeholders",
        "recorded_at",
        "words",
    }
)
#: Records that may hold more than their fields: a document's content, a card's further keys.
_OPEN = frozenset({"approved_record", "dataset_card", "system_card"})
#: What `tieout attest` and `tieout evidence add` write, so that nobody has to.
_WRITTEN_BY_COMMANDS = {"attestation": statement_schema, "document": sidecar_schema}

#: How the row of a table to fill in says what a column takes; only letters make a mark that is known for one.
_TAKES: Mapping[Taken, str] = {
    "text": "here",
    "texts": "with semicolons between",
    "whole": "as a whole number",
    "number": "as a number",
    "flag": "as yes or no",
    "day": "as YYYY-MM-DD",
    "time": "as a day or a time in UTC",
}


def record_schema(name: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what a record's file (or its front matter) says.

    Raises:
        UsageError: No record is called so.
    """
    if name in _WRITTEN_BY_COMMANDS:
        return _WRITTEN_BY_COMMANDS[name]()
    schema = ARTEFACTS[_known(name)].model_json_schema(mode="validation")
    own = {key: value for key, value in schema["properties"].items() if key not in FILLED}
    approval = Approval.model_json_schema(mode="validation")["properties"]
    claims = {key: value for key, value in approval.items() if key not in FILLED and key not in own}
    required = [key for key in schema.get("required", ()) if key in own]
    definitions = {key: value for key, value in schema.get("$defs", {}).items() if key != "Approval"}
    return {
        "$schema": DRAFT,
        "$id": f"https://tieout.dev/schema/record-{name.replace('_', '-')}-1.json",
        "title": title_of(name),
        "description": schema["description"],
        "type": "object",
        "properties": {
            "artefact": {"const": name, "description": "what this record is"},
            **{key: _with_days(value) for key, value in own.items()},
            **claims,
        },
        "required": ["artefact", *required],
        "additionalProperties": name in _OPEN,
        **({"$defs": {key: _with_days(value) for key, value in definitions.items()}} if definitions else {}),
    }


def record_example(name: str) -> str:
    """A complete record with comments, as it may be committed.

    Raises:
        UsageError: No record is called so.
    """
    if name == "attestation":
        return pretty_bytes(STATEMENT_EXAMPLE.as_json()).decode()
    if name == "document":
        return SIDECAR_EXAMPLE.as_yaml()
    return example_file(name).read_text(encoding="utf-8")


def record_table(name: str) -> str | None:
    """A list as a CSV file to fill in: its header, and a row that says what each column takes and is no row of it.

    Returns:
        None for a record that is no list, or that says more than its rows do.
    """
    rows = rows_of(name)
    if rows is None or len(rows.columns) < len(rows.model.model_fields):
        return None
    if any(field.is_required() for key, field in ARTEFACTS[name].model_fields.items() if key != rows.field):
        return None
    blank = {key: "" if field.is_required() else " or blank" for key, field in rows.model.model_fields.items()}
    marks = [f"<{key.replace('_', ' ')} {_TAKES[taken]}{blank[key]}>" for key, taken in rows.columns.items()]
    return f"{','.join(rows.columns)}\r\n{','.join(marks)}\r\n"  # line ends as in RFC 4180


def example_file(name: str) -> Path:
    """The file that holds the example of a record.

    Raises:
        UsageError: No record is called so.
        TieoutError: The installation lacks it.
    """
    folder = bundled("templates") / "records"
    for ending in ("yaml", "md"):
        file = folder / f"{_known(name)}.{ending}"
        if file.is_file():
            return file
    message = f"the example of {name} is missing from this installation"
    raise TieoutError(message, hint="install tieout again; the wheel should carry it")


def _known(name: str) -> str:
    if name not in RECORDS:
        message = f"there is no schema '{name}'"
        raise UsageError(message, hint=f"known: config, {', '.join((*RECORDS, *_WRITTEN_BY_COMMANDS))}")
    return name


def _with_days(schema: Any) -> Any:
    """The same, where a time may also be a day, which is its midnight in UTC."""
    if isinstance(schema, list):
        return [_with_days(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "date-time":
        kept = {key: value for key, value in schema.items() if key not in {"type", "format"}}
        return {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}], **kept}
    return {key: _with_days(part) for key, part in schema.items()}
