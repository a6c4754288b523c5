"""What a report does not record of itself and a check would need: told beside it, whatever the format."""

from collections.abc import Iterator, Mapping
from typing import Final

from tieout.collectors.results.interface import Found, Told
from tieout.collectors.results.values import NOT_NAMED
from tieout.domain.artefacts.reports import ToolReport
from tieout.domain.artefacts.results import EvalResults
from tieout.domain.artefacts.scans import SecurityScan

_STATUS = {
    "failed": "records that its tool failed",
    "incomplete": "does not say all that a check needs of it",
    "empty": "looked at nothing",
}
_EMPTY = {
    "mlbom": "lists no component",
    "model_registry": "holds no version of a model",
    "redteam_report": "counts no answer to an attack",
    "test_report": "ran no test",
}
#: Which fields pin what a report is about, so that it can be held against what is in use; any one of them is enough.
#: None of them: no report of the kind records it, whatever its tool.
_PINNED: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "drift_series": ((), "a digest of the data that it compares"),
    "energy_report": ((), "which revision of the program ran"),
    "eval_results": (("dataset_sha256",), "a digest of its data"),
    "fairness_report": ((), "a digest of the data that it was measured on"),
    "load_test": ((), "which release answered"),
    "mlbom": (("subject_sha256",), "a digest of what it is the bill of"),
    "model_registry": ((), "digests of its models"),
    "redteam_report": ((), "a digest or revision of the model"),
    "security_scan": (("subject_sha256", "commit"), "a digest or revision of what was scanned"),
    "test_report": ((), "which revision was tested"),
}
#: Which field says what a report is about.
_SUBJECTS = {
    "fairness_report": ("model", "the model"),
    "load_test": ("target", "what was asked"),
    "mlbom": ("subject", "what it is the bill of"),
    "redteam_report": ("model", "the model"),
    "security_scan": ("subject", "what was scanned"),
}


def told_of_run(found: Found) -> Iterator[Told]:
    """What stands against a run whatever its format: nothing but a script answered, or its times cannot be."""
    run = found.artefact
    if not isinstance(run, EvalResults):
        return
    if run.simulated:
        named = ", ".join(run.models_used or ()) or run.model or "not named"
        reason = f"was run on a stand-in of the tool itself ({named}), so that no model was tested"
        yield Told(reason, found.lines.get("/model"), if_kept=True)
    if run.ends_before_it_starts:
        yield Told("ends before it starts by its own times", found.lines.get("/started_at"), if_kept=True)


def _is_unmeasured(report: ToolReport | EvalResults) -> bool:
    """Whether a scan has findings, and nothing says of how much."""
    return isinstance(report, SecurityScan) and report.status == "success" and not report.assessed


def lacks(found: Found) -> Iterator[str]:
    """Sentences about a report, each beginning with its verb; none for one that says all that is needed."""
    report = found.artefact
    missing: list[str] = []
    if isinstance(report, EvalResults):
        if report.tool == "inspect":
            return  # the rules tell that of runs themselves
        if report.status == "success" and not report.metrics:
            yield "gives no figure with a number of samples"
        missing += ["the model"] if report.model is None else []
    elif isinstance(report, ToolReport):
        said = _EMPTY.get(found.type_) if report.status == "empty" else None
        if said := said or _STATUS.get(report.status):
            yield said
        missing += ["how it ended"] if report.status == "unknown" else []
        field, what = _SUBJECTS.get(found.type_, ("", ""))
        missing += [what] if field and getattr(report, field) is None else []
    else:
        return
    if report.tool == NOT_NAMED:
        missing.append("which tool wrote it")
    elif report.tool_version is None:
        missing.append("the version of its tool")
    missing += ["its time"] if found.effective is None else []
    missing += ["how much it looked at"] if _is_unmeasured(report) else []
    if missing:
        told = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
        yield f"does not record {told}"
    fields, what = _PINNED.get(found.type_, ((), ""))
    if what and all(getattr(report, field) is None for field in fields):
        yield f"is not bound to what is in use: it does not record {what}"
