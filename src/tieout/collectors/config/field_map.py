"""Field maps: data that says where a product's configuration keeps what an artefact wants to know.

A place is a JSON pointer into the file (`/litellm_settings/cache`), or, without the leading slash, a path
inside the row (`litellm_params/model`), or above it (`../../interval`); `*` stands for every element and `@key`
for the row's own key. Of several places for one field the first that is there counts.
"""

from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from tieout.collectors.config.convert import CONVERTERS
from tieout.config.tables import DateFormat, UtcOffset
from tieout.domain.artefacts import ARTEFACTS
from tieout.domain.base import Model
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.documents import parse

_HINT = "correct the field map; docs/field-maps.md tells what stands in one"
#: What a map of a user's own can give: the converters make no rows of other artefacts.
_OWN_ARTEFACTS = frozenset({"alert_rules", "flag_config", "gateway_config", "rbac_export"})


class Origin(Model):
    """Where a field is read, and how its value is taken."""

    at: str = ""
    as_: str = Field(default="text", alias="as", description="name of a converter in convert.py")
    words: dict[str, str | bool] = Field(
        default_factory=dict, description="word of the file -> value of the field, in whatever case; no other counts"
    )
    always: str | None = Field(
        default=None, description="the field's value in every row, in place of `at`: a word for what the file lists"
    )
    required: bool = Field(default=False, description="a row without it is left out, and noted")
    quiet: bool = Field(default=False, description="a variable's name instead of a value is not noted")

    @field_validator("as_")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in CONVERTERS:
            message = f"'{value}' is not a converter; known: {', '.join(sorted(CONVERTERS))}"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _one_way(self) -> "Origin":
        if (self.always is None) == (not self.at):
            message = "names a place (`at`) or a word of its own (`always`), and not both"
            raise ValueError(message)
        return self


class Sign(Model):
    """What makes a file unmistakable: rows that stand there and hold these keys."""

    at: tuple[str, ...]
    holds: tuple[str, ...]


class Condition(Model):
    """Which rows count; those of the other value are noted, and any third value cannot be judged."""

    at: str
    is_: str | bool | int = Field(alias="is")
    or_: str | bool | int = Field(alias="or")
    otherwise: str = Field(description="end of the sentence about a row that does not count")
    absent: bool | None = Field(
        default=None, description="whether a row counts that does not have the key; unless it is said, it is not judged"
    )


class Rows(Model):
    """The list or mapping whose elements become the artefact's rows."""

    field: str
    at: tuple[str, ...]
    never_with: tuple[str, ...] = Field(default=(), description="rows with one of these keys are something else")
    only_where: Condition | None = None
    without_switch: tuple[str, ...] = Field(
        default=(), description="places in a row, itself as '', that have no key to switch it off: what says so is told"
    )
    fields: dict[str, tuple[Origin, ...]]


class Fallbacks(Model):
    """Where a gateway lists which routes take over from which, and what keeps one from doing so."""

    lists: tuple[str, ...]
    defaults: tuple[str, ...]
    switched_off: dict[str, bool] = Field(
        default_factory=dict, description="key -> the value at which fallbacks still work; at any other none does"
    )
    switched_off_by_zero: tuple[str, ...] = Field(default=(), description="keys at whose 0 no fallback works")
    closed_by_zero: tuple[str, ...] = Field(default=(), description="keys of a row that lets nothing through at 0")
    simulated_by: tuple[str, ...] = Field(default=(), description="keys of a row that answers without a model")
    loaded_in: tuple[str, ...] = Field(
        default=(), description="keys of a row with the environments that load it; without one of them every one does"
    )
    production: tuple[str, ...] = Field(default=(), description="what production is called there")
    filtered_by: tuple[str, ...] = Field(
        default=(), description="keys at which a request is served only by rows that have its tags"
    )
    tags: tuple[str, ...] = Field(default=(), description="keys of a row with its tags")
    any_tag: str | None = Field(default=None, description="tag of a row that serves where no other has the tags")
    same_work: tuple[tuple[str, ...], ...] = Field(default=(), description="kinds of work that stand in for each other")
    work_by_word: dict[str, str] = Field(
        default_factory=dict, description="word of a model's name -> its kind of work, where none is configured"
    )


class Diverting(Model):
    """Settings that may lead requests past the rows: told by a word of their name, unless they are known."""

    at: tuple[str, ...]
    words: tuple[str, ...] = Field(description="words of a key that tell of an address, another name or a way around")
    keys: tuple[str, ...] = Field(default=(), description="further keys that do so")
    harmless: tuple[str, ...] = Field(default=(), description="keys with such a word that are read, or lead nowhere")


