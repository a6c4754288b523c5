"""Predicates about models and evaluation runs: complete records, the deployed model, watched behaviour."""

import re
from typing import Any

from pydantic import Field

from tieout.assess.context import Context, Release
from tieout.assess.coverage import dropped_models
from tieout.assess.measurement import utc
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import filled, select
from tieout.assess.wording import counted, named
from tieout.domain.artefacts.results import EvalResults
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.model_names import bare_model, is_pinned
from tieout.domain.verdicts import Verdict

_FINISHED = {"status": "success"}
#: The words of a metric's name: `llm_request_latency_seconds` has four, and `nolatency` is one of its own.
_WORDS = re.compile(r"[a-z0-9]+")


class RunsCompleteArguments(Arguments):
    """Arguments of `runs_complete` (none)."""

    def artefacts(self) -> tuple[str, ...]:
        """The evaluation runs."""
        return ("eval_results",)


def runs_complete(context: Context, _: RunsCompleteArguments) -> CheckResult:
    """Every finished run records tool, version, model, data set, metrics with n, parameters, times and revision."""
    supply = context.supply("eval_results", _FINISHED)
    if supply.lack:
        return supply.lack
    faults = {item.id: _run_faults(EvalResults.model_validate(item.facts)) for item in supply.fresh}
    failing = [item for item in supply.fresh if faults[item.id]]
    if failing:
        told = [f"{item.facts['task']} ({item.provenance.path}) {named(faults[item.id])}" for item in failing]
        return outcome(
            "runs_complete",
            Verdict.GAP,
            f"Incomplete are {len(failing)} of {counted(len(supply.fresh), 'finished run')}: {named(told)}.",
            items=failing,
            seen={"runs": len(supply.fresh), "failing": len(failing)},
        )
    unfinished = [item for item in context.supply("eval_results").fresh if item.facts["status"] != "success"]
    note = f" Another {counted(len(unfinished), 'run')} did not finish and count for nothing." if unfinished else ""
    return outcome(
        "runs_complete",
        Verdict.SATISFIED,
        f"All {counted(len(supply.fresh), 'finished run')} record tool, model, data, metrics, parameters, times and "
        f"revision.{note}",
        items=supply.fresh,
        seen={"runs": len(supply.fresh), "unfinished": len(unfinished)},
    )


class DataResolvesArguments(Arguments):
    """Arguments of `data_resolves` (none)."""

    def artefacts(self) -> tuple[str, ...]:
        """Runs, dataset cards and the tree that must hold the data."""
        return ("eval_results", "dataset_card", "repository_tree")


def data_resolves(context: Context, _: DataResolvesArguments) -> CheckResult:
    """Each finished run's data set has a card whose SHA-256 is that of the file in the assessed tree."""
    runs = context.supply("eval_results", _FINISHED)
    cards = context.supply("dataset_card")
    tree = context.supply("repository_tree")
    if lack := lacking(runs, cards, tree):
        return lack
    files = {hit.value["path"]: hit.value.get("sha256") for hit in select(tree.fresh, "repository_tree.listed")}
    faults = [fault for run in runs.fresh if (fault := _data_fault(run, cards.fresh, files))]
    items = (*runs.fresh, *cards.fresh, *tree.fresh)
    if faults:
        return outcome(
            "data_resolves",
            Verdict.GAP,
            f"Data of evaluation runs does not resolve: {named(faults)}.",
            items=items,
            seen={"runs": len(runs.fresh), "failing": len(faults)},
        )
    undigested = sum(1 for run in runs.fresh if not run.facts.get("dataset_sha256"))
    # The file that stands at that place today need not be the one that the run read.
    note = (
        f" {undigested} of them names its data by place only, so that the run read this very file is not shown."
        if undigested
        else ""
    )
    return outcome(
        "data_resolves",
        Verdict.PARTIAL if undigested else Verdict.SATISFIED,
        f"The data of {counted(len(runs.fresh), 'finished run')} stands in the assessed tree with the SHA-256 of its "
        f"card.{note}",
        items=items,
        seen={"runs": len(runs.fresh), "without_digest": undigested},
    )


class DeployedArguments(Arguments):
    """Arguments of `deployed_match` (none)."""

    def artefacts(self) -> tuple[str, ...]:
        """The runs, the release record, and the log that shows which models serve."""
        return ("eval_results", "release_record", "telemetry")


def deployed_match(context: Context, _: DeployedArguments) -> CheckResult:
    """Each model that the release record names was tested by a finished run, and no other model is served."""
    runs, records = context.supply("eval_results", _FINISHED), context.supply("release_record")
    log = context.supply("telemetry")
    if lack := lacking(runs, records, log):
        return lack
    release = context.released()
    if not isinstance(release, Release):
        return release
    if fault := _unreleased(log.fresh, release):
        return outcome("deployed_match", Verdict.GAP, fault, items=(*log.fresh, *release.items))
    simulated = [run for run in runs.fresh if run.facts.get("simulated")]
    tested = {bare_model(str(run.facts.get("model"))) for run in runs.fresh if run not in simulated}
    untested = [model for model in release.models if bare_model(model) not in tested]
    items = (*runs.fresh, *release.items, *log.fresh)
    seen = {"released": list(release.models), "untested": untested}
    if untested:
        return outcome(
            "deployed_match",
            Verdict.GAP,
            f"No finished run tested {named(untested)}, which release {release.version} names; tested: "
            f"{named(sorted(tested)) or 'none'}.{_of_simulated(simulated)}",
            items=items,
            seen=seen,
        )
    return outcome(
        "deployed_match",
        Verdict.SATISFIED,
        f"Finished runs tested every model of release {release.version}: {named(release.models)}.",
        items=items,
        seen=seen,
    )


