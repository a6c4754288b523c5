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
_NAMES = frozenset({_SUITE, _TEST, *_OUTCOMES[1:]})
_ATTRIBUTES = frozenset({"classname", "name", "status", "tests", "time", "timestamp"})
_MOST_NAMES = 200
_MOST_TOLD = 20
_LONGEST_RUN = 366 * 86_400.0


@dataclass(slots=True)
class _Suite:
    name: str
    line: int
    depth: int
    said: int | None
    listed: int = 0
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
        self._open: list[_Suite] = []
        self._test: tuple[int, str, int] | None = None
        self._outcome = ""

    def take(self, tag: Tag) -> None:
        if tag.name == _SUITE:
            self._suite(tag)
        elif tag.name == _TEST and tag.opens:
            name, group = text(tag.attributes.get("name")), text(tag.attributes.get("classname"))
            self._test = (tag.depth, ".".join(part for part in (group, name) if part) or NOT_NAMED, tag.line)
            self._outcome = "skipped" if tag.attributes.get("status") in {"notrun", "disabled", "skipped"} else ""
        elif tag.name == _TEST and self._test is not None and tag.depth == self._test[0]:
            self._ended(self._test[1], self._test[2])
            self._test = None
        elif self._test is not None and tag.opens and tag.depth == self._test[0] + 1:
            self._judged(tag.name)

    def _judged(self, name: str) -> None:
        """The gravest of what stands in a test counts: it can fail, and break while it cleans up."""
        if name in _OUTCOMES and _OUTCOMES.index(name) > _OUTCOMES.index(self._outcome):
            self._outcome = name

    def _ended(self, name: str, line: int) -> None:
        self.tests += 1
        self.skipped += self._outcome == "skipped"
        self.failures += self._outcome == "failure"
        self.errors += self._outcome == "error"
        if self._open:
            self._open[-1].listed += 1
        if self._outcome in {"failure", "error"} and len(self.failed) < _MOST_NAMES:
            self.lines[f"/failed/{len(self.failed)}"] = line
            self.failed.append(name)

    def _suite(self, tag: Tag) -> None:
        if not tag.opens:
            suite = self._open.pop()
            if suite.said is not None and not suite.inner and suite.said != suite.listed and suite.listed:
                reason = f"suite '{suite.name}' says that it has {suite.said:,} tests, and lists {suite.listed:,}"
                self.told.append(Told(reason, suite.line))
            return
        if self._open:
            self._open[-1].inner = True
        name = text(tag.attributes.get("name")) or NOT_NAMED
        self._open.append(_Suite(name, tag.line, tag.depth, whole(tag.attributes.get("tests"))))
        self.suites += 1
        taken = number(tag.attributes.get("time"))
        seconds = taken if taken is not None and 0 <= taken <= _LONGEST_RUN else 0.0
        if len(self._open) == 1 and taken is not None:
            self.seconds = (self.seconds or 0.0) + seconds
        time, zoned = instant(tag.attributes.get("timestamp"))
        if time is not None and len(self.times) < 100_000:  # noqa: PLR2004 - bounds the memory of a hostile file
            self.times.append((time, zoned, seconds))


def read(file: Input) -> Iterator[Found]:
    """The report.

    Raises:
        UnreadableError: It is not well-formed, or holds what is refused.
    """
    count = _Count()
    with file.open() as stream:
        for tag in tags(stream, names=_NAMES, attributes=_ATTRIBUTES, where=file.path):
            count.take(tag)
    ran = count.tests - count.skipped
    started = min((time for time, _, _ in count.times), default=None)
    ended = max((time + timedelta(seconds=seconds) for time, _, seconds in count.times), default=None)
    zoned = all(zoned for _, zoned, _ in count.times)
    told = count.told[:_MOST_TOLD]
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
