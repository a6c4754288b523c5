"""Summaries of k6 as `load_test`: what `--summary-export` writes, and what `handleSummary` hands over.

Neither holds the time of the run nor the tool's version.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.collectors.results.interface import Format, Found, Input
from tieout.collectors.results.values import count, member, number, share, text
from tieout.domain.artefacts.measurements import LoadTest
from tieout.kernel.pointers import part_of

_TELLING: Final = frozenset({"http_reqs", "iterations", "vus", "vus_max"})
_MILLI = 1000
_MOST_LIMITS = 100


def is_summary(data: Any) -> bool:
    """Whether a JSON document is a summary."""
    return isinstance(data, dict) and isinstance(data.get("metrics"), dict) and bool(_TELLING & data["metrics"].keys())


def read(file: Input) -> Iterator[Found]:
    """The summary."""
    data: dict[str, Any] = file.document.data
    requests = "http_reqs" if "http_reqs" in member(data, "metrics") else "iterations"
    total = count(_values(data, requests).get("count")) or 0
    times, failed = _values(data, "http_req_duration"), _values(data, "http_req_failed")
    rate = share(failed.get("value", failed.get("rate")))
    # A rate counts as passed what is true, and what is true here is that a request failed.
    failures = count(failed.get("passes"))
    milliseconds = number(member(data, "state").get("testRunDurationMs"))
    broken = list(_broken(data))
    users = _values(data, "vus_max")
    facts = LoadTest(
        tool="k6",
        status="success" if total else "empty",
        requests=total,
        failures=failures if failures is not None and failures <= total else None,
        rate_per_second=_positive(_values(data, requests).get("rate")),
        error_rate=rate,
        p50_ms=_positive(times.get("med", times.get("p(50)"))),
        p95_ms=_positive(times.get("p(95)")),
        p99_ms=_positive(times.get("p(99)")),
        max_ms=_positive(times.get("max")),
        most_users=count(users.get("max", users.get("value"))),
        seconds=milliseconds / _MILLI if milliseconds is not None and milliseconds >= 0 else None,
        limits_broken=tuple(name for name, _ in broken),
    )
    places = {
        "/requests": f"/metrics/{requests}",
        "/rate_per_second": f"/metrics/{requests}",
        "/p95_ms": "/metrics/http_req_duration",
        "/error_rate": "/metrics/http_req_failed",
        **{f"/limits_broken/{at}": pointer for at, (_, pointer) in enumerate(broken)},
    }
    yield Found("load_test", facts, lines=file.lines(places))


def _values(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A metric's figures: beside its name in an export, under `values` in what `handleSummary` gets."""
    metric = member(member(data, "metrics"), name)
    return member(metric, "values") or metric


def _broken(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Limits that were not met: an export says true of a broken one, `handleSummary` says that one is not ok."""
    found = 0
    for name in sorted(member(data, "metrics")):
        for limit, stated in member(member(member(data, "metrics"), name), "thresholds").items():
            is_broken = stated is True or (isinstance(stated, dict) and stated.get("ok") is False)
            if is_broken and found < _MOST_LIMITS:
                found += 1
                yield text(f"{name}: {limit}") or name, f"/metrics/{part_of(name)}/thresholds/{part_of(limit)}"


def _positive(value: Any) -> float | None:
    read_ = number(value)
    return read_ if read_ is not None and read_ >= 0 else None


FORMATS = (Format("k6", "a k6 summary", "json", ("load_test",), is_summary, read),)
