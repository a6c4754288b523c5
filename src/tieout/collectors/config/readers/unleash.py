"""Feature flags of Unleash: exports of an environment, exports of the whole state, answers of its admin API.

A flag is on where its environment is enabled; its strategies say for whom. Sources:
https://docs.getunleash.io/reference/environment-import-export, /reference/feature-toggles and
/reference/activation-strategies. Without environments (exports of version 3) the flag itself is enabled or not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.flag_parts.declared import kind_of_words, no_production, production_of, told_by_pairs
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact, Rows
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_TELLING: Final = ("featureStrategies", "featureEnvironments")
#: What the environment is called where there is only one: in older exports, in open source, in version 4.1.
_ONLY_ONE: Final = frozenset({"", ":global:", "default"})
#: Strategies that are on for everybody.
_FOR_ALL: Final = frozenset({"default"})
_ROLLOUTS: Final = frozenset(
    {"flexiblerollout", "gradualrolloutrandom", "gradualrolloutsessionid", "gradualrolloutuserid"}
)
_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class _Environment:
    """A flag in one environment.

    Attributes:
        at: Where it says whether it is on.
        enabled: Whether it is on; None where that is neither true nor false.
        strategies: For whom.
    """

    at: Cursor
    enabled: bool | None
    strategies: tuple[Cursor, ...]


class _Export:
    """An export, its lists by the names of flags.

    Args:
        top: Its lists.
        into: The environment that it is to be imported into; None for an export as such.
    """

    def __init__(self, top: Cursor, into: str | None) -> None:
        self.into = into
        self.types = {row.down("name").text: row.down("type").text for row in top.down("environments").rows()}
        self.environments = _by_flag(top.down("featureEnvironments"))
        self.strategies = _by_flag(top.down("featureStrategies"))
        self.tags = _by_flag(top.down("featureTags"))


def _by_flag(rows: Cursor) -> dict[str, list[Cursor]]:
    found: dict[str, list[Cursor]] = {}
    for row in rows.rows():
        found.setdefault(row.first("featureName", "name").text or "", []).append(row)
    return found


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(_is_export(_inner(Cursor.top(document))) for document in file.documents)


def _inner(top: Cursor) -> Cursor:
    """What is exported; a file that is sent to the import keeps it in `data`."""
    return top.down("data") if isinstance(top.down("data", "features").value, list) else top


def _is_export(top: Cursor) -> bool:
    features = list(top.down("features").rows())
    if any(isinstance(top.down(name).value, list) for name in _TELLING):
        return any("name" in feature.value for feature in features)
    return any(
        {"name", "enabled", "strategies"} <= feature.value.keys()
        or ({"name", "type"} <= feature.value.keys() and isinstance(feature.down("environments").value, list))
        for feature in features
    )


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> list[Found]:
    rows = Rows("flag_config", "flags")
    for document in file.documents:
        top = Cursor.top(document)
        inner = _inner(top)
        if _is_export(inner):
            export = _Export(inner, top.down("environment").text if inner.pointer else None)
            for feature in inner.down("features").rows():
                _take(feature, export, rows)
    return rows.found()


def _take(feature: Cursor, export: _Export, rows: Rows) -> None:
    name = feature.down("name")
    called = f"'{excerpt(name.text)}'" if name.text else "a flag"
    archived = feature.first("archived", "archivedAt")
    if name.text is None:
        rows.drop(feature, "a flag cannot be judged: it has no 'name'")
    elif archived.value not in (None, False):
        rows.note(feature, f"{called} is archived, so it does not count")
    else:
        _row(feature, name, export, rows)


def _row(feature: Cursor, name: Cursor, export: _Export, rows: Rows) -> None:
    environments: dict[str, list[_Environment]] = {}
    for environment, one in _environments(feature, export, name.text or ""):
        environments.setdefault(environment, []).append(one)
    meant = _production(environments, export)
    found = meant[0] if meant else None
    called = f"'{excerpt(name.text or '')}' cannot be judged"
    if found is None:
        rows.drop(feature, f"{called}: {no_production(environments)}")
        return
    if len(meant) > 1:
        rows.drop(feature, f"{called}: its environment of production stands there more than once")
        return
    kind = feature.down("type")
    trigger, roles = told_by_pairs(_tags(export, feature, name.text or ""))
    rows.add(
        feature,
        {
            "name": Fact(name.text, name),
            "kind": Fact(kind_of_words([kind.text or ""]), kind),
            "default": Fact(_default(found, feature), found.at),
            "switchable": Fact(_switchable(found, feature), found.at),
            "authorised_roles": Fact(roles),
            "trigger": Fact(trigger),
            "stale": Fact(feature.down("stale").truth, feature.down("stale")),
        },
    )


def _production(environments: dict[str, list[_Environment]], export: _Export) -> list[_Environment]:
    """The environment that is production, by its name, by its type, or by being the only one."""
    named = production_of(environments)
    if named is not None:
        return named
    typed = [found for name, found in environments.items() if export.types.get(name) == "production"]
    if len(typed) == 1:
        return typed[0]
    (only,) = environments if len(environments) == 1 else ("?",)
    return environments[only] if only in _ONLY_ONE else []


def _environments(feature: Cursor, export: _Export, name: str) -> Iterator[tuple[str, _Environment]]:
    """The environments of a flag, wherever the form of the file has them; "" for the one of exports without any."""
    for row in feature.down("environments").rows():
        yield row.down("name").text or "", _of(row, tuple(row.down("strategies").rows()))
    for row in export.environments.get(name, ()):
        environment = row.down("environment").text or ""
        strategies = tuple(
            one for one in export.strategies.get(name, ()) if one.down("environment").text in {environment, None}
        )
        yield export.into or environment, _of(row, strategies)
    elsewhere = feature.down("environments").value or export.environments
    if "enabled" in feature.value and not elsewhere:
        yield "", _of(feature, tuple(feature.down("strategies").rows()))


def _of(row: Cursor, strategies: tuple[Cursor, ...]) -> _Environment:
    return _Environment(row.down("enabled"), row.down("enabled").truth, strategies)


def _tags(export: _Export, feature: Cursor, name: str) -> Iterator[tuple[str, str]]:
    for row in [*export.tags.get(name, ()), *feature.down("tags").rows()]:
        yield row.first("tagType", "type").text or "", row.first("tagValue", "value").text or ""


def _default(environment: _Environment, feature: Cursor) -> bool | None:
    """What everybody gets now: off where it is not enabled, on where it is and no strategy limits it."""
    if environment.enabled is not True:
        return environment.enabled
    return _reaches(environment, feature) or None


def _switchable(environment: _Environment, feature: Cursor) -> bool | None:
    """Whether switching it on is on for everybody, as switching it off is off; None where strategies limit it."""
    if environment.enabled is None:
        return None
    return _reaches(environment, feature)


def _reaches(environment: _Environment, feature: Cursor) -> bool | None:
    """Whether it reaches everybody once it is enabled: false for nobody, None for some, or where that is not told."""
    if feature.down("dependencies").value:
        return None  # another flag decides with it
    live = [one for one in environment.strategies if one.down("disabled").truth is not True]
    if not environment.strategies:
        return True
    reached = [_is_for_all(one) for one in live]
    if True in reached:
        return True
    return False if reached and all(one is False for one in reached) else None


def _is_for_all(strategy: Cursor) -> bool | None:
    """Whether a strategy is on for everybody (true), for nobody (false), or for some (None)."""
    name = (strategy.first("strategyName", "name").text or "").lower()
    share = _percentage(strategy)
    if name in _ROLLOUTS and share == 0:
        return False
    if strategy.down("constraints").value or strategy.down("segments").value:
        return None
    if name in _FOR_ALL or (name in _ROLLOUTS and share is not None and share >= _WHOLE):
        return True
    return None


def _percentage(strategy: Cursor) -> float | None:
    place = strategy.down("parameters").first("rollout", "percentage")
    if place.text and place.text.isdecimal() and len(place.text) < _WHOLE:
        return float(place.text)
    return place.number


READERS = (Reader("unleash", "Unleash", ("flag_config",), _suits, _recognises, _read),)
