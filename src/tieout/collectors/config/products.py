"""What a configuration file is by what it holds: a format that is read, or a gateway of another product."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.config.field_map import FieldMap, field_maps
from tieout.collectors.config.mapping import apply, reach, recognises
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document, kind_of, parse, parse_all
from tieout.syntax.embedded import carried

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
    meant = [field_map for field_map in field_maps().values() if is_named_in(field_map, data)]
    if kind not in _KINDS or not (meant or any(_holds_all(data, words) for words in _TELLING)):
        return None
    try:
        documents = parse_all(data, where=path) if kind == "yaml" else [parse(data, kind, where=path)]
    except UnreadableError:
        return _of(meant[0]) if meant else None
    mapped = _by_maps(meant, documents)
    if mapped is not None:
        return mapped
    return _by_products(meant, documents, path, data)


def _by_maps(meant: Sequence[FieldMap], documents: Sequence[Document]) -> Told | None:
    """What a file is by the field map that finds rows in one of its documents."""
    for document in documents:
        found = [field_map for field_map in meant if recognises(field_map, document.data)]
        full = [field_map for field_map in found if apply(field_map, document).facts[field_map.rows.field]]
        if full:
            return _of(full[0])
    return None


def _by_products(meant: Sequence[FieldMap], documents: Sequence[Document], path: str, data: bytes) -> Told | None:
    """A gateway of another product, or one within another document."""
    products = [product for document in documents if (product := _other_gateway(document.data))]
    if products:
        return Told(GATEWAY, products[0], _format_of(products[0], documents))
    for document in documents:
        for one in carried(document, data, path):
            found = [field_map for field_map in meant if one.document and recognises(field_map, one.document.data)]
            if found:
                return _of(found[0])
    nested = any(_nested(field_map, document) for field_map in meant for document in documents)
    return Told(GATEWAY, "LiteLLM within another document") if nested else None


def _other_gateway(data: Any) -> str | None:
    return next((name for name, tells in _PRODUCTS.items() if tells(data)), None)


def _format_of(product: str, documents: Sequence[Document]) -> str | None:
    """The format that reads a product; None for the settings of a gateway of Portkey's, which hold no route."""
    if product == "Portkey" and all("plugins_enabled" in document.data for document in documents):
        return None
    return _FORMATS.get(product)


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
#: Those that a reader reads.
_FORMATS: Final = {"Portkey": "portkey", "Envoy AI Gateway": "envoy-ai-gateway", "Kong AI Gateway": "kong"}
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


def is_named_in(field_map: FieldMap, data: bytes) -> bool:
    """Whether the words of every sign of a format stand in the bytes: most files are no such file by that alone."""
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
        is_named_in(field_map, value.encode("utf-8", "replace"))
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
