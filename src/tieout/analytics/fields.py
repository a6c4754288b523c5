"""Field maps: which member of a log's records means what; data, one YAML file a format, user-extensible."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from tieout.domain.artefacts.logs import Meaning
from tieout.domain.base import Model
from tieout.kernel.errors import ConfigError

MEANINGS: tuple[Meaning, ...] = get_args(Meaning)
"""Everything a map may say, `time` first; all but it are counted per field."""

_FOLDER = Path(__file__).parent / "formats"
_UNIT_OF_NAME = (("_ms", "ms"), ("_seconds", "s"), ("_s", "s"))
_SNIFFED = 100


class Candidate(Model):
    """One name under which a meaning may stand.

    Attributes:
        path: Member names from the record inward; in YAML `a.b`, or a list where a name holds a dot.
        unit: Of a latency: seconds or milliseconds. (Times need none: see values.to_microseconds.)
        failure: Status words that mean failure, compared without regard to case.
        success: Status words that mean success; any other word says nothing.
        failure_from: Status numbers from here on mean failure, smaller ones success.
        any_text: Of a status: any text that is not blank means failure, and none says nothing.
        contains: The meaning is true where this tag stands in a list.
        from_one: Of a fallback: a number of attempts, true from 1 on.
        excepted: Words that name nobody, such as a product's default user (`except` in YAML).
    """

    path: tuple[str, ...] = Field(min_length=1)
    unit: Literal["s", "ms"] | None = None
    failure: tuple[str, ...] = ()
    success: tuple[str, ...] = ()
    failure_from: int | None = None
    any_text: bool = False
    contains: str | None = None
    from_one: bool = False
    excepted: tuple[str, ...] = Field(default=(), alias="except")

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str | list) else value

    @field_validator("path", mode="before")
    @classmethod
    def _dotted(cls, value: Any) -> Any:
        return value.split(".") if isinstance(value, str) else value

    @field_validator("path")
    @classmethod
    def _named(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(value):
            message = "a part of the path is empty"
            raise ValueError(message)
        return value

    @property
    def name(self) -> str:
        """The path as people write it."""
        return ".".join(self.path)


class FieldMap(Model):
    """What one format's records say, and under which names, in order of preference.

    A meaning without a candidate cannot be shown by the format. In a `guessed` map, whose names are
    only likely ones, a meaning that no record carries cannot be shown either.
    """

    format: str
    title: str
    marks: tuple[str, ...] = Field(default=(), description="names by which a log of this format is told")
    guessed: bool = False
    fields: dict[Meaning, tuple[Candidate, ...]]

    @field_validator("fields", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: one if isinstance(one, list) else [one] for key, one in value.items()}

    @model_validator(mode="after")
    def _usable(self) -> "FieldMap":
        if not self.fields.get("time"):
            message = "the map does not say where the time of a record stands"
            raise ValueError(message)
        for candidate in self.fields.get("latency", ()):
            if candidate.unit is None and _unit_of(candidate) is None:
                message = f"the unit of the latency '{candidate.name}' is not said; add unit: s or unit: ms"
                raise ValueError(message)
        for candidate in self.fields.get("status", ()):
            if not candidate.failure and candidate.failure_from is None and not candidate.any_text:
                message = f"'{candidate.name}' does not say which status means failure"
                raise ValueError(message)
        return self

    def milliseconds_per_unit(self, candidate: Candidate) -> int:
        """1,000 for a latency in seconds, 1 for milliseconds."""
        return 1000 if (candidate.unit or _unit_of(candidate)) == "s" else 1


def known_formats() -> tuple[str, ...]:
    """Formats with a map of ours, sorted."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def load_map(name: str, *, where: str = "") -> FieldMap:
    """A map of ours.

    Args:
        name: Its format.
        where: Names the source in errors.

    Raises:
        ConfigError: No map has this name.
    """
    if name not in known_formats():
        message = f"no field map for log format '{name}'"
        hint = f"known: {', '.join(known_formats())}; or set options.fields"
        raise ConfigError(message, hint=hint, where=where)
    return _shipped(name)


@cache
def _shipped(name: str) -> FieldMap:
    return FieldMap.model_validate(yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def own_map(fields: Any, *, format_: str, where: str) -> FieldMap:
    """A map that the user wrote in `options.fields`: meaning -> name, or list of names or candidates.

    Raises:
        ConfigError: It is no map; says which field is wrong.
    """
    try:
        return FieldMap.model_validate({"format": format_, "title": "JSON-lines log", "fields": fields})
    except ValidationError as error:
        first = error.errors()[0]
        spot = ".".join(str(part) for part in first["loc"])
        message = f"options.fields is not a field map: {spot}: {first['msg'].removeprefix('Value error, ')}"
        raise ConfigError(message, hint=f"meanings: {', '.join(MEANINGS)}", where=where) from error


def guess_map(lines: Iterable[bytes]) -> FieldMap:
    """The map whose marks stand in the first hundred readable records; `generic` where none does."""
    seen: dict[str, int] = {}
    decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    read = 0
    for line in lines:
        try:
            names = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        for name in names:
            seen[name] = seen.get(name, 0) + 1
        read += 1
        if read == _SNIFFED:
            break
    scores = {name: _score(load_map(name), seen, read) for name in known_formats()}
    best = max(sorted(scores), key=lambda name: scores[name], default="generic")
    return load_map(best if scores.get(best) else "generic")


def _score(field_map: FieldMap, seen: Mapping[str, int], read: int) -> int:
    """How many marks stand in at least half of the records; one alone is chance."""
    found = sum(1 for mark in field_map.marks if seen.get(mark, 0) * 2 >= read > 0)
    return found if found > 1 else 0


def _unit_of(candidate: Candidate) -> str | None:
    return next((unit for ending, unit in _UNIT_OF_NAME if candidate.path[-1].endswith(ending)), None)
