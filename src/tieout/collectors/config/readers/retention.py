"""Reads how long products keep, from their own configuration: logs, traces, metrics, indexes, topics, spend logs."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.promql_reading import seconds
from tieout.collectors.config.rows import Fact, Rows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_SECONDS_OF_DAY: Final = 86_400
_LONGEST_DAYS: Final = 1_000_000
_MOST: Final = 5_000
_LONG: Final = 200
#: Units of Elasticsearch and OpenSearch that Prometheus writes otherwise, or not at all.
_ELASTIC = re.compile(r"(\d{1,9})(d|h|m|s|ms|micros|nanos)\Z")
_ELASTIC_SECONDS: Final = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "micros": 1e-6, "nanos": 1e-9}
_PHASES: Final = frozenset({"hot", "warm", "cold", "frozen", "delete"})
_LOGS: Final = "logs in Loki"
_FOR_EVER: Final = "for ever"
_OF_PHASE: Final = frozenset({"actions", "min_age"})


@dataclass(frozen=True, slots=True)
class _Product:
    """One product: what tells its configuration, and how it is read."""

    name: str
    tells: Callable[[Cursor], bool]
    reads: Callable[[Cursor, Rows], None]


def _days(at: Cursor) -> float | None:
    """Days of a duration such as `744h` or `30d`; None of what is none."""
    if at.number == 0:  # no unit is needed to say that it is none
        return 0.0
    text = at.text
    if text is None or len(text) > len("999999999nanos"):
        return None
    elastic = _ELASTIC.fullmatch(text)
    found = float(elastic[1]) * _ELASTIC_SECONDS[elastic[2]] if elastic else seconds(text)
    days = None if found is None else found / _SECONDS_OF_DAY
    return None if days is None or days > _LONGEST_DAYS else round(days, 4)


def _period(rows: Rows, at: Cursor) -> Fact:
    """The fact of a period, or none with a note why."""
    days = _days(at)
    if days is None and at.value is not None:
        variable = "${" in (at.text or "") or "{{" in (at.text or "")
        why = "is set by a variable; its value is not in this file" if variable else "is not a duration such as 30d"
        rows.note(at, f"'{excerpt(at.key)}' {why}, so it does not count")
    return Fact(days, at)


def _loki(top: Cursor, rows: Rows) -> None:
    """Loki: "By default the compactor.retention-enabled flag is not set, so the logs sent to Loki live forever"."""
    switch = top.down("compactor", "retention_enabled")
    by_table = top.down("table_manager", "retention_deletes_enabled")
    enabled = switch.truth if switch.value is not None else by_table.truth if by_table.value is not None else False
    decides = switch if switch.value is not None else by_table if by_table.value is not None else None
    limits = top.down("limits_config")
    streams = _streams(limits, None)
    overrides = [top.down("runtime_config", "file"), limits.down("per_tenant_override_config")]
    named = next((one for one in overrides if one.text), None)
    others = ["streams"] if streams else []
    if named is not None:
        others.append("tenants")
        told = f"'{excerpt(named.text or '')}' may set other periods for single tenants"
        rows.note(named, f"{told}: what this file says is not said of every tenant")
    general = f"{' and '.join(others)} without a period of their own" if others else None
    at, table = limits.down("retention_period"), top.down("table_manager", "retention_period")
    at = table if at.value is None and table.value is not None else at
    in_force = Fact(enabled, decides)
    if at.value is not None:
        _loki_row(rows, at, general, in_force)
    elif streams and enabled is not False:
        # "retention_period: default = 0s", and "a zero value of 0 or 0s disables retention".
        facts = {"store": Fact(_LOGS), "scope": Fact(general), "then": Fact("keep", limits), "enabled": in_force}
        rows.add(limits, facts)
    for period, scope in streams:
        _loki_row(rows, period, scope, in_force)


def _streams(limits: Cursor, tenant: str | None) -> list[tuple[Cursor, str]]:
    """Periods of single streams, each with what it is limited to."""
    end = f" of the tenant {tenant}" if tenant else ""
    return [
        (one.down("period"), f"{one.down('selector').text or 'some streams'}{end}")
        for one in limits.down("retention_stream").rows()
        if one.down("period").value is not None
    ]


def _loki_row(rows: Rows, at: Cursor, scope: str | None, switch: Fact) -> None:
    period = _period(rows, at)
    forever, known = period.value == 0, period.value is not None
    keeps = switch.value is False or forever
    facts = {
        "store": Fact(_LOGS),
        "scope": Fact(excerpt(scope, _LONG) if scope else None),
        "period_days": Fact(None) if keeps else period,
        "then": Fact("keep" if keeps else "delete" if known else None, at),
        "enabled": switch,
    }
    rows.add(at, facts)
    if switch.value is False and not forever:
        rows.note(at, "deletes nothing: the compactor's retention is not switched on")


def _tenants(top: Cursor, *keys: str) -> list[Cursor]:
    """Tenants of a file of overrides, as Loki and Mimir load it while they run, that set any of some limits."""
    return [one for one in top.down("overrides").members() if any(one.down(key).value is not None for key in keys)]


def _first_tenants(top: Cursor, rows: Rows, *keys: str) -> list[Cursor]:
    """The same, as many as are read; that there are more is told."""
    tenants = _tenants(top, *keys)
    if len(tenants) > _MOST:
        rows.drop(tenants[_MOST], f"no more than {_MOST:,} tenants are read, and this is one more")
    return tenants[:_MOST]


def _loki_overrides(top: Cursor, rows: Rows) -> None:
    """Single tenants' periods; whether retention is switched on at all, another file says."""
    for tenant in _first_tenants(top, rows, "retention_period", "retention_stream"):
        name = excerpt(tenant.key, _LONG)
        streams = _streams(tenant, name)
        at = tenant.down("retention_period")
        if at.value is not None:
            whole = f"streams without a period of their own of the tenant {name}" if streams else f"the tenant {name}"
            _loki_row(rows, at, whole, Fact(None))
        for period, scope in streams:
            _loki_row(rows, period, scope, Fact(None))


