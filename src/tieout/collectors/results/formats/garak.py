"""Reports of garak (report.jsonl) as `redteam_report`: what each detector says of each probe, counted again.

The tool's own sums (lines `eval`) count; where the attempts of the same report were judged otherwise, the row is left
out. A detector of the family `always` answers the same whatever it sees, and the probes of the family `test` attack
nothing: their PASS shows nothing, and they are in no total. Prompts and answers are never looked at.
"""

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tieout.analytics.lines import LineReader
from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.json_lines import lines_of
from tieout.collectors.results.values import count, instant, number, text
from tieout.domain.artefacts.reports import Outcome
from tieout.domain.artefacts.scans import Probe, RedteamReport
from tieout.domain.evidence import Effective
from tieout.kernel.errors import UnreadableError

if TYPE_CHECKING:
    from datetime import datetime

_MOST_PROBES: Final = 5000
_MOST_TOLD: Final = 20
_JUDGED = 2  # status of an attempt that detectors have looked at
_THRESHOLD: Final = 0.5
_MAX_LINES: Final = 20_000_000


class _Line(msgspec.Struct):
    """The members of any line that are read; all others are passed over without being built."""

    entry_type: Any = None
    garak_version: Any = None
    start_time: Any = None
    end_time: Any = None
    probe: Any = None
    detector: Any = None
    passed: Any = None
    fails: Any = None
    nones: Any = None
    total: Any = None
    total_evaluated: Any = None
    status: Any = None
    probe_classname: Any = None
    detector_results: Any = None
    target_type: Any = msgspec.field(default=None, name="plugins.target_type")
    target_name: Any = msgspec.field(default=None, name="plugins.target_name")
    model_type: Any = msgspec.field(default=None, name="plugins.model_type")
    model_name: Any = msgspec.field(default=None, name="plugins.model_name")
    version: Any = msgspec.field(default=None, name="_config.version")
    threshold: Any = msgspec.field(default=None, name="run.eval_threshold")


class _Report:
    """What has been read of a report so far."""

    def __init__(self) -> None:
        self.version: str | None = None
        self.started: datetime | None = None
        self.ended: datetime | None = None
        self.zoned = True
        self.kind: str | None = None
        self.name: str | None = None
        self.threshold = _THRESHOLD
        self.rows: list[tuple[int, Probe]] = []
        self.judged: dict[tuple[str, str], list[int]] = {}  # (probe, detector) -> judged, failed, not judged
        self.completed = False
        self.broken: list[int] = []

    def take(self, line: _Line, at: int) -> None:
        if line.entry_type == "start_run setup":
            self.kind = text(line.target_type) or text(line.model_type) or self.kind
            self.name = text(line.target_name) or text(line.model_name) or self.name
            self.version = text(line.version) or self.version
            limit = number(line.threshold)
            self.threshold = limit if limit is not None else self.threshold
        elif line.entry_type == "init":
            self.version = text(line.garak_version) or self.version
            self.started, self.zoned = instant(line.start_time)
        elif line.entry_type == "attempt" and line.status == _JUDGED:
            self._attempt(line)
        elif line.entry_type == "eval":
            self._evaluation(line, at)
        elif line.entry_type == "completion":
            self.completed = True
            self.ended, _ = instant(line.end_time)

    def _attempt(self, line: _Line) -> None:
        results = line.detector_results if isinstance(line.detector_results, dict) else {}
        for detector, scores in results.items():
            if not isinstance(scores, list) or len(self.judged) > _MOST_PROBES:
                continue
            tally = self.judged.setdefault(
                (_bare(line.probe_classname, "probes"), _bare(detector, "detectors")), [0] * 3
            )
            for score in scores:
                value = number(score)
                tally[2 if value is None else 0] += 1
                tally[1] += value is not None and value >= self.threshold

    def _evaluation(self, line: _Line, at: int) -> None:
        probe, detector = _bare(line.probe, "probes"), _bare(line.detector, "detectors")
        passed = count(line.passed)
        total = count(line.total_evaluated) if line.total_evaluated is not None else count(line.total)
        if not probe or not detector or passed is None or total is None or passed > total:
            self.broken.append(at)
            return
        unjudged = count(line.nones) or 0
        if line.total_evaluated is None:
            total = max(total - unjudged, passed)  # older reports count what was not judged in the total
        row = Probe(
            probe=probe,
            detector=detector,
            attempts=total,
            failures=total - passed,
            unjudged=unjudged,
            shows_nothing=detector.startswith("always.") or probe.startswith("test."),
        )
        self.rows.append((at, row))


