"""Plugins of Kong with what they are attached to: in a declarative file, or as objects of a cluster."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tieout.collectors.config.documents_of import documents_of
from tieout.collectors.config.interface import ConfigFile
from tieout.collectors.config.rows import Fact
from tieout.collectors.config.said_off import said_off
from tieout.collectors.config.taking import Taking
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.kubernetes import Manifest, objects

GROUP: Final = "configuration.konghq.com"
_KINDS: Final = frozenset({"KongPlugin", "KongClusterPlugin"})
_ATTACHED_BY: Final = "konghq.com/plugins"
#: What a plugin may be attached to, as a declarative file calls it.
_HOLDERS: Final = {
    "services": "service",
    "routes": "route",
    "consumers": "consumer",
    "consumer_groups": "consumer_group",
}
_FOR_SOME: Final = frozenset({"consumer", "consumer_group"})


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that is in force.

    Attributes:
        name: Of the plugin: `ai-proxy`.
        at: Where it stands.
        config: Its settings.
        scope: Kind of what it is attached to -> its name; nothing: every request.
        label: What it is attached to, for people.
        attached: Where another file attaches it.
    """

    name: str
    at: Cursor
    config: Cursor
    scope: dict[str, str] = field(default_factory=dict)
    label: str = "every request"
    attached: Fact | None = None

    @property
    def for_all(self) -> bool:
        """Whether it is for every consumer."""
        return _FOR_SOME.isdisjoint(self.scope)

    def covers(self, other: "Plugin") -> bool:
        """Whether the requests of another plugin all pass this one, as far as consumers do not decide it."""
        return all(other.scope.get(kind) == name for kind, name in self.scope.items() if kind not in _FOR_SOME)


def is_declarative(data: Any) -> bool:
    """Whether this is a declarative file of Kong."""
    return isinstance(data, dict) and "_format_version" in data


def names(document: Document) -> Iterator[str]:
    """Names of all plugins of a document, in force or not."""
    if is_declarative(document.data):
        for at, _, _ in _declared(Cursor.top(document), {}, ""):
            yield at.down("name").text or ""
    else:
        for manifest in objects(document):
            if manifest.group == GROUP and manifest.kind in _KINDS:
                yield manifest.cursor().down("plugin").text or ""


def plugins(file: ConfigFile, beside: Sequence[ConfigFile], taking: Taking, wanted: Iterable[str]) -> list[Plugin]:
    """The plugins of a file that are in force; those that are not are noted.

    Args:
        file: That is read.
        beside: Every file of the source that is Kong's: what one attaches may stand in another.
        taking: What is told on the way.
        wanted: Names of the plugins that are asked for, or how they begin.
    """
    asked = tuple(wanted)
    found: list[Plugin] = []
    for document in documents_of(file, b"_format_version"):
        if is_declarative(document.data):
            found += _of_file(document, taking, asked)
    attached = [held for one in beside for document in one.documents for held in _attachments(document, one.path)]
    for document in file.documents:
        for manifest in objects(document):
            if manifest.group == GROUP and manifest.kind in _KINDS:
                for one in _of_object(manifest, attached, taking, asked):
                    elsewhere = one.attached is not None and one.attached.path != file.path
                    found.append(one if elsewhere else replace(one, attached=None))
    return sorted(found, key=lambda one: one.at.line or 0)


def _of_file(document: Document, taking: Taking, asked: tuple[str, ...]) -> Iterator[Plugin]:
    top = Cursor.top(document)
    shared = top.first("_plugin_configs", "plugin_configs")
    off = {
        name: one
        for one in top.down("services").rows()
        if one.down("enabled").value is False and (name := one.down("name").text)
    }
    for at, scope, label in _declared(top, {}, ""):
        name = at.down("name").text
        if name is None or not name.startswith(asked):
            continue
        if at.down("enabled").value is False:
            taking.note(
                at.down("enabled"), f"the plugin '{excerpt(name)}' of {label} is switched off, so it does not count"
            )
            continue
        if scope.get("service") in off:
            told = f"the plugin '{excerpt(name)}' is of the service '{excerpt(scope['service'])}'"
            taking.note(at, f"{told}, which is switched off, so it does not count")
            continue
        config = _config(at, shared, taking)
        if doubt := said_off(at, own="enabled") or said_off(config):
            taking.drop(doubt[0], f"the plugin '{excerpt(name)}' of {label} cannot be judged: {doubt[1]}")
            continue
        yield Plugin(name, at, config, scope, label)


