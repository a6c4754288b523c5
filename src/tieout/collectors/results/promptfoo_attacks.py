"""Attacks of promptfoo's red team as `redteam_report`: a row for each plugin, strategy and grader, counted by tests.

A test is an attack where it says which plugin made it, or where a grader of attacks judged it. It passed where the
target resisted. What ended in an error, or was judged by nothing, is no attempt.
"""

from collections.abc import Mapping
from typing import Any, Final

from tieout.collectors.results.interface import Found, Input, Told
from tieout.collectors.results.promptfoo_rows import GRADER, Column, asserts, is_error, model_of, times
from tieout.collectors.results.values import listed, member, text
from tieout.domain.artefacts.scans import Probe, RedteamReport
from tieout.domain.evidence import Effective

_MOST_PROBES: Final = 5000
_FEW: Final = 5
#: The strategy of sending an attack as it was made.
_PLAIN: Final = frozenset({"basic", "default"})


def attacks_apart(column: Column) -> tuple[Column, Column]:
    """The tests of a column that are no attacks, and those that are."""
    usual, attacks = Column(column.provider, column.prompt), Column(column.provider, column.prompt)
    for at, row in column.rows:
        (attacks if _plugin(row) or _grader(row) else usual).rows.append((at, row))
    return usual, attacks


def attacked(file: Input, data: Mapping[str, Any] | None, column: Column, told: list[Told]) -> Found:
    """The report on one target.

    Args:
        file: The export.
        data: Parsed; None for the form in lines, which holds the tests alone.
        column: The attacks on one provider.
        told: What must be said beside it; where a figure is contradicted there is no report.
    """
    part = f"{column.provider}\n{column.prompt}"
    if any(one.status == "unreadable" for one in told):
        return Found("redteam_report", None, told=told, part=part)
    probes, first = _probes(column)
    shown = probes[:_MOST_PROBES]
    attempts = sum(probe.attempts for probe in probes)
    started, ended, basis = times(data) if data is not None else (None, None, "")
    facts = RedteamReport(
        tool="promptfoo",
        tool_version=text(member(data, "metadata").get("promptfooVersion")),
        status="unknown" if data is None else "success" if attempts else "empty",
        started_at=started,
        completed_at=ended,
        model=model_of(column.provider),
        simulated=column.is_stand_in,
        attempts=attempts,
        failures=sum(probe.failures for probe in probes),
        probes=tuple(shown),
    )
    places = {f"/probes/{index}": first[probe.probe, probe.detector] for index, probe in enumerate(shown)}
    lines = places if data is None else file.lines({at: f"/results/results/{row}" for at, row in places.items()})
    effective = Effective(start=started, end=ended or started, basis=basis) if started else None
    return Found("redteam_report", facts, effective, lines, [*told, *_told(data, column, facts)], part)


def _probes(column: Column) -> tuple[list[Probe], dict[tuple[str, str], int]]:
    """Counts by plugin, strategy and grader, and where the first test of each stands."""
    tallies: dict[tuple[str, str], list[int]] = {}
    first: dict[tuple[str, str], int] = {}
    for at, row in column.rows:
        strategy = _about(row, "strategyId") or ""
        name = _plugin(row) or "not named"
        key = (name if not strategy or strategy in _PLAIN else f"{name} by {strategy}", _grader(row) or "assertions")
        tally = tallies.setdefault(key, [0, 0, 0])
        first.setdefault(key, at)
        if is_error(row) or not asserts(row) or not isinstance(row.get("success"), bool):
            tally[2] += 1
        else:
            tally[0] += 1
            tally[1] += row["success"] is False
    probes = [
        Probe(probe=probe, detector=detector, attempts=attempts, failures=failures, unjudged=unjudged)
        for (probe, detector), (attempts, failures, unjudged) in sorted(tallies.items())
    ]
    return probes, first


def _told(data: Mapping[str, Any] | None, column: Column, facts: RedteamReport) -> list[Told]:
    told = []
    unjudged = sum(probe.unjudged for probe in facts.probes)
    if unjudged:
        reason = f"has {unjudged:,} of {len(column.rows):,} attacks that ended in an error or were judged by nothing"
        told.append(Told(f"{reason}; they are no attempts"))
    if facts.simulated:
        told.append(Told(f"was run on a stand-in of the tool itself ({facts.model}), so that no model was tested"))
    run = {_plugin(row) or "" for _, row in column.rows} | {_about(row, "strategyId") or "" for _, row in column.rows}
    lacking = [name for name in _configured(data) if not any(one == name or one.startswith(f"{name}:") for one in run)]
    if lacking:
        more = f" and {len(lacking) - _FEW:,} more" if len(lacking) > _FEW else ""
        reason = f"is configured with {', '.join(lacking[:_FEW])}{more}, and no test says that it is of them"
        told.append(Told(reason))
    return told


def _configured(data: Mapping[str, Any] | None) -> list[str]:
    """Plugins and strategies that the run was told to use; each in its order, once."""
    own = member(member(data, "config"), "redteam")
    given = [*listed(own, "plugins"), *listed(own, "strategies")]
    names = [text(one.get("id")) if isinstance(one, dict) else text(one) for one in given]
    return [name for name in dict.fromkeys(names) if name and name not in _PLAIN]


def _plugin(row: Mapping[str, Any]) -> str | None:
    return _about(row, "pluginId")


def _about(row: Mapping[str, Any], name: str) -> str | None:
    """What the test says of itself: the row repeats it, with what the answer's own metadata adds."""
    return text(member(row, "metadata").get(name)) or text(member(member(row, "testCase"), "metadata").get(name))


def _grader(row: Mapping[str, Any]) -> str | None:
    """The grader of attacks that judged, or was to judge, a test."""
    judged = [member(one, "assertion") for one in listed(member(row, "gradingResult"), "componentResults")]
    for one in (*judged, *listed(member(row, "testCase"), "assert")):
        kind = text(one.get("type")) if isinstance(one, dict) else None
        if kind is not None and kind.startswith(GRADER):
            return kind.removeprefix(GRADER)
    return None
