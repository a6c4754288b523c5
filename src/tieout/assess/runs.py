"""Why a finished run is not, or not wholly, the evidence that it is taken for: its model, its revision, its samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tieout.assess.measurement import utc
from tieout.assess.wording import counted, listed, named, number
from tieout.domain.artefacts.results import EvalResults
from tieout.domain.evidence import EvidenceItem
from tieout.domain.model_names import has_known_provider
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import SKEW

_SHORT = 12
_MISSING = {
    "elsewhere": "is a commit of the repository that the assessed commit does not hold",
    "unknown": "is no commit of the repository",
}

#: The tool whose logs count the use of models by the models' own names (`models_used`); others need the tokens.
_COUNTS_USE = "inspect"
_CURES = {
    "model": "Run the evaluation again on the one model that it names.",
    "answers": "Run the evaluation at the known supplier of the model, and let the tool record the tokens of answers.",
    "revision": "Run the evaluation again, from a commit of the assessed history that holds its data set.",
    "release": "Run the evaluation again with the prompts and the gateway configuration of the assessed commit.",
    "samples": "Run the evaluation on the whole data set.",
}
#: What would let runs count that a scripted stand-in answered.
TEST_THE_MODEL = "Run the evaluation on each released model itself, no stand-in."


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a run says of itself, and that keeps it from being what it is taken for.

    Attributes:
        about: Its model, whether that answered, its revision, what was released since, or its samples.
        verdict: What a check that rests on the run can be at most.
        reason: In words that follow the run's name: `ran 60 of 240 samples …`.
        pointers: Where in the run's facts.
    """

    about: Literal["model", "answers", "revision", "release", "samples"]
    verdict: Verdict
    reason: str
    pointers: tuple[str, ...]

    @property
    def closes_with(self) -> str:
        """What would take it away."""
        if self.about == "revision" and self.verdict is Verdict.PARTIAL:
            return "Configure the whole git history that holds the revisions of the runs."
        return _CURES[self.about]


def doubts(item: EvidenceItem) -> list[Doubt]:
    """Every doubt about one finished run; none where it is what it says."""
    run = EvalResults.model_validate(item.facts)
    found = (_of_model(run), _of_answers(run), _of_revision(run), _of_samples(run))
    return [doubt for doubt in found if doubt is not None]


def tests_none(item: EvidenceItem) -> list[Doubt]:
    """Doubts for which a run tested neither the model that it names nor the system's own code."""
    found = [one for one in doubts(item) if one.about != "samples"]
    return [one for one in found if one.about == "answers" or one.verdict is not Verdict.PARTIAL]


def of_simulated(runs: Sequence[EvidenceItem]) -> str:
    """What to say of runs that a scripted stand-in answered; nothing where there are none."""
    names = {str(name) for run in runs for name in run.facts.get("models_used") or [run.facts.get("model")]}
    return f"Runs used a simulated model ({named(sorted(names))}), which tests none." if runs else ""


def samples_asked(run: EvalResults) -> int:
    """How many samples a run was to ask, each counted once."""
    return run.samples_total // (run.epochs or 1)


def other_models(run: EvalResults) -> tuple[str, ...]:
    """The models that a run counts the use of, where the one that it names is none of them, and those it asks for."""
    if run.model is None:
        return ()
    used = run.models_used or ()
    return tuple(dict.fromkeys((*(used if run.model.strip() not in used else ()), *(run.models_asked or ()))))


def _of_model(run: EvalResults) -> Doubt | None:
    if not other_models(run):
        return None
    if run.models_asked:
        reason = f"names the model {run.model}, and its settings ask for {named(run.models_asked)}"
        return Doubt("model", Verdict.CONFLICT, reason, ("/model", "/models_asked"))
    reason = f"names the model {run.model} and counts the use of {named(other_models(run))} alone"
    return Doubt("model", Verdict.CONFLICT, reason, ("/model", "/models_used"))


def _of_answers(run: EvalResults) -> Doubt | None:
    """Signs that the model that the run names was not what answered."""
    if run.simulated or not run.model or other_models(run):
        return None  # told as such
    found: list[tuple[str, str]] = []
    if not has_known_provider(run.model):
        found.append(("names a provider that is not known", "/model"))
    if run.asked == "elsewhere":
        found.append(("was told to ask an address that is no known supplier's", "/asked"))
    # An answer has at least one token.
    tokens, answers = run.output_tokens, max(run.samples_completed, 1)
    if tokens is not None and tokens < answers:
        counts = f"{counted(tokens, 'token')} of answers to {counted(run.samples_completed, 'sample')}"
        found.append((f"counts {counts}", "/output_tokens"))
    if tokens is None and run.tool != _COUNTS_USE:
        found.append(("does not count the tokens of answers", "/model"))
    if run.started_at is not None and run.started_at == run.completed_at:
        found.append(("ended in the second in which it started", "/completed_at"))
    if not found:
        return None
    reason = f"is not shown to have asked {run.model}: it {listed(reason for reason, _ in found)}"
    return Doubt("answers", Verdict.PARTIAL, reason, tuple(pointer for _, pointer in found))


def _of_revision(run: EvalResults) -> Doubt | None:
    if run.commit is None:
        return None
    of = f" of {run.origin}" if run.origin else ""
    revision = f"the revision {run.commit[:_SHORT]}{of}"
    if run.commit_found in _MISSING:
        return Doubt("revision", Verdict.GAP, f"has {revision}, which {_MISSING[run.commit_found]}", ("/commit",))
    if run.commit_found != "reached" or run.commit_at is None:
        why = "the history is cut or it has too few digits" if run.commit_found else "no repository is read"
        return Doubt("revision", Verdict.PARTIAL, f"has {revision}, which cannot be looked up: {why}", ("/commit",))
    made = utc(run.commit_at)
    # A run that ended before its revision was made did not test it either, whenever it says that it started.
    for field, what in (("started_at", "started"), ("completed_at", "ended")):
        when = getattr(run, field)
        if when is not None and utc(when) + SKEW < made:
            reason = f"{what} on {utc(when):%Y-%m-%d}, before {revision} was made on {made:%Y-%m-%d}"
            return Doubt("revision", Verdict.GAP, reason, (f"/{field}",))
    return _of_files(run, revision)


def _of_files(run: EvalResults, revision: str) -> Doubt | None:
    """What the revision that a run tested does not hold, or not as the assessed commit does."""
    if run.dataset_then == "absent":
        return Doubt("revision", Verdict.GAP, f"has {revision}, which does not hold its data set", ("/commit",))
    if run.changed_since:
        reason = f"has {revision} ({named(run.changed_since)} changed since)"
        return Doubt("release", Verdict.PARTIAL, reason, ("/commit",))
    return None


def _of_samples(run: EvalResults) -> Doubt | None:
    asked = samples_asked(run)
    if run.chosen is None:
        held = run.dataset_then_records
        if held is None or asked >= held:
            return None
        reason = (
            f"asked only {number(asked)} of the {counted(held, 'record')} of its data file, and does not record why"
        )
        return Doubt("samples", Verdict.PARTIAL, reason, ("/samples_total",))
    of = f" of the {counted(run.dataset_samples, 'sample')} of its data set" if run.dataset_samples else " samples"
    how = {
        "named": "that were named one by one",
        "first": "that a limit left",
        "random": "that a recorded seed drew",
        "fewer": "and does not record why",
    }[run.chosen]
    verdict = Verdict.PARTIAL if run.chosen == "random" else Verdict.GAP
    return Doubt("samples", verdict, f"asked only {number(asked)}{of}, {how}", ("/chosen",))
