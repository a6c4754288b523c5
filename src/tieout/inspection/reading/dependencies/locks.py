"""Lock files: what they lock, and whether with hashes. They are counted by their lines and not parsed, being large."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.dependencies.lock_formats import FORMATS, Format
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes

#: A larger lock file is told as one whose content was not read.
MAX_LOCK_BYTES: Final = 24_000_000
_NEW_YARN: Final = "2 or later"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file.

    Attributes:
        file: Where it stands.
        tool: What reads it.
        ecosystem: Of its packages.
        packages: How many it locks; None where its content was not read.
        hashes: How many hashes it holds; several may stand for one package.
        line: The line that says what made it, or which format it is; None where nothing of its format stands in it.
        made_by: Version of the tool that made it, where that is told.
    """

    file: File
    tool: str
    ecosystem: str
    packages: int | None
    hashes: int
    line: int | None
    made_by: str

    @property
    def is_new_yarn(self) -> bool:
        """Whether it is of Yarn 2 or later, which writes another format."""
        return self.tool == "Yarn" and self.made_by == _NEW_YARN

    @property
    def is_hashed(self) -> bool:
        """Whether it holds hashes for what it locks; a lock of nothing has none to hold."""
        return self.hashes > 0 or (self.packages == 0 and self.line is not None)

    @property
    def is_empty(self) -> bool:
        """Whether it has the name of a lock file, and nothing of its format in it."""
        return self.packages == 0 and self.line is None


#: pip reads any list of requirements; with a hash for each it is a lock.
REQUIREMENTS: Final = re.compile(
    r"(?:^|/)(?:[\w.-]*requirements?[\w.-]*|constraints[\w.-]*)\.txt$|(?:^|/)requirements/[\w.-]+\.txt$", re.IGNORECASE
)
_PIP_HASH: Final = compile_bytes(r"--hash=sha(?:256|384|512):")
_PIP_PACKAGE: Final = compile_bytes(r"(?m)^[ \t]*[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]\n]{0,100}\])?[ \t]*(?:==|@)")
_PIP_MADE: Final = compile_bytes(r"(?m)^# .{0,80}?\b(?:pip-compile|uv)\b")


@once
def locks(repository: Repository) -> tuple[Lock, ...]:
    """Every lock file of the project's own, by path; those of examples, tests and documents too, by their class."""
    return tuple(_locks(repository))


def _locks(repository: Repository) -> Iterator[Lock]:
    wanted: list[tuple[File, Format | None]] = []
    for file in repository.files:
        if file.kind != "file" or file.path_class is PlaceClass.VENDORED:
            continue
        form = next((form for form in FORMATS if form.name.match(file.name)), None)
        if form is not None or REQUIREMENTS.search(file.path):
            wanted.append((file, form))
    for file, form in wanted:
        if form is not None:
            yield _lock(repository, file, form)
        elif (found := _requirements(repository, file)) is not None:
            yield found


def _lock(repository: Repository, file: File, form: Format) -> Lock:
    data = repository.data(file.path) if 0 <= file.size <= MAX_LOCK_BYTES else None
    if data is None:
        return Lock(file, form.tool, form.ecosystem, None, 0, None, "")
    text = Text(file.path, file.path_class, data)
    first = text.first(form.version)
    own = _count(form.own, data) if form.own is not None else 0
    hashes = _count(form.hashed, data) if form.hashed is not None else 0
    packages = max(_count(form.package, data) - own, 0)
    made_by = first.groups.get("made_by", "") if first is not None else ""
    if first is not None and first.text.startswith("__metadata"):
        made_by = _NEW_YARN
    line = first.line if first is not None else 1 if packages else None
    return Lock(file, form.tool, form.ecosystem, packages, hashes, line, made_by)


def _requirements(repository: Repository, file: File) -> Lock | None:
    """A list of requirements as a lock, where each line of it has a hash."""
    text = repository.text(file.path)
    if text is None:
        return None
    first = text.first(_PIP_HASH)
    if first is None:
        return None
    packages = _count(_PIP_PACKAGE, text.data)
    made = text.first(_PIP_MADE)
    line = made.line if made is not None else first.line
    return Lock(file, "pip", "python", packages, _count(_PIP_HASH, text.data), line, "")


def _count(pattern: Any, data: bytes) -> int:
    return sum(1 for _ in pattern.finditer(data))
