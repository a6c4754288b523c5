"""Version strings of a project: what each says, in one spelling, and which stand for the same package."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.api_metadata import apis
from tieout.inspection.reading.maven import maven_version
from tieout.inspection.reading.package_metadata import Package, packages
from tieout.inspection.reading.version_parts import assembled
from tieout.inspection.reading.version_sources import version_files
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.patterns import compile_bytes

_VERSION = re.compile(r"[vV]?\.?(\d{1,10}(?:[._]\d{1,10}){0,5})([-+._]?[A-Za-z0-9][A-Za-z0-9.+_-]{0,60})?")
_PRE: Final = re.compile(
    r"^[-._]?(?:a|alpha|b|beta|c|rc|dev|pre|preview|snapshot|nightly|canary|next)(?:[-._]?\d|[-._]|$)", re.IGNORECASE
)
_FILE = re.compile(
    r"(?:^|/)(?:_{0,2}version_{0,2}|__about__|about|__init__)\.py$|(?:^|/)version\.(?:[cm]?[jt]s|go|rb|rs|ex)$"
    r"|(?:^|/)version(?:\.txt)?$",
    re.IGNORECASE,
)
#: At the root it is of the whole, whatever is built as a package below.
_WHOLE: Final = re.compile(r"version(?:\.txt)?", re.IGNORECASE)
_ASSIGNED = compile_bytes(
    r"(?m)^(?:export\s+)?(?:(?:const|var|let|static|pub const)\s+)?(?:__version__|version|[a-z_]*_version)"
    r"\s*(?::\s*[&'\w ]+\s*)?(?:string\s*)?:?=\s*(?:str\()?[\"'](?P<value>[^\"'\n]{1,80})[\"']",
    folded=True,
)
#: The same in a file that holds more than a version.
_NAMED = compile_bytes(
    r"(?m)^(?:__version__|version)[ \t]*(?::[ \t]*[\w.\[\]]+[ \t]*)?=[ \t]*[\"'](?P<value>[^\"'\n]{1,80})[\"']",
    folded=True,
)
_PLAIN = compile_bytes(r"(?P<value>[^\s]{1,80})")
#: Folders between a package and the file that holds its version, beside those named like the package.
_BETWEEN: Final = frozenset({"src", "lib", "pkg", "internal", "version", "constants", "app", "core"})
_CODE_PACKAGES: Final = frozenset({"pyproject", "setup", "npm", "cargo", "composer"})
#: Programs that help with the work on the project: the API that one serves is no release of it.
_HELPER = re.compile(r"(?:^|/)(?:scripts?|hack|tools)/")
#: What packages are created with.
_FIRST: Final = frozenset({(0,), (0, 0, 1), (0, 1), (1,)})
_WORDS = re.compile(r"[a-z0-9]+")
_STEPS = re.compile(r"[0-9]+|[a-z]+")


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it is written somewhere.

    Attributes:
        text: As written.
        path: Of the file.
        line: 1-based; None where it is not known.
        source: What kind of place it is, in words.
        group: Folder of the package that it is of; "" for the root.
    """

    text: str
    path: str
    line: int | None
    source: str
    group: str

    @property
    def number(self) -> "Number | None":
        """What it says; None where it is no version, or stands in the place of one."""
        found = number_of(self.text)
        return None if found is None or not any(found.release) else found


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """A version in one spelling: `v1.10.0` and `1.10` are the same, `1.10rc1` comes before them.

    Attributes:
        release: Its numbers without zeros at the end.
        is_final: No release candidate or the like.
        steps: What follows the numbers, part by part, so that `beta.28` comes after `beta.9`.
        rest: What follows the numbers, in small letters.
    """

    release: tuple[int, ...]
    is_final: bool
    steps: tuple[tuple[bool, int, str], ...]
    rest: str


def number_of(text: str) -> Number | None:
    """A version in one spelling; None where the text is none."""
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        return None
    release = [int(part) for part in re.split(r"[._]", found[1])]
    while len(release) > 1 and not release[-1]:
        release.pop()
    rest = (found[2] or "").partition("+")[0].lower()
    rest_only = rest.lstrip("-._")
    steps = tuple((False, int(part), "") if part.isdecimal() else (True, 0, part) for part in _STEPS.findall(rest_only))
    return Number(tuple(release), _PRE.match(rest) is None, steps, rest_only)