class FieldMap(Model):
    """One format of configuration file."""

    format: str
    artefact: str
    product: str | None = None
    signs: tuple[Sign, ...]
    unlike: tuple[Sign, ...] = Field(
        default=(), description="signs of other formats that look alike: a file with any of them is not of this one"
    )
    date_format: DateFormat | None = Field(
        default=None, description="how the file writes days that it does not write 2026-11-22, such as DD/MM/YYYY"
    )
    utc_offset: UtcOffset | None = Field(default=None, description="zone of times that name none, such as Z or +01:00")
    cut_by: tuple[str, ...] = Field(
        default=(), description="keys at which the file says itself that it does not hold all rows: a next page"
    )
    total_at: str | None = Field(
        default=None, description="key at which the file says how many rows there are, in it and elsewhere"
    )
    environment: str | None = Field(default=None, description="prefix of values that name a variable")
    refused_by: Literal["prometheus"] | None = Field(
        default=None, description="whose rules tell that the product refuses a whole file; none of its rows counts then"
    )
    elsewhere: dict[str, str] = Field(
        default_factory=dict, description="keys that take rows from somewhere else -> end of the sentence that says so"
    )
    diverting: Diverting | None = None
    rows: Rows
    fields: dict[str, tuple[Origin, ...]] = Field(default_factory=dict)
    fallbacks: Fallbacks | None = None
    own_address: tuple[str, ...] = Field(default=(), description="keys of a row that lead to another server")
    renamed_by: tuple[str, ...] = Field(
        default=(),
        description="keys of a row that lead to another model than its name says; the base model tells which",
    )
    unpinned_by: tuple[str, ...] = Field(default=(), description="keys of a row at which no name tells who answers")
    external_providers: tuple[str, ...] = ()

    @property
    def is_of_lists(self) -> bool:
        """Whether the files are lists at their top: tables, and answers of an API that are one."""
        return any(at == "" or at.startswith("/*") for at in self.rows.at)

    @field_validator("artefact")
    @classmethod
    def _artefact(cls, value: str) -> str:
        if value not in ARTEFACTS:
            message = f"'{value}' is not an artefact"
            raise ValueError(message)
        return value


@cache
def field_maps() -> dict[str, FieldMap]:
    """Every field map shipped with this package, by the name of its format.

    Raises:
        ConfigError: A map does not fit; names its file.
    """
    maps: dict[str, FieldMap] = {}
    folder = files("tieout.collectors.config") / "formats"
    for file in sorted(folder.iterdir(), key=lambda found: found.name):
        if not file.name.endswith(".yaml"):
            continue
        try:
            document = parse(file.read_bytes(), "yaml", where=file.name)
        except UnreadableError as error:
            raise ConfigError(error.message, hint=_HINT, where=error.where) from error
        field_map = _validated(document.data, file.name)
        maps[field_map.format] = field_map
    return maps


def own_maps(content: Any, *, format_: str | None, where: str) -> dict[str, FieldMap]:
    """The field map that a source brings in `options.map`, by its format; none where it brings none."""
    found = own_map(content, format_=format_, where=where) if content is not None else None
    return {found.format: found} if found is not None else {}


def own_map(content: Any, *, format_: str | None, where: str) -> FieldMap:
    """A map that a user wrote in `options.map`: a format of theirs without a line of code.

    Args:
        content: As parsed.
        format_: What the source's `format` says; None where it says nothing.
        where: How errors name the source.

    Raises:
        ConfigError: It is no field map, or is one of another format than the source names, or of a shipped one.
    """
    field_map = _validated(content, f"{where}: options.map")
    if format_ not in {None, field_map.format}:
        message = f"is of the format '{field_map.format}', and the source names '{format_}'"
        raise ConfigError(message, hint="give both the same name", where=f"{where}: options.map")
    if field_map.format in field_maps():
        message = f"takes the name of a format that is read already: '{field_map.format}'"
        raise ConfigError(message, hint="give it a name of its own", where=f"{where}: options.map")
    if field_map.artefact not in _OWN_ARTEFACTS:
        message = f"artefact: a map gives {', '.join(sorted(_OWN_ARTEFACTS))}, and not '{field_map.artefact}'"
        raise ConfigError(message, hint=_HINT, where=f"{where}: options.map")
    row = field_map.rows.field
    if row not in ARTEFACTS[field_map.artefact].model_fields:
        message = f"rows.field: '{row}' is no field of {field_map.artefact}"
        raise ConfigError(message, hint=_HINT, where=f"{where}: options.map")
    return field_map


def _validated(content: Any, where: str) -> FieldMap:
    try:
        return FieldMap.model_validate(content)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in fault["loc"])
        reason = fault["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{place}: {reason}", hint=_HINT, where=where) from error
