"""Whether builds of images and continuous integration install what the lock says."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.ci import ci
from tieout.inspection.reading.containers.commands import run_commands
from tieout.inspection.reading.containers.finding import dockerfiles, is_in_use
from tieout.inspection.reading.dependencies.ecosystems import declared, title_of
from tieout.inspection.reading.dependencies.installs import Call, Install, Keeping, install_of
from tieout.inspection.reading.dependencies.locks import Lock, locks
from tieout.inspection.repository import Repository, class_of
from tieout.inspection.topic import Topic
from tieout.inspection.wording import counted, named
from tieout.syntax.dockerfile import Dockerfile, Stage
from tieout.syntax.pipelines.model import Run, Spot
from tieout.syntax.pipelines.programs import program_of

_FROZEN = re.compile(r"\bbundle\s+config\s.{0,80}\b(?:frozen|deployment)\b.{0,20}\btrue\b")
_RUBY: Final = "ruby/setup-ruby"
_PNPM: Final = "pnpm/action-setup"
_MOST_OF_A_KIND: Final = 3
#: Those that pass the lock by and those that keep to it both stand among the first places.
_MOST_FIRST: Final = 10


@dataclass(frozen=True, slots=True)
class _Found:
    """An installation in a build.

    Attributes:
        install: What it does.
        spot: Where it stands.
        text: The command.
        is_image: It stands in the build of an image.
        has_lock: The project has a lock of this kind of package at all.
    """

    install: Install
    spot: Spot
    text: str
    is_image: bool
    has_lock: bool

    @property
    def keeps(self) -> bool:
        return self.has_lock and self.install.keeping is Keeping.KEEPS


def lock_honoured(topic: Topic, repository: Repository) -> Fact:
    """Answer whether builds install what the lock says."""
    held = [lock for lock in locks(repository) if is_in_use(repository, lock.file) and not lock.is_empty]
    if not held:
        statement = "There is no lock file that a build could keep to."
        return topic.fact("lock-honoured", Answer.NOT_APPLICABLE, statement)
    asked = {one.ecosystem for one in declared(repository)} | {lock.ecosystem for lock in held}
    found = [
        one
        for one in dict.fromkeys([*_of_images(repository, held), *_of_ci(repository, held)])
        if one.install.ecosystem in asked  # else it installs for another repository
    ]
    if not found:
        reason = "No Dockerfile and no continuous integration in the tree installs packages."
        return topic.unknown("lock-honoured", reason)
    keeping = [one for one in found if one.keeps]
    others = [one for one in found if not one.keeps]
    answer = Answer.YES if not others else Answer.PARTIAL if keeping else Answer.NO
    against, kept = _few_of_each(_ordered(others)), _few_of_each(_ordered(keeping))
    shown = [*against[:_MOST_FIRST], *kept[:_MOST_FIRST], *against[_MOST_FIRST:], *kept[_MOST_FIRST:]]
    places = [_place(repository, one) for one in shown]
    places += [repository.place(lock.file.path, lock.line, "the lock file") for lock in held]
    values = {
        "installations": len(found),
        "keeping": len(keeping),
        "in_images": sum(one.is_image for one in found),
        "in_images_keeping": sum(one.is_image for one in keeping),
    }
    confidence = Confidence.HIGH if others else Confidence.MODERATE  # a build may be run in yet another way
    return topic.fact(
        "lock-honoured",
        answer,
        _statement(keeping, others),
        places=places,
        values=values,
        confidence=confidence,
    )


def _ordered(found: list[_Found]) -> list[_Found]:
    """Builds of images first, then by where they stand."""
    return sorted(found, key=lambda one: (not one.is_image, one.spot.path, one.spot.line or 0))


def _few_of_each(found: list[_Found]) -> list[_Found]:
    """Of several installations of one kind in a file that do the same, the first ones: the others are counted."""
    few: list[_Found] = []
    seen: Counter[tuple[str, str, bool]] = Counter()
    for one in found:
        key = (one.spot.path, f"{one.install.ecosystem} {one.install.keeping}", one.has_lock)
        seen[key] += 1
        if seen[key] <= _MOST_OF_A_KIND:
            few.append(one)
    return few


def _statement(keeping: list[_Found], others: list[_Found]) -> str:
    total = len(keeping) + len(others)
    sentences = [f"{len(keeping)} of {counted(total, 'installation')} in builds keep to a lock."]
    if keeping:
        sentences.append(f"Keeping to it: {named(_said(one) for one in _ordered(keeping))}.")
    if unlocked := [one for one in others if one.has_lock]:
        sentences.append(f"Not bound by it: {named(_said(one) for one in _ordered(unlocked))}.")
    if bare := [one for one in others if not one.has_lock]:
        kinds = named(dict.fromkeys(title_of(one.install.ecosystem) for one in bare))
        sentences.append(f"No lock is there for {kinds}.")
    return " ".join(sentences)


def _said(one: _Found) -> str:
    return f"'{' '.join(one.text.split()[:4])}' in {one.spot.path}"


def _place(repository: Repository, one: _Found) -> InspectedPlace:
    shows = one.install.keeping.value if one.has_lock else f"no lock is there for {title_of(one.install.ecosystem)}"
    return repository.place(one.spot.path, one.spot.line, shows)


def _of_images(repository: Repository, held: list[Lock]) -> Iterator[_Found]:
    for built in dockerfiles(repository):
        if not built.is_live:
            continue
        for stage in built.dockerfile.stages:
            yield from _of_stage(repository, built.dockerfile, stage, held)


def _of_stage(repository: Repository, dockerfile: Dockerfile, stage: Stage, held: list[Lock]) -> Iterator[_Found]:
    environment = dict(dockerfile.variables(stage))
    for instruction in stage.instructions:
        if instruction.keyword != "RUN":
            continue
        for command in run_commands(dockerfile, instruction):
            if _FROZEN.search(command.text):
                environment["BUNDLE_FROZEN"] = "true"
            call = _call(program_of(command.words), {**environment, **command.env}, held, is_ci=False)
            install = install_of(call)
            if install is not None:
                yield _found(repository, install, command.spot, command.text, held, is_image=True)


def _of_ci(repository: Repository, held: list[Lock]) -> Iterator[_Found]:
    for run in ci(repository).runs:
        install = _of_action(run) if run.what == "action" else None
        if run.what == "command":
            environment = {**run.job.env, **(run.step.env if run.step else {})}
            install = install_of(_call(run.words, environment, held, is_ci=True))
        if install is not None and not _is_elsewhere(run):
            yield _found(repository, install, run.spot, run.text, held, is_image=False)


def _of_action(run: Run) -> Install | None:
    """Actions that install by themselves what a lock says."""
    name = run.text.partition("@")[0]
    if name == _RUBY and run.inputs.get("bundler-cache", "").lower() == "true":
        return Install("bundler", Keeping.KEEPS)
    if name == _PNPM and run.inputs.get("run_install", "").lower() == "true":
        return Install("npm", Keeping.KEEPS)
    return None


def _is_elsewhere(run: Run) -> bool:
    """Whether it installs for an example, a test or the documents, by the folder that it runs in."""
    commands = run.step.commands if run.step is not None else ()
    folder = next((one.folder for one in commands if one.spot == run.spot and one.text == run.text), None)
    return bool(folder) and class_of(f"{folder}/x") is not PlaceClass.LIVE


def _call(words: tuple[str, ...], environment: Mapping[str, str], held: list[Lock], *, is_ci: bool) -> Call:
    is_new_yarn = any(lock.tool == "Yarn" and lock.is_new_yarn for lock in held)
    return Call(words, environment, is_ci, is_new_yarn)


def _found(
    repository: Repository, install: Install, spot: Spot, text: str, held: list[Lock], *, is_image: bool
) -> _Found:
    has_lock = any(lock.ecosystem == install.ecosystem for lock in held)
    if install.lists and install.keeping is not Keeping.KEEPS:
        hashed = {lock.file.path for lock in held if lock.tool == "pip"}
        if all(_names_one_of(listed, hashed, repository) for listed in install.lists):
            install = Install(install.ecosystem, Keeping.KEEPS, install.lists)
    return _Found(install, spot, text, is_image, has_lock)


def _names_one_of(listed: str, hashed: set[str], repository: Repository) -> bool:
    """Whether a list that a command names is one with hashes; by its name, for folders of builds differ."""
    name = listed.rpartition("/")[2]
    same = [file.path for file in repository.files if file.name == name.lower() and file.path_class is PlaceClass.LIVE]
    return bool(same) and all(path in hashed for path in same)
