"""Versions that a program has for want of a better: replaced when it is built, or where the environment sets none."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.source_code import programs, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_STANDING_IN: Final = compile_bytes(
    r"(?m)^[ \t]*(?:var |const |export const |let )?(?:App|Build)?Version(?: string)?[ \t]*:?=[ \t]*"
    r"\"(?P<value>v?\d+\.\d+[^\"\n]{0,40}|dev|unknown)\""
)
_BY_DEFAULT: Final = compile_bytes(
    r"(?:os\.getenv|os\.environ\.get)\([ \t]*[\"'](?:APP_|API_|SERVICE_|PROJECT_)?VERSION[\"'],[ \t]*"
    r"[\"'](?P<value>v?\d+\.\d+[\w.+-]{0,40})[\"']"
)
_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Hint:
    """A version that stands in.

    Attributes:
        text: As written.
        path: Of the program.
        line: 1-based.
        is_default: It holds where the environment sets none; else a build replaces it.
    """

    text: str
    path: str
    line: int
    is_default: bool


def hints(repository: Repository) -> list[Hint]:
    """The first few of each kind, those nearest to the root first."""
    found = sorted(_hints(repository), key=lambda one: (one.path.count("/"), one.path, one.line))
    return [one for kind in (True, False) for one in [each for each in found if each.is_default is kind][:_MOST]]


def _hints(repository: Repository) -> Iterator[Hint]:
    own = list(programs(repository))
    for pattern, is_default, endings in ((_BY_DEFAULT, True, (".py",)), (_STANDING_IN, False, (".go",))):
        files = [file for file in own if file.name.endswith(endings)]
        for source in searched(repository, files, pattern):
            for hit in source.hits(pattern):
                yield Hint(hit.groups["value"], source.text.path, hit.line, is_default)