def _mimir_overrides(top: Cursor, rows: Rows) -> None:
    for tenant in _first_tenants(top, rows, _METRICS[1]):
        scope = f"the tenant {excerpt(tenant.key, _LONG)}"
        _one_period(rows, tenant.down(_METRICS[1]), "metrics in Mimir", scope, _FOR_EVER)


def _plainly(store: str, *keys: str, zero: str) -> Callable[[Cursor, Rows], None]:
    """A product with one period, after which it deletes.

    Args:
        store: What is kept.
        keys: Where the period stands.
        zero: What its maker says that 0 means: `_FOR_EVER`, or the end of a sentence where it is no period.
    """

    def read(top: Cursor, rows: Rows) -> None:
        _one_period(rows, top.down(*keys), store, None, zero)

    return read


def _one_period(rows: Rows, at: Cursor, store: str, scope: str | None, zero: str) -> None:
    period = _period(rows, at)
    if period.value is None:
        return
    is_zero = period.value == 0
    forever = is_zero and zero == _FOR_EVER
    if is_zero and not forever:
        rows.note(at, f"'{excerpt(at.key)}' is 0, {zero}")
    facts = {
        "store": Fact(store),
        "scope": Fact(scope),
        "period_days": Fact(None) if is_zero else period,
        "then": Fact("keep" if forever else None if is_zero else "delete", at),
        "enabled": Fact(None if is_zero and not forever else True, at),
    }
    rows.add(at, facts)


def _prometheus(top: Cursor, rows: Rows) -> None:
    """Prometheus: the size of what is kept is a limit of its own, whichever is reached first."""
    at, size = top.down(*_SERIES), top.down(*_SERIES[:-1], "size")
    zero = "which leaves the end to the limit of size, or to the default of 15 days without one"
    _one_period(rows, at, "metrics in Prometheus", None, zero)
    if size.value not in (None, 0, "0", "0B"):
        rows.note(size, "'size' limits what is kept too: what is older than the newest of that size goes earlier")


