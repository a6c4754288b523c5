"""Results that test tools write: `eval_results` from Inspect logs; what other tools wrote is named, not read."""

from pathlib import PurePosixPath

from tieout.collectors.base import Gathered, Request
from tieout.collectors.gathering import Gathering
from tieout.collectors.results import foreign, inspect
from tieout.collectors.results.revisions import Revisions
from tieout.collectors.scope import names_one_file, not_live
from tieout.domain.evidence import Effective
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.files import Entry

KIND = "results"
VERSION = "1"
FORMATS = ("inspect",)

#: Seconds that one result file may take to parse; they are larger than configuration.
PARSE_SECONDS = 30.0

_HEAD_BYTES = 65536


def collect(request: Request) -> Gathered:
    """Read every evaluation log of a source, one item a run; failed runs are kept, without metrics.

    Facts alone are kept and no copy of a log: it holds the inputs of samples and paths of another machine.

    Raises:
        ConfigError: The source's format is not read here.
    """
    if request.source.format not in {None, *FORMATS}:
        message = f"no reader for results of format '{request.source.format}'"
        where = f"source '{request.source.name}'"
        raise ConfigError(message, hint=f"known: {', '.join(FORMATS)}", where=where)
    gathering = Gathering(request, (KIND, VERSION))
    types = request.source.declared
    try:
        entries = gathering.entries()
        one_file = names_one_file(request)
    except UnreadableError as error:
        gathering.unreadable(error, gathering.here, types=types)
        return gathering.finish()
    names = {PurePosixPath(entry.path).name for entry in entries}
    revisions = Revisions(request.repositories)
    for entry in entries:
        request.progress.step(f"{request.source.name}: {entry.path}")
        if reason := _not_used(request, entry.path, one_file=one_file):
            gathering.set_aside(entry.path, f"{reason}, not a result of the system")
            continue
        try:
            _read(gathering, entry, names, revisions)
        except UnreadableError as error:
            gathering.unreadable(error, entry.path, types=types)
    return gathering.finish()


def _not_used(request: Request, path: str, *, one_file: bool) -> str | None:
    """As for other sources, but by the folders alone: a tool names its files after the task."""
    folder = PurePosixPath(path).parent
    return None if one_file else not_live(request, str(folder / "result.json"), one_file=False)


def _read(gathering: Gathering, entry: Entry, names: set[str], revisions: Revisions) -> None:
    with gathering.request.view.open_stream(entry.path) as stream:
        head = stream.read(_HEAD_BYTES)
    if inspect.is_packed(entry.path, head):
        exported = f"{PurePosixPath(entry.path).stem}.json"  # names carry the run's id
        if exported in names:
            reason = f"is a packed Inspect log; {exported} of the same name is read instead"
            gathering.problem("not-counted", entry.path, reason)
            return
        raise UnreadableError("is an Inspect log in the packed .eval form, which is not read", hint=inspect.EXPORT)
    other = foreign.name_of_lines(entry.path, head)
    if other is None and not entry.path.lower().endswith(".json"):
        other = "is not an Inspect log"
    if other is not None:
        gathering.set_aside(entry.path, other)
        return
    file = gathering.read(entry)
    document = parse(file.data, "json", where=file.path, seconds=PARSE_SECONDS)
    if not inspect.is_log(document.data):
        gathering.set_aside(file.path, foreign.name_of_json(document.data) or "is not an Inspect log")
        return
    log = inspect.read_log(document, file.path, file.data)
    for reason, line in log.contradictions:
        gathering.problem("unreadable", file.path, reason, line=line, types=gathering.request.source.declared)
    if log.invalidated:
        gathering.problem("not-counted", file.path, "was marked invalid in the log itself")
        return
    effective = Effective(start=log.results.started_at, end=log.spoken_at, basis=log.basis) if log.spoken_at else None
    item = gathering.add(
        "eval_results",
        log.results.model_copy(update=revisions.facts(log.results.commit, log.results.dataset)),
        path=file.path,
        digest=file.digest,
        effective=effective,
        lines=log.lines,
    )
    if item is not None and log.results.status != "success":
        status = log.results.status
        ended = (
            "is recorded as started and not as ended, and" if status == "started" else f"ended with status {status} and"
        )
        line = log.lines.get("/status")
        gathering.problem(
            "not-counted", file.path, f"the run {ended} gives no figures", line=line, types=("eval_results",)
        )
