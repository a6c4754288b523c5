"""Who is behind a backend of Envoy AI Gateway: its server's address decides, else the interface that it speaks."""

from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.envoy_parts.objects import Object, Objects
from tieout.collectors.config.suppliers import Standing, is_inside, standing, supplier_at, supplier_of
from tieout.collectors.config.taking import Taking, is_variable
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

#: Interface -> the provider that it is the own one of. `OpenAI`, `Anthropic` and `Cohere` are spoken by many servers.
_OWN: Final = {
    "AWSAnthropic": "bedrock",
    "AWSBedrock": "bedrock",
    "AzureOpenAI": "azure",
    "GCPAnthropic": "vertex_ai",
    "GCPVertexAI": "vertex_ai",
}
#: They pass requests on to suppliers of their choice.
_BROKERS: Final = {"openrouter.ai": "openrouter"}


@dataclass(frozen=True, slots=True)
class Behind:
    """Who answers the requests of a backend.

    Attributes:
        stands: Who must work for it to answer.
        provider: As is known; None where it is not.
        external: Whether its server is outside.
        said: Where that is said; None where it is not.
        path: Of that file.
    """

    stands: Standing
    provider: str | None = None
    external: bool | None = None
    said: Cursor | None = None
    path: str = ""


def behind(reference: tuple[str, str], model: str, at: Cursor, objects: Objects, taking: Taking) -> Behind:
    """Who is behind the backend that a rule names.

    Args:
        reference: Name and namespace of the AIServiceBackend.
        model: That it is asked for.
        at: Where the rule names it.
        objects: Of the source.
        taking: What is told on the way.
    """
    name, namespace = reference
    unknown = Behind(Standing(frozenset({f"backend {name}"}), known=False, own_name=True))
    service = _only(objects.named("AIServiceBackend", name, namespace), f"the backend '{excerpt(name)}'", taking, at)
    if service is None:
        return unknown
    schema = service.spec.down("schema", "name")
    own = _OWN.get(schema.text or "")
    server_at = service.spec.down("backendRef")
    space = server_at.down("namespace").text or service.manifest.namespace or namespace
    called = server_at.down("name").text
    server = None
    if called is not None:
        what = f"the server '{excerpt(called)}' of the backend '{excerpt(name)}'"
        server = _only(objects.named("Backend", called, space), what, taking, at)
    hosts = _hosts(server) if server is not None else []
    if server is None or not hosts:
        if own is None:
            return unknown
        stands = standing(own, model, addressed=False, address=None)
        return Behind(stands, own, external=True, said=schema, path=service.path)
    if len({host for host, _ in hosts}) > 1 and len({supplier_at(host) for host, _ in hosts}) > 1:
        taking.note(at, f"the backend '{excerpt(name)}' has servers at several addresses, so its supplier is not told")
        return unknown
    host, place = hosts[0]
    broker = next((name for domain, name in _BROKERS.items() if f".{host}".endswith(f".{domain}")), None)
    if broker is not None:
        return Behind(
            standing(broker, model, addressed=False, address=None), broker, external=True, said=place, path=server.path
        )
    at_host = supplier_at(host)
    provider = own if own is not None and at_host in {None, supplier_of(own)} else at_host
    stands = standing(provider or host, model, addressed=True, address=f"https://{host}")
    if at_host is None and own is None:
        provider = host
    return Behind(stands, provider, not is_inside(host), place, server.path)


def _only(found: list[Object], what: str, taking: Taking, at: Cursor) -> Object | None:
    """The one object of a name; None, and a note, where there is none, or where several say different things."""
    if not found:
        taking.note(at, f"{what} stands in no file of this source, so its supplier is not told")
        return None
    if any(one.spec.value != found[0].spec.value for one in found):
        places = " and ".join(sorted({f"{one.path}:{one.at.line}" for one in found}))
        taking.note(at, f"{what} is described in several ways ({places}), so its supplier is not told")
        return None
    return found[0]


def _hosts(server: Object) -> list[tuple[str, Cursor]]:
    """The addresses of a server that are told."""
    found = []
    for endpoint in server.spec.down("endpoints").rows():
        at = (
            endpoint.down("fqdn", "hostname")
            if endpoint.down("fqdn").value is not None
            else endpoint.down("ip", "address")
        )
        if at.text is not None and not is_variable(at.text):
            found.append((at.text.lower(), at))
    return found
