"""What is demanded of every result: status, samples, something assessed, tool and version, subject, digest and date.

Each is taken out of a good file of each format in turn: the report may then not pass for one that has it, and it is
told which file lacks what. What a format never records is told of the good file itself.
"""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from support.inspect_logs import log
from support.tool_documents import (
    CODECARBON,
    CYCLONEDX,
    EVIDENTLY,
    FAIRLEARN,
    GARAK,
    JUNIT,
    K6,
    LM_EVAL,
    LOCUST,
    LOCUST_HISTORY,
    MLFLOW_EXPORT,
    OPENVEX,
    PIP_AUDIT,
    PROMPTFOO,
    SARIF,
    SPDX_2,
    SPDX_3,
)
from support.tool_results import gather, items, lines_of
from tieout.collectors.base import Gathered
from tieout.collectors.results import FORMATS

ASPECTS = ("status", "n", "assessed", "version", "subject", "digest", "date")

#: Artefact -> the facts that say how much was looked at and judged, what it was and which version of it.
FACTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "eval_results": {
        "n": ("samples_total",), "assessed": ("samples_completed", "metrics"), "subject": ("model",),
        "digest": ("dataset_sha256",),
    },
    "redteam_report": {"n": ("probes",), "assessed": ("attempts",), "subject": ("model",)},
    "security_scan": {
        "n": ("assessed",), "assessed": ("assessed",), "subject": ("subject",), "digest": ("subject_sha256", "commit"),
    },
    "test_report": {"n": ("tests",), "assessed": ("tests",)},
    "mlbom": {"n": ("total",), "assessed": ("total",), "subject": ("subject",), "digest": ("subject_sha256",)},
    "model_registry": {"n": ("versions",), "assessed": ("versions",), "subject": ("models",)},
    "load_test": {"n": ("requests",), "assessed": ("requests",), "subject": ("target",)},
    "drift_series": {"n": ("n",), "assessed": ("points",)},
    "energy_report": {"n": ("n",), "assessed": ("n",), "subject": ("runs",)},
    "fairness_report": {"n": ("smallest_n",), "assessed": ("metrics",), "subject": ("model",)},
}  # fmt: skip
#: Reports whose one absent fact is enough where another one of its kind is there.
_EITHER = {("security_scan", "digest")}

Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Good:
    """A good file of a format: what is taken away for each aspect, and what it never records, in the words told."""

    format: str
    type: str
    name: str
    content: Any
    take: Mapping[str, tuple[Change, ...]]
    never: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)


def put(*path: Any, to: Any) -> Change:
    """The value at a path replaced."""

    def change(document: Any) -> Any:
        made = copy.deepcopy(document)
        holder = made
        for part in path[:-1]:
            holder = holder[part]
        if to is None:
            holder.pop(path[-1])
        else:
            holder[path[-1]] = to
        return made

    return change


def gone(*path: Any) -> Change:
    """The value at a path taken away."""
    return put(*path, to=None)


def every(*changes: Change) -> Change:
    """All of them."""

    def change(document: Any) -> Any:
        for one in changes:
            document = one(document)
        return document

    return change


def said(old: str, new: str, count: int = -1) -> Change:
    """A piece of a text replaced; it has to be there."""

    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, count)

    return change


def rows(keep: Callable[[dict[str, Any]], bool]) -> Change:
    """Only some of the lines."""
    return lambda lines: [line for line in lines if keep(line)]


def column(name: str) -> Change:
    """A table without one of its columns."""

    def change(text: str) -> str:
        table = [line.split(",") for line in text.splitlines()]
        at = table[0].index(name)
        return "".join(",".join(cell for index, cell in enumerate(row) if index != at) + "\n" for row in table)

    return change


def of_rows(**changes: Any) -> Change:
    """Members of every row of a promptfoo result replaced."""

    def change(document: Any) -> Any:
        return put("results", "results", to=[{**row, **changes} for row in document["results"]["results"]])(document)

    return change


DIGEST = "is not bound to what is in use: it does not record"
PROMPTFOO_GOOD = put("config", "metadata", to={"dataset_sha256": "a" * 64})(PROMPTFOO)
BOM = put("metadata", "component", "hashes", to=[{"alg": "SHA-256", "content": "d" * 64}])(
    {key: value for key, value in CYCLONEDX.items() if key != "vulnerabilities"}
)
SPDX_GOOD = put("packages", 0, "checksums", to=[{"algorithm": "SHA256", "checksumValue": "d" * 64}])(SPDX_2)

