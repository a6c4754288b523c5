"""CSV statistics of Locust as `load_test`: the row over all requests; times from the history beside it, if it is there.

`NAME_stats.csv` holds neither the time of the run nor the tool's version; `NAME_stats_history.csv` holds the time.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.values import epoch, number, whole
from tieout.domain.artefacts.measurements import LoadTest
from tieout.domain.evidence import Effective
from tieout.kernel.errors import UnreadableError

_COLUMNS: Final = frozenset({"Type", "Name", "Request Count", "Failure Count", "Requests/s"})
_HISTORY: Final = frozenset({"Timestamp", "User Count", "Type", "Name", "Requests/s"})
_ALL = "Aggregated"
_LONGEST: Final = "Max Response Time"
_TIMES: Final = {"p50_ms": "50%", "p95_ms": "95%", "p99_ms": "99%", "max_ms": _LONGEST}


def read(file: Input) -> Iterator[Found]:
    """The run.

    Raises:
        UnreadableError: The row over all requests is missing or holds no counts.
    """
    rows: list[dict[str, str]] = file.document.data
    sums = [(at, row) for at, row in enumerate(rows) if row["Name"] == _ALL and not row["Type"].strip()]
    if len(sums) != 1:
        raise UnreadableError(f"is a Locust table without one row named {_ALL}", where=file.path)
    at, row = sums[0]
    requests, failures = whole(row["Request Count"]), whole(row["Failure Count"])
    if requests is None or failures is None or failures > requests:
        message = "the counts of the row over all requests make no sense"
        raise UnreadableError(message, where=f"{file.path}:{file.line(f'/{at}') or 1}")
    told = []
    parts = [whole(one["Request Count"]) for index, one in enumerate(rows) if index != at]
    if parts and sum(part or 0 for part in parts) != requests:
        told.append(
            Told(f"its rows have not {requests:,} requests together, as the row over all says", file.line(f"/{at}"))
        )
    parts = [whole(one["Failure Count"]) for index, one in enumerate(rows) if index != at]
    agree = not parts or sum(part or 0 for part in parts) == failures
    if not agree:
        reason = f"its rows have not {failures:,} failures together, as the row over all says; these are left out"
        told.append(Told(reason, file.line(f"/{at}"), "unreadable"))
    waits = {name: _positive(row, column) for name, column in _TIMES.items()}
    if _refuted(row, [one for index, one in enumerate(rows) if index != at and whole(one["Request Count"])]):
        reason = "its times over all requests are lower than those of its rows allow; they are left out"
        told.append(Told(reason, file.line(f"/{at}"), "unreadable"))
        waits = dict.fromkeys(waits)
    history = _history(file)
    started, ended = history["started"], history["ended"]
    facts = LoadTest(
        tool="locust",
        status="incomplete" if told else "success" if requests else "empty",
        started_at=started,
        completed_at=ended,
        requests=requests,
        failures=failures if agree else None,
        rate_per_second=_positive(row, "Requests/s"),
        error_rate=failures / requests if requests and agree else None,
        **waits,
        most_users=history["users"],
        seconds=(ended - started).total_seconds() if started and ended else None,
    )
    line = file.line(f"/{at}")
    lines = dict.fromkeys(("/requests", "/failures", "/p95_ms", "/rate_per_second"), line) if line else {}
    effective = Effective(start=started, end=ended, basis="history beside the table") if ended else None
    kept = facts.as_json()
    yield Found("load_test", facts, effective, {at: n for at, n in lines.items() if at[1:] in kept and n}, told)


def _refuted(row: Mapping[str, str], parts: list[dict[str, str]]) -> bool:
    """Whether a row has a longer time than the longest of all, or each of them a higher percentile than all together.

    One row alone may well have a higher percentile than all together.
    """
    longest = _positive(row, _LONGEST)
    maxima = [one for part in parts if (one := _positive(part, _LONGEST)) is not None]
    if longest is not None and max(maxima, default=0.0) > longest:
        return True
    for column in set(_TIMES.values()) - {_LONGEST}:
        own, of_parts = _positive(row, column), [_positive(part, column) for part in parts]
        if own is not None and of_parts and all(one is not None and one > own for one in of_parts):
            return True
    return False


def _history(file: Input) -> dict[str, Any]:
    """First and last time, and most users, of the history of the same run."""
    name = file.path.rpartition("/")[2]
    document = file.beside(f"{name.removesuffix('.csv')}_history.csv")
    rows = document.data if document is not None else []
    rows = [row for row in rows if isinstance(row, dict) and row.keys() >= _HISTORY]
    times = [time for row in rows if (time := epoch(row["Timestamp"])) is not None]
    users = [count for row in rows if (count := whole(row["User Count"])) is not None]
    return {"started": min(times, default=None), "ended": max(times, default=None), "users": max(users, default=None)}


def _positive(row: Mapping[str, str], name: str) -> float | None:
    read_ = number(row.get(name))
    return read_ if read_ is not None and read_ >= 0 else None


def _is_table(columns: Any) -> bool:
    return columns >= _COLUMNS and "Timestamp" not in columns


def _is_history(columns: Any) -> bool:
    return bool(columns >= _HISTORY)


FORMATS = (
    Format("locust", "a table of Locust", "csv", ("load_test",), _is_table, read),
    Format("locust", "a history of Locust, read for its times beside its table", "csv", (), _is_history, None),
)
