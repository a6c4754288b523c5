"""Reads tieout.yaml: every error names the file, the line, the field and what was expected."""

from typing import Any

from pydantic import ValidationError

from tieout.config.model import ProjectConfig
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.documents import Document, parse


def read_config(data: bytes, *, where: str) -> tuple[ProjectConfig, Document]:
    """The configuration in the bytes of tieout.yaml, and the document with its lines.

    Args:
        data: The file's bytes.
        where: How errors name the file.

    Raises:
        ConfigError: It is not YAML, or does not fit; `where` is file:line of the first fault.
    """
    try:
        document = parse(data, "yaml", where=where)
    except UnreadableError as error:
        raise ConfigError(error.message, hint=error.hint or "correct the line", where=error.where) from error
    if not isinstance(document.data, dict):
        raise ConfigError("is not a tieout configuration", hint="`tieout init` writes one", where=where)
    try:
        return ProjectConfig.model_validate(document.data), document
    except ValidationError as error:
        raise _explained(error, document, where) from error


def _explained(error: ValidationError, document: Document, where: str) -> ConfigError:
    faults = error.errors(include_url=False)
    # A misspelt field is also a missing one: what is there and wrong is told first.
    first = min(faults, key=lambda fault: (fault["type"] == "missing", _line(fault["loc"], document)))
    field = ".".join(str(part) for part in first["loc"] if part != "PeriodSection") or "the file"
    more = f"; {len(faults) - 1} more after it" if len(faults) > 1 else ""
    return ConfigError(
        f"{field}: {_expected(first)}",
        hint=f"correct this field{more}; `tieout schema config` prints what each field takes",
        where=f"{where}:{_line(first['loc'], document)}",
    )


def _expected(fault: Any) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    given = _quoted(fault["input"])
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a field here; check its spelling"
    if kind == "literal_error":
        return f"is {given}; expected {context['expected']}"
    if kind == "value_error":
        return str(context["error"])
    return f"is {given}; {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _quoted(value: Any) -> str:
    text = repr(value) if not isinstance(value, dict | list) else f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - one line of a terminal


def _line(location: tuple[int | str, ...], document: Document) -> int:
    """Line of a field, or of its nearest parent that is there."""
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location]
    while parts:
        line = document.lines.get("/" + "/".join(parts))
        if line is not None:
            return line
        parts.pop()
    return document.lines.get("", 1)
