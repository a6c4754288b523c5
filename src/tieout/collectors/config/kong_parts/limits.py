"""Limits that Kong's plugins put on the requests of its AI routes: tokens, and requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.kong_parts.plugins import Plugin
from tieout.collectors.config.routes import Row
from tieout.collectors.config.taking import Taking
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

LIMITS: Final = ("ai-rate-limiting-advanced", "rate-limiting", "rate-limiting-advanced")
_MINUTE: Final = 60
_TOKENS: Final = frozenset({"total_tokens", "prompt_tokens", "completion_tokens"})


@dataclass(frozen=True, slots=True)
class _Limit:
    """So many in a window, and where that is said."""

    amount: float
    seconds: float
    at: Cursor


def put_limits(limits: Sequence[Plugin], proxy: Plugin, rows: Sequence[Row], taking: Taking) -> None:
    """Put the limits that cover a proxy into its routes; a more specific plugin takes the place of a general one."""
    covering = sorted(
        (one for one in limits if one.covers(proxy) and one.for_all), key=lambda one: len(one.scope), reverse=True
    )
    for name in LIMITS:
        plugin = next((one for one in covering if one.name == name), None)
        if plugin is None:
            continue
        put = _tokens if name == LIMITS[0] else _requests
        for row in rows:
            put(plugin, row, taking)


def _tokens(plugin: Plugin, row: Row, taking: Taking) -> None:
    strategy = plugin.config.down("tokens_count_strategy")
    if strategy.value is not None and strategy.text not in _TOKENS:
        taking.note(strategy, "is a limit of something else than tokens, in a unit of its own, and is not taken")
        return
    if plugin.config.down("policies").value is not None:
        taking.note(plugin.config.down("policies"), "limits that depend on conditions ('policies') are not taken")
    for entry in taking.rows(plugin.config.down("llm_providers")):
        if entry.down("name").text != row.facts.get("provider"):
            continue
        limit = _smallest(entry, taking)
        if limit is not None:
            row.facts |= {"token_limit": int(limit.amount), "token_limit_seconds": limit.seconds}
            row.lines |= {"token_limit": limit.at.line, "token_limit_seconds": entry.down("window_size").line}
            _per(row, plugin.config.down("identifier"))


def _requests(plugin: Plugin, row: Row, taking: Taking) -> None:
    if "rate_limit_rpm" in row.facts:
        return
    config = plugin.config
    if plugin.name == "rate-limiting":
        per_minute, per_second = taking.whole(config.down("minute")), taking.whole(config.down("second"))
        at = config.down("minute") if per_minute is not None else config.down("second")
        amount = per_minute if per_minute is not None else per_second and per_second * _MINUTE
        if amount is None:
            told = f"'{excerpt(plugin.name)}' limits no requests by the minute or second, so no such limit counts"
            taking.note(config, told)
            return
    else:
        limit = _smallest(config, taking)
        if limit is None or limit.seconds not in {1, _MINUTE}:
            told = f"'{excerpt(plugin.name)}' limits no requests by the minute or second, so no such limit counts"
            taking.note(config, told)
            return
        amount, at = int(limit.amount * _MINUTE / limit.seconds), limit.at
    row.facts["rate_limit_rpm"] = amount
    row.lines["rate_limit_rpm"] = at.line
    _per(row, config.first("limit_by", "identifier"))


def _per(row: Row, at: Cursor) -> None:
    """For whom each the limit is; the product's default is each consumer."""
    if at.text != "service":
        row.facts.setdefault("limit_per", at.text or "consumer")
        row.lines.setdefault("limit_per", at.line)


def _smallest(at: Cursor, taking: Taking) -> _Limit | None:
    """The limit of the smallest window; a list of limits belongs to a list of windows of the same length."""
    limits, windows = _listed(at.down("limit")), _listed(at.down("window_size"))
    if len(limits) != len(windows):
        taking.note(at.down("limit"), "'limit' and 'window_size' are not of one length, so they do not count")
        return None
    found = [
        _Limit(amount, seconds, one)
        for one, window in zip(limits, windows, strict=True)
        if (amount := taking.number(one)) is not None and (seconds := taking.number(window))
    ]
    return min(found, key=lambda one: one.seconds, default=None)


def _listed(at: Cursor) -> list[Cursor]:
    return list(at.elements()) if isinstance(at.value, list) else [at] if at.value is not None else []
