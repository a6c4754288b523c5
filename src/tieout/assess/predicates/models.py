"""Predicates about models and evaluation runs: complete records, data that resolves, the deployed model."""

from tieout.assess.context import Context, Release
from tieout.assess.coverage import dropped_models
from tieout.assess.measurement import evaluations
from tieout.assess.predicates.base import Arguments, Predicate, at, lacking, outcome
from tieout.assess.runs import TEST_THE_MODEL, doubts, of_simulated, samples_asked, tests_none
from tieout.assess.selection import Hit, filled, select
from tieout.assess.wording import clauses, counted, named, number, part, plain, verb, whole
from tieout.domain.artefacts.repository import DatasetCard
from tieout.domain.artefacts.results import EvalResults, data_path
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.model_names import bare_model, is_pinned
from tieout.domain.verdicts import Verdict, combine

_FINISHED = {"status": "success"}
_RECORD_DIGEST = (
    "Record the SHA-256 of the data set with each run: `inspect eval … --metadata dataset_sha256=…`, or a task "
    "argument of that name."
)
_COMMIT_DATA = (
    "Commit the data itself, or keep it where its SHA-256 can be computed: a Git LFS pointer is only a claim."
)
_WHOLE_HISTORY = "Configure the whole git history that holds the revisions of the runs."


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
    simulated = _simulated(supply.fresh)
    real = [item for item in supply.fresh if item not in simulated]
    if not real:
        return _only_simulated("runs_complete", simulated)
    runs = evaluations(real)
    faults = {item.id: _run_faults(item) for item in runs}
    failing = [item for item in runs if faults[item.id]]
    seen = {"runs": len(runs), "failing": len(failing)}
    if failing:
        told = [f"{item.facts['task']} ({item.provenance.path}) {named(faults[item.id])}" for item in failing]
        return outcome(
            "runs_complete",
            Verdict.GAP,
            f"{part(len(failing), len(runs), 'finished run')} {verb(len(failing), 'is', 'are')} incomplete: "
            f"{clauses(told)}.",
            items=failing,
            judged=[*at(failing, "/task"), *_doubtful(failing)],
            seen=seen,
        )
    doubted = [(item, found) for item in runs if (found := doubts(item))]
    if doubted:
        told = [
            f"{item.facts['task']} ({item.provenance.path}) {named(doubt.reason for doubt in found)}"
            for item, found in doubted
        ]
        items = [item for item, _ in doubted]
        return outcome(
            "runs_complete",
            combine(doubt.verdict for _, found in doubted for doubt in found),
            f"What {part(len(items), len(runs), 'finished run').lower()} tested is not shown: {clauses(told)}.",
            items=items,
            judged=_doubtful(items),
            seen=seen,
            closes_with=[doubt.closes_with for _, found in doubted for doubt in found],
        )
    others = context.supply("eval_results").fresh
    unfinished = [item for item in others if item.facts["status"] != "success"]
    trials = [item for item in real if item not in runs]
    return outcome(
        "runs_complete",
        Verdict.SATISFIED,
        f"{whole(len(runs), 'finished run')} {verb(len(runs), 'records', 'record')} tool, model, data, "
        f"metrics, parameters, times and revision.{_beside(unfinished, 'did not finish')}"
        f"{_beside(trials, 'asked only a part of the data set')}{_beside(simulated, 'used a simulated model')}",
        items=runs,
        judged=at(runs, "/task"),
        seen={"runs": len(runs), "unfinished": len(unfinished), "trials": len(trials)},
    )


def _simulated(runs: tuple[EvidenceItem, ...]) -> list[EvidenceItem]:
    return [run for run in runs if run.facts.get("simulated")]


def _only_simulated(predicate: str, runs: list[EvidenceItem]) -> CheckResult:
    return outcome(
        predicate,
        Verdict.GAP,
        f"No finished run tested a model. {of_simulated(runs)}",
        items=runs,
        judged=at(runs, "/model"),
        seen={"runs": 0, "simulated": len(runs)},
        closes_with=[TEST_THE_MODEL],
    )


def _beside(runs: list[EvidenceItem], why: str) -> str:
    count = len(runs)
    return f" {counted(count, 'other run')} {why} and {verb(count, 'counts', 'count')} for nothing." if runs else ""


