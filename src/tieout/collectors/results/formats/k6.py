"""Summaries of k6 as `load_test`: what `--summary-export` writes, and what `handleSummary` hands over.

Neither holds the time of the run nor the tool's version.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.values import count, member, number, share, text
from tieout.domain.artefacts.measurements import LoadTest
from tieout.kernel.pointers import part_of

_TELLING: Final = frozenset({"http_reqs", "iterations", "vus", "vus_max"})
_TIMES: Final = {"p95_ms": "p(95)", "p99_ms": "p(99)", "max_ms": "max"}
_ROUNDED: Final = 1e-3
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
    told: list[Told] = []
    times, failed = _values(data, "http_req_duration"), _values(data, "http_req_failed")
    rate = share(failed.get("value", failed.get("rate")))
    # A rate counts as passed what is true, and what is true here is that a request failed.
    failures = count(failed.get("passes"))
    wrong = _refuted(requests, total, failed, rate) if failed and total else None
    if wrong:
        told.append(Told(f"{wrong}; they are left out", file.line("/metrics/http_req_failed"), "unreadable"))
        failures = rate = None
    waits = {name: _positive(times.get(key)) for name, key in _TIMES.items()}
    waits["p50_ms"] = _positive(times.get("med", times.get("p(50)")))
    if _out_of_order(times):
        reason = "its times contradict each other (a higher percentile is lower than a lower one); they are left out"
        told.append(Told(reason, file.line("/metrics/http_req_duration"), "unreadable"))
        waits = dict.fromkeys(waits)
    checks, grouped = _values(data, "checks"), _grouped_checks(data)
    passed, missed, where = count(checks.get("passes")), count(checks.get("fails")), "/metrics/checks"
    if grouped and (passed is None or missed is None):
        (passed, missed), where = grouped, "/root_group"
    elif grouped and grouped[1] > (missed or 0):
        reason = f"counts {missed or 0:,} failed checks, and {grouped[1]:,} in its groups; they are left out"
        told.append(Told(reason, file.line(where), "unreadable"))
        passed = missed = None
    if missed:
        of = f"{missed:,} of {(passed or 0) + missed:,} checks"
        told.append(Told(f"records that {of} of its answers failed", file.line(where), if_kept=True))
    milliseconds = number(member(data, "state").get("testRunDurationMs"))
    broken = list(_broken(data))
    users = _values(data, "vus_max")
    facts = LoadTest(
        tool="k6",
        status="empty" if not total else "incomplete" if any(one.status == "unreadable" for one in told) else "success",
        requests=total,
        failures=failures if failures is not None and failures <= total else None,
        rate_per_second=_positive(_values(data, requests).get("rate")),
        error_rate=rate,
        checks=passed + missed if passed is not None and missed is not None else None,
        checks_failed=missed if passed is not None else None,
        **waits,
        most_users=count(users.get("max", users.get("value"))),
        seconds=milliseconds / _MILLI if milliseconds is not None and milliseconds >= 0 else None,
        limits_broken=tuple(name for name, _ in broken),
    )
    places = {
        "/requests": f"/metrics/{requests}",
        "/rate_per_second": f"/metrics/{requests}",
        "/p95_ms": "/metrics/http_req_duration",
        "/error_rate": "/metrics/http_req_failed",
        "/checks": where,
        "/checks_failed": where,
        **{f"/limits_broken/{at}": pointer for at, (_, pointer) in enumerate(broken)},
    }
    kept = facts.as_json()
    lines = {at: line for at, line in file.lines(places).items() if at.split("/")[1] in kept}
    yield Found("load_test", facts, lines=lines, told=told)


def _refuted(requests: str, total: int, failed: Mapping[str, Any], rate: float | None) -> str | None:
    """What speaks against the failures: they count other requests than there were, or their share is another one."""
    passes, fails = count(failed.get("passes")), count(failed.get("fails"))
    if passes is None or fails is None:
        return None
    if requests == "http_reqs" and passes + fails != total:
        return f"counts failures among {passes + fails:,} requests, and {total:,} were made"
    if rate is not None and passes + fails and abs(passes / (passes + fails) - rate) > _ROUNDED:
        return f"counts {passes:,} failures among {passes + fails:,} requests, and says that their share is {rate:g}"
    return None


def _out_of_order(times: Mapping[str, Any]) -> bool:
    """Whether a figure is above one that it cannot be above: the mean lies between the least and the greatest."""
    middle = times.get("med", times.get("p(50)"))
    rising = [times.get("min"), middle, times.get("p(90)"), times.get("p(95)"), times.get("p(99)"), times.get("max")]
    for chain in (rising, [times.get("min"), times.get("avg"), times.get("max")]):
        known = [one for value in chain if (one := _positive(value)) is not None]
        if any(lower > higher * (1 + _ROUNDED) for lower, higher in pairwise(known)):
            return True
    return False


def _grouped_checks(data: Mapping[str, Any]) -> tuple[int, int] | None:
    """Checks that passed and that failed, of all groups of a run together; None where no group counts any."""
    waiting, counted = [member(data, "root_group")], []
    while waiting:
        group = waiting.pop()
        counted += [(count(one.get("passes")), count(one.get("fails"))) for one in _parts(group, "checks")]
        waiting += _parts(group, "groups")
    known = [(passed or 0, missed or 0) for passed, missed in counted if passed is not None or missed is not None]
    return (sum(passed for passed, _ in known), sum(missed for _, missed in known)) if known else None


def _parts(group: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """An export lists them by their names, `handleSummary` one after the other."""
    held = group.get(name)
    listed = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    return [one for one in listed if isinstance(one, dict)]


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
