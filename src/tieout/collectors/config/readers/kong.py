"""Kong's AI gateway: its plugins in declarative files, and as objects of a cluster."""

from collections.abc import Iterable, Sequence
from typing import Final

from tieout.collectors.config.documents_of import documents_of
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.kong_parts.guards import GUARDS, guards_of
from tieout.collectors.config.kong_parts.limits import LIMITS, put_limits
from tieout.collectors.config.kong_parts.plugins import Plugin, attaches, names, plugins
from tieout.collectors.config.kong_parts.routes import PROXIES, routes_of
from tieout.collectors.config.routes import Row, gateway
from tieout.collectors.config.taking import Taking

_PRODUCT: Final = "Kong AI Gateway"
_CACHE: Final = "ai-semantic-cache"
_ENDINGS: Final = (".json", ".yaml", ".yml")
_OF_AI: Final = (*PROXIES, *GUARDS, LIMITS[0], _CACHE)


def _suits(path: str) -> bool:
    return path.lower().endswith(_ENDINGS)


def _recognises(file: ConfigFile) -> bool:
    """A file with a plugin for models, and one whose objects say which plugins they are attached to."""
    within = documents_of(file, b"_format_version")
    return any(name in _OF_AI for document in within for name in names(document)) or any(
        attaches(document) for document in file.documents
    )


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> Iterable[Found]:
    taking, checks = Taking(), Taking()
    inforce = plugins(file, beside, taking, (*PROXIES, *LIMITS, _CACHE))
    guards = plugins(file, beside, checks, GUARDS)
    proxies = [one for one in inforce if one.name in PROXIES]
    limits = [one for one in inforce if one.name in LIMITS]
    rows: list[Row] = []
    for proxy in proxies:
        own = routes_of(proxy, taking)
        put_limits(limits, proxy, own, taking)
        if (said := proxy.attached) is not None and said.at is not None:
            for row in own:
                row.files["name"], row.lines["name"] = said.path, said.at.line
        rows += own
    found = Found("gateway_config", {}, notes=taking.notes, dropped=taking.dropped)
    if rows:
        _put_cache(found, [one for one in inforce if one.name == _CACHE], proxies)
        yield gateway(_PRODUCT, rows, found, where=file.path)
    elif found.notes or found.dropped:
        yield found
    yield from guards_of([one for one in guards if one.name in GUARDS], proxies, checks, _PRODUCT)


def _put_cache(found: Found, caches: Sequence[Plugin], proxies: Sequence[Plugin]) -> None:
    """A cache counts where the requests of every proxy pass one."""
    covering = [one for one in caches if one.for_all]
    if covering and all(any(cache.covers(proxy) for cache in covering) for proxy in proxies):
        found.facts["cache"] = True
        if (line := covering[0].at.line) is not None:
            found.lines["/cache"] = line


READERS = (
    Reader(
        name="kong",
        title=_PRODUCT,
        artefacts=("gateway_config", "guardrail_config"),
        suits=_suits,
        recognises=_recognises,
        read=_read,
    ),
)
