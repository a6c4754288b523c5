"""The code owners file in force: whom it names, and which of the project's files its rules give to somebody."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tieout.collectors.gathering import SourceFile
from tieout.collectors.git.code_owner_lines import Forge, Reading, Rule, owners_of, read_lines
from tieout.collectors.git.codeowners import in_force, is_governed
from tieout.collectors.git.path_patterns import MAX_EFFORT, PathPatterns
from tieout.inspection.repository import Repository
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import display_path

_NAME: Final = "codeowners"
_PROSE: Final = re.compile(r"code[-_]?owners(?:\.(?:md|rst|txt|adoc))?", re.IGNORECASE)
_EVERYTHING: Final = frozenset({"*", "**", "/**", "**/*", "/"})


@dataclass(frozen=True)
class CodeOwners:
    """A code owners file in force.

    Attributes:
        path: Where it stands.
        forge: Who reads it.
        reading: Its rules, and the lines that the forge does not take.
        own: The project's own files.
    """

    path: str
    forge: Forge
    reading: Reading
    own: tuple[str, ...]

    @property
    def rules(self) -> list[Rule]:
        """The rules that name an owner."""
        return [rule for rule in self.reading.rules if rule.owners]

    @property
    def owners(self) -> list[str]:
        """Whom they name, each once, in order."""
        return list(dict.fromkeys(owner for rule in self.rules for owner in rule.owners))

    @property
    def teams(self) -> list[str]:
        """Those that are teams of an organisation, or groups."""
        return [owner for owner in self.owners if owner.startswith("@") and ("/" in owner or owner.startswith("@@"))]

    @property
    def accounts(self) -> list[str]:
        """Those that are accounts: of people, or of groups where the forge is GitLab."""
        return [owner for owner in self.owners if owner.startswith("@") and owner not in self.teams]

    @property
    def addresses(self) -> list[str]:
        """Those that are addresses."""
        return [owner for owner in self.owners if not owner.startswith("@")]

    @property
    def catch_all(self) -> Rule | None:
        """The rule that gives every path to somebody where no later one says otherwise."""
        return next((rule for rule in self.rules if rule.pattern in _EVERYTHING), None)

    @cached_property
    def owned(self) -> dict[str, tuple[tuple[str, ...], int | None]] | None:
        """Owners of each own file, with the line that decides; None where that is too much to compare."""
        patterns = PathPatterns([rule.matcher for rule in self.reading.rules])
        shown = [display_path(path) for path in self.own]
        if patterns.effort(shown) > MAX_EFFORT:
            return None
        rules = self.reading.rules
        return {
            path: owners_of([rules[number] for number in patterns.matching(as_shown)])
            for path, as_shown in zip(self.own, shown, strict=True)
        }

    @property
    def governed(self) -> list[str]:
        """Own files that decide which model answers what, how, and whether."""
        return [path for path in self.own if is_governed(path)]


def code_owners_of(repository: Repository) -> CodeOwners | None:
    """The file in force; where the tree does not tell which forge it is for, as GitHub reads it.

    Raises:
        UnreadableError: It cannot be read.
    """
    found = in_force(repository.paths)
    if not found:
        return None
    forge = Forge.GITHUB if Forge.GITHUB in found else Forge.GITLAB
    path = found[forge]
    data = repository.data(path)
    if data is None:
        raise UnreadableError("the code owners file cannot be read", where=path)
    reading = read_lines(SourceFile(path, data, "", None, ()), forge)
    own = tuple(file.path for file in repository.files if file.kind == "file" and file.is_own)
    return CodeOwners(path, forge, reading, own)


def copies(repository: Repository, decides: str) -> Sequence[str]:
    """Files of that name, and prose of that name, that no forge reads here, sorted."""
    return [
        file.path
        for file in repository.files
        if file.kind == "file" and file.path != decides and (file.name == _NAME or _PROSE.fullmatch(file.name))
    ]
