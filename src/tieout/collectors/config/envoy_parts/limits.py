"""Limits of requests and tokens that policies put on the routes of Envoy AI Gateway."""

from typing import Final

from tieout.collectors.config.convert import wait
from tieout.collectors.config.envoy_parts.objects import Object, Objects
from tieout.collectors.config.envoy_parts.policies import policies_of
from tieout.collectors.config.envoy_parts.routes import MODEL_HEADER, Asked
from tieout.collectors.config.taking import Taking
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_SECONDS: Final = {"Second": 1, "Minute": 60, "Hour": 3_600, "Day": 86_400}
_MINUTE: Final = 60
_TOKENS: Final = "io.envoy.ai_gateway"
#: What is counted, in the order in which it is preferred where several are limited.
_TYPES: Final = ("TotalToken", "OutputToken", "InputToken")


def put_limits(asked: Asked, route: Object, objects: Objects, taking: Taking) -> None:
    """Put the limits that every request of a route falls under into its facts."""
    _quota(asked, objects, taking)
    counted = {one.down("metadataKey").text: one.down("type").text for one in route.spec.down("llmRequestCosts").rows()}
    rules: list[tuple[int, Cursor, Object]] = []
    for policy in policies_of(route, asked.rule, objects):
        limits = policy.spec.down("rateLimit")
        for rule in (*limits.down("global", "rules").rows(), *limits.down("local", "rules").rows()):
            if not _covers(rule, asked):
                continue
            if rule.down("shadowMode").value is True:
                told = f"a limit of the policy '{excerpt(policy.name)}' is only tried, so it does not count"
                taking.notes.append((objects.line(policy, rule), told))
                continue
            key = _token_key(rule)
            if key is None and rule.down("cost").value is None:
                _requests(asked, rule, policy, objects)
            elif key is not None and counted.get(key) in _TYPES:
                rules.append((_TYPES.index(counted[key] or ""), rule, policy))
            elif key is not None:
                told = f"a limit of the policy '{excerpt(policy.name)}' counts '{excerpt(key)}'"
                told += ", which is no count of tokens of this route, and does not count"
                taking.notes.append((objects.line(policy, rule), told))
    for _, rule, policy in sorted(rules, key=lambda one: one[0])[:1]:
        _tokens(asked, rule, policy, objects)


def _requests(asked: Asked, rule: Cursor, policy: Object, objects: Objects) -> None:
    amount, seconds = _limit(rule)
    if amount is not None and seconds in {1, _MINUTE} and "rate_limit_rpm" not in asked.row.facts:
        _put(asked, {"rate_limit_rpm": amount * _MINUTE // seconds}, rule.down("limit"), policy, objects)
        _per(asked, rule, policy, objects)


def _tokens(asked: Asked, rule: Cursor, policy: Object, objects: Objects) -> None:
    amount, seconds = _limit(rule)
    if amount is not None and seconds is not None and "token_limit" not in asked.row.facts:
        facts: dict[str, float | str] = {"token_limit": amount, "token_limit_seconds": seconds}
        _put(asked, facts, rule.down("limit"), policy, objects)
        _per(asked, rule, policy, objects)


def _limit(rule: Cursor) -> tuple[int | None, int | None]:
    amount, unit = rule.down("limit", "requests").value, rule.down("limit", "unit").text
    whole = isinstance(amount, int) and not isinstance(amount, bool) and amount >= 0
    return (amount if whole else None), _SECONDS.get(unit or "")


def _put(asked: Asked, facts: dict[str, float | str], at: Cursor, policy: Object, objects: Objects) -> None:
    for name, value in facts.items():
        asked.row.facts[name] = value
        asked.row.lines[name] = at.line
        if policy.path != objects.path:
            asked.row.files[name] = policy.path


def _per(asked: Asked, rule: Cursor, policy: Object, objects: Objects) -> None:
    """For whom each a limit is: what a header names, or where a request comes from."""
    for selector in rule.down("clientSelectors").rows():
        named = [
            (name, header)
            for header in selector.down("headers").rows()
            if header.down("type").text == "Distinct" and (name := header.down("name").text)
        ]
        if selector.down("sourceCIDR", "type").text == "Distinct":
            named.append(("source address", selector.down("sourceCIDR")))
        for name, at in named:
            if name.lower() != MODEL_HEADER and "limit_per" not in asked.row.facts:
                _put(asked, {"limit_per": name}, at, policy, objects)


def _covers(rule: Cursor, asked: Asked) -> bool:
    """Whether every request of a route falls under a rule: it asks for no more than its model, or for each of many."""
    for selector in rule.down("clientSelectors").rows():
        if set(selector.value) - {"headers", "sourceCIDR"}:
            return False
        if selector.down("sourceCIDR").value is not None and selector.down("sourceCIDR", "type").text != "Distinct":
            return False
        for header in selector.down("headers").rows():
            name, kind = (header.down("name").text or "").lower(), header.down("type").text
            if header.down("invert").value is True:
                return False
            if kind != "Distinct" and (name != MODEL_HEADER or header.down("value").text != asked.header):
                return False
    return True


def _token_key(rule: Cursor) -> str | None:
    """The count that a rule charges for each answer; None where it charges none."""
    said = rule.down("cost", "response", "metadata")
    return said.down("key").text if said.down("namespace").text == _TOKENS else None


def _quota(asked: Asked, objects: Objects, taking: Taking) -> None:
    """The quota of a backend for a model; it holds only for the model that the rule's override names."""
    for policy in sorted(objects.of_kind("QuotaPolicy"), key=lambda one: (one.manifest.namespace, one.name)):
        targets = {one.down("name").text for one in policy.spec.down("targetRefs").rows()}
        if asked.backend not in targets or not objects.named(
            "AIServiceBackend", asked.backend, policy.manifest.namespace
        ):
            continue
        if policy.spec.down("serviceQuota").value is not None:
            told = f"the quota of a whole service ('{excerpt(policy.name)}') is not taken"
            taking.notes.append((objects.line(policy, policy.spec), told))
        for one in policy.spec.down("perModelQuotas").rows():
            bucket = one.down("quota", "defaultBucket")
            amount, seconds = taking.whole(bucket.down("limit")), taking.by(wait, bucket.down("duration"))
            matches = one.down("modelName").text == asked.override is not None
            if not matches or amount is None or not seconds or "token_limit" in asked.row.facts:
                continue
            _put(asked, {"token_limit": amount, "token_limit_seconds": seconds}, bucket, policy, objects)