GOOD = (
    Good("lm-eval", "eval_results", "lm.json", LM_EVAL, {
        "status": (gone("results"), put("results", to={})),
        "n": (put("n-samples", "triage", to={"original": 0, "effective": 0}),
              every(gone("n-samples"), gone("results", "triage", "sample_len"))),
        "assessed": (put("n-samples", "triage", "effective", to=0), gone("results", "triage", "acc,none")),
        "version": (gone("lm_eval_version"), put("lm_eval_version", to="")),
        "subject": (every(gone("model_name"), gone("config")), every(put("model_name", to=""), gone("config"))),
        "digest": (gone("configs", "triage", "metadata", "dataset_sha256"),
                   put("configs", "triage", "metadata", "dataset_sha256", to="a" * 63)),
        "date": (gone("date"), put("date", to="yesterday"), put("date", to=-1)),
    }),
    Good("promptfoo", "eval_results", "p.json", PROMPTFOO_GOOD, {
        "status": (gone("results", "results"), put("results", "results", to=[])),
        "n": (put("results", "results", to=[]),),
        "assessed": (of_rows(gradingResult=None, failureReason=2, success=False),
                     of_rows(gradingResult={"pass": True, "componentResults": []}, namedScores={}),
                     of_rows(gradingResult=None, namedScores=None)),
        "version": (gone("metadata"), put("metadata", "promptfooVersion", to=" ")),
        "subject": (every(put("results", "prompts", 0, "provider", to=""), of_rows(provider=None)),),
        "digest": (gone("config", "metadata"),),
        "date": (gone("results", "timestamp"), put("results", "timestamp", to="x")),
    }),
    Good("sarif", "security_scan", "s.sarif", SARIF, {
        "status": (gone("runs", 0, "invocations"), put("runs", 0, "invocations", 0, "executionSuccessful", to=False),
                   gone("runs", 0, "invocations", 0, "executionSuccessful"), put("runs", 0, "invocations", to=[])),
        "n": (gone("runs", 0, "artifacts"), put("runs", 0, "artifacts", to=[])),
        "assessed": (put("runs", 0, "artifacts", to=[{"roles": ["tracedFile"]}]),),
        "version": (gone("runs", 0, "tool", "driver", "semanticVersion"),),
        "subject": (gone("runs", 0, "versionControlProvenance"),),
        "digest": (gone("runs", 0, "versionControlProvenance", 0, "revisionId"),),
        "date": (gone("runs", 0, "invocations", 0, "endTimeUtc"),),
    }),
    Good("garak", "redteam_report", "g.report.jsonl", GARAK, {
        "status": (rows(lambda line: line["entry_type"] != "completion"),),
        "n": (rows(lambda line: line["entry_type"] not in {"attempt", "eval"}),),
        "assessed": (lambda lines: [
            {**line, "detector_results": {}} if line["entry_type"] == "attempt" else line for line in lines],
            rows(lambda line: line.get("probe") != "dan.Dan_11_0" and line["entry_type"] != "attempt")),
        "version": (every(gone(0, "_config.version"), gone(1, "garak_version")),),
        "subject": (every(gone(0, "plugins.target_type"), gone(0, "plugins.target_name")),),
        "date": (every(gone(1, "start_time"), rows(lambda line: line["entry_type"] != "completion")),),
    }, never={"digest": DIGEST}),
    Good("cyclonedx", "mlbom", "b.cdx.json", BOM, {
        "status": (gone("components"), put("components", to=[])),
        "n": (put("components", to=[]),),
        "assessed": (put("components", to=[]),),
        "version": (gone("metadata", "tools", "components", 0, "version"), gone("metadata", "tools")),
        "subject": (gone("metadata", "component"),),
        "digest": (gone("metadata", "component", "hashes"),
                   put("metadata", "component", "hashes", to=[{"alg": "MD5", "content": "d" * 32}])),
        "date": (gone("metadata", "timestamp"), put("metadata", "timestamp", to="2026")),
    }),
    Good("spdx", "mlbom", "b.spdx.json", SPDX_GOOD, {
        "status": (gone("packages"), put("packages", to=[])),
        "n": (put("packages", to=[]),),
        "assessed": (put("packages", to=[]),),
        "version": (put("creationInfo", "creators", to=["Tool: maker"]), gone("creationInfo", "creators")),
        "subject": (gone("documentDescribes"),),
        "digest": (gone("packages", 0, "checksums"),),
        "date": (gone("creationInfo", "created"),),
    }),
    Good("spdx", "mlbom", "three.spdx.json", SPDX_3, {
        "status": (lambda d: {**d, "@graph": d["@graph"][:3]},),
        "n": (lambda d: {**d, "@graph": d["@graph"][:3]},),
        "assessed": (lambda d: {**d, "@graph": d["@graph"][:3]},),
        "subject": (gone("@graph", 2, "rootElement"),),
        "date": (gone("@graph", 0, "created"),),
    }, never={"version": "the version of its tool", "digest": DIGEST}),
    Good("fairlearn", "fairness_report", "f.json", FAIRLEARN, {
        "status": (put("by_group", to={}),),
        "n": (gone("by_group", "count"), put("by_group", "count", "B", to=0)),
        "assessed": (every(gone("by_group", "accuracy"), gone("overall", "accuracy"),
                           gone("demographic_parity_difference")),),
        "version": (gone("fairlearn_version"),),
        "subject": (gone("model"),),
        "date": (gone("created_at"),),
    }, never={"digest": DIGEST}),
    Good("codecarbon", "energy_report", "emissions.csv", CODECARBON, {
        "status": (every(said("1.25", "x"), said("0.25", "x")),),
        "n": (lambda text: text.splitlines()[0] + "\n",),
        "assessed": (every(said("1.25", "0"), said("0.25", "0")),),
        "version": (column("codecarbon_version"), said("3.0.1", "")),
        "subject": (column("project_name"),),
        "date": (column("timestamp"),),
    }, never={"digest": DIGEST}),
    Good("junit", "test_report", "unit.xml", JUNIT, {
        "status": (said("</testsuites>", ""),),
        "n": (lambda text: text[: text.index("<testcase")] + "</testsuite></testsuites>",),
        "assessed": (lambda text: text.replace('name="one" time="0.1"/>', 'name="one"><skipped/></testcase>')
                     .replace("<failure/><error/>", "<skipped/>")
                     .replace('<failure message="A SECRET VALUE">x &lt; y</failure>', "<skipped/>"),),
        "date": (said(' timestamp="2026-11-20T09:00:00"', ""),),
    }, never={"version": "which tool wrote it", "subject": DIGEST, "digest": DIGEST}),
    Good("pip-audit", "security_scan", "audit.json", PIP_AUDIT, {
        "status": (put("dependencies", to=[]),),
        "n": (put("dependencies", to=[]),),
        "assessed": (put("dependencies", to=[{"name": "own", "skip_reason": "not found"}]),),
    }, never={
        "version": "the version of its tool", "subject": "what was scanned", "digest": DIGEST, "date": "its time",
    }),
    Good("openvex", "security_scan", "vex.json", OPENVEX, {
        "date": (gone("timestamp"),),
    }, never={"status": "how it ended", "n": "how it ended", "assessed": "how it ended", "subject": "what was scanned",
              "version": "the version of its tool", "digest": DIGEST}),
    Good("k6", "load_test", "k6.json", K6, {
        "status": (put("metrics", "http_reqs", to={"count": 0, "rate": 0}),),
        "n": (put("metrics", "http_reqs", "count", to=0), gone("metrics", "http_reqs", "count")),
        "assessed": (put("metrics", "http_reqs", "count", to=0),),
    }, never={"version": "the version of its tool", "subject": "what was asked", "digest": DIGEST, "date": "its time"}),
    Good("locust", "load_test", "run_stats.csv", LOCUST, {
        "status": (said(",Aggregated,100,", ",Aggregated,0,"),),
        "n": (said(",Aggregated,100,", ",Aggregated,0,"), column("Request Count")),
        "assessed": (said(",Aggregated,100,", ",Aggregated,,"),),
        "date": (said("Type,", "Type,", 1),),  # without the history beside it
    }, never={"version": "the version of its tool", "subject": "what was asked", "digest": DIGEST},
        beside={"run_stats_history.csv": LOCUST_HISTORY}),
    Good("evidently", "drift_series", "drift.json", EVIDENTLY, {
        "status": (put("metrics", to=[]),),
        "n": (gone("metrics", 0), put("metrics", 0, "value", to=0)),
        "assessed": (lambda d: {**d, "metrics": d["metrics"][:1]},),
    }, never={"version": "the version of its tool", "subject": DIGEST, "digest": DIGEST, "date": "its time"}),
    Good("mlflow", "model_registry", "registry.json", MLFLOW_EXPORT, {
        "status": (put("model_versions", to=[]),),
        "n": (put("model_versions", to=[]),),
        "assessed": (put("model_versions", to=[]),),
        "subject": (every(put("registered_models", to=[]), put("model_versions", to=[])),),
    }, never={"version": "the version of its tool", "digest": DIGEST, "date": "its time"}),
)  # fmt: skip
MUTATED = [
    pytest.param(good, aspect, change, id=f"{good.name}-{aspect}-{number}")
    for good in GOOD
    for aspect, changes in good.take.items()
    for number, change in enumerate(changes)
]


