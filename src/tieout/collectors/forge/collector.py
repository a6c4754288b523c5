"""Reads a forge: answers that people saved as JSON, or, where the source names an API, what it answers now.

Only a source that has the option `api` uses the network.
"""

from collections.abc import Callable, Mapping
from typing import Final

from tieout.collectors.base import Gathered, Request
from tieout.collectors.forge import access, alerts, environments, protection, protection_gitlab, releases, reviews, runs
from tieout.collectors.forge.answers import Answer, saved_answers
from tieout.collectors.forge.filters import judged_whole
from tieout.collectors.forge.forms import artefact_of
from tieout.collectors.forge.identity import other_name, spoken_of
from tieout.collectors.forge.newest import newest
from tieout.collectors.forge.reading import Reading
from tieout.collectors.gathering import Gathering
from tieout.collectors.naming import declares
from tieout.collectors.scope import names_one_file, not_live
from tieout.config.kinds import ForgeOptions
from tieout.domain.artefacts.forge import Forge
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.reading.documents import kind_of, parse
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.masking import sayable

KIND = "forge"
VERSION = "1"
#: Seconds that one answer may take to parse; lists of a hundred changes are larger than configuration.
PARSE_SECONDS: Final = 30.0

_Part = Callable[[Reading], None]
#: Artefact -> the part that makes it, by forge.
PARTS: Final[Mapping[str, Mapping[Forge, _Part]]] = {
    access.TYPE: {"github": access.gather, "gitlab": access.gather},
    alerts.TYPE: {"github": alerts.gather, "gitlab": alerts.gather},
    protection.TYPE: {"github": protection.gather, "gitlab": protection_gitlab.gather},
    environments.TYPE: {"github": environments.gather, "gitlab": environments.gather},
    releases.TYPE: {"github": releases.gather, "gitlab": releases.gather},
    reviews.TYPE: {"github": reviews.gather, "gitlab": reviews.gather},
    runs.TYPE: {"github": runs.gather, "gitlab": runs.gather},
}


def collect(request: Request) -> Gathered:
    """Read what a forge told; a refusal is a result with its place, and never that there is nothing.

    Raises:
        ConfigError: The source's options do not fit together, or name a host that may not be asked.
    """
    options = ForgeOptions.model_validate(request.source.options)
    if options.api is not None:
        # The client and its library are loaded only by those who asked for the network.
        from tieout.collectors.asking.reach import Reach  # noqa: PLC0415 - heavy, and used by few
        from tieout.collectors.forge.fetching import fetch  # noqa: PLC0415 - heavy, and used by few

        return fetch(request, options, Reach(keep=request.keep))
    gathering = Gathering(request, (KIND, VERSION))
    answers, failed = _saved(gathering)
    interpret(gathering, answers, options)
    declared = request.source.declared
    missing = [name for name in declared if not declares(name, gathering.given())]
    for error, path in failed:  # what it may have held is what is still missing
        gathering.unreadable(error, path, types=missing or declared)
    return gathering.finish()


def interpret(gathering: Gathering, answers: list[Answer], options: ForgeOptions) -> None:
    """Make the artefacts that a source is declared to provide of the answers."""
    chosen = newest(gathering, _of_format(gathering, answers))
    repository, spoken = _of_repository(gathering, chosen, options.repository)
    for forge in ("github", "gitlab"):
        of_forge = tuple(answer for answer in spoken if answer.form.forge == forge)
        if of_forge:
            _tell_archived(gathering, of_forge)
            judged = tuple(judged_whole(gathering, of_forge, options.branch))
            reading = Reading(gathering, forge, judged, repository, options.branch, _changes(gathering, of_forge))
            for type_, parts in PARTS.items():
                if reading.wants(type_):
                    parts[forge](reading)