def _config(at: Cursor, shared: Cursor, taking: Taking) -> Cursor:
    """The settings of a plugin: its own, or those that several share by name."""
    name = at.down("_config").text
    own = at.down("config")
    if name is None or own.value is not None:
        if name is not None:
            taking.drop(at.down("_config"), "adds to settings that several plugins share; these are not put together")
        return own
    return shared.down(name)


def _declared(at: Cursor, scope: dict[str, str], label: str) -> Iterator[tuple[Cursor, dict[str, str], str]]:
    """(plugin, what it is attached to, that in words) of a declarative file, wherever the plugin stands."""
    for plugin in at.down("plugins").rows():
        own = dict(scope)
        for kind in _HOLDERS.values():
            name = _named(plugin.down(kind))
            if name:
                own[kind] = name
        yield plugin, own, _label(own)
    for key, kind in _HOLDERS.items():
        for holder in at.down(key).rows():
            name = holder.first("name", "username").text or f"{kind.replace('_', ' ')} {int(holder.key) + 1}"
            above = dict(scope)
            if kind == "route" and (service := _named(holder.down("service"))):
                above["service"] = service
            yield from _declared(holder, {**above, kind: name}, label)


def _named(at: Cursor) -> str | None:
    """What a reference names: `service: a`, or `service: {name: a}`."""
    return at.text or at.first("name", "username", "id").text


def _label(scope: dict[str, str]) -> str:
    for kind in ("route", "service", "consumer_group", "consumer"):
        if kind in scope:
            return f"{kind.replace('_', ' ')} '{excerpt(scope[kind])}'"
    return "every request"


def _of_object(
    manifest: Manifest, attached: list["_Attachment"], taking: Taking, asked: tuple[str, ...]
) -> Iterator[Plugin]:
    at = manifest.cursor()
    name = at.down("plugin").text
    if name is None or not name.startswith(asked):
        return
    if at.down("disabled").value is True:
        taking.note(at.down("disabled"), f"the plugin '{excerpt(manifest.name)}' is switched off, so it does not count")
        return
    if off := said_off(at, own="disabled") or said_off(at.down("config")):
        taking.drop(off[0], f"the plugin '{excerpt(manifest.name)}' cannot be judged: {off[1]}")
        return
    if at.down("configFrom").value is not None:
        told = f"the plugin '{excerpt(manifest.name)}' has its settings in a secret, which is not read"
        taking.drop(at.down("configFrom"), told)
        return
    everywhere = manifest.kind == "KongClusterPlugin"
    if everywhere and manifest.mapping("labels").get("global") in {"true", True}:
        yield Plugin(name, at, at.down("config"))
        return
    holders = [
        one
        for one in attached
        if one.plugin in {manifest.name, f"{manifest.namespace}:{manifest.name}"}
        and (everywhere or one.namespace == manifest.namespace or one.plugin != manifest.name)
    ]
    if not holders:
        told = f"the plugin '{excerpt(manifest.name)}' is attached to nothing here, so it does not count"
        taking.note(at, f"{told}: the object that names it under '{_ATTACHED_BY}' is in no file of this source")
    for one in holders:
        yield Plugin(name, at, at.down("config"), one.scope, _label(one.scope), one.said)


@dataclass(frozen=True, slots=True)
class _Attachment:
    """An object that names a plugin in its annotations: the plugin, where both are, to what it is attached."""

    plugin: str
    namespace: str
    scope: dict[str, str]
    said: Fact


def _attachments(document: Document, path: str = "") -> Iterator[_Attachment]:
    for manifest in objects(document):
        at = manifest.cursor("metadata", "annotations", _ATTACHED_BY)
        kind = {"Service": "service", "KongConsumer": "consumer", "KongConsumerGroup": "consumer_group"}.get(
            manifest.kind, "route"
        )
        scope = {kind: f"{manifest.namespace}/{manifest.name}".lstrip("/")}
        for name in (at.text or "").split(","):
            if name.strip():
                yield _Attachment(name.strip(), manifest.namespace, scope, Fact(name.strip(), at, path))


def attaches(document: Document) -> bool:
    """Whether a document's objects name plugins of Kong that apply to them."""
    return any(True for _ in _attachments(document))
