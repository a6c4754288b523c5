"""Files that tools of evaluation write, and files of metrics: which hold numbers, and which ended without any."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.metrics import QUALITY, FigureKind, is_quality
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes

_FORMAT = re.compile(r"\.(?:jsonl?|ndjson|csv|tsv|txt|html?|eval|log)$", re.IGNORECASE)
_PATH = re.compile(
    r"(?:^|[/_.-])(?:results?|metrics|scores?|evals?|evaluations?|reports?|bench(?:mark)?s?|leaderboards?|performance"
    r"|experiments?|simulations?|logs?_?eval|red[-_]?team\w*|lm[-_]?eval)(?:[/_.-]|\d)",
    re.IGNORECASE,
)
_NO_RESULT = re.compile(
    r"(?:^|[/_.-])(?:config\w*|thresholds?|schemas?|specs?|expected|golden|seeds?|mocks?|fixtures?|openapi|package"
    r"|prompts?"
    r"|datasets?|inputs?|cache|coverage|lint|junit|pester|playwright)(?:[/_.-])",
    re.IGNORECASE,
)
_OWN: Final = frozenset({PlaceClass.LIVE, PlaceClass.DOCUMENTATION, PlaceClass.NON_PRODUCTION})

#: A tool, what its files hold, and where its numbers stand.
_TOOLS: Final = (
    ("inspect", compile_bytes(r'"eval_id"\s*:'), compile_bytes(r'"metrics"\s*:\s*\{\s*"[^"]+"')),
    ("lm-eval", compile_bytes(r'"lm_eval_version"|"[\w]+,none"\s*:'), compile_bytes(r'"[\w]+,none"\s*:\s*[\d.]+')),
    ("promptfoo", compile_bytes(r'"evalId"\s*:'), compile_bytes(r'"(?:testPassCount|successes)"\s*:\s*\d+')),
    ("garak", compile_bytes(r'"entry_type"\s*:\s*"eval"'), compile_bytes(r'"entry_type"\s*:\s*"eval"')),
    ("garak", compile_bytes(r"reference\.garak\.ai|garak (?:run|report)"), compile_bytes(r"\d+(?:\.\d+)?% pass rate")),
    ("evidently", compile_bytes(r"evidently:metric"), compile_bytes(r'"value"\s*:\s*(?:[\d.]+|\{)')),
)
_FAILED = compile_bytes(r'"status"\s*:\s*"(?:error|cancelled|started)"')
_KEYED = compile_bytes(
    rf'"(?:[a-z]+[_ -])?(?:{QUALITY})(?:[_ -][a-z0-9]+)?"\s*:\s*"?(?:-?\d*\.\d+(?:e-?\d+)?|\d{{1,3}}(?:\.\d+)?%)',
    folded=True,
)
_CLASS_REPORT = compile_bytes(r"precision\s+recall\s+f1-score\s+support")
_NUMBER = re.compile(r"-?\d*\.\d+%?$|\d{1,3}%$")
_LOAD_COLUMN = re.compile(r"latency|duration|seconds|tokens|throughput|p\d\d|time", re.IGNORECASE)
_MOST_FILES: Final = 400
_MOST_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file that holds results.

    Attributes:
        text: The file.
        tool: That wrote it; "" where the form does not tell.
        kind: Of answers, or of speed and load.
        lines: The first lines with numbers.
        failed: The run did not end well, and holds no result.
    """

    text: Text
    tool: str
    kind: FigureKind
    lines: tuple[int, ...]
    failed: bool = False


def result_files(repository: Repository) -> Iterator[ResultFile]:
    """Result files of the project itself: no test data, examples, configuration or data to be judged."""
    wanted = [file for file in repository.files if _may_hold(file)][:_MOST_FILES]
    for text in repository.texts(wanted):
        found = _tool_result(text) or _plain_result(text)
        if found is not None:
            yield found


def _may_hold(file: File) -> bool:
    return (
        file.kind == "file"
        and file.path_class in _OWN
        and _FORMAT.search(file.path) is not None
        and _PATH.search(file.path) is not None
        and _NO_RESULT.search(f"{file.path}/") is None
    )


def _tool_result(text: Text) -> ResultFile | None:
    for tool, marks, numbers in _TOOLS:
        if marks.search(text.data):
            lines = _lines(text, numbers)
            failed = tool == "inspect" and text.first(_FAILED) is not None
            if lines or failed:
                return ResultFile(text, tool, FigureKind.QUALITY, lines or (1,), failed=failed)
    return None


def _plain_result(text: Text) -> ResultFile | None:
    ending = text.path.rpartition(".")[2].lower()
    if ending in {"csv", "tsv"}:
        return _table_result(text, "\t" if ending == "tsv" else ",")
    if ending in {"json", "jsonl", "ndjson"}:
        lines = _lines(text, _KEYED)
        return ResultFile(text, "", FigureKind.QUALITY, lines) if lines else None
    report = text.first(_CLASS_REPORT) if ending in {"txt", "log"} else None
    return ResultFile(text, "scikit-learn", FigureKind.QUALITY, (report.line,)) if report is not None else None


def _table_result(text: Text, separator: str) -> ResultFile | None:
    """A table whose head names metrics and whose rows hold numbers below them."""
    rows = [row.split(separator) for row in text.data[:200_000].decode("utf-8", "replace").split("\n")[:_MOST_ROWS]]
    heads = [head.strip().strip('"') for head in rows[0]]
    for kind, is_head in ((FigureKind.QUALITY, is_quality), (FigureKind.LOAD, _LOAD_COLUMN.search)):
        columns = [at for at, head in enumerate(heads) if head and is_head(head.replace("_", " "))]
        lines = tuple(
            number
            for number, row in enumerate(rows[1:], start=2)
            if any(at < len(row) and _NUMBER.match(row[at].strip().strip('"')) for at in columns)
        )
        if lines:
            return ResultFile(text, "", kind, lines[:3])
    return None


def _lines(text: Text, pattern: Any) -> tuple[int, ...]:
    found = []
    for hit in text.hits(pattern):
        found.append(hit.line)
        if len(found) == 3:  # noqa: PLR2004 - as many places as a person looks at
            break
    return tuple(dict.fromkeys(found))