def _saved(gathering: Gathering) -> tuple[list[Answer], list[tuple[UnreadableError, str]]]:
    """The answers in the files of a source, by path, and the files that could not be read."""
    request, found, failed = gathering.request, list[Answer](), list[tuple[UnreadableError, str]]()
    try:
        entries = gathering.every_entry()
        one_file = names_one_file(request)
    except UnreadableError as error:
        gathering.unreadable(error, gathering.here, types=request.source.declared)
        return found, failed
    for entry in entries:
        request.progress.step(f"{request.source.name}: {entry.path}")
        if kind_of(entry.path) != "json" and not one_file:
            continue
        if reason := not_live(request, entry.path, one_file=one_file, disused=True):
            gathering.set_aside(entry.path, f"{reason}, not an answer about this system")
            continue
        try:
            answers = _read(gathering, entry)
        except UnreadableError as error:
            failed.append((error, entry.path))
            continue
        if not answers:
            gathering.set_aside(entry.path, "is no answer of GitHub or GitLab that is recognised")
        found += answers
    return found, failed


def _read(gathering: Gathering, entry: Entry) -> tuple[Answer, ...]:
    file = gathering.read(entry)
    document = parse(file.data, "json", where=file.path, seconds=PARSE_SECONDS)
    return saved_answers(document, file.path, file.digest)


def _of_format(gathering: Gathering, answers: list[Answer]) -> list[Answer]:
    """The answers of the forge that the source names; any where it names none."""
    wanted = gathering.request.source.format
    for answer in answers:
        if wanted is not None and answer.form.forge != wanted:
            gathering.set_aside(answer.path, f"is an answer of another forge than {wanted}")
    return [answer for answer in answers if wanted in {None, answer.form.forge}]


def _of_repository(gathering: Gathering, answers: list[Answer], wanted: str | None) -> tuple[str | None, list[Answer]]:
    """The repository, and the answers that speak of it; without a name in the source there may be only one."""
    spoken = spoken_of(answers)
    names = sorted({name for one in spoken.values() for name in one}, key=lambda name: (name.casefold(), name))
    if wanted is None and len({name.casefold() for name in names}) > 1:
        told = ", ".join(sayable(name) for name in names[:3]) + (" and more" if len(names) > 3 else "")  # noqa: PLR2004 - three are enough to see it
        reason = (
            f"holds answers about several repositories ({told}); name the one that is meant with options.repository"
        )
        gathering.problem("unreadable", gathering.here, reason, types=gathering.request.source.declared)
        return None, []
    repository = wanted or next(iter(names), None)
    kept = []
    for index, answer in enumerate(answers):
        others = sorted(name for name in spoken[index] if name.casefold() != (repository or name).casefold())
        if others:
            gathering.set_aside(answer.path, f"speaks of {sayable(others[0])}, not of {sayable(repository or '')}")
        else:
            kept.append(answer)
    moved = {id(answer): name for answer in kept if (name := other_name(answer)) is not None}
    for answer in kept:
        if answer.asked and id(answer) in moved:
            reason = f"was asked for of another repository than it speaks of, {sayable(moved[id(answer)])}"
            hint = "where the repository was renamed, save the answer again under its new name"
            error = UnreadableError(reason, hint=hint)
            gathering.unreadable(error, answer.path, types=(artefact_of(answer.form),))
    fetched = sorted({name for answer in kept if not answer.asked and (name := moved.get(id(answer))) is not None})
    if fetched:
        reason = f"answers under the name {sayable(fetched[0])}: it was moved or renamed; set options.repository to it"
        gathering.problem("not-counted", gathering.here, reason)
    return repository, [answer for answer in kept if not (answer.asked and id(answer) in moved)]


def _tell_archived(gathering: Gathering, answers: tuple[Answer, ...]) -> None:
    """Note that a repository is archived: what its settings ask for, nobody can do any more."""
    for answer in answers:
        for row in answer.rows:
            if answer.form.name in {"github-repository", "gitlab-project"} and row.data.get("archived") is True:
                reason = "is archived: its settings are of a repository in which nothing can be changed any more"
                line = answer.line(f"{row.pointer}/archived")
                gathering.problem("not-counted", answer.path, reason, line=line)


def _changes(gathering: Gathering, answers: tuple[Answer, ...]) -> Mapping[str, Dating]:
    """When each file was last changed, where the source is a git tree."""
    commit = gathering.request.commit
    if commit is None:
        return {}
    try:
        return commit.changes([answer.path for answer in answers])
    except UnreadableError as error:
        gathering.unreadable(error, gathering.here, types=gathering.request.source.declared)
        return {}
