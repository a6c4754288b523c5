"""Whether the version strings of a tree, its release notes and its last tag agree.

Strings of one package are compared with each other. The tag and the newest notes are further voices: they speak of a
release that is past, unless the notes name one that no tag has yet; so only what is said of one release can disagree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieout.domain.inspection import Answer, Value
from tieout.inspection.reading.release_notes import Entry
from tieout.inspection.reading.release_tags import Last
from tieout.inspection.reading.versions import Number, Version
from tieout.inspection.wording import named
from tieout.kernel.reading.text import display_path

_NOTES = "release notes"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the strings say together.

    Attributes:
        answer: No where two of them disagree on one release, unknown where none can be compared, not-applicable where
            there is one at most.
        statement: In words.
        shown: The strings to show, those that decide first.
        counting: Of these, the ones that the answer is of.
        values: Figures, for programs.
    """

    answer: Answer
    statement: str
    shown: Sequence[Version]
    counting: Sequence[Version]
    values: Mapping[str, Value]


def same_version(one: Number, other: Number) -> bool:
    """Whether two say the same version, whatever their spelling."""
    return (one.release, one.rest) == (other.release, other.rest)


def agreement(versions: Sequence[Version], last: Last | None, newest: Entry | None) -> Agreement:
    """Compare all strings.

    Args:
        versions: Those of the tree that are versions.
        last: The last release tag that the commit reaches.
        newest: The newest entry of the release notes.
    """
    groups: dict[str, list[Version]] = {}
    for version in versions:
        groups.setdefault(version.group, []).append(version)
    root = groups.get("", [])
    notes = Version(newest.text, newest.path, newest.line, _NOTES, "") if newest is not None else None
    values: dict[str, Value] = {
        "strings": len(versions),
        "packages": len(groups),
        "versions": tuple(dict.fromkeys(version.text for version in versions)),
        "tag": display_path(last.release.tag.name) if last is not None else None,
        "notes": notes.text if notes is not None else None,
    }
    conflicts = [group for group in groups.values() if len({version.number for version in group}) > 1]
    against = _against_tag(last, root)
    noted = notes if notes is not None and _is_against_notes(notes, last, root) else None
    if conflicts or against or noted is not None:
        parts = [f"{' and '.join(_says(group))} disagree." for group in conflicts] + ([against] if against else [])
        shown = [*(version for group in conflicts for version in group), *(root if against else ())]
        if noted is not None:
            parts.append(f"{' and '.join(_says([*_own(root)[:1], noted]))} disagree on the release to come.")
            shown += [*_own(root), noted]
        if last is not None and not against:
            parts.append(f"The last tag that the commit reaches is {display_path(last.release.tag.name)}.")
        distinct = list(dict.fromkeys(shown))
        return Agreement(Answer.NO, " ".join(parts), distinct, distinct, values)
    if newest is not None and notes is not None and _is_ahead(newest, last, root):
        shown = [*root, notes]
        statement = (
            f"{named(one.text for one in _own(root))} agrees with the tag; {display_path(notes.path)} dates a release "
            f"{notes.text}, which neither a tag that the commit reaches nor a version string names."
        )
        return Agreement(Answer.PARTIAL, statement, shown, shown, values)
    return _agreeing(versions, root, notes, last, values)


def _agreeing(
    versions: Sequence[Version],
    root: Sequence[Version],
    notes: Version | None,
    last: Last | None,
    values: Mapping[str, Value],
) -> Agreement:
    groups = [version.group for version in versions]
    strings = [version for version in versions if groups.count(version.group) > 1]
    with_tag = last is not None and any(_says_tag(one, last) for one in root)
    with_notes = notes is not None and _is_among(notes, root)
    if not root and versions and last is not None and all(_says_tag(one, last) for one in versions):
        with_tag, strings = True, list(versions)  # no part goes its own way, so the tag is of each of them
    counting = [*root, *(one for one in strings if one.group)] if with_tag or with_notes else strings
    counting = list(dict.fromkeys(counting))
    if notes is not None and with_notes:
        counting.append(notes)
    beside = [notes] if notes is not None and not with_notes else []
    told = f" The newest release notes are of {notes.text}." if beside and notes is not None else ""
    if not counting:
        return _underway(root, last, values) or _alone(versions, beside, last, values)
    tag = f" and the tag {display_path(last.release.tag.name)}" if with_tag and last is not None else ""
    many = "The version string" if len(counting) == 1 else f"{len(counting):,} version strings"
    within = "" if tag or with_notes else " within each package"
    statement = f"{many}{tag} agree{within}: {named(one.text for one in counting)}.{told}"
    return Agreement(Answer.YES, statement, [*counting, *beside], counting, values)


