"""Settings of model gateways: LiteLLM, Portkey, Kong, Envoy AI Gateway and routes of the Gateway API."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tieout.collectors.config.field_map import field_maps
from tieout.collectors.config.gateway import complete_routes
from tieout.collectors.config.mapping import apply, reach, recognises
from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.gateway_fallbacks import is_relieved
from tieout.inspection.reading.source_code import settings
from tieout.inspection.remembered import once
from tieout.inspection.repository import Repository, member
from tieout.kernel.pointers import key_of, part_of
from tieout.kernel.reading.documents import Document, kind_of
from tieout.kernel.reading.patterns import compile_bytes


class Feature(StrEnum):
    """What a gateway is asked to do."""

    FALLBACK = "fallback"
    ROUTING = "routing"
    CACHE = "cache"
    BUDGET = "budget"
    RATE = "rate limit"
    TIMEOUT = "timeout or retry"
    MODEL = "model"
    GUARDRAIL = "guardrail"
    HOLDS = "settings"  # what a live file holds at its top, whatever it is


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a gateway.

    Attributes:
        feature: What it is of.
        product: Whose format it is.
        place: The line.
        on: Whether it is in force as it stands: not false, zero or empty.
        live: Whether the file is one in use, as far as its path tells.
        says: The value or the name, for people.
    """

    feature: Feature
    product: str
    place: InspectedPlace
    on: bool
    live: bool
    says: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    repository: Repository
    path: str
    document: Document
    live: bool
    product: str

    def setting(self, feature: Feature, pointer: str, shows: str, *, on: bool = True, says: str = "") -> Setting:
        line = self.document.lines.get(pointer) or self.document.lines.get(pointer.rpartition("/")[0])
        place = self.repository.place(self.path, line, shows, counts=self.live and on)
        return Setting(feature, self.product, place, on, self.live, says)

    def is_relieved(self, pointer: str) -> bool:
        """Whether another target takes over from one of those below a pointer, as the collectors read it."""
        keys = [key_of(part) for part in pointer.split("/")[1:]]
        return is_relieved(self.repository, self.path, self.document, *keys)


_SIGNS = compile_bytes(
    r"model_list|litellm_settings|router_settings|plugins_enabled|[\"']?strategy[\"']?[ \t]*:|_format_version"
    r"|aigateway\.envoyproxy\.io"
    r"|gateway\.envoyproxy\.io|gateway\.networking\.k8s\.io|networking\.istio\.io|configuration\.konghq\.com"
    r"|limit-(?:rps|rpm|connections)"
)
_CLASSES: Final = (
    PlaceClass.LIVE, PlaceClass.NON_PRODUCTION, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE,
)  # fmt: skip
_LARGEST: Final = 400_000
_LITELLM: Final = "litellm"
_FALLBACKS: Final = ("fallbacks", "default_fallbacks", "context_window_fallbacks", "content_policy_fallbacks")
_LITELLM_PLACES: Final[tuple[tuple[Feature, tuple[str, ...]], ...]] = (
    (Feature.ROUTING, ("/router_settings/routing_strategy",)),
    (Feature.CACHE, ("/litellm_settings/cache", "/router_settings/cache_responses")),
    (
        Feature.BUDGET,
        (
            *("/litellm_settings/max_budget", "/litellm_settings/max_user_budget", "/general_settings/max_budget"),
            *("/litellm_settings/max_end_user_budget", "/router_settings/provider_budget_config"),
            *("/model_list/*/litellm_params/max_budget", "/litellm_settings/default_internal_user_params/max_budget"),
        ),
    ),
    (
        Feature.RATE,
        (
            *(
                "/model_list/*/litellm_params/rpm",
                "/model_list/*/litellm_params/tpm",
                "/model_list/*/rpm",
                "/model_list/*/tpm",
            ),
            *("/general_settings/max_parallel_requests", "/general_settings/global_max_parallel_requests"),
            *("/model_list/*/litellm_params/max_parallel_requests", "/router_settings/default_max_parallel_requests"),
        ),
    ),
    (
        Feature.TIMEOUT,
        (
            *("/litellm_settings/request_timeout", "/litellm_settings/num_retries", "/router_settings/num_retries"),
            *("/router_settings/timeout", "/model_list/*/litellm_params/timeout", "/router_settings/retry_policy"),
            *("/router_settings/allowed_fails", "/model_list/*/litellm_params/num_retries"),
        ),
    ),
    (Feature.GUARDRAIL, ("/guardrails/*", "/litellm_settings/guardrails/*")),
)
_PORTKEY_MODES: Final = {"fallback": Feature.FALLBACK, "loadbalance": Feature.ROUTING, "conditional": Feature.ROUTING}
_HOOKS: Final = (
    *("input_guardrails", "output_guardrails", "before_request_hooks", "after_request_hooks", "beforeRequestHooks"),
    *(
        "afterRequestHooks",
        "inputGuardrails",
        "outputGuardrails",
        "default_input_guardrails",
        "default_output_guardrails",
    ),
)
_KONG: Final = {
    **dict.fromkeys(
        ("rate-limiting", "rate-limiting-advanced", "ai-rate-limiting-advanced", "response-ratelimiting"), Feature.RATE
    ),
    **dict.fromkeys(("proxy-cache", "proxy-cache-advanced", "ai-semantic-cache"), Feature.CACHE),
    **dict.fromkeys(
        ("ai-prompt-guard", "ai-semantic-prompt-guard", "ai-azure-content-safety", "ai-aws-guardrails", "ai-sanitizer"),
        Feature.GUARDRAIL,
    ),
    "ai-lakera-guard": Feature.GUARDRAIL,
}
#: Kinds of objects of a cluster, with the members that set something.
_POLICIES: Final = {
    "BackendTrafficPolicy": (
        ("/spec/rateLimit", Feature.RATE),
        ("/spec/retry", Feature.TIMEOUT),
        ("/spec/timeout", Feature.TIMEOUT),
    ),
    "VirtualService": (("/spec/http/*/retries", Feature.TIMEOUT), ("/spec/http/*/timeout", Feature.TIMEOUT)),
}
_DEEPEST: Final = 8