def _there(*keys: str) -> Callable[[Cursor], bool]:
    return lambda top: top.down(*keys).value is not None


def _lifecycle_policies(top: Cursor) -> list[tuple[str | None, Cursor]]:
    """Elasticsearch: one policy, as it is sent, or several by name, as they are given out."""
    alone = next((one for one in (top.down("policy"), top) if _has_phases(one)), None)
    return (
        [(None, alone)]
        if alone
        else [(one.key, one.down("policy")) for one in top.members() if _has_phases(one.down("policy"))]
    )


def _has_phases(policy: Cursor) -> bool:
    """Whether a policy has phases of an index's life, and nothing else where they stand."""
    phases = list(policy.down("phases").members())
    return bool(phases) and all(
        phase.key in _PHASES and isinstance(phase.value, dict) and phase.value.keys() <= _OF_PHASE for phase in phases
    )


def _lifecycle(top: Cursor, rows: Rows) -> None:
    for name, policy in _lifecycle_policies(top)[:_MOST]:
        deleting = policy.down("phases", "delete")
        store = Fact(f"indexes under the policy {excerpt(name, _LONG)}" if name else "indexes under this policy")
        if deleting.down("actions", "delete").value is None:
            rows.add(policy, {"store": store, "then": Fact("keep", policy), "enabled": Fact(value=True, at=policy)})
            continue
        age = deleting.down("min_age")
        # "Defaults to 0ms": without an age what rolls over is deleted at once.
        period = _period(rows, age) if age.value is not None else Fact(0.0, deleting)
        rows.add(
            age if age.value is not None else deleting,
            {
                "store": store,
                "period_days": period,
                "then": Fact("delete", deleting),
                "enabled": Fact(value=True, at=policy),
            },
        )


def _state_policies(top: Cursor) -> list[Cursor]:
    """OpenSearch: one policy, or several as its interface lists them."""
    several = [one.down("policy") for one in top.down("policies").rows()]
    return [one for one in (top.down("policy"), *several) if isinstance(one.down("states").value, list)]


def _states(top: Cursor, rows: Rows) -> None:
    for policy in _state_policies(top)[:_MOST]:
        name = policy.down("policy_id").text
        store = Fact(f"indexes under the policy {excerpt(name, _LONG)}" if name else "indexes under this policy")
        states = list(policy.down("states").rows())
        ends = {
            state.down("name").text
            for state in states
            if any("delete" in action.value for action in state.down("actions").rows())
        }
        ways = [
            way.down("conditions", "min_index_age")
            for state in states
            for way in state.down("transitions").rows()
            if way.down("state_name").text in ends
        ]
        for age in ways:
            rows.add(
                age,
                {
                    "store": store,
                    "period_days": _period(rows, age),
                    "then": Fact("delete", age),
                    "enabled": Fact(value=True, at=policy),
                },
            )
        if not ends:
            rows.add(policy, {"store": store, "then": Fact("keep", policy), "enabled": Fact(value=True, at=policy)})


def _topic(top: Cursor, rows: Rows) -> None:
    """Kafka as Strimzi's objects say it; a compacted topic keeps the newest of each key for ever."""
    name = top.down("spec", "topicName").text or top.down("metadata", "name").text or "a topic"
    config = top.down("spec", "config")
    at, policy = config.down("retention.ms"), config.down("cleanup.policy")
    number = at.number if at.number is not None else _whole(at.text)
    if number is None or (number < 0 and number != -1):
        rows.drop(at, "'retention.ms' is neither a number of milliseconds nor -1")
        return
    compacted = policy.text is not None and "delete" not in policy.text
    keeps = number < 0 or compacted
    days = number / (_SECONDS_OF_DAY * 1000)
    facts = {
        "store": Fact(f"topic {excerpt(name, _LONG)}"),
        "period_days": Fact(None if keeps or days > _LONGEST_DAYS else round(days, 4), at),
        "then": Fact("keep" if keeps else "delete", policy if compacted else at),
        "enabled": Fact(value=True, at=at),
    }
    rows.add(at, facts)