def collected(tmp_path: Path, good: Good, content: Any, *, beside: bool = True) -> Gathered:
    """What comes of a file of a format."""
    whole = lines_of(content) if isinstance(content, list) else content
    text = whole if isinstance(whole, str) else json.dumps(whole, indent=1)
    return gather(tmp_path, {good.name: text, **(good.beside if beside else {})}, format_=good.format)


def reasons(gathered: Gathered) -> set[str]:
    """What is told of the files, each with its place; that a type is absent is told of the source."""
    told = (one for one in gathered.result.problems if one.status != "absent" and one.place.path)
    return {f"{one.place.path}: {one.reason}" for one in told}


def shown(gathered: Gathered, type_: str) -> set[str]:
    """The aspects that the reports of a type show; none where one of them is not there."""
    found = [_shown_by(item.facts, type_, dated=item.effective is not None) for item in items(gathered, type_)]
    return set.intersection(*found) if found else set()


def _shown_by(facts: Mapping[str, Any], type_: str, *, dated: bool) -> set[str]:
    held = {"status"} if facts["status"] == "success" else set()
    held |= {"version"} if facts.get("tool_version") and facts["tool"] != "not named" else set()
    held |= {"date"} if dated else set()
    for aspect, names in FACTS[type_].items():
        there = [bool(facts.get(name)) for name in names]
        held |= {aspect} if (any if (type_, aspect) in _EITHER else all)(there) else set()
    return held