def versions_of(repository: Repository) -> list[Version]:
    """Version strings of the project's own packages, those of the root first; no dependency's, no example's."""
    own = packages(repository)
    builders = [package for package in own if package.kind in _CODE_PACKAGES]
    found = [
        Version(said.text, said.path, said.line, _SOURCES[package.kind], package.folder)
        for package in own
        if package.kind != "chart" and not (package.is_private and package.folder)
        for said in package.versions
    ]
    if (pom := maven_version(repository)) is not None:
        found.append(Version(pom.text, pom.path, pom.line, "package metadata", ""))
    found += _in_code(repository, builders)
    found += [
        Version(api.version.text, api.path, api.version.line, "API description", _folder_of(api.path, builders))
        for api in apis(repository)
        if api.version is not None and not _HELPER.search(api.path)
    ]
    found += _charts(own, builders)
    return sorted(dict.fromkeys(found), key=lambda one: (one.group.count("/") + bool(one.group), one.group))


def left_behind(repository: Repository, versions: Sequence[Version], released: Sequence[Number]) -> list[Version]:
    """Versions of parts that are never published by themselves and say an earlier release of the whole.

    A part that counts by itself says none of these, but for the first numbers that every package starts with.

    Args:
        repository: The commit.
        versions: Strings of the packages that are published.
        released: Releases of the whole that notes tell of.
    """
    whole = [version.number for version in versions if version.number is not None and not version.group]
    tagged = (number_of(tag.name) for tag in repository.tags)
    earlier = {number.release for number in (*released, *tagged) if number is not None}
    found = []
    for package in packages(repository):
        for said in package.versions if package.is_private and package.folder and package.kind != "chart" else ():
            number = number_of(said.text)
            if number is None or not whole or number.release not in earlier or number.release in _FIRST:
                continue
            if all(number < other for other in whole):
                found.append(Version(said.text, said.path, said.line, "package metadata", package.folder))
    return found


_SOURCES: Final = {
    "pyproject": "package metadata", "setup": "package metadata", "npm": "package metadata",
    "cargo": "package metadata", "composer": "package metadata", "citation": "citation file",
}  # fmt: skip


def _charts(own: Sequence[Package], builders: Sequence[Package]) -> Iterator[Version]:
    """The application that charts install, where they are named after the project: a chart's own version is its own."""
    root = {word for package in builders if not package.folder for word in _WORDS.findall(package.name.lower())}
    for package in own:
        if package.kind == "chart" and (not root or root & set(_WORDS.findall(package.name.lower()))):
            for said in package.versions[1:]:
                yield Version(said.text, said.path, said.line, "chart", "")


def _in_code(repository: Repository, builders: Sequence[Package]) -> Iterator[Version]:
    by_folder = {package.folder: package for package in builders}
    said = {path: package.folder for package in builders for path in version_files(repository, package)}
    files = [(file, folder) for path, folder in said.items() if (file := repository.file(path)) is not None]
    for file in repository.matching(_FILE):
        folder = _folder_of(file.path, builders)
        if file.path in said or not file.is_own:
            continue
        if _belongs(file, folder, by_folder.get(folder), is_built=bool(builders)):
            files.append((file, folder))
    groups = {file.path: folder for file, folder in files}
    for text in repository.texts(file for file, _ in files):
        assigned = _NAMED if text.path in said else _ASSIGNED
        pattern = assigned if "." in text.path.rpartition("/")[2].removesuffix(".txt") else _PLAIN
        hit = text.first(pattern)
        if hit is not None and number_of(hit.groups["value"]) is not None:
            yield Version(hit.groups["value"], text.path, hit.line, "code", groups[text.path])
        elif (joined := assembled(text)) is not None and number_of(joined[0]) is not None:
            yield Version(joined[0], text.path, joined[1], "code, from its parts", groups[text.path])


def _folder_of(path: str, builders: Sequence[Package]) -> str:
    """The folder of the innermost package that a file lies in."""
    folders = {package.folder for package in builders}
    folder = path.rpartition("/")[0]
    while folder and folder not in folders:
        folder = folder.rpartition("/")[0]
    return folder


def _belongs(file: File, folder: str, package: Package | None, *, is_built: bool) -> bool:
    """Whether a file holds the version of the package itself, and not that of a part of it.

    Where nothing in the tree is built as a package, one folder below the root may be it.
    """
    between = file.path[len(folder) :].strip("/").split("/")[:-1]
    if _WHOLE.fullmatch(file.path):
        return True
    if package is None:
        return not is_built and len([part for part in between if part.lower() not in _BETWEEN]) <= 1
    words = set(_WORDS.findall(package.name.lower()))
    return all(part.lower() in _BETWEEN or _is_named(part, words) for part in between)


def _is_named(folder: str, words: set[str]) -> bool:
    """Whether a folder is named like the package, or by a part of its name."""
    own = set(_WORDS.findall(folder.lower()))
    return bool(own) and own <= words
