"""Envoy AI Gateway: routes of models to backends, as objects of a cluster that may stand in several files.

After the project's description: of the backends of a rule those of the lowest `priority` are asked; a failed request
goes on to those of a higher number only where a policy of Envoy Gateway (BackendTrafficPolicy) leads there. A backend
of the weight 0 gets no request.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from tieout.collectors.config.envoy_parts.limits import put_limits
from tieout.collectors.config.envoy_parts.objects import Objects, is_ours
from tieout.collectors.config.envoy_parts.routes import routes_of
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.routes import Row, gateway
from tieout.collectors.config.taking import Taking

_PRODUCT: Final = "Envoy AI Gateway"
_ENDINGS: Final = (".json", ".yaml", ".yml")


def _suits(path: str) -> bool:
    return path.lower().endswith(_ENDINGS)


def _recognises(file: ConfigFile) -> bool:
    return any(is_ours(document) for document in file.documents)


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> Iterable[Found]:
    objects = Objects.of(file, beside)
    taking = Taking()
    rows: list[Row] = []
    for route in objects.own("AIGatewayRoute"):
        for one in list(routes_of(route, objects, taking)):
            put_limits(one, route, objects, taking)
            rows.append(one.row)
    found = Found("gateway_config", {}, notes=taking.notes, dropped=taking.dropped)
    if rows:
        yield gateway(_PRODUCT, rows, found, where=file.path)
    elif found.notes or found.dropped:
        yield found


READERS = (
    Reader(
        name="envoy-ai-gateway",
        title=_PRODUCT,
        artefacts=("gateway_config",),
        suits=_suits,
        recognises=_recognises,
        read=_read,
    ),
)