def test_every_format_is_looked_at_for_every_aspect() -> None:
    assert {good.format for good in GOOD} == set(FORMATS) - {"inspect"}  # its runs: test_inspect below
    for good in GOOD:
        assert {*good.take, *good.never} == set(ASPECTS), good.name
        assert set(good.never).isdisjoint(good.take), good.name


@pytest.mark.parametrize("good", GOOD, ids=lambda one: one.name)
def test_a_good_file_shows_what_its_format_records_and_tells_the_rest(tmp_path: Path, good: Good) -> None:
    gathered = collected(tmp_path, good, good.content)
    assert set(good.take) <= shown(gathered, good.type) | ({"subject"} if good.format == "codecarbon" else set())
    for aspect, words in good.never.items():
        assert aspect not in shown(gathered, good.type)
        assert any(words in reason for reason in reasons(gathered)), (aspect, reasons(gathered))


@pytest.mark.parametrize(("good", "aspect", "change"), MUTATED)
def test_without_one_thing_a_report_does_not_pass_and_it_is_told(
    tmp_path: Path, good: Good, aspect: str, change: Change
) -> None:
    without_beside = bool(good.beside) and aspect == "date"
    gathered = collected(tmp_path / "without", good, change(good.content), beside=not without_beside)
    before = collected(tmp_path / "whole", good, good.content)
    assert not {"status", aspect} <= shown(gathered, good.type)
    assert reasons(gathered) - reasons(before)


@pytest.mark.parametrize(
    ("removed", "aspect"),
    [
        ({"results__total_samples": None, "eval__dataset__samples": None}, "n"),
        ({"results__total_samples": 0}, "n"),
        ({"results__completed_samples": 0, "results__scores": []}, "assessed"),
        ({"results__scores": []}, "assessed"),
        ({"eval__packages": None}, "version"),
        ({"eval__model": ""}, "subject"),
        ({"eval__metadata": {}}, "digest"),
        ({"eval__metadata": {"dataset_sha256": "a" * 63}}, "digest"),
        ({"stats": None, "eval__created": None}, "date"),
        ({"status": "started"}, "status"),
        ({"status": "fine"}, "status"),
    ],
)
def test_inspect(tmp_path: Path, removed: dict[str, Any], aspect: str) -> None:
    """What a run of Inspect lacks is no fact; the rule over runs says so of each (`runs_complete`, its own tests)."""
    whole = {"eval__metadata": {"dataset_sha256": "a" * 64}}
    good = Good("inspect", "eval_results", "run.json", log(**whole), {})
    assert {*ASPECTS} <= shown(collected(tmp_path / "whole", good, good.content), good.type)
    gathered = collected(tmp_path / "without", good, log(**{**whole, **removed}))
    # A planned number of samples may stand; figures that it bears out do not.
    assert not {aspect, "assessed"} <= shown(gathered, good.type)
    if aspect == "status":
        assert reasons(gathered)
