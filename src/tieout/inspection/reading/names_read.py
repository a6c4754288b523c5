"""Names that the assessed repository wrote itself, looked for in its programs: however many and long they are."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from tieout.inspection.reading.source_code import SourceCode, programs, searched
from tieout.inspection.repository import Repository
from tieout.inspection.text import Hit
from tieout.kernel.reading.patterns import compile_bytes

#: Longer than what programs call something, and more than they have settings: beyond it a pattern grows too large.
_LONGEST: Final = 100
_MOST: Final = 300
#: What is at no place: a border of a word that is none.
_NEVER: Final = r"\b\B"


def pattern_of_names(names: Iterable[str], before: str = r"\b", after: str = r"\b", *, folded: bool = False) -> Any:
    """A pattern that finds any of some names, with the name as its group `name`.

    Names that are no plain ASCII or too long are left out, and so are those beyond the first hundreds of the sorted
    ones: no program reads them by such a name. Where none is left, the pattern finds nothing.

    Args:
        names: As the repository writes them: hostile.
        before: An expression for what stands before the name.
        after: One for what stands after it.
        folded: Case is ignored.
    """
    plain = {name for name in names if 0 < len(name) <= _LONGEST and name.isascii() and name.isprintable()}
    listed = "|".join(re.escape(name) for name in sorted(plain)[:_MOST])
    return compile_bytes(rf"{before}(?P<name>{listed or _NEVER}){after}", folded=folded)


def reads(repository: Repository, names: Iterable[str]) -> Iterator[tuple[str, SourceCode, Hit]]:
    """Every place where a program in use has one of some names in its code: the name, the program and the place.

    Args:
        repository: The commit.
        names: As the repository writes them: hostile.
    """
    pattern = pattern_of_names(names)
    for source in searched(repository, programs(repository), pattern):
        for hit in source.hits(pattern):
            yield hit.groups["name"], source, hit