def _doubtful(runs: list[EvidenceItem]) -> list[Hit]:
    """Where in runs stands what speaks against them."""
    return [hit for run in runs for doubt in doubts(run) for hit in at((run,), *doubt.pointers)]


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
    listed = [hit.value for hit in select(tree.fresh, "repository_tree.listed")]
    files = {one["path"]: one.get("claimed_sha256") if one.get("pointer") else one.get("sha256") for one in listed}
    pointers = {one["path"] for one in listed if one.get("pointer")}
    real = [run for run in runs.fresh if not run.facts.get("simulated")]
    if not real:
        return _only_simulated("data_resolves", list(runs.fresh))
    faults = [fault for run in real if (fault := _data_fault(run, real, cards.fresh, files))]
    items = (*real, *cards.fresh, *tree.fresh)
    if faults:
        return outcome(
            "data_resolves",
            Verdict.GAP,
            f"Data of evaluation runs does not resolve: {clauses(faults)}.",
            items=items,
            judged=at((*real, *cards.fresh), "/dataset", "/split_sha256"),
            seen={"runs": len(real), "failing": len(faults)},
        )
    undigested = sum(1 for run in real if not run.facts.get("dataset_sha256"))
    # The file that stands at that place today need not be the one that the run read.
    note = _by_place_only(undigested, len(real)) if undigested else ""
    unseen = [run for run in real if not run.facts.get("dataset_then_sha256")]
    if unseen:
        names = named(sorted({str(run.facts["task"]) for run in unseen}))
        note += f" That the file was the same at the revision of {names} cannot be looked up."
    claimed = sorted({path for run in real for path in data_path(str(run.facts["dataset"]), files)} & pointers)
    if claimed:
        note += (
            f" {named(claimed)} in the tree {verb(len(claimed), 'is a Git LFS pointer', 'are Git LFS pointers')}: "
            f"the SHA-256 is what that says, and the data itself is not here to compare."
        )
    return outcome(
        "data_resolves",
        Verdict.PARTIAL if undigested or unseen or claimed else Verdict.SATISFIED,
        f"The data of {counted(len(real), 'finished run')} stands in the assessed tree with the SHA-256 of its "
        f"card.{note}",
        items=items,
        judged=at((*real, *cards.fresh), "/dataset", "/split_sha256"),
        seen={"runs": len(real), "without_digest": undigested},
        closes_with=[
            *([_RECORD_DIGEST] if undigested else []),
            *([_WHOLE_HISTORY] if unseen else []),
            *([_COMMIT_DATA] if claimed else []),
        ],
    )


