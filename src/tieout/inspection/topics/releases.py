"""Releases: the last tag and its signature, version strings that agree or not, notes, and what is deployed."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.reading.ci import ci
from tieout.inspection.reading.package_metadata import packages
from tieout.inspection.reading.published import By, Published, published
from tieout.inspection.reading.release_notes import Notes, notes_of
from tieout.inspection.reading.release_tags import Last, last_release
from tieout.inspection.reading.version_agreement import Agreement, agreement, same_version
from tieout.inspection.reading.version_hints import hints
from tieout.inspection.reading.version_sources import from_tags
from tieout.inspection.reading.versions import Version, left_behind, number_of, versions_of
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted, named
from tieout.kernel.reading.text import display_path

_FORGE: Final = "Releases that stand at the forge alone, and what was deployed when, are not in a tree."
_MOST_PARTS: Final = 8
TOPIC: Final = Topic(
    key="releases",
    title="Releases",
    questions=(
        Question("last-tag", "What is the last release tag that the commit reaches?", _FORGE),
        Question("signed", "Is the last release tag signed?", "Whose key signed is not verified here."),
        Question("version-agreement", "Do the version strings of the tree and the last tag agree?"),
        Question("release-notes", "Do release notes cover the last release?", _FORGE),
        Question("deployed-identity", "Is what gets published named by a commit or version?", _FORGE),
    ),
)


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    last = last_release(repository)
    versions = [version for version in versions_of(repository) if version.number is not None]
    names = published(repository)
    yield _last_tag(repository, last, versions, names)
    yield _signed(repository, last, versions, names)
    notes = notes_of(repository)
    yield _agreement(repository, last, versions, notes)
    yield _notes(repository, last, versions, notes)
    yield _deployed(repository, names)


def _last_tag(
    repository: Repository, last: Last | None, versions: Sequence[Version], names: Sequence[Published]
) -> Fact:
    if repository.history is None:
        return TOPIC.unknown("last-tag", "The history cannot be read, so no tag can be set in relation to the commit.")
    places = _named_by(repository, last, versions, names)
    values: dict[str, Value] = {"tags": len(repository.tags)}
    if last is None:
        if repository.shallow:
            return TOPIC.unknown("last-tag", "The clone is shallow and no release tag is within its reach.")
        return TOPIC.fact("last-tag", Answer.NO, _untagged(repository, versions, names), places=places, values=values)
    tag, commit = last.release.tag, last.release.commit
    kind = "annotated" if tag.annotated else "lightweight"
    name = display_path(tag.name)
    statement = f"{name} of {last.release.at:%Y-%m-%d}, a {kind} tag on commit {commit.id[:12]}."
    if kind == "annotated":
        statement = statement.replace("a annotated", "an annotated")
    if last.further:
        also = f", {last.same_subject:,} of them with the same subject as the tagged one" if last.same_subject else ""
        statement += f" The commit is {counted(last.further, 'commit')} further{also}."
    else:
        statement += " It names the commit itself."
    if not last.release.number.is_final:
        statement += " Its name is that of a candidate and no finished version."
    for other, told in ((last.newer, "is not reached by the commit"), (last.higher, "is older")):
        if other is not None:
            statement += f" {display_path(other.name)}, of a higher version, {told}."
    return TOPIC.fact(
        "last-tag",
        Answer.VALUE,
        statement,
        places=places,
        values={
            **values,
            "name": name,
            "date": f"{last.release.at:%Y-%m-%d}",
            "commit": commit.id,
            "annotated": tag.annotated,
            "tag_signature": tag.signature,
            "commit_signature": last.commit_signature,
            "commits_further": last.further,
            "same_subject": last.same_subject,
            "not_reached": display_path(last.newer.name) if last.newer is not None else None,
        },
    )


def _untagged(repository: Repository, versions: Sequence[Version], names: Sequence[Published]) -> str:
    tags = repository.tags
    told = (
        "There is no tag"
        if not tags
        else f"None of {counted(len(tags), 'tag')} names a version that the commit reaches"
    )
    root = [version.text for version in versions if not version.group]
    said = f"; the tree itself says {named(root)}" if root else ""
    by_commit = next((one for one in names if one.by is By.COMMIT), None)
    sha = " What is published is named by the commit." if by_commit is not None else ""
    return f"{told}{said}.{sha}"


def _named_by(
    repository: Repository, last: Last | None, versions: Sequence[Version], names: Sequence[Published]
) -> list[InspectedPlace]:
    """Where the tree itself says which version it is, and, without a tag, by what it is published."""
    root = [version for version in versions if not version.group]
    places = []
    for version in root:
        same = last is not None and version.number is not None and same_version(version.number, last.release.number)
        shows = f"says {version.text}{', as the tag does' if same else ''}"
        places.append(repository.place(version.path, version.line, shows))
    if last is None:
        places += [
            repository.place(one.spot.path, one.spot.line, f"{one.what} published under the name of {_by(one)}")
            for one in names
            if one.by in {By.COMMIT, By.VERSION}
        ]
    return places


def _signed(repository: Repository, last: Last | None, versions: Sequence[Version], names: Sequence[Published]) -> Fact:
    tags = repository.tags
    places = _named_by(repository, last, versions, names)
    annotated, signed = sum(tag.annotated for tag in tags), sum(tag.signature != "none" for tag in tags)
    values: dict[str, Value] = {"tags": len(tags), "annotated": annotated, "signed": signed}
    every = f"Of {counted(len(tags), 'tag')}, {annotated:,} are annotated and {signed:,} signed."
    if repository.history is None or (last is None and repository.shallow):
        return TOPIC.unknown("signed", "The last release tag is not known here.")
    if last is None:
        return TOPIC.fact(
            "signed", Answer.NO, "There is no release tag that could be signed.", places=places, values=values
        )
    values |= {"tag_signature": last.release.tag.signature, "commit_signature": last.commit_signature}
    name = display_path(last.release.tag.name)
    if last.release.tag.signature != "none":
        statement = f"{name} carries a signature ({last.release.tag.signature.upper()}), not verified here. {every}"
        return TOPIC.fact("signed", Answer.YES, statement, places=places, values=values)
    kind = (
        "an annotated tag without a signature"
        if last.release.tag.annotated
        else "a lightweight tag, which can have none"
    )
    if last.commit_signature != "none":
        whose = ", the forge's own from a merge or an edit there" if last.is_by_forge else ""
        statement = (
            f"{name} is {kind}. The commit that it names carries a signature ({last.commit_signature.upper()}{whose}), "
            f"not verified here, which is none of the tag. {every}"
        )
        return TOPIC.fact("signed", Answer.PARTIAL, statement, places=places, values=values)
    statement = f"{name} is {kind}, and the commit that it names is not signed either. {every}"
    return TOPIC.fact("signed", Answer.NO, statement, places=places, values=values)


def _agreement(repository: Repository, last: Last | None, versions: Sequence[Version], notes: Notes) -> Fact:
    judged = agreement(versions, last, notes.newest)
    places = [
        repository.place(one.path, one.line, f"{one.source}: {one.text}", counts=one in judged.counting)
        for one in judged.shown
    ]
    places += [
        repository.place(one.path, one.line, f"a package that counts by itself: {one.text}", counts=False)
        for one in [one for one in versions if one.group and one not in judged.shown][:_MOST_PARTS]
    ]
    if judged.answer is Answer.UNKNOWN and last is not None and not versions:
        made = [(package, line) for package in packages(repository) if (line := from_tags(repository, package))]
        whole = [(package, line) for package, line in made if not package.folder]
        if whole:
            name = display_path(last.release.tag.name)
            statement = f"The version is made from the tags when the package is built; the last one is {name}."
            places = [
                repository.place(package.path, line, "takes the version from the tags") for package, line in whole
            ]
            return TOPIC.fact("version-agreement", Answer.YES, statement, places=places, values=judged.values)
    standing_in = hints(repository)
    places += [
        repository.place(
            one.path,
            one.line,
            f"{'where the environment sets none' if one.is_default else 'stands in until a build'}: {one.text}",
            counts=False,
        )
        for one in standing_in
    ]
    root = [one for one in versions if not one.group and one.number is not None]
    other = [one for one in standing_in if one.is_default and root and number_of(one.text) != root[0].number]
    if other and judged.answer in {Answer.UNKNOWN, Answer.NOT_APPLICABLE}:
        statement = (
            f"{display_path(root[0].path)} says {root[0].text}; {display_path(other[0].path)} takes the version from "
            f"the environment, and {other[0].text} where it sets none."
        )
        first = _first(repository, root[0], places)
        return _agreed_in_part(statement, first, judged, confidence=Confidence.MODERATE)
    if judged.answer is Answer.UNKNOWN and last is not None and root and _skips(last, root):
        name = display_path(last.release.tag.name)
        statement = (
            f"{display_path(root[0].path)} says {root[0].text}, and the last tag that the commit reaches is {name}: "
            "no tag here names the releases between them."
        )
        return _agreed_in_part(statement, _first(repository, root[0], places), judged)
    behind = left_behind(repository, versions, [entry.number for entry in notes.entries])
    if judged.answer is Answer.YES and behind:
        statement = (
            f"{judged.statement} {display_path(behind[0].path)} still says {behind[0].text}, an earlier release of the "
            "whole."
        )
        places = [*(repository.place(one.path, one.line, f"a part: {one.text}") for one in behind), *places]
        return _agreed_in_part(statement, places, judged)
    return TOPIC.fact("version-agreement", judged.answer, judged.statement, places=places, values=judged.values)


def _agreed_in_part(
    statement: str, places: Sequence[InspectedPlace], judged: Agreement, *, confidence: Confidence = Confidence.HIGH
) -> Fact:
    return TOPIC.fact(
        "version-agreement", Answer.PARTIAL, statement, places=places, values=judged.values, confidence=confidence
    )


def _first(repository: Repository, version: Version, places: Sequence[InspectedPlace]) -> list[InspectedPlace]:
    """Places with that of one version before all others, counting."""
    others = [place for place in places if (place.path, place.line) != (version.path, version.line)]
    return [repository.place(version.path, version.line, f"{version.source}: {version.text}"), *others]


def _skips(last: Last, root: Sequence[Version]) -> bool:
    """Whether the tree is more than one release after the tag: two steps or more of the first number that differs."""
    number = max(one.number for one in root if one.number is not None)
    pairs = zip_longest(number.release, last.release.number.release, fillvalue=0)
    steps = next((own - tagged for own, tagged in pairs if own != tagged), 0)
    return steps > 1


def _notes(repository: Repository, last: Last | None, versions: Sequence[Version], notes: Notes) -> Fact:
    values: dict[str, Value] = {"logs": len(notes.logs), "entries": len(notes.entries)}
    root = [one for one in versions if not one.group and one.number]
    wanted = [last.release.number] if last is not None else [one.number for one in root if one.number]
    named_by = display_path(last.release.tag.name) if last is not None else "the version that the tree says"
    entry = next((found for number in wanted if (found := notes.of(number)) is not None), None)
    if entry is not None:
        place = repository.place(entry.path, entry.line, "the entry of the last release")
        statement = f"{display_path(entry.path)} has an entry for {named_by}."
        return TOPIC.fact("release-notes", Answer.YES, statement, places=[place], values=values)
    said = [
        repository.place(one.path, one.line, f"says {one.text}, which has no entry")
        for one in root
        if wanted and one.number in wanted
    ]
    return _other_notes(repository, notes, named_by if wanted else "", [*said], values)


def _other_notes(
    repository: Repository, notes: Notes, named_by: str, said: list[InspectedPlace], values: dict[str, Value]
) -> Fact:
    shows = "settings by which notes are drafted at the forge"
    if notes.entries:
        first = notes.newest or notes.entries[0]
        statement = f"{display_path(first.path)} has entries of releases; which one is the last is not told by a tag."
        answer = Answer.UNKNOWN
        if named_by:
            statement = (
                f"{display_path(first.path)} has entries of releases up to {first.text}, and none for {named_by}."
            )
            answer = Answer.NO
        places = [repository.place(first.path, first.line, "the newest entry, of another release", counts=False)]
        places += [repository.place(path, shows=shows, counts=False) for path in notes.drafted]
        return TOPIC.fact("release-notes", answer, statement, places=[*said, *places], values=values)
    if notes.drafted:
        statement = "Notes are drafted by settings in the repository; the notes themselves stand at the forge."
        places = [repository.place(path, shows=shows) for path in notes.drafted]
        return TOPIC.fact(
            "release-notes", Answer.PARTIAL, statement, places=places, values=values, confidence=Confidence.MODERATE
        )
    logs = [repository.place(path, shows="no heading of it names a version", counts=False) for path in notes.logs]
    told = (
        "A file of that name has no entry of a version."
        if logs
        else "There is no change log and no file of release notes."
    )
    return TOPIC.fact("release-notes", Answer.NO, told, places=logs, values=values)


def _unpublished(repository: Repository) -> Fact:
    """The answer where no step is known to publish anything."""
    found = ci(repository)
    foreign = [run for run in found.runs if run.what == "workflow"]
    if foreign:
        workflows = counted(len(foreign), "workflow")
        told = f"Workflows call {workflows} of other repositories, which may publish and are not followed."
        shows = "calls a workflow of another repository"
        places = [repository.place(run.spot.path, run.spot.line, shows) for run in foreign]
        return TOPIC.unknown("deployed-identity", told, places=places)
    if found.others and not found.workflows:
        told = f"Continuous integration is that of {found.others[0][1]}, which is not followed here."
        return TOPIC.unknown("deployed-identity", told)
    told = "No continuous integration is configured that could publish anything."
    if found.workflows:
        told = "No workflow publishes an image or a package, as far as commands and well-known actions tell."
    sure = Confidence.MODERATE if found.workflows else Confidence.HIGH
    return TOPIC.fact("deployed-identity", Answer.NOT_APPLICABLE, told, confidence=sure)


def _deployed(repository: Repository, names: Sequence[Published]) -> Fact:
    if not names:
        return _unpublished(repository)
    fixed = [one for one in names if one.by in {By.COMMIT, By.VERSION}]
    places = [
        repository.place(
            one.spot.path, one.spot.line, f"{one.what} named by {_by(one)}", counts=one in fixed or not fixed
        )
        for one in names
    ]
    values: dict[str, Value] = {by.name.lower(): sum(one.by is by for one in names) for by in By}
    kinds = list(dict.fromkeys((one.what, one.by) for one in fixed))
    if fixed:
        told = named(f"{what}s by {by.value}" for what, by in kinds)
        moving = sum(one.by is By.MOVING for one in names)
        are = "is" if moving == 1 else "are"
        also = f" {counted(moving, 'name')} that later builds take over {are} given, too." if moving else ""
        loose = {one.what for one in names if one.by is By.MOVING} - {one.what for one in fixed}
        if loose:
            things = named(f"{what}s" for what in sorted(loose))
            also = f" Only names that later builds take over are given to {things}."
        return TOPIC.fact(
            "deployed-identity",
            Answer.PARTIAL if loose else Answer.YES,
            f"Workflows publish {told}.{also}",
            places=places,
            values=values,
            confidence=Confidence.MODERATE,
        )
    if any(one.by is By.MOVING for one in names):
        statement = "Images are published under names that later builds take over, and under no commit or version."
        return TOPIC.fact(
            "deployed-identity", Answer.NO, statement, places=places, values=values, confidence=Confidence.MODERATE
        )
    return TOPIC.fact(
        "deployed-identity",
        Answer.UNKNOWN,
        "Images are published under names that are made while the workflow runs.",
        places=places,
        values=values,
    )


def _by(one: Published) -> str:
    return {By.COMMIT: "the commit", By.VERSION: "a version", By.MOVING: "a name that later builds take over"}.get(
        one.by, "a name made while it runs"
    )
