"""Portkey: gateway configs (a strategy over targets) and the settings of a gateway that is run by oneself.

After the config object's schema and the gateway's own source: `loadbalance` and `conditional` choose one target and
never try another; `fallback` goes on to the next one by the status of the answer; a setting of a group holds for its
targets where they have none of their own, and so do parameters, one by one.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from tieout.collectors.config.documents_of import documents_of
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.portkey_parts.guards import guards_of
from tieout.collectors.config.portkey_parts.targets import Group, routes_of
from tieout.collectors.config.routes import gateway
from tieout.collectors.config.taking import Taking
from tieout.kernel.errors import UnreadableError
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document, parse
from tieout.syntax.cursor import Cursor
from tieout.syntax.embedded import at_one_line

_PRODUCT: Final = "Portkey"
_MODES: Final = frozenset({"single", "loadbalance", "fallback", "conditional"})
_ENDINGS: Final = (".json", ".yaml", ".yml", ".toml")
#: A target has one of these; a strategy over anything else is another product's.
_OF_TARGETS: Final = frozenset(
    {"provider", "virtual_key", "virtualKey", "override_params", "overrideParams", "strategy", "passthrough"}
    | {"prompt_id", "promptId", "api_key", "apiKey"}
)
#: A config without a strategy says who is asked, and one of the settings that only this product has.
_SINGLE: Final = frozenset(
    {"override_params", "input_guardrails", "output_guardrails", "before_request_hooks", "after_request_hooks"}
    | {"virtual_key", "strict_open_ai_compliance"}
)
#: How deep in a file of several configs one may stand: `{"data": {"config": {…}}}`.
_DEEPEST: Final = 3


def _suits(path: str) -> bool:
    return path.lower().endswith(_ENDINGS)


def _recognises(file: ConfigFile) -> bool:
    return any(_is_settings(document.data) or any(_configs(Cursor.top(document))) for document in _documents(file))


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> Iterable[Found]:
    found: list[Found] = []
    documents = _documents(file)
    for index, document in enumerate(documents):
        top = Cursor.top(document)
        if _is_settings(document.data):
            found.append(_settings(top))
        configs = list(_configs(top))
        for config in configs:
            part = config.pointer if len(documents) == 1 else f"{index + 1}{config.pointer}"
            found.extend(_config(config, part, file.path))
    return found


def _documents(file: ConfigFile) -> list[Document]:
    return documents_of(file, b"targets")


def _settings(top: Cursor) -> Found:
    told = "holds the settings of the gateway itself and no routes: each request brings the config that it goes by"
    return Found("gateway_config", {}, notes=[(top.line, told)])


def _config(at: Cursor, part: str, path: str) -> Iterator[Found]:
    wrapper = _wrapper(at)
    taking, checks = Taking(), Taking()
    if wrapper is not None and wrapper.down("status").text in {"archived", "inactive", "deleted"}:
        taking.note(wrapper.down("status"), "is a config that is not in use any more, so it does not count")
        yield Found("gateway_config", {}, notes=taking.notes, part=part)
        return
    config = _unfolded(at, path)
    name = config.down("name").text or (wrapper and (wrapper.down("name").text or wrapper.down("slug").text)) or ""
    group = Group.top(config, name)
    rows = list(routes_of(group, taking))
    facts: dict[str, Any] = {}
    cached = group.cached(taking)
    if cached is not None:
        facts["cache"] = cached[0]
    found = Found("gateway_config", facts, notes=taking.notes, dropped=taking.dropped, part=part)
    if cached is not None and cached[1].line is not None:
        found.lines["/cache"] = cached[1].line
    if rows:
        yield gateway(_PRODUCT, rows, found, where=path)
    elif found.notes or found.dropped:
        found.facts = {}
        yield found
    yield from guards_of(config, checks, part=part, product=_PRODUCT)


def _wrapper(at: Cursor) -> Cursor | None:
    """What an export of the API says beside a config: its name, its status."""
    above, _, last = at.pointer.rpartition("/")
    if last != "config":
        return None
    holder = Cursor.top(at.document)
    for key in above.split("/")[1:]:
        holder = next(one for one in (*holder.members(), *holder.elements()) if part_of(one.key) == key)
    return holder


def _unfolded(at: Cursor, path: str) -> Cursor:
    """A config that an export writes as one text, as what it says; each line is that of the text."""
    if not isinstance(at.value, str):
        return at
    return Cursor.top(at_one_line(parse(at.value.encode("utf-8", "replace"), "json", where=path), at.line))


def _configs(at: Cursor, deep: int = 0) -> Iterator[Cursor]:
    """Every config of a document: itself, or those within it."""
    if _is_config(at.value) or _is_text_of_one(at) or (at.key in {"", "config"} and _is_single(at.value)):
        yield at
    elif deep < _DEEPEST and isinstance(at.value, dict | list):
        for below in (*at.members(), *at.elements()):
            yield from _configs(below, deep + 1)


def _is_config(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    strategy, targets = value.get("strategy"), value.get("targets")
    if isinstance(strategy, dict) and isinstance(targets, list):
        mode = strategy.get("mode")
        of_ours = any(isinstance(one, dict) and not _OF_TARGETS.isdisjoint(one) for one in targets)
        return isinstance(mode, str) and mode in _MODES and of_ours
    return False


def _is_single(value: Any) -> bool:
    """Whether a value is a config without a strategy; it has no mark of its own, so it counts at the top alone."""
    if not isinstance(value, dict) or "targets" in value:
        return False
    asked = isinstance(value.get("provider"), str) or isinstance(value.get("virtual_key"), str)
    return asked and not _SINGLE.isdisjoint(value)


def _is_text_of_one(at: Cursor) -> bool:
    """Whether this is the `config` of an export, which is JSON in a text."""
    if at.key != "config" or not isinstance(at.value, str) or '"targets"' not in at.value:
        return False
    try:
        return _is_config(parse(at.value.encode("utf-8", "replace"), "json", where="config").data)
    except UnreadableError:
        return False


def _is_settings(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("plugins_enabled"), list) and "credentials" in data


READERS = (
    Reader(
        name="portkey",
        title=_PRODUCT,
        artefacts=("gateway_config", "guardrail_config"),
        suits=_suits,
        recognises=_recognises,
        read=_read,
    ),
)
