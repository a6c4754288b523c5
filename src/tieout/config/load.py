"""Reads tieout.yaml: every fault is told at once, each with the file, the line, the field and what was expected."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tieout.config.kinds import Misfit, misfits
from tieout.config.model import ProjectConfig
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document, parse
from tieout.kernel.reading.masking import sayable

#: So many faults are told one by one.
MOST_TOLD = 20
#: Sources of one configuration: each is read for itself, however small. A large system has some fifty.
MAX_SOURCES = 1_000

# pydantic's kinds of fault whose own sentence speaks of Python.
_EXPECTED = (
    (("bool_parsing", "bool_type"), "expected true or false"),
    (("date_from_datetime_parsing", "date_parsing", "date_type"), "expected a date such as 2026-01-31"),
    (("dict_type", "model_type", "model_attributes_type"), "expected a mapping (`name: value` lines)"),
    (("float_parsing", "float_type", "finite_number"), "expected a number"),
    (("int_parsing", "int_type", "int_from_float"), "expected a whole number"),
    (("list_type", "tuple_type"), "expected a list"),
    (
        ("string_pattern_mismatch",),
        "expected small letters, digits and hyphens, beginning with a letter (of a system, two or more)",
    ),
    (("string_type",), "expected text; write it in quotes"),
)
_PLAIN = {
    "missing": "is missing",
    "period": "write a duration such as P90D, or start and end dates",
    "string_too_short": "is empty",
}
#: How pydantic names the alternatives of a choice between a text and a section.
_TAGS = frozenset({"PeriodSection", "str"})
_SHORT = 60
_LONG = 1_000


def read_config(data: bytes, *, where: str, plugged: Collection[str] | None = ()) -> tuple[ProjectConfig, Document]:
    """The configuration in the bytes of tieout.yaml, and the document with its lines.

    Args:
        data: The file's bytes.
        where: How errors name the file.
        plugged: Kinds of source that plugins read, beside the built-in ones; None takes any, where nothing is read.

    Raises:
        ConfigError: It is not YAML, or does not fit; `where` is file:line of the first fault, and each further
            fault is a note (PEP 678) of the same form.
    """
    try:
        document = parse(data, "yaml", where=where)
    except UnreadableError as error:
        raise ConfigError(error.message, hint=error.hint or "correct the line", where=error.where) from error
    if not isinstance(document.data, dict):
        raise ConfigError("is not a tieout configuration", hint="`tieout init` writes one", where=where)
    sources = document.data.get("sources")
    if isinstance(sources, list) and len(sources) > MAX_SOURCES:
        many = f"holds {len(sources):,} sources; at most {MAX_SOURCES:,} are read: name folders instead of single files"
        raise _explained([Misfit(("sources", MAX_SOURCES), many)], document, where)
    faults = [*misfits(sources, plugged), *_inside_nothing(sources)]
    config: ProjectConfig | None = None
    try:
        config = ProjectConfig.model_validate(document.data)
    except ValidationError as error:
        found = [Misfit(fault["loc"], fault) for fault in error.errors(include_url=False)]
        # What is wrong between sections may only follow from a source of a kind that is none.
        faults += [fault for fault in found if fault.location or not faults]
    if faults or config is None:
        raise _explained(faults, document, where)
    return config, document


def _inside_nothing(sources: Any) -> Iterator[Misfit]:
    """Sources that say to be inside what is no git source."""
    rows = [row for row in sources if isinstance(row, dict)] if isinstance(sources, list) else []
    known = sorted(str(row.get("name")) for row in rows if row.get("kind") == "git")
    expected = f"expected the name of a git source ({', '.join(known)})" if known else "and there is no git source here"
    for index, row in enumerate(sources if rows else ()):
        inside = row.get("inside") if isinstance(row, dict) else None
        if isinstance(inside, str) and inside not in known:
            yield Misfit(("sources", index, "inside"), f"is {_quoted(inside)}; {expected}")


def _explained(faults: list[Misfit], document: Document, where: str) -> ConfigError:
    # A misspelt field is also a missing one: what is there and wrong is told first.
    told = dict.fromkeys(
        (_is_missing(fault), _line(fault.location, document), f"{_field(fault)}: {sayable(_sentence(fault), _LONG)}")
        for fault in faults
    )
    (_, line, message), *others = sorted(told)
    error = ConfigError(
        message,
        hint="correct this field; `tieout schema config` prints what each field takes",
        where=f"{where}:{line}",
    )
    for _, other, sentence in others[: MOST_TOLD - 1]:
        error.add_note(f"{where}:{other}: {sentence}")
    if len(others) >= MOST_TOLD:
        error.add_note(f"{where}: and {len(others) - MOST_TOLD + 1} more")
    return error


def _is_missing(fault: Misfit) -> bool:
    return not isinstance(fault.sentence, str) and fault.sentence["type"] == "missing"


def _field(fault: Misfit) -> str:
    # A choice between a text and a section stands in pydantic's location as the name of a type.
    parts = [part for part in fault.location if part not in _TAGS]
    return ".".join(sayable(str(part), _SHORT) for part in parts) or "the file"


def _sentence(fault: Misfit) -> str:
    return fault.sentence if isinstance(fault.sentence, str) else _expected(fault.sentence)


def _expected(fault: Mapping[str, Any]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    given = _quoted(fault["input"])
    if kind == "extra_forbidden":
        return _unknown(fault["loc"])
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "literal_error":
        return f"is {given}; expected {context['expected']}"
    if kind == "value_error":
        return str(context["error"])
    for kinds, expected in _EXPECTED:
        if kind in kinds:
            return f"is {given}; {expected}"
    return f"is {given}; {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _unknown(location: tuple[int | str, ...]) -> str:
    """Of a field that is not one: the nearest that is, or all there are."""
    known = _fields(location[:-1])
    near = get_close_matches(str(location[-1]), known, n=1)
    advice = f"is '{near[0]}' meant?" if near else f"known: {', '.join(known)}" if known else "check its spelling"
    return f"is not a field here; {advice}"


def _fields(location: tuple[int | str, ...]) -> list[str]:
    """The fields that a part of the file may have; none where that is for its kind to say."""
    models: list[type[BaseModel]] = [ProjectConfig]
    for part in location:
        if isinstance(part, str) and part not in _TAGS:
            found = (model.model_fields.get(part) for model in models)
            models = [model for field in found if field is not None for model in _models(field.annotation)]
    return sorted({name for model in models for name in model.model_fields})


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation is made of: of `tuple[SourceSection, ...]` it is SourceSection."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def _quoted(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 3]}..."


def _line(location: tuple[int | str, ...], document: Document) -> int:
    """Line of a field, or of its nearest parent that is there."""
    parts = [part_of(part) for part in location]
    while parts:
        line = document.lines.get("/" + "/".join(parts))
        if line is not None:
            return line
        parts.pop()
    return document.lines.get("", 1)
