"""What one of Grafana's alert rules watches: the way from its condition through expressions down to its queries.

A condition names one of the rule's queries or expressions; expressions (reduce, resample, math, threshold, classic
conditions) name others. The way is written as one expression of PromQL, which the judge of Prometheus rules judges; a
query of another language stands in it as a metric of its own, of which nothing is known.
Sources: pkg/expr of github.com/grafana/grafana; the documentation of alert rules' queries and conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tieout.collectors.config.grafana_parts.arithmetic import (
    Formula,
    NotUnderstoodError,
    compared,
    either,
    math,
    of_value,
)
from tieout.collectors.config.logql import is_log_query
from tieout.collectors.config.promql import metric_names
from tieout.collectors.config.promql_reading import other_environment, read
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_EXPRESSIONS: Final = frozenset({"__expr__", "-100"})
_METRICS: Final = frozenset(
    {"grafana-amazonprometheus-datasource", "grafana-azureprometheus-datasource", "prometheus"}
    | {"victoriametrics-datasource", "victoriametrics-metrics-datasource"}
)
#: A data source that makes its data up.
_MADE_UP: Final = frozenset({"grafana-testdata-datasource", "testdata"})
#: What Grafana puts in for these is a time; any will do, since how long does not say whether it can fire.
_TIMES: Final = (
    *("${__rate_interval_ms}", "$__rate_interval_ms", "${__interval_ms}", "$__interval_ms"),
    *("${__range_ms}", "$__range_ms", "${__range_s}", "$__range_s", "${__rate_interval}", "$__rate_interval"),
    *("${__interval}", "$__interval", "${__range}", "$__range"),
)
#: Members of a query that say what is asked, in the languages of other data sources.
_ASKED: Final = ("expr", "rawSql", "query", "rawQuery", "target", "expression", "sqlExpression", "queryText")
_OVER_TIME: Final = {
    "avg": "avg_over_time({})",
    "count": "count_over_time({})",
    "count_non_null": "count_over_time({})",
    "diff": "delta({})",
    "diff_abs": "delta({})",
    "last": "last_over_time({})",
    "max": "max_over_time({})",
    "mean": "avg_over_time({})",
    "median": "quantile_over_time(0.5, {})",
    "min": "min_over_time({})",
    "percent_diff": "delta({})",
    "percent_diff_abs": "delta({})",
    "sum": "sum_over_time({})",
}
_LIMITS: Final = {"gt": ">", "lt": "<", "eq": "==", "ne": "!=", "gte": ">=", "lte": "<=", "ge": ">=", "le": "<="}
#: (within the two limits, counting the limits themselves)
_RANGES: Final = {
    "within_range": (True, False),
    "within_range_included": (True, True),
    "outside_range": (False, False),
    "outside_range_included": (False, True),
}
_MOST_DEPTH: Final = 20
_MOST_SHOWN: Final = 2_000


@dataclass(frozen=True, slots=True)
class Watched:
    """What a rule watches.

    Attributes:
        expression: The queries and expressions on the way, each under its name, as text.
        at: The query that the way ends at; the first of several.
        metrics: Those whose values decide whether it fires.
        can_fire: As `AlertRule.can_fire`.
        environment: As `AlertRule.environment`.
        made_up: Whether it asks only data that Grafana makes up.
        series: Whether its condition is a series of points, where Grafana asks for one number.
    """

    expression: str
    at: Cursor | None
    metrics: tuple[str, ...]
    can_fire: bool | None
    environment: str | None
    made_up: bool
    series: bool


def watched(data: Cursor, condition: str) -> Watched | None:
    """What a rule watches; None where its condition names none of its queries.

    Args:
        data: The rule's list of queries and expressions.
        condition: The name of the one that decides.
    """
    nodes = {ref: row for row in data.rows() if (ref := row.down("refId").text)}
    return _Way(nodes).end(condition) if condition in nodes else None


@dataclass(slots=True)
class _Way:
    """Follows a rule's queries and expressions.

    Attributes:
        nodes: All of them, by name.
        told: Those on the way in words.
        queries: Queries on the way.
        named: The metrics that each of these names.
        opaque: Metric that stands for a query that cannot be judged -> the metrics that it names.
        series: Those that give many points for one element.
        made_up: Queries of made-up data.
        done: What is known of each.
    """

    nodes: Mapping[str, Cursor]
    told: dict[str, str] = field(default_factory=dict)
    queries: dict[str, Cursor] = field(default_factory=dict)
    named: dict[str, tuple[str, ...]] = field(default_factory=dict)
    opaque: dict[str, tuple[str, ...]] = field(default_factory=dict)
    series: set[str] = field(default_factory=set)
    made_up: set[str] = field(default_factory=set)
    done: dict[str, Formula] = field(default_factory=dict)

    def end(self, condition: str) -> Watched:
        try:
            metrics, can_fire = self.judged(condition)
        except NotUnderstoodError:
            metrics, can_fire = self.all_metrics(), None
        named = [name for metric in metrics for name in self.opaque.get(metric, (metric,))]
        texts = [query.down("model", "expr").text for query in self.queries.values()]
        asked = [other_environment(_timed(text)) for text in texts if text]
        told = "; ".join(f"{ref}: {' '.join(said.split())}" for ref, said in self.told.items())
        return Watched(
            expression=excerpt(told, _MOST_SHOWN),
            at=next((_asked(query) for query in self.queries.values()), None),
            metrics=tuple(dict.fromkeys(named)),
            can_fire=None if self.opaque and can_fire else can_fire,
            environment=next((one for one in asked if one), None),
            made_up=bool(self.made_up) and self.made_up == set(self.queries),
            series=condition in self.series and not self.opaque,
        )

    def judged(self, condition: str) -> tuple[tuple[str, ...], bool | None]:
        formula = self.formula(condition, 0)
        if condition in self.series:  # many points for one element, where Grafana asks for one number
            raise NotUnderstoodError
        reading = read(formula.fires)
        return reading.metrics, reading.can_fire

    def all_metrics(self) -> tuple[str, ...]:
        """The metrics of every query: which of them decide cannot be told."""
        for ref, row in self.nodes.items():
            if not _is_expression(row) and ref not in self.queries:
                self.query(ref, row)
        return tuple(name for names in self.named.values() for name in names)

    def formula(self, ref: str, depth: int) -> Formula:
        if ref in self.done:
            return self.done[ref]
        if ref not in self.nodes or depth > _MOST_DEPTH:
            raise NotUnderstoodError
        row = self.nodes[ref]
        formula = self.expression(ref, row.down("model"), depth) if _is_expression(row) else self.query(ref, row)
        self.done[ref] = formula
        return formula

    def query(self, ref: str, row: Cursor) -> Formula:
        """A query of a data source: by its own text where that is PromQL, else as something unknown."""
        model = row.down("model")
        source = _source_of(row)
        self.queries[ref] = row
        asked = _asked(row)
        self.told[ref] = asked.text or f"a query of {source or 'a data source'}"
        if source in _MADE_UP:
            self.made_up.add(ref)
        if not (model.down("instant").truth is True and model.down("range").truth is not True):
            self.series.add(ref)
        text = model.down("expr").text
        if text and _is_of_metrics(row):
            self.named[ref] = () if is_log_query(text) else tuple(metric_names(_timed(text)))
            if read(_timed(text)).can_fire is not None:
                return of_value(f"(\n{_timed(text)}\n)")
        elif (metric := model.down("metricName").text) and source == "cloudwatch":
            self.named[ref] = (metric,)
        name = f"query_{len(self.opaque)}:that_is_not_judged"
        self.opaque[name] = self.named.setdefault(ref, ())
        return of_value(name)

    def expression(self, ref: str, model: Cursor, depth: int) -> Formula:
        kind = model.down("type").text
        if kind == "math":
            text = model.down("expression").text or ""
            formula = math(text, lambda name: self.formula(name, depth + 1))
            self.told[ref] = text
            return formula
        if kind == "classic_conditions":
            return self.classic(ref, model, depth)
        below = (model.down("expression").text or "").strip("${} ")
        formula = self.formula(below, depth + 1)
        if kind == "resample":
            self.told[ref] = f"{below}, resampled"
            self.series.add(ref)
            return formula
        if kind == "reduce":
            reducer = model.down("reducer").text or ""
            self.told[ref] = f"{excerpt(reducer)} of {below}"
            return self.reduced(below, reducer, formula)
        if kind == "threshold":
            conditions = list(model.down("conditions").rows())
            if len(conditions) != 1:
                raise NotUnderstoodError
            if below in self.series:
                self.series.add(ref)
            limited, said = _limited(formula, conditions[0].down("evaluator"))
            self.told[ref] = f"{below} {said}"
            return limited
        raise NotUnderstoodError

    def reduced(self, below: str, reducer: str, formula: Formula) -> Formula:
        if below not in self.series:
            return formula  # one number stays what it is
        if reducer not in _OVER_TIME:
            raise NotUnderstoodError
        return of_value(_OVER_TIME[reducer].format(f"{formula.value}[5m:]"))

    def classic(self, ref: str, model: Cursor, depth: int) -> Formula:
        """Conditions of the older kind: each is met where any series meets it."""
        whole: Formula | None = None
        said: list[str] = []
        for condition in model.down("conditions").rows():
            names = condition.down("query", "params").texts
            below = names[0] if names else ""
            reducer = condition.down("reducer", "type").text or ""
            formula = self.formula(below, depth + 1)
            evaluator = condition.down("evaluator")
            joint = condition.down("operator", "type").text or "and"
            if evaluator.down("type").text == "no_value":
                part, words = of_value(f"absent({formula.value})"), "has no value"
            else:
                part, words = _limited(self.reduced(below, reducer, formula), evaluator, either_way=True)
            said.append(f"{joint + ' ' if whole else ''}{excerpt(reducer)} of {below} {words}")
            if whole is None:
                whole = part
            elif joint == "and":
                whole = Formula(part.value, f"({whole.fires} and on() {part.fires})")
            else:
                whole = either(whole, part)
        self.told[ref] = " ".join(said)
        if whole is None:
            raise NotUnderstoodError
        return whole


def _limited(formula: Formula, evaluator: Cursor, *, either_way: bool = False) -> tuple[Formula, str]:
    """A formula against the limits of an evaluator, and the limits in words.

    Args:
        formula: What is compared.
        evaluator: Its type and its limits.
        either_way: Whether of two limits the greater may come first.
    """
    kind = evaluator.down("type").text or ""
    limits = [one.number for one in evaluator.down("params").elements()]
    if kind in _LIMITS and limits and limits[0] is not None:
        sign = _LIMITS[kind]
        return compared(formula, sign, _number(limits[0])), f"{sign} {limits[0]:g}"
    if kind not in _RANGES or len(limits) < 2 or limits[0] is None or limits[1] is None:  # noqa: PLR2004  # of a range
        raise NotUnderstoodError
    low, high = sorted((limits[0], limits[1])) if either_way else (limits[0], limits[1])
    within, counted = _RANGES[kind]
    more, less = (">=", "<=") if counted else (">", "<")
    over = compared(formula, more, _number(low if within else high))
    under = compared(formula, less, _number(high if within else low))
    fires = f"({over.fires} and {under.fires})" if within else f"({over.fires} or {under.fires})"
    value = f"({over.value} {'*' if within else '+'} {under.value})"
    return Formula(value, fires), f"{'within' if within else 'outside'} {low:g} and {high:g}"


def _number(value: float) -> Formula:
    return of_value(repr(value), constant=True)


def _timed(text: str) -> str:
    """A query with a time in place of Grafana's own variables for one."""
    for name in _TIMES:
        text = text.replace(name, "60000" if "_ms" in name else "60" if "_s" in name else "5m")
    return text


def _is_expression(row: Cursor) -> bool:
    names = (row.down("datasourceUid").text, row.down("model", "datasource", "type").text)
    return any(name in _EXPRESSIONS for name in names) or row.down("model", "datasource").value in tuple(_EXPRESSIONS)


def _is_of_metrics(row: Cursor) -> bool:
    """Whether a query is one of metrics: by its data source's kind; of none by not being called after Loki."""
    source = _source_of(row)
    return source in _METRICS or (not source and "loki" not in (row.down("datasourceUid").text or "").lower())


def _source_of(row: Cursor) -> str:
    """The kind of the data source, where the query says it."""
    return (row.down("model", "datasource", "type").text or "").lower()


def _asked(row: Cursor) -> Cursor:
    """Where a query says what it asks; else the query itself."""
    model = row.down("model")
    found = [model.down(name) for name in _ASKED if model.down(name).text]
    return found[0] if found else model
