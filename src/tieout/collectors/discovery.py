"""Finds the collector of a kind: modules of this package, and plugins of the entry point `tieout.collectors`."""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from tieout.collectors.base import Collector
from tieout.collectors.plugins import guarded, parts_of
from tieout.kernel.errors import ConfigError, TerminatedError
from tieout.kernel.modules import modules_of

GROUP = "tieout.collectors"


def collector_for(kind: str) -> Collector:
    """The collector that reads sources of a kind.

    Raises:
        ConfigError: There is none, two claim the kind, or a plugin does not load.
    """
    collectors = known_collectors()
    if kind not in collectors:
        message = f"no collector reads sources of kind '{kind}'"
        raise ConfigError(message, hint=f"known kinds: {', '.join(collectors)}")
    return collectors[kind]


@cache
def known_collectors() -> dict[str, Collector]:
    """Every collector by its kind, sorted; found once.

    Raises:
        ConfigError: Two claim one kind, or a plugin does not load.
    """
    return assemble([*_own(), *_plugins(entry_points(group=GROUP))])


def assemble(found: Iterable[tuple[str, object]]) -> dict[str, Collector]:
    """Collectors by kind.

    Args:
        found: (where it comes from, a module or object with KIND, VERSION and collect).

    Raises:
        ConfigError: One lacks these, or two claim one kind.
    """
    origins: dict[str, str] = {}
    collectors: dict[str, Collector] = {}
    for origin, module in found:
        kind, version, collect = parts_of(module)
        if not (isinstance(kind, str) and kind and isinstance(version, str) and callable(collect)):
            message = f"{origin} is not a collector: it needs KIND, VERSION and collect(request)"
            raise ConfigError(message, hint="correct or remove it")
        if kind in collectors:
            message = f"two collectors read sources of kind '{kind}': {origins[kind]} and {origin}"
            raise ConfigError(message, hint="remove one of them")
        origins[kind], collectors[kind] = origin, collect
    return {kind: collectors[kind] for kind in sorted(collectors)}


def _own() -> list[tuple[str, object]]:
    """Modules of this package that say which kind they read."""
    return [(module.__name__, module) for module in modules_of("tieout.collectors") if hasattr(module, "KIND")]


def _plugins(points: Iterable[EntryPoint]) -> list[tuple[str, object]]:
    """What other packages offer.

    Raises:
        ConfigError: One does not load.
    """
    found = []
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        origin = f"the plugin '{point.name}' ({point.value})"
        try:
            found.append((origin, guarded(origin, point.load())))
        except (KeyboardInterrupt, TerminatedError):
            raise
        except BaseException as error:  # a stranger's module may raise anything; sys.exit(0) would end green
            message = f"{origin} does not load: {type(error).__name__}: {error}"
            raise ConfigError(message, hint="repair, update or uninstall the package it comes from") from error
    return found
