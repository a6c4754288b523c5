"""Routes of Kong's AI plugins: one target, or several of which another is tried where one fails.

After the product's own description: whatever the algorithm, a request that fails goes on to another target, as often as
`retries` and for the failures that `failover_criteria` names; with `semantic` only to one of the same description, with
aliases only to one of the same alias. An answer of 500 to 504 leads on only where `non_idempotent` stands beside it.
"""

from typing import Any, Final

from tieout.collectors.config.kong_parts.plugins import Plugin
from tieout.collectors.config.routes import ANY_MODEL, Row, several, take_over
from tieout.collectors.config.suppliers import Standing, is_outside, standing
from tieout.collectors.config.taking import Taking, is_variable
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

PROXIES: Final = ("ai-proxy", "ai-proxy-advanced")
_ERRORS: Final = frozenset({"http_500", "http_502", "http_503", "http_504"})
_UNREACHED: Final = frozenset({"error", "timeout", "invalid_header"})
_BY_REQUEST: Final = ("$(headers.", "$(uri_captures.", "$(query_params.")
_DEFAULT_WEIGHT: Final = 100
#: What is asked for, as the product names it -> the kind of work.
_WORK: Final = {
    "chat": "chat",
    "completions": "completion",
    "embeddings": "embedding",
    "responses": "responses",
    "speech": "audio_speech",
    "transcriptions": "audio_transcription",
    "generations": "image_generation",
}


def routes_of(plugin: Plugin, taking: Taking) -> list[Row]:
    """The routes of one plugin."""
    if plugin.name == "ai-proxy":
        row = _route(plugin.config, plugin.label, taking)
        return [row] if row else []
    found: list[tuple[Cursor, Row]] = []
    for place in several(plugin.config.down("targets"), taking):
        weight = place.down("weight")
        if weight.value == 0 and not isinstance(weight.value, bool):
            told = f"target {int(place.key) + 1} of {plugin.label} has the weight 0 and gets no request"
            taking.note(weight, f"{told}, so it does not count")
            continue
        row = _route(place, f"{plugin.label}, target {int(place.key) + 1}", taking)
        if row is not None:
            found.append((place, row))
    _balance(plugin.config.down("balancer"), found, plugin, taking)
    return [row for _, row in found]


def _balance(balancer: Cursor, found: list[tuple[Cursor, Row]], plugin: Plugin, taking: Taking) -> None:
    """What takes over from each target, and which is asked only after others."""
    wait = taking.number(balancer.down("read_timeout"))
    if wait:
        for _, row in found:
            row.facts["timeout_seconds"] = wait / 1000
            row.lines["timeout_seconds"] = balancer.down("read_timeout").line
    algorithm = balancer.down("algorithm")
    ranked = algorithm.text == "priority"
    ranks = {id(row): _weight(place) if ranked else 0 for place, row in found}
    for place, row in found:
        if ranks[id(row)] < max(ranks.values()):
            row.facts["spare"] = True
            row.lines["spare"] = place.down("weight").line
    later = {
        id(row): [
            other
            for there, other in found
            if other is not row
            and ranks[id(other)] <= ranks[id(row)]
            and _serves_the_same(place, there, semantic=algorithm.text == "semantic")
        ]
        for place, row in found
    }
    if not any(later.values()) or not _fails_over(balancer, plugin, taking):
        return
    said = balancer if balancer.value is not None else plugin.config.down("targets")
    for _, row in found:
        take_over([row], later[id(row)], algorithm if ranked else said)


def _weight(target: Cursor) -> int:
    value = target.down("weight").value
    return value if isinstance(value, int) and not isinstance(value, bool) else _DEFAULT_WEIGHT


def _serves_the_same(here: Cursor, there: Cursor, *, semantic: bool) -> bool:
    """Whether the requests of one target may go to another."""
    alias = here.down("model", "model_alias").text == there.down("model", "model_alias").text
    return alias and (not semantic or here.down("description").text == there.down("description").text)


def _fails_over(balancer: Cursor, plugin: Plugin, taking: Taking) -> bool:
    """Whether a request goes on to another target where a supplier fails."""
    retries, criteria = balancer.down("retries"), balancer.down("failover_criteria")
    if retries.value is not None and taking.whole(retries) in {0, None}:
        taking.note(retries, "'retries' lets no request go on to another target, so that no target takes over")
        return False
    named = {*_UNREACHED} if criteria.value is None else set(criteria.texts)
    on_error = bool(_ERRORS & named) and "non_idempotent" in named
    if not on_error and not named & _UNREACHED:
        told = "'failover_criteria' names no failure of a supplier at which a request goes on to another target"
        taking.note(criteria, f"{told}: no target takes over, and none counts")
        return False
    if not on_error:
        at = criteria if criteria.value is not None else plugin.config.down("targets")
        told = "an answer of 500 to 504 does not count as a failure here: it leads to no other target"
        taking.note(at, f"{told} ('failover_criteria' needs the code, and 'non_idempotent' beside it)")
    return True


def _route(at: Cursor, label: str, taking: Taking) -> Row | None:
    """One target, or the only one."""
    model, options = at.down("model"), at.down("model", "options")
    # An Azure deployment serves what it was made with, whatever the request names.
    named = model.down("name") if model.down("name").value is not None else options.down("azure_deployment_id")
    name = taking.text(named)
    if model.value is not None and not isinstance(model.value, dict):
        taking.drop(model, f"the routes of {label} cannot be judged: 'model' is not a mapping")
        return None
    if (name is None and named.value is not None) or (name is not None and is_variable(name)):
        taking.drop(named, f"the route of {label} cannot be judged: its model is not told here")
        return None
    if name is None or any(mark in name for mark in _BY_REQUEST):
        name = ANY_MODEL
    facts: dict[str, Any] = {"name": label, "model": name}
    alias = model.down("model_alias").text
    if alias is not None:
        facts["name"] = f"{label} ({excerpt(alias)})"
    row = Row(facts, Standing(frozenset(), known=False, own_name=True))
    provider = taking.text(model.down("provider"))
    if provider is not None and not is_variable(provider):
        _stand(row, provider, options, taking)
        row.lines["provider"] = model.down("provider").line
    kind = at.down("route_type").text or ""
    work = _WORK.get(kind.rpartition("/")[2])
    if work is not None:
        row.facts["mode"] = work
        row.lines["mode"] = at.down("route_type").line
    row.lines |= {"": at.line, "model": named.line if name != ANY_MODEL else model.line}
    row.facts = {key: value for key, value in row.facts.items() if value is not None}
    return row


def _stand(row: Row, provider: str, options: Cursor, taking: Taking) -> None:
    """Who is behind a target: its provider, or the server that an address leads to."""
    at = options.down("upstream_url")
    address = taking.text(at)
    addressed = at.value is not None
    instance = options.down("azure_instance").text
    if provider == "azure" and not addressed and instance is not None and not is_variable(instance):
        address, addressed = f"https://{instance}.openai.azure.com", True
    if address is not None and is_variable(address):
        address = None
    row.facts["provider"] = provider
    row.facts["external"] = is_outside(provider, addressed=addressed, address=address)
    row.lines["external"] = at.line if at.value is not None else options.line
    row.stands = standing(provider, str(row.facts["model"]), addressed=addressed, address=address)
