"""Field maps: data that says where a product's configuration keeps what an artefact wants to know.

A place is a JSON pointer into the file (`/litellm_settings/cache`), or, without the leading slash, a path
inside the row (`litellm_params/model`); `*` stands for every element and `@key` for the row's own key. Of
several places for one field the first that is there counts.
"""

from functools import cache
from importlib.resources import files

from pydantic import Field, ValidationError, field_validator

from tieout.collectors.config.convert import CONVERTERS
from tieout.domain.artefacts import ARTEFACTS
from tieout.domain.base import Model
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.documents import parse


class Origin(Model):
    """Where a field is read, and how its value is taken."""

    at: str
    as_: str = Field(alias="as", description="name of a converter in convert.py")
    required: bool = Field(default=False, description="a row without it is left out, and noted")
    quiet: bool = Field(default=False, description="a variable's name instead of a value is not noted")

    @field_validator("as_")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in CONVERTERS:
            message = f"'{value}' is not a converter; known: {', '.join(sorted(CONVERTERS))}"
            raise ValueError(message)
        return value


class Sign(Model):
    """What makes a file unmistakable: rows that stand there and hold these keys."""

    at: tuple[str, ...]
    holds: tuple[str, ...]


class Condition(Model):
    """Which rows count; the others are noted."""

    at: str
    is_: str = Field(alias="is")
    otherwise: str = Field(description="end of the sentence about a row that does not count")


class Rows(Model):
    """The list or mapping whose elements become the artefact's rows."""

    field: str
    at: tuple[str, ...]
    only_with: str | None = Field(default=None, description="rows without this key are something else")
    only_where: Condition | None = None
    fields: dict[str, tuple[Origin, ...]]


class Fallbacks(Model):
    """Where a gateway lists which routes take over from which."""

    lists: tuple[str, ...]
    defaults: tuple[str, ...]


class FieldMap(Model):
    """One format of configuration file."""

    format: str
    artefact: str
    product: str | None = None
    signs: tuple[Sign, ...]
    environment: str | None = Field(default=None, description="prefix of values that name a variable")
    elsewhere: tuple[str, ...] = Field(default=(), description="keys that take in other files")
    rows: Rows
    fields: dict[str, tuple[Origin, ...]] = Field(default_factory=dict)
    fallbacks: Fallbacks | None = None
    own_address: str | None = Field(default=None, description="key of a row that leads to a server of one's own")
    external_providers: tuple[str, ...] = ()

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
            field_map = FieldMap.model_validate(document.data)
        except UnreadableError as error:
            raise ConfigError(error.message, hint="correct the field map", where=error.where) from error
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in fault["loc"])
            raise ConfigError(f"{place}: {fault['msg']}", hint="correct the field map", where=file.name) from error
        maps[field_map.format] = field_map
    return maps
