"""JUnit XML as `test_report`: the single tests are counted; what they printed, and why they failed, is passed over.

The format has no owner and no version: which tool wrote it is not recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.values import NOT_NAMED, instant, number, text, whole
from tieout.collectors.results.xml_events import Tag, tags
from tieout.domain.artefacts.scans import CodeTests
from tieout.domain.evidence import Effective

_SUITE = "testsuite"
_TEST = "testcase"
_OUTCOMES = ("", "skipped", "failure", "error")  # the gravest last
_RERUN = frozenset({"rerunFailure", "rerunError"})
_FLAKY = frozenset({"flakyFailure", "flakyError"})
_ALL = "testsuites"
_NAMES = frozenset({_ALL, _SUITE, _TEST, *_OUTCOMES[1:], *_RERUN, *_FLAKY})
_ATTRIBUTES = frozenset(
    {"classname", "errors", "failures", "name", "result", "skipped", "status", "tests", "time", "timestamp"}
)
_NOT_RUN = frozenset({"notrun", "disabled", "skipped"})
_BAD = frozenset({"failed", "failure", "fail", "error", "broken"})
_MOST_KEPT_NAMES = 200_000
_MOST_NAMES = 200
_MOST_TOLD = 20
_LONGEST_RUN = 366 * 86_400.0


@dataclass(slots=True)
class _Suite:
    name: str
    line: int
    depth: int
    said: int | None
    said_bad: int
    said_skipped: int
    skipped: int = 0
    listed: int = 0
    bad: int = 0
    inner: bool = False


class _Count:
    """What has been counted of a file so far."""

    def __init__(self) -> None:
        self.suites = self.tests = self.failures = self.errors = self.skipped = 0
        self.seconds: float | None = None
        self.failed: list[str] = []
        self.lines: dict[str, int] = {}
        self.told: list[Told] = []
        self.times: list[tuple[datetime, bool, float]] = []
        self.again = self.flaky = 0
        self._open: list[_Suite] = []
        self._names: set[tuple[str, str]] = set()
        self._said_of_all: tuple[int | None, int, int, int] | None = None
        self._all_bad = self._all_skipped = 0
        self._marks: set[str] = set()
        self._test: tuple[int, str, int] | None = None
        self._outcome = ""
        self._was_flaky = False

    def whole_file(self) -> None:
        """Compare what the file says of all its suites together."""
        tests, bad, skipped, line = self._said_of_all or (None, 0, 0, 0)
        if tests is not None and tests > self.tests > 0:
            self.told.append(Told(f"says that it has {tests:,} tests, and lists {self.tests:,}", line))
        if bad > self._all_bad and self.tests:
            self.told.append(_bad_told("", bad, self._all_bad, line))
        if skipped > self._all_skipped and self.tests:
            self.told.append(_skipped_told("", skipped, self._all_skipped, line))

    def take(self, tag: Tag) -> None:
        if tag.name == _SUITE:
            self._suite(tag)
        elif tag.name == _ALL and tag.opens and self._said_of_all is None:
            self._said_of_all = (whole(tag.attributes.get("tests")), _said_bad(tag), _said_skipped(tag), tag.line)
        elif tag.name == _TEST and tag.opens:
            name, group = text(tag.attributes.get("name")), text(tag.attributes.get("classname"))
            self._test = (tag.depth, ".".join(part for part in (group, name) if part) or NOT_NAMED, tag.line)
            stated = {(text(tag.attributes.get(name)) or "").casefold() for name in ("status", "result")}
            self._outcome = "failure" if stated & _BAD else "skipped" if stated & _NOT_RUN else ""
            self._marks, self._was_flaky = {"rerunFailure" if stated & _BAD else self._outcome}, False
        elif tag.name == _TEST and self._test is not None and tag.depth == self._test[0]:
            self._ended(self._test[1], self._test[2])
            self._test = None
        elif self._test is not None and tag.opens and tag.depth == self._test[0] + 1:
            self._judged(tag.name)

    def _judged(self, name: str) -> None:
        """The gravest of what stands in a test counts: it can fail, and break while it cleans up."""
        self._was_flaky = self._was_flaky or name in _FLAKY
        self._marks.add(name)
        name = "failure" if name in _RERUN else name  # each run of it failed
        if name in _OUTCOMES and _OUTCOMES.index(name) > _OUTCOMES.index(self._outcome):
            self._outcome = name

    def _ended(self, name: str, line: int) -> None:
        self.tests += 1
        self.skipped += self._outcome == "skipped"
        self.failures += self._outcome == "failure"
        self.errors += self._outcome == "error"
        # However often it failed it is one test that did; one that also broke while it cleaned up is summed up as both.
        bad = len(self._marks & {"failure", "error"}) or int(bool(self._marks & _RERUN))
        skipped = int("skipped" in self._marks)
        self._all_bad += bad
        self._all_skipped += skipped
        self.flaky += self._was_flaky
        key = (self._open[-1].name if self._open else "", name)
        self.again += key in self._names
        if len(self._names) < _MOST_KEPT_NAMES:
            self._names.add(key)
        if self._open:
            self._open[-1].listed += 1
            self._open[-1].bad += bad
            self._open[-1].skipped += skipped
        if self._outcome in {"failure", "error"} and len(self.failed) < _MOST_NAMES:
            self.lines[f"/failed/{len(self.failed)}"] = line
            self.failed.append(name)

    def _suite(self, tag: Tag) -> None:
        if not tag.opens:
            suite = self._open.pop()
            if suite.said is not None and not suite.inner and suite.said != suite.listed and suite.listed:
                reason = f"suite '{suite.name}' says that it has {suite.said:,} tests, and lists {suite.listed:,}"
                self.told.append(Told(reason, suite.line))
            if suite.said_bad > suite.bad:
                self.told.append(_bad_told(f"suite '{suite.name}' ", suite.said_bad, suite.bad, suite.line))
            if suite.said_skipped > suite.skipped and self.tests:
                who = f"suite '{suite.name}' "
                self.told.append(_skipped_told(who, suite.said_skipped, suite.skipped, suite.line))
            if self._open:
                self._open[-1].bad += suite.bad
                self._open[-1].skipped += suite.skipped
            return
        if self._open:
            self._open[-1].inner = True
        name = text(tag.attributes.get("name")) or NOT_NAMED
        said = whole(tag.attributes.get("tests"))
        self._open.append(_Suite(name, tag.line, tag.depth, said, _said_bad(tag), _said_skipped(tag)))
        self.suites += 1
        taken = number(tag.attributes.get("time"))
        seconds = taken if taken is not None and 0 <= taken <= _LONGEST_RUN else 0.0
        if len(self._open) == 1 and taken is not None:
            self.seconds = (self.seconds or 0.0) + seconds
        time, zoned = instant(tag.attributes.get("timestamp"))
        if time is not None and len(self.times) < 100_000:  # noqa: PLR2004 - bounds the memory of a hostile file
            self.times.append((time, zoned, seconds))


def _said_bad(tag: Tag) -> int:
    return sum(whole(tag.attributes.get(name)) or 0 for name in ("failures", "errors"))


def _said_skipped(tag: Tag) -> int:
    return whole(tag.attributes.get("skipped")) or 0


def _skipped_told(who: str, said: int, listed: int, line: int) -> Told:
    reason = f"{who}says that {said:,} tests were skipped, and {listed:,} are listed as such"
    return Told(reason, line, "unreadable")


def _bad_told(who: str, said: int, listed: int, line: int) -> Told:
    reason = f"{who}says that {said:,} tests failed or broke, and {listed:,} are listed as such"
    return Told(reason, line, "unreadable")


def read(file: Input) -> Iterator[Found]:
    """The report.

    Raises:
        UnreadableError: It is not well-formed, or holds what is refused.
    """
    count = _Count()
    with file.open() as stream:
        for tag in tags(stream, names=_NAMES, attributes=_ATTRIBUTES, where=file.path):
            count.take(tag)
    count.whole_file()
    ran = count.tests - count.skipped
    started = min((time for time, _, _ in count.times), default=None)
    ended = max((time + timedelta(seconds=seconds) for time, _, seconds in count.times), default=None)
    zoned = all(zoned for _, zoned, _ in count.times)
    told = count.told[:_MOST_TOLD]
    if count.flaky:
        reason = f"{count.flaky:,} of {count.tests:,} tests failed at first and passed when they were run again"
        told.append(Told(reason, if_kept=True))
    if count.again:
        reason = f"{count.again:,} of {count.tests:,} tests have the name of another test of their suite"
        told.append(Told(reason, if_kept=True))
    if count.tests and not ran:
        told.append(Told(f"skipped every one of its {count.tests:,} tests"))
    facts = CodeTests(
        tool=NOT_NAMED,
        status="incomplete" if count.told else "success" if ran else "empty",
        started_at=started,
        completed_at=ended,
        zone_recorded=zoned,
        suites=count.suites,
        tests=count.tests,
        failures=count.failures,
        errors=count.errors,
        skipped=count.skipped,
        seconds=count.seconds,
        failed=tuple(count.failed),
    )
    zone = "" if zoned else ", written without a zone and taken as UTC"
    effective = Effective(start=started, end=ended, basis=f"timestamps of the suites{zone}") if ended else None
    yield Found("test_report", facts, effective, count.lines, told)


def _is_report(root: object) -> bool:
    return root in {"testsuites", _SUITE}


FORMATS = (Format("junit", "a JUnit report", "xml", ("test_report",), _is_report, read),)
