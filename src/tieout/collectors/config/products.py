"""What a configuration file is by what it holds: a format that is read, or a gateway of another product."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.config.field_map import FieldMap, field_maps
from tieout.collectors.config.mapping import apply, reach, recognises
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document, kind_of, parse, parse_all

#: What gateways are configured for, whichever product they are.
GATEWAY: Final = "gateway_config"
_KINDS: Final = frozenset({"yaml", "json", "toml"})


@dataclass(frozen=True, slots=True)
class Told:
    """What a file is.

    Attributes:
        artefact: What it configures.
        product: Whose configuration it is, for people.
        format: The format that reads it; None where this version reads none of this product.
    """

    artefact: str
    product: str
    format: str | None = None


def told_by(path: str, data: bytes) -> Told | None:
    """What a file of configuration is; None where it is nothing that is known.

    A file with every sign of a format that cannot be parsed is taken for it: collecting it will say what is wrong.

    Args:
        path: Its name tells how it is written.
        data: Its bytes; most files are told by them alone, without being parsed.
    """
    kind = kind_of(path)
    meant = [field_map for field_map in field_maps().values() if _is_named(field_map, data)]
    if kind not in _KINDS or not (meant or any(_holds_all(data, words) for words in _TELLING)):
        return None
    try:
        documents = parse_all(data, where=path) if kind == "yaml" else [parse(data, kind, where=path)]
    except UnreadableError:
        return _of(meant[0]) if meant else None
    if len(documents) == 1:
        found = [field_map for field_map in meant if recognises(field_map, documents[0].data)]
        full = [field_map for field_map in found if apply(field_map, documents[0]).facts[field_map.rows.field]]
        if full:
            return _of(full[0])
    products = [product for document in documents if (product := _other_gateway(document.data))]
    if not products and any(_nested(field_map, document) for field_map in meant for document in documents):
        products = ["LiteLLM within another document"]
    return Told(GATEWAY, products[0]) if products else None


def _other_gateway(data: Any) -> str | None:
    return next((name for name, tells in _PRODUCTS.items() if tells(data)), None)


def _is_portkey(data: Any) -> bool:
    names = data.keys() if isinstance(data, dict) else set()
    return {"plugins_enabled", "credentials"} <= names or (
        "targets" in names and any(isinstance(mode, str) for mode in _at(data, "/strategy/mode"))
    )


def _is_envoy(data: Any) -> bool:
    return any(_begins(version, "aigateway.envoyproxy.io/") for version in _at(data, "/apiVersion"))


def _is_kong(data: Any) -> bool:
    if any(_begins(version, "configuration.konghq.com/") for version in _at(data, "/apiVersion")):
        return any(_begins(name, "ai-proxy") for name in _at(data, "/plugin"))
    declared = isinstance(data, dict) and "_format_version" in data
    holders = ("", "/services/*", "/services/*/routes/*", "/routes/*", "/consumers/*", "/consumer_groups/*")
    return declared and any(_begins(name, "ai-proxy") for at in holders for name in _at(data, f"{at}/plugins/*/name"))


def _is_mlflow(data: Any) -> bool:
    types = (*_at(data, "/endpoints/*/endpoint_type"), *_at(data, "/routes/*/route_type"))
    return any(_begins(one, "llm/v1/") for one in types)


def _is_apisix(data: Any) -> bool:
    holders = (*_at(data, "/routes/*/plugins"), *_at(data, "/services/*/plugins"))
    return any(_begins(name, "ai-proxy") for plugins in holders if isinstance(plugins, dict) for name in plugins)


def _is_tensorzero(data: Any) -> bool:
    return bool(_at(data, "/models/*/providers") and _at(data, "/models/*/routing"))


_PRODUCTS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "Portkey": _is_portkey,
    "Envoy AI Gateway": _is_envoy,
    "Kong AI Gateway": _is_kong,
    "MLflow AI Gateway": _is_mlflow,
    "Apache APISIX": _is_apisix,
    "TensorZero": _is_tensorzero,
}
#: Words of which all stand in a file of one of these products: no other file is parsed for them.
_TELLING: Final = (
    (b"plugins_enabled", b"credentials"),
    (b"strategy", b"targets", b"mode"),
    (b"aigateway.envoyproxy.io/",),
    (b"ai-proxy",),
    (b"llm/v1/",),
    (b"[models.", b"routing", b"providers"),
)


def _of(field_map: FieldMap) -> Told:
    return Told(field_map.artefact, field_map.product or field_map.format, field_map.format)


def _is_named(field_map: FieldMap, data: bytes) -> bool:
    """Whether the words of every sign of a format stand in the bytes."""
    return all(
        _holds_all(data, [key.encode() for key in sign.holds])
        and any(at.rpartition("/")[2].encode() in data for at in sign.at)
        for sign in field_map.signs
    )


def _nested(field_map: FieldMap, document: Document) -> bool:
    """Whether a gateway's configuration stands within the document, as data or as text (a ConfigMap, Helm's values)."""
    if field_map.artefact != GATEWAY:
        return False
    return any(
        _is_named(field_map, value.encode("utf-8", "replace"))
        if isinstance(value, str)
        else recognises(field_map, value)
        for value in _within(document.data)
    )


def _within(value: Any) -> Iterator[Any]:
    """A value and all below it; the depth was capped by the parsers."""
    yield value
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in below:
        yield from _within(member)


def _at(data: Any, place: str) -> list[Any]:
    return [value for _, value in reach(data, place)]


def _begins(value: Any, text: str) -> bool:
    return isinstance(value, str) and value.startswith(text)


def _holds_all(data: bytes, words: "tuple[bytes, ...] | list[bytes]") -> bool:
    return all(word in data for word in words)
