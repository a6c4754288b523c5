"""Feature flags of GrowthBook, as its REST API lists them.

A feature that is not enabled in an environment is null there, which programs take for off; one that is enabled has its
default value where no rule gives another: https://docs.growthbook.io/api/#tag/features.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.collectors.config.flag_parts.declared import (
    kind_of_words,
    no_production,
    pairs_of,
    production_of,
    told_by_pairs,
)
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact, Rows
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_SIGNS: Final = {"defaultValue", "environments", "id", "valueType"}
_WORDS: Final = {"true": True, "false": False}


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(next(_features(Cursor.top(document)), None) is not None for document in file.documents)


def _features(top: Cursor) -> Iterator[Cursor]:
    for one in (*top.down("features").rows(), top.down("feature"), *top.rows()):
        if isinstance(one.value, dict) and one.value.keys() >= _SIGNS and isinstance(one.value["environments"], dict):
            yield one


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> list[Found]:
    rows = Rows("flag_config", "flags")
    for document in file.documents:
        for feature in _features(Cursor.top(document)):
            _take(feature, rows)
    return rows.found()


def _take(feature: Cursor, rows: Rows) -> None:
    name = feature.down("id")
    called = f"'{excerpt(name.text)}'" if name.text else "a flag"
    environments = {one.key: one for one in feature.down("environments").members()}
    environment = production_of(environments)
    if name.text is None:
        rows.drop(feature, "a flag cannot be judged: it has no 'id'")
    elif feature.down("archived").truth is True:
        rows.note(feature, f"{called} is archived, so it does not count")
    elif environment is None:
        rows.drop(feature, f"{called} cannot be judged: {no_production(environments)}")
    else:
        enabled = environment.down("enabled")
        reached = _reached(feature, environment)
        tags = feature.down("tags").texts
        trigger, roles = told_by_pairs(pairs_of(tags))
        rows.add(
            feature,
            {
                "name": Fact(name.text, name),
                "kind": Fact(kind_of_words(tags), feature.down("tags")),
                "default": Fact(reached if enabled.truth else enabled.truth, enabled),
                "switchable": Fact(None if enabled.truth is None else reached, enabled),
                "authorised_roles": Fact(roles, feature.down("tags")),
                "trigger": Fact(trigger, feature.down("tags")),
                "stale": Fact(feature.down("isStale").truth, feature.down("isStale")),
            },
        )


def _reached(feature: Cursor, environment: Cursor) -> bool | None:
    """Whether everybody has it on once it is enabled; None where rules choose, or where it is no true or false."""
    rules = [one for one in environment.down("rules").rows() if one.down("enabled").truth is not False]
    if rules or feature.down("prerequisites").value or feature.down("valueType").text != "boolean":
        return None
    own = environment.down("defaultValue")
    default = own if own.value is not None else feature.down("defaultValue")
    return default.truth if default.truth is not None else _WORDS.get((default.text or "").lower())


READERS = (Reader("growthbook", "GrowthBook", ("flag_config",), _suits, _recognises, _read),)