def _by_place_only(count: int, out_of: int) -> str:
    who = part(count, out_of, "run") if out_of > 1 else "It"
    names, it = verb(count, "names its", "name their"), verb(count, "it", "they")
    return f" {who} {names} data by place only: that {it} read this very file is not shown."


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
        places = at(release.items, "/models")
        cure = ["Name every served model in the release record, or stop serving it."]
        used = (*log.fresh, *release.items)
        return outcome("deployed_match", Verdict.GAP, fault, items=used, judged=places, closes_with=cure)
    simulated = _simulated(runs.fresh)
    doubted = [run for run in runs.fresh if run not in simulated and tests_none(run)]
    set_aside = {run.id for run in (*simulated, *doubted)}
    tested = {bare_model(str(run.facts.get("model"))) for run in runs.fresh if run.id not in set_aside}
    untested = [model for model in release.models if bare_model(model) not in tested]
    items = (*runs.fresh, *release.items, *log.fresh)
    seen = {"released": list(release.models), "untested": untested}
    if untested:
        return outcome(
            "deployed_match",
            Verdict.GAP,
            f"No finished run tested {named(untested)}, which release {release.version} names; tested: "
            f"{named(sorted(tested)) or 'none'}.{_spaced(of_simulated(simulated))}{_of_doubted(doubted)}",
            items=items,
            judged=[*at((*release.items, *runs.fresh), "/models", "/model"), *_doubtful(doubted)],
            seen=seen,
            closes_with=[TEST_THE_MODEL, *(doubt.closes_with for run in doubted for doubt in tests_none(run))],
        )
    return outcome(
        "deployed_match",
        Verdict.SATISFIED,
        f"Finished runs tested every model of release {release.version}: {named(release.models)}.",
        items=items,
        judged=at((*release.items, *runs.fresh), "/models", "/model"),
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


def _spaced(sentence: str) -> str:
    return f" {sentence}" if sentence else ""


def _of_doubted(runs: list[EvidenceItem]) -> str:
    told = [f"{run.provenance.path} {named(doubt.reason for doubt in tests_none(run))}" for run in runs]
    return f" Not counted: {clauses(told)}." if runs else ""


def _run_faults(item: EvidenceItem) -> list[str]:
    run = EvalResults.model_validate(item.facts)
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
    elif run.ends_before_it_starts:
        faults.append("ends before it starts")
    if filled(run.model) and not is_pinned(run.model or ""):
        faults.append(f"names no model version ({run.model})")
    if run.samples_completed <= 0:
        faults.append("completed no sample")
    elif run.samples_completed < run.samples_total:
        faults.append(f"completed {number(run.samples_completed)} of {counted(run.samples_total, 'sample')} only")
    if any(metric.n <= 0 for metric in run.metrics):
        faults.append("scored no sample")
    if any(not filled(metric.value) for metric in run.metrics):
        faults.append("has a metric without a number")
    if run.dirty:
        faults.append("ran code with uncommitted changes")
    return faults + [doubt.reason for doubt in doubts(item) if doubt.verdict is Verdict.GAP]


def _data_fault(
    run: EvidenceItem, runs: list[EvidenceItem], cards: tuple[EvidenceItem, ...], files: dict[str, str | None]
) -> str | None:
    location = run.facts.get("dataset")
    task = run.facts["task"]
    if not isinstance(location, str) or not filled(location):
        return f"{task} records no data set"
    fitting = data_path(location, files)
    if len(fitting) > 1:
        return f"{task}: {location} may be any of {named(fitting)}"
    if not fitting:
        return f"{task}: {location} is not in the assessed tree"
    path = fitting[0]
    digest = files[path]
    own = [card for card in cards if card.facts.get("path") == path]
    if not own:
        return f"{task}: {path} has no dataset card{_of_others(cards)}"
    recorded = [("card of " + path, card.facts.get("split_sha256")) for card in own]
    if run.facts.get("dataset_sha256"):
        recorded.append(("run", run.facts["dataset_sha256"]))
    if run.facts.get("dataset_then_sha256"):
        recorded.append(("revision of the run", run.facts["dataset_then_sha256"]))
    for where, said in recorded:
        if not said or said != digest:
            says = "holds" if where.startswith("revision") else "records"
            return f"{task}: the {where} {says} SHA-256 {_short(said)}, {path} in the tree has {_short(digest)}"
    return _extent_fault(run, runs, [DatasetCard.model_validate(card.facts) for card in own])


def _of_others(cards: tuple[EvidenceItem, ...]) -> str:
    """Which data the cards that there are speak of: a card that was meant names another path."""
    told = [f"the path in {card.provenance.path} is {plain(card.facts.get('path'))}" for card in cards]
    return f" ({named(told)})" if told else ""


def _extent_fault(item: EvidenceItem, items: list[EvidenceItem], cards: list[DatasetCard]) -> str | None:
    """A run of fewer samples than its data set holds, where no run of that model asked them all."""
    run = EvalResults.model_validate(item.facts)
    counts = {card.records for card in cards if card.records is not None}
    if (held := run.dataset_then_records) is not None and counts - {held}:
        return f"{run.task}: the card counts {named(map(number, sorted(counts)))} records, the file has {number(held)}"
    most = max((*counts, *([held] if held is not None else [])), default=0)
    others = (EvalResults.model_validate(one.facts) for one in items)
    alike = [
        one for one in others if one.dataset == run.dataset and bare_model(str(one.model)) == bare_model(str(run.model))
    ]
    if run.chosen is None and all(samples_asked(one) < most for one in alike):
        asked = number(samples_asked(run))
        return f"{run.task} asked {asked} of the {counted(most, 'record')} of its data set, and does not record why"
    return None


def _short(digest: object) -> str:
    return digest[:12] if isinstance(digest, str) and digest else "none"


PREDICATES = (
    Predicate("runs_complete", RunsCompleteArguments, runs_complete),
    Predicate("data_resolves", DataResolvesArguments, data_resolves),
    Predicate("deployed_match", DeployedArguments, deployed_match),
)