@once
def gateway_settings(repository: Repository) -> tuple[Setting, ...]:
    """Every setting of a gateway in files in use, and in examples and templates, which are told as such."""
    return tuple(_settings(repository))


def _settings(repository: Repository) -> Iterator[Setting]:
    for text in repository.texts(settings(repository, classes=_CLASSES)):
        if (
            kind_of(text.path) not in {"yaml", "json", "toml"}
            or len(text.data) > _LARGEST
            or not _SIGNS.search(text.data)
        ):
            continue
        if b"CustomResourceDefinition" in text.data or b"{{-" in text.data:
            continue  # a schema; a chart's template, which no parser reads
        live = text.path_class is PlaceClass.LIVE
        for document in repository.documents(text.path):
            for product, is_one, read in _PRODUCTS:
                if isinstance(document.data, dict) and is_one(document.data):
                    yield from read(_File(repository, text.path, document, live, product))
                    break


def _in_force(value: Any) -> bool:
    """Whether a value asks for something: not false, not zero, not empty."""
    return value not in (None, False, 0, "", "false") and value not in ([], {})


def _is_litellm(data: dict[str, Any]) -> bool:
    return "litellm_settings" in data or any(
        isinstance(row, dict) and "litellm_params" in row for row in _listed(data.get("model_list"))
    )


def _litellm(file: _File) -> Iterator[Setting]:
    data = file.document.data
    yield from _litellm_routes(file)
    for feature, places in _LITELLM_PLACES:
        for place in places:
            for pointer, value in reach(data, place):
                shows = f"{key_of(pointer.rpartition('/')[2])} is {'set' if _in_force(value) else 'not set'}"
                if feature is Feature.GUARDRAIL:
                    yield from _litellm_guardrail(file, pointer, value)
                else:
                    yield file.setting(feature, pointer, shows, on=_in_force(value))


