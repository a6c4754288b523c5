"""`ci_runs`: what continuous integration ran in the period, a row a job, or a run where its jobs are not known."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.attempts import PASSED, Job, is_untold, latest
from tieout.collectors.forge.disagreeing import UNDECIDED, attempt, fetched, settled, updated
from tieout.collectors.forge.filters import OF_COMMIT_OR_RUN
from tieout.collectors.forge.reading import Places, Reading, listed_whole
from tieout.collectors.forge.refusals import sentence
from tieout.collectors.forge.values import at, flag, instant, text, whole
from tieout.domain.artefacts.forge import CiRun, CiRuns
from tieout.domain.evidence import Effective

TYPE: Final = "ci_runs"
MOST: Final = 5_000

_RUNS, _JOBS, _CHECKS = "github-runs", "github-jobs", "github-checks"
_PIPELINES, _GITLAB_JOBS = "gitlab-pipelines", "gitlab-jobs"
_ALL: Final = (_RUNS, _JOBS, _CHECKS, _PIPELINES, _GITLAB_JOBS)
_NOT_OVER: Final = "not over"
#: States of GitLab that are not an end.
_GITLAB_OPEN: Final = frozenset(
    {"created", "waiting_for_resource", "preparing", "pending", "running", "manual", "scheduled", "canceling"}
)
_TIMES: Final = ("run_started_at", "started_at", "completed_at", "created_at", "updated_at", "finished_at")

_Found = Iterator[tuple[Answer, Row, CiRun]]


def gather(reading: Reading) -> None:
    """Add the runs of the period; what several answers tell of one job counts once."""
    for answer in reading.refused(*_ALL):
        reading.unreadable(TYPE, answer, sentence(answer))
    lists = reading.of(*_ALL)
    if not lists:
        return
    start, end, basis = reading.stretch(lists, _TIMES)
    found = []
    for one in latest(_told(reading, end)):
        run = one.run
        of_branch = run.branch is None or reading.branch in {None, run.branch}  # a check run names its commit alone
        if start <= run.started and of_branch:
            found.append((one.answer, one.row, run))
    listed = sorted(found, key=lambda one: _order(one[2]))
    shown = listed[-MOST:]
    facts = CiRuns(
        forge=reading.forge,
        repository=reading.repository,
        start=start,
        end=end,
        total=len(listed),
        by_conclusion=dict(sorted(Counter(run.conclusion or _NOT_OVER for _, _, run in listed).items())),
        passed_on_rerun=_on_rerun(reading, listed),
        listed_whole=_listed_whole(reading, lists),
        runs=tuple(run for _, _, run in shown),
    )
    places: Places = {f"/runs/{index}": (answer, row.pointer) for index, (answer, row, _) in enumerate(shown)}
    reading.add(TYPE, facts, lists, effective=Effective(start=start, end=end, basis=basis), places=places)


def _listed_whole(reading: Reading, lists: list[Answer]) -> bool | None:
    """Whether every run is here; without a part of the jobs of one, or of a commit's checks, it is known not to be."""
    jobs = [answer for answer in lists if answer.form.name == _JOBS]
    told = listed_whole([answer for answer in lists if answer.form.name != _JOBS])
    if told is False or any(answer.whole is False or answer.lack for answer in jobs):
        return False
    if any(answer.form.name not in OF_COMMIT_OR_RUN for answer in lists):
        return told
    reason = "tells of single commits and runs alone, so that it is not known what else ran in the period"
    reading.gathering.problem("not-counted", lists[0].path, reason, types=(TYPE,))
    return None


def _on_rerun(reading: Reading, listed: list[tuple[Answer, Row, CiRun]]) -> int | None:
    """How many went green only when they were run again; tells the first run for which that is not known."""
    for answer, row, run in listed:
        if is_untold(run):
            reason = f"tells that attempt {run.attempt} succeeded, and not how each before it did; so it is not counted"
            hint = "how many went green only when they were run again (save /actions/runs/ID/jobs?filter=all too)"
            line = answer.line(row.pointer)
            reading.gathering.problem("not-counted", answer.path, f"{reason} {hint}", line=line, types=(TYPE,))
            return None
        if answer.form.name == _CHECKS and run.conclusion == PASSED and run.attempt is None and not run.failed_before:
            reason = "tells no attempts of its checks; so it is not counted how many went green only when run again"
            line = answer.line(row.pointer)
            reading.gathering.problem("not-counted", answer.path, reason, line=line, types=(TYPE,))
            return None
    return sum(run.failed_before is True and run.conclusion == PASSED for _, _, run in listed)