def _whole(text: str | None) -> float | None:
    plain = (text or "").removeprefix("-")
    return (
        float(text or "")
        if plain.isascii() and plain.isdecimal() and len(plain) <= len("9223372036854775807")
        else None
    )


def _projects(top: Cursor, rows: Rows) -> None:
    """Langfuse, as its interface lists projects: without days, or with none, a project keeps for ever."""
    for project in list(top.down("data").rows())[:_MOST]:
        at = project.down("retentionDays")
        name = excerpt(project.down("name").text or "a project", _LONG)
        days = 0.0 if at.value is None else at.number
        if days is None or not 0 <= days <= _LONGEST_DAYS:
            rows.drop(at, f"'retentionDays' of '{name}' is not a number of days")
            continue
        facts = {
            "store": Fact(f"traces of the project {name}"),
            "period_days": Fact(days or None, at),
            "then": Fact("delete" if days else "keep", at if at.value is not None else project),
            "enabled": Fact(value=True, at=project),
        }
        rows.add(project, facts)


def _is_topic(top: Cursor) -> bool:
    return (
        top.down("kind").text == "KafkaTopic"
        and (top.down("apiVersion").text or "").startswith("kafka.strimzi.io/")
        and top.down("spec", "config", "retention.ms").value is not None
    )


def _is_projects(top: Cursor) -> bool:
    return any("retentionDays" in project.value for project in top.down("data").rows())


_SPEND: Final = ("general_settings", "maximum_spend_logs_retention_period")
_BLOCKS: Final = ("compactor", "compaction", "block_retention")
_SERIES: Final = ("storage", "tsdb", "retention", "time")
_METRICS: Final = ("limits", "compactor_blocks_retention_period")
_NO_MEANING: Final = "which its documentation gives no meaning"
_PRODUCTS: Final = (
    _Product(
        "Loki",
        lambda top: (
            _there("limits_config", "retention_period")(top)
            or _there("limits_config", "retention_stream")(top)
            or (_there("table_manager", "retention_period")(top) and _there("schema_config")(top))
        ),
        _loki,
    ),
    _Product("Loki", lambda top: bool(_tenants(top, "retention_period", "retention_stream")), _loki_overrides),
    _Product("Tempo", _there(*_BLOCKS), _plainly("traces in Tempo", *_BLOCKS, zero=_NO_MEANING)),
    _Product("Prometheus", _there(*_SERIES), _prometheus),
    _Product("Mimir", _there(*_METRICS), _plainly("metrics in Mimir", *_METRICS, zero=_FOR_EVER)),
    _Product("Mimir", lambda top: bool(_tenants(top, _METRICS[1])), _mimir_overrides),
    _Product("LiteLLM", _there(*_SPEND), _plainly("spend logs of LiteLLM", *_SPEND, zero=_NO_MEANING)),
    _Product("Elasticsearch", lambda top: bool(_lifecycle_policies(top)), _lifecycle),
    _Product("OpenSearch", lambda top: bool(_state_policies(top)), _states),
    _Product("Kafka", _is_topic, _topic),
    _Product("Langfuse", _is_projects, _projects),
)


def _products_of(file: ConfigFile) -> list[tuple[int, Cursor, _Product]]:
    tops = [(index, Cursor.top(document)) for index, document in enumerate(file.documents)]
    return [(index, top, product) for index, top in tops for product in _PRODUCTS if product.tells(top)]


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> Iterable[Found]:
    for index, top, product in _products_of(file):
        part = f"{product.name} {index + 1}" if len(file.documents) > 1 else product.name
        rows = Rows("retention_config", "stores", product.name, part)
        product.reads(top, rows)
        yield from rows.found()


READERS: Final = (
    Reader(
        name="retention",
        title="how long a product keeps",
        artefacts=("retention_config",),
        suits=lambda path: path.lower().endswith((".json", ".yaml", ".yml")),
        recognises=lambda file: bool(_products_of(file)),
        read=_read,
    ),
)