def _litellm_routes(file: _File) -> Iterator[Setting]:
    """Routes, with fallbacks that name a route that can take over; of others it is told that they do not count."""
    field_map = field_maps().get(_LITELLM)
    for place in (f"/{part}/{key}" for part in ("litellm_settings", "router_settings") for key in _FALLBACKS):
        for pointer, value in reach(file.document.data, place):
            works = _in_force(value)
            if works and field_map is not None and recognises(field_map, file.document.data):
                works = (
                    any(route.get("fallbacks") for route in _routes(file)) or place.rpartition("/")[2] != "fallbacks"
                )
            shows = "fallbacks" if works else "fallbacks that name no route that can take over"
            yield file.setting(Feature.FALLBACK, pointer, shows, on=works, says=str(_size(value)))
    named: defaultdict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(_listed(member(file.document.data, "model_list"))):
        if isinstance(name := member(row, "model_name"), str):
            named[name].append(index)
    for first, *others in named.values():
        if others:
            yield file.setting(Feature.ROUTING, f"/model_list/{first}/model_name", "several models under one name")
    if field_map is None or not recognises(field_map, file.document.data):
        return
    for index, route in enumerate(_routes(file)):
        pointer = f"/model_list/{index}/litellm_params/model"
        yield file.setting(
            Feature.MODEL,
            pointer,
            "pinned" if route.get("pinned") else "not pinned",
            says="pinned" if route.get("pinned") else "",
        )


def _routes(file: _File) -> list[dict[str, Any]]:
    field_map = field_maps()[_LITELLM]
    mapped = apply(field_map, file.document)
    when = file.repository.committed_at
    if when is not None:
        complete_routes(field_map, file.document, mapped, when.date())
    found: list[dict[str, Any]] = mapped.facts.get(field_map.rows.field, [])
    return found


def _litellm_guardrail(file: _File, pointer: str, value: Any) -> Iterator[Setting]:
    if isinstance(value, dict):
        inner = value.get("litellm_params") if "litellm_params" in value else next(iter(value.values()), None)
        always = member(inner, "default_on") is True
        shows = "guardrail that is always on" if always else "guardrail that a request may ask for"
        yield file.setting(Feature.GUARDRAIL, pointer, shows, says="attached" if always else "offered")


def _is_portkey(data: dict[str, Any]) -> bool:
    return "plugins_enabled" in data or any(True for _ in _strategies(data, ""))


def _portkey(file: _File) -> Iterator[Setting]:
    data = file.document.data
    for pointer, mode, targets in _strategies(data, ""):
        feature = _PORTKEY_MODES.get(mode)
        if feature is not None and targets > 1:
            shows, on = f"{mode} over {targets} targets", True
            if feature is Feature.FALLBACK and not file.is_relieved(f"{pointer}/targets"):
                shows, on = f"{shows}, of which none takes over where a supplier fails", False
            yield file.setting(feature, f"{pointer}/strategy/mode", shows, on=on, says=str(targets))
    for pointer, value in _everywhere(
        data, {"cache", "rate_limits", "retry", "request_timeout", "usage_limits", *_HOOKS}
    ):
        key = pointer.rpartition("/")[2]
        feature = {
            "cache": Feature.CACHE,
            "rate_limits": Feature.RATE,
            "usage_limits": Feature.BUDGET,
            "retry": Feature.TIMEOUT,
            "request_timeout": Feature.TIMEOUT,
        }.get(key, Feature.GUARDRAIL)
        on = _in_force(value)
        says = "attached" if feature is Feature.GUARDRAIL else ""
        yield file.setting(feature, pointer, f"{key} is {'set' if on else 'off'}", on=on, says=says)
    if "plugins_enabled" in data:
        count = _size(data["plugins_enabled"])
        yield file.setting(
            Feature.GUARDRAIL, "/plugins_enabled", f"{count} plugins may be loaded", on=bool(count), says="loadable"
        )
    for key in data:
        if key != "plugins_enabled":
            yield file.setting(Feature.HOLDS, f"/{part_of(key)}", f"the live file sets {key}")