def _told(reading: Reading, end: datetime) -> Iterator[Job]:
    """Each run or job that had started by then, once; one that answers end differently, as its newest answer has it."""
    found: dict[tuple[Any, ...], list[tuple[Answer, Row, CiRun]]] = {}
    for answer, row, run in _github(reading) if reading.forge == "github" else _gitlab(reading):
        if run.started <= end:
            found.setdefault(_key(row, run), []).append((answer, row, run))
    ages = (lambda one: fetched(one[0]), lambda one: attempt(one[1]), lambda one: updated(one[1]))
    for told in found.values():
        one = settled(told, lambda one: (one[2].conclusion, one[2].commit), ages)
        if one is not None:
            yield Job(*one, told)
            continue
        for answer in {id(answer): answer for answer, _, _ in told}.values():
            reading.unreadable(TYPE, answer, f"run {told[0][2].run} {UNDECIDED}")


def _key(row: Row, run: CiRun) -> tuple[Any, ...]:
    """A job is told by its own number; GitHub gives a check run the number of the job that made it."""
    return ("job", whole(row.data, "id")) if run.job is not None else ("run", run.run)


def _order(run: CiRun) -> tuple[Any, ...]:
    return run.started, run.workflow, run.job or "", run.run or 0, run.commit


def _github(reading: Reading) -> _Found:
    runs = {whole(row.data, "id"): row for _, row in reading.rows(_RUNS)}
    with_jobs = {whole(row.data, "run_id") for _, row in reading.rows(_JOBS)}
    for answer, row in reading.rows(_JOBS):
        data, number = row.data, whole(row.data, "run_id")
        of = runs[number].data if number in runs else {}
        workflow = text(data, "workflow_name") or text(of, "name") or f"run {number}"
        if run := _row(data, instant(data, "started_at"), workflow, number):
            branch = text(data, "head_branch") or text(of, "head_branch")
            told = {"job": text(data, "name"), "branch": branch, "event": text(of, "event")}
            yield answer, row, run.model_copy(update=told)
    for answer, row in reading.rows(_RUNS):
        data, number = row.data, whole(row.data, "id")
        started = instant(data, "run_started_at") or instant(data, "created_at")
        workflow = text(data, "name") or text(data, "path") or f"workflow {whole(data, 'workflow_id')}"
        if number not in with_jobs and (run := _row(data, started, workflow, number)):
            told = {"branch": text(data, "head_branch"), "event": text(data, "event")}
            yield answer, row, run.model_copy(update=told)
    for answer, row in reading.rows(_CHECKS):
        data = row.data
        if run := _row(data, instant(data, "started_at"), text(data, "app", "slug") or "checks", None):
            yield answer, row, run.model_copy(update={"job": text(data, "name")})


def _row(data: dict[str, Any], started: datetime | None, workflow: str, number: int | None) -> CiRun | None:
    """A row of GitHub; None where it has not started, or says of no commit."""
    commit = text(data, "head_sha")
    if started is None or commit is None:
        return None
    return CiRun(workflow=workflow, run=number, commit=commit, conclusion=text(data, "conclusion"), started=started)


def _gitlab(reading: Reading) -> _Found:
    with_jobs = set()
    for answer, row in reading.rows(_GITLAB_JOBS):
        data = row.data
        number = whole(data, "pipeline", "id")
        commit = text(data, "commit", "id") or text(data, "pipeline", "sha")
        started = instant(data, "started_at")
        with_jobs.add(number)
        if started is not None and commit is not None:
            yield (
                answer,
                row,
                CiRun(
                    workflow=text(data, "stage") or "pipeline",
                    run=number,
                    job=text(data, "name"),
                    commit=commit,
                    branch=text(data, "ref"),
                    event=text(data, "pipeline", "source"),
                    conclusion=_ended(data),
                    started=started,
                    may_fail=flag(data, "allow_failure"),
                ),
            )
    for answer, row in reading.rows(_PIPELINES):
        data, number = row.data, whole(row.data, "id")
        commit, started = text(data, "sha"), instant(data, "started_at") or instant(data, "created_at")
        if number not in with_jobs and commit is not None and started is not None:
            yield (
                answer,
                row,
                CiRun(
                    workflow="pipeline",
                    run=number,
                    commit=commit,
                    branch=text(data, "ref"),
                    event=text(data, "source"),
                    conclusion=_ended(data),
                    started=started,
                ),
            )


def _ended(data: dict[str, Any]) -> str | None:
    state = text(at(data), "status")
    return None if state in _GITLAB_OPEN else state