def read(file: Input) -> Iterator[Found]:
    """The report, read line by line.

    Raises:
        UnreadableError: A line is no JSON, or the report is cut.
    """
    report = _Report()
    decode = msgspec.json.Decoder(_Line).decode
    with file.open() as stream:
        for number_, line in lines_of(LineReader(stream), file.path, most=_MAX_LINES):
            try:
                report.take(decode(line), number_)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                reason = "the line is no JSON object, so that the report is not whole"
                raise UnreadableError(reason, where=f"{file.path}:{number_}") from None
    yield _found(report, dict(report.judged))


def _found(report: _Report, judged: Mapping[tuple[str, str], list[int]]) -> Found:
    told: list[Told] = []
    rows: list[tuple[int, Probe]] = []
    for at, row in report.rows[:_MOST_PROBES]:
        own = judged.get((row.probe, row.detector))
        if own is None and judged and row.attempts and not row.shows_nothing:
            reason = (
                f"probe {row.probe} with detector {row.detector} is summed up over {row.attempts:,} attempts, of which "
                "none that it judged is in the report; the row is left out"
            )
            told.append(Told(reason, at, "unreadable"))
        elif own is not None and (own[0], own[1]) != (row.attempts, row.failures):
            reason = (
                f"probe {row.probe} with detector {row.detector} is summed up as {row.failures:,} of {row.attempts:,} "
                f"successful attacks, but its attempts are {own[1]:,} of {own[0]:,}; the row is left out"
            )
            told.append(Told(reason, at, "unreadable"))
        else:
            rows.append((at, row))
    told += [Told("the sums of this line make no sense and are left out", at, "unreadable") for at in report.broken]
    told = told[:_MOST_TOLD]
    empty = [(at, row) for at, row in rows if row.shows_nothing]
    if empty:
        named = sorted({f"{row.probe} with {row.detector}" for _, row in empty})
        told.append(Told(f"shows nothing by {_few(named)}: it passes or attacks nothing by its kind", empty[0][0]))
    idle = [(at, row) for at, row in rows if not row.shows_nothing and not row.attempts]
    if idle:
        named = sorted({f"{row.probe} with {row.detector}" for _, row in idle})
        told.append(Told(f"judged no answer of {_few(named)}", idle[0][0]))
    telling = [row for _, row in rows if not row.shows_nothing]
    attempts = sum(row.attempts for row in telling)
    model, simulated = _model(report)
    facts = RedteamReport(
        tool="garak",
        tool_version=report.version,
        status=_status(report, attempts, counted=bool(judged)),
        started_at=report.started,
        completed_at=report.ended,
        zone_recorded=report.zoned,
        model=model,
        simulated=simulated,
        attempts=attempts,
        failures=sum(row.failures for row in telling),
        threshold=report.threshold if math.isfinite(report.threshold) else None,
        probes=tuple(row for _, row in rows),
    )
    if not report.completed:
        told.append(Told("does not record that the run came to its end"))
    if attempts and not judged:
        told.append(Told("holds sums alone and no attempt that was judged, so that they could not be counted again"))
    if simulated:
        told.append(Told(f"was run on a stand-in of the tool itself ({model}), so that no model was tested"))
    end = report.ended or report.started
    basis = "end of the run" if report.ended else "start of the run"
    effective = None
    if end is not None:
        zone = "" if report.zoned else ", written without a zone and taken as UTC"
        effective = Effective(start=report.started, end=end, basis=f"{basis}{zone}")
    lines = {f"/probes/{index}": at for index, (at, _) in enumerate(rows)}
    return Found("redteam_report", facts, effective, lines, told)


def _status(report: _Report, attempts: int, *, counted: bool) -> Outcome:
    """How it ended; sums that no attempt in the report bears out are a part of one."""
    if not report.completed or (attempts and not counted):
        return "incomplete"
    return "success" if attempts else "empty"


def _model(report: _Report) -> tuple[str | None, bool]:
    """Provider and name: `openai.OpenAIGenerator` and `gpt-4o` are `openai/gpt-4o`; and whether it is a stand-in."""
    family = (report.kind or "").removeprefix("generators.").partition(".")[0].casefold()
    if family == "test":
        return report.kind, True
    if report.name is None:
        return None, False
    return (text(f"{family}/{report.name}") if family else report.name), False


def _bare(name: Any, prefix: str) -> str:
    """`probes.dan.Dan_11_0` and `dan.Dan_11_0` are one probe; older reports wrote `detector.` before detectors."""
    told = text(name) or ""
    return told.removeprefix(f"{prefix}.").removeprefix(f"{prefix.removesuffix('s')}.")


def _few(names: list[str]) -> str:
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""  # noqa: PLR2004 - three are told by name
    return ", ".join(names[:3]) + more


def _is_report(names: Any) -> bool:
    return "entry_type" in names


FORMATS = (Format("garak", "a garak report", "lines", ("redteam_report",), _is_report, read),)
