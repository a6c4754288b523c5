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
_OF_PHASE: Final = frozenset({"actions", "min_age"})


@dataclass(frozen=True, slots=True)
class _Product:
    """One product: what tells its configuration, and how it is read."""

    name: str
    tells: Callable[[Cursor], bool]
    reads: Callable[[Cursor, Rows], None]


def _days(at: Cursor) -> float | None:
    """Days of a duration such as `744h` or `30d`; None of what is none."""
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
    streams = limits.down("retention_stream").rows()
    periods: list[tuple[Cursor, str | None]] = [(limits.down("retention_period"), None)]
    periods.extend((one.down("period"), one.down("selector").text or "some streams") for one in streams)
    table = top.down("table_manager", "retention_period")
    if limits.down("retention_period").value is None and table.value is not None:
        periods.append((table, None))
    for at, scope in periods:
        if at.value is None:
            continue
        period = _period(rows, at)
        forever = period.value == 0
        keeps = enabled is False or forever
        facts = {
            "store": Fact("logs in Loki"),
            "scope": Fact(excerpt(scope, _LONG) if scope else None),
            "period_days": Fact(None) if keeps else period,
            "then": Fact("keep" if keeps else "delete", at),
            "enabled": Fact(enabled, decides),
        }
        rows.add(at, facts)
        if enabled is False and not forever:
            rows.note(at, "deletes nothing: the compactor's retention is not switched on")


def _plainly(store: str, *keys: str) -> Callable[[Cursor, Rows], None]:
    """A product with one period, after which it deletes."""

    def read(top: Cursor, rows: Rows) -> None:
        at = top.down(*keys)
        period = _period(rows, at)
        forever = period.value == 0
        facts = {
            "store": Fact(store),
            "period_days": Fact(None) if forever else period,
            "then": Fact("keep" if forever else "delete", at),
            "enabled": Fact(value=True, at=at),
        }
        if period.value is not None:
            rows.add(at, facts)

    return read


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
    _Product("Tempo", _there(*_BLOCKS), _plainly("traces in Tempo", *_BLOCKS)),
    _Product("Prometheus", _there(*_SERIES), _plainly("metrics in Prometheus", *_SERIES)),
    _Product("Mimir", _there(*_METRICS), _plainly("metrics in Mimir", *_METRICS)),
    _Product("LiteLLM", _there(*_SPEND), _plainly("spend logs of LiteLLM", *_SPEND)),
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