def _strategies(value: Any, pointer: str, depth: int = 0) -> Iterator[tuple[str, str, int]]:
    """(pointer, mode, targets) of every strategy over targets; the strategy of a rollout has no targets."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        mode, targets = member(value, "strategy", "mode"), value.get("targets")
        if isinstance(mode, str) and isinstance(targets, list):
            yield pointer, mode, len(targets)
        for key, inner in value.items():
            yield from _strategies(inner, f"{pointer}/{part_of(key)}", depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strategies(inner, f"{pointer}/{index}", depth + 1)


def _everywhere(value: Any, keys: set[str], pointer: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """(pointer, value) of these keys wherever they stand."""
    if depth > _DEEPEST:
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        at = f"{pointer}/{part_of(str(key))}"
        if key in keys:
            yield at, inner
        yield from _everywhere(inner, keys, at, depth + 1)


def _is_kong(data: dict[str, Any]) -> bool:
    return "_format_version" in data or str(data.get("apiVersion", "")).startswith("configuration.konghq.com")


def _kong(file: _File) -> Iterator[Setting]:
    """Plugins of Kong, wherever they are attached; a plugin that is not enabled is off."""
    data = file.document.data
    if data.get("kind") in ("KongPlugin", "KongClusterPlugin") and isinstance(data.get("plugin"), str):
        yield from _kong_plugin(
            file, "/plugin", data["plugin"], data.get("config"), on=data.get("disabled") is not True
        )
    for pointer, plugins in _everywhere(data, {"plugins"}):
        for index, plugin in enumerate(_listed(plugins)):
            if isinstance(plugin, dict) and isinstance(plugin.get("name"), str):
                on = plugin.get("enabled") is not False
                yield from _kong_plugin(file, f"{pointer}/{index}/name", plugin["name"], plugin.get("config"), on=on)


def _kong_plugin(file: _File, pointer: str, name: str, config: Any, *, on: bool) -> Iterator[Setting]:
    if name in _KONG:
        yield file.setting(
            _KONG[name], pointer, f"plugin {name}{'' if on else ', not enabled'}", on=on, says="attached"
        )
    if name == "ai-proxy-advanced":
        targets = f"{pointer.rpartition('/')[0]}/config/targets"
        ranked = member(config, "balancer", "algorithm") == "priority"
        if file.is_relieved(targets):
            shows = "several targets in their order of priority" if ranked else "another target where one fails"
            yield file.setting(Feature.FALLBACK, pointer, shows, on=on)
        if not ranked and len(_listed(member(config, "targets"))) > 1:
            yield file.setting(Feature.ROUTING, pointer, "several targets", on=on)
        if member(config, "balancer", "retries"):
            yield file.setting(Feature.TIMEOUT, pointer, "retries are set", on=on)


def _is_cluster(data: dict[str, Any]) -> bool:
    return isinstance(data.get("kind"), str) and isinstance(data.get("apiVersion"), str)


def _cluster(file: _File) -> Iterator[Setting]:
    """Routes and policies of a cluster."""
    data = file.document.data
    kind = data["kind"]
    if kind in {"AIGatewayRoute", "LLMRoute", "HTTPRoute", "GRPCRoute"}:
        yield from _backends(file, data["apiVersion"].startswith("aigateway.envoyproxy.io/"))
    elif kind == "QuotaPolicy":
        yield file.setting(Feature.BUDGET, "/spec", "quota of tokens")
    elif kind == "Ingress":
        for pointer, value in reach(data, "/metadata/annotations/*"):
            if key_of(pointer.rpartition("/")[2]).rpartition("/")[2].startswith("limit-"):
                yield file.setting(Feature.RATE, pointer, "limit of the ingress", on=_in_force(value))
    for place, feature in _POLICIES.get(kind, ()):
        for pointer, value in reach(data, place):
            yield file.setting(feature, pointer, f"{pointer.rpartition('/')[2]} of {kind}", on=_in_force(value))


def _backends(file: _File, prioritised: bool) -> Iterator[Setting]:
    """Several backends of different priority are a fallback where a policy leads there, of the same they share load."""
    for pointer, references in reach(file.document.data, "/spec/rules/*/backendRefs"):
        rows = [row for row in _listed(references) if isinstance(row, dict)]
        priorities = {row.get("priority", 0) for row in rows if isinstance(row.get("priority", 0), int)}
        if len(rows) > 1 and len(priorities) > 1 and prioritised:
            shows, on = f"{len(rows)} backends in {len(priorities)} priorities", file.is_relieved(pointer)
            shows += "" if on else ", and no policy leads a failed request from one to the next"
            yield file.setting(Feature.FALLBACK, pointer, shows, on=on)
        elif len(rows) > 1:
            yield file.setting(Feature.ROUTING, pointer, f"{len(rows)} backends share the load")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _size(value: Any) -> int:
    return len(value) if isinstance(value, list | dict) else 0


_PRODUCTS: Final[tuple[tuple[str, Callable[[dict[str, Any]], bool], Callable[[_File], Iterator[Setting]]], ...]] = (
    ("LiteLLM", _is_litellm, _litellm),
    ("Kong", _is_kong, _kong),
    ("the cluster's gateway", _is_cluster, _cluster),
    ("Portkey", _is_portkey, _portkey),
)