def _underway(root: Sequence[Version], last: Last | None, values: Mapping[str, Value]) -> Agreement | None:
    """The answer where the tree says a candidate of the release that is to follow the tag; None where it does not."""
    strings = _own(root)
    numbers = [version.number for version in strings if version.number is not None]
    if last is None or not last.further or not numbers or any(number.is_final for number in numbers):
        return None
    if any(number <= last.release.number for number in numbers):
        return None
    statement = (
        f"{display_path(strings[0].path)} says {strings[0].text}, on the way to the release after the tag "
        f"{display_path(last.release.tag.name)}; nothing says the release that the tag is of."
    )
    return Agreement(Answer.PARTIAL, statement, strings, strings, values)


def _alone(
    versions: Sequence[Version], beside: Sequence[Version], last: Last | None, values: Mapping[str, Value]
) -> Agreement:
    """The answer where no two voices speak of one release of one package."""
    told = f" The newest release notes are of {beside[0].text}." if beside else ""
    if last is not None:
        told += f" The last tag that the commit reaches is {display_path(last.release.tag.name)}."
    statement = "The tree has no version string of its own that is recognised."
    if versions:
        many = "is 1 version string" if len(versions) == 1 else f"are {len(versions):,} version strings"
        statement = f"There {many}, and nothing of the same package and release to compare with."
    is_lone = len(versions) <= 1 and not beside and last is None
    answer = Answer.NOT_APPLICABLE if is_lone else Answer.UNKNOWN
    return Agreement(answer, f"{statement}{told}", [*versions, *beside], (), values)


def _says_tag(version: Version, last: Last) -> bool:
    return version.number is not None and same_version(version.number, last.release.number)


def _own(root: Sequence[Version]) -> list[Version]:
    """Strings of the program's release; that of an API may count by itself."""
    return [version for version in root if version.number is not None and version.source != "API description"]


def _says(group: Sequence[Version]) -> list[str]:
    by_text = {version.text: version for version in reversed(group)}
    return [f"{version.source} {display_path(version.path)} ({text})" for text, version in reversed(by_text.items())]


def _against_tag(last: Last | None, root: Sequence[Version]) -> str:
    """How the tree contradicts the tag: it names another version where the tag stands, or an older one after it."""
    strings = _own(root)
    if last is None or not strings:
        return ""
    number, name = last.release.number, display_path(last.release.tag.name)
    if any(version.number is not None and same_version(version.number, number) for version in strings):
        return ""
    text = strings[0].text
    if not last.further:
        return f"The tag {name} on this commit says another version than {display_path(strings[0].path)} ({text})."
    newest = max(version.number for version in strings if version.number is not None)
    if newest.release < number.release:
        return f"{display_path(strings[0].path)} says {text}, which is older than the tag {name} before it."
    return ""


def _is_against_notes(notes: Version, last: Last | None, root: Sequence[Version]) -> bool:
    """Whether tree and notes both speak of a release after the last tag, and name two."""
    strings = _own(root)
    if notes.number is None or last is None or not strings or notes.number <= last.release.number:
        return False
    if any(version.number is not None and version.number <= last.release.number for version in strings):
        return False  # the notes are ahead of a version that is raised with the release
    return not _is_among(notes, strings)


def _is_ahead(newest: Entry, last: Last | None, root: Sequence[Version]) -> bool:
    """Whether notes date a later release than the one that tree and tag agree on."""
    strings = [version.number for version in _own(root) if version.number is not None]
    if last is None or not newest.dated or newest.number <= last.release.number:
        return False
    return bool(strings) and all(number < newest.number for number in strings)


def _is_among(notes: Version, strings: Sequence[Version]) -> bool:
    numbers = [version.number for version in strings if version.number is not None]
    return notes.number is not None and any(_is_one_release(notes.number, number) for number in numbers)


def _is_one_release(one: Number, other: Number) -> bool:
    """Whether two speak of one release: the same, or one of them is on the way to the other."""
    if one.release != other.release:
        return False
    return same_version(one, other) or one.is_final != other.is_final or "dev" in one.rest + other.rest
