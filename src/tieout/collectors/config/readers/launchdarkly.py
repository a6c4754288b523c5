"""Feature flags of LaunchDarkly, as its REST API gives them, one flag or a list of them.

In an environment a flag that is not on serves its off variation to everybody; one that is on serves what its targets
and rules choose, and else its fallthrough: https://launchdarkly.com/docs/api/feature-flags.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from tieout.collectors.config.convert import switchable
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

_SIGNS: Final = {"environments", "key", "variations"}


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(next(_flags(Cursor.top(document)), None) is not None for document in file.documents)


def _flags(top: Cursor) -> Iterator[Cursor]:
    for flag in (top, *top.down("items").rows(), *top.rows()):
        if (
            isinstance(flag.value, dict)
            and flag.value.keys() >= _SIGNS
            and isinstance(flag.value["environments"], dict)
        ):
            yield flag


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> list[Found]:
    rows = Rows("flag_config", "flags")
    for document in file.documents:
        for flag in _flags(Cursor.top(document)):
            _take(flag, rows)
    return rows.found()


def _take(flag: Cursor, rows: Rows) -> None:
    key = flag.down("key")
    called = f"'{excerpt(key.text)}'" if key.text else "a flag"
    environments = {one.key: one for one in flag.down("environments").members()}
    environment = production_of(environments)
    if key.text is None:
        rows.drop(flag, "a flag cannot be judged: it has no 'key'")
    elif flag.down("archived").truth is True or (environment and environment.down("archived").truth is True):
        rows.note(flag, f"{called} is archived, so it does not count")
    elif environment is None:
        rows.drop(flag, f"{called} cannot be judged: {no_production(environments)}")
    else:
        _row(flag, key, environment, rows)


def _row(flag: Cursor, key: Cursor, environment: Cursor, rows: Rows) -> None:
    on, off = environment.down("on"), environment.down("offVariation")
    served, dark = _value(flag, environment.down("fallthrough", "variation")), _value(flag, off)
    limited = any(environment.down(name).value for name in ("targets", "contextTargets", "rules", "prerequisites"))
    limited = limited or bool(environment.down("fallthrough", "rollout").value)
    variants = {"on": served, "off": dark}
    properties = list(_properties(flag))
    tags = flag.down("tags").texts
    trigger, roles = told_by_pairs([*properties, *pairs_of(tags)])
    declared = [value for name, value in properties if name.strip().casefold() in {"kind", "type"}]
    purpose = flag.first("purpose", "_purpose").text or ""
    now = dark if on.truth is False else served if on.truth and not limited else None
    rows.add(
        flag,
        {
            "name": Fact(key.text, key),
            "kind": Fact(kind_of_words([*declared, purpose, *tags]), flag),
            "default": Fact(now if isinstance(now, bool) else None, on),
            "switchable": Fact(None if limited else switchable(variants, {}), environment.down("fallthrough")),
            "authorised_roles": Fact(roles),
            "trigger": Fact(trigger),
            "stale": Fact(flag.down("deprecated").truth, flag.down("deprecated")),
        },
    )


def _value(flag: Cursor, index: Cursor) -> Any:
    """The value of the variation that an index names; None where it names none."""
    variations = list(flag.down("variations").elements())
    number = index.value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(variations):
        return None
    return variations[number].down("value").value


def _properties(flag: Cursor) -> Iterator[tuple[str, str]]:
    """Custom properties: each a name and a list of values."""
    for one in flag.down("customProperties").members():
        for value in one.down("value").texts:
            yield one.key, value


READERS = (Reader("launchdarkly", "LaunchDarkly", ("flag_config",), _suits, _recognises, _read),)