def _unreleased(logs: tuple[EvidenceItem, ...], release: Release) -> str | None:
    """Why the served models are not those of the release; None where they are."""
    served = sorted({str(hit.value) for hit in select(logs, "telemetry.models.model") if filled(hit.value)})
    if dropped := dropped_models(logs):
        return f"Which models serve is not shown: the log names {counted(dropped, 'more model')} than could be kept."
    if not served:
        return "Which models serve is not shown: the log names none."
    others = [model for model in served if not release.holds(model)]
    if others:
        return f"The log shows {named(others)}, which the record of release {release.version} does not name."
    return None


def _of_simulated(runs: list[EvidenceItem]) -> str:
    names = named(sorted({str(run.facts.get("model")) for run in runs}))
    return f" Runs used a simulated model ({names}), which tests none." if runs else ""


class WatchedArguments(Arguments):
    """Arguments of `watched`."""

    behaviours: dict[str, str] = Field(
        min_length=1, description="behaviour -> pattern of a whole word of a metric that some alert expression reads"
    )

    def artefacts(self) -> tuple[str, ...]:
        """The alert rules."""
        return ("alert_rules",)


def watched(context: Context, arguments: WatchedArguments) -> CheckResult:
    """Each behaviour has an alert rule whose expression reads a metric of it."""
    supply = context.supply("alert_rules")
    if supply.lack:
        return supply.lack
    hits = select(supply.fresh, "alert_rules.rules")
    if not hits:
        return outcome(
            "watched", Verdict.GAP, "No alert rule is configured.", items=supply.fresh, seen={"population": 0}
        )
    words = {word for hit in hits for metric in hit.value.get("metrics", ()) for word in _WORDS.findall(metric.lower())}
    missing = [
        behaviour
        for behaviour, pattern in sorted(arguments.behaviours.items())
        if not any(re.fullmatch(pattern, word) for word in words)
    ]
    seen: dict[str, Any] = {"rules": len(hits), "missing": missing}
    if missing:
        return outcome(
            "watched",
            Verdict.GAP,
            f"No alert rule watches {named(missing)} ({len(hits)} rules read).",
            items=supply.fresh,
            seen=seen,
        )
    return outcome(
        "watched",
        Verdict.SATISFIED,
        f"{len(hits)} alert rules watch {named(sorted(arguments.behaviours))}.",
        items=supply.fresh,
        seen=seen,
    )


def _run_faults(run: EvalResults) -> list[str]:
    faults = [
        f"records no {name}"
        for name, value in (
            ("tool version", run.tool_version),
            ("model", run.model),
            ("data set", run.dataset),
            ("metric", [metric.name for metric in run.metrics]),
            ("parameters", run.parameters),
            ("revision of the evaluation code", run.commit),
        )
        if not filled(value)
    ]
    if run.started_at is None or run.completed_at is None:
        faults.append("records no start or end time")
    elif utc(run.completed_at) < utc(run.started_at):
        faults.append("ends before it starts")
    if filled(run.model) and not is_pinned(run.model or ""):
        faults.append(f"names no model version ({run.model})")
    if run.samples_completed <= 0:
        faults.append("completed no sample")
    elif run.samples_completed < run.samples_total:
        faults.append(f"completed {run.samples_completed} of {counted(run.samples_total, 'sample')} only")
    if any(metric.n <= 0 for metric in run.metrics):
        faults.append("scored no sample")
    if any(not filled(metric.value) for metric in run.metrics):
        faults.append("has a metric without a number")
    if run.dirty:
        faults.append("ran code with uncommitted changes")
    return faults


def _data_fault(run: EvidenceItem, cards: tuple[EvidenceItem, ...], files: dict[str, str | None]) -> str | None:
    location = run.facts.get("dataset")
    task = run.facts["task"]
    if not isinstance(location, str) or not filled(location):
        return f"{task} records no data set"
    # The longest path that fits: `evals/a.jsonl` is not the `a.jsonl` of the root.
    fitting = sorted((path for path in files if location == path or location.endswith("/" + path)), key=len)
    # Of an absolute path only the last two parts are kept: they may name one file deeper in the tree, and only one.
    deeper = [path for path in files if "/" in location and path.endswith("/" + location)]
    if len(deeper) > 1 or (deeper and location in files):
        return f"{task}: {location} may be any of {named(sorted({*deeper, *fitting}))}"
    fitting = deeper or fitting
    if not fitting:
        return f"{task}: {location} is not in the assessed tree"
    path = fitting[-1]
    digest = files[path]
    own = [card for card in cards if card.facts.get("path") == path]
    if not own:
        return f"{task}: {path} has no dataset card"
    recorded = [("card of " + path, card.facts.get("split_sha256")) for card in own]
    if run.facts.get("dataset_sha256"):
        recorded.append(("run", run.facts["dataset_sha256"]))
    for where, said in recorded:
        if not said or said != digest:
            return f"{task}: the {where} records SHA-256 {_short(said)}, {path} in the tree has {_short(digest)}"
    return None


def _short(digest: object) -> str:
    return digest[:12] if isinstance(digest, str) and digest else "none"


PREDICATES = (
    Predicate("runs_complete", RunsCompleteArguments, runs_complete),
    Predicate("data_resolves", DataResolvesArguments, data_resolves),
    Predicate("deployed_match", DeployedArguments, deployed_match),
    Predicate("watched", WatchedArguments, watched),
)
