"""Texts that a module of Python gives a name at its top level; nothing is run or parsed as a program."""

from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.source_code import SourceCode
from tieout.kernel.reading.patterns import compile_bytes

_ASSIGNED: Final = compile_bytes(
    r"(?m)^(?P<name>[A-Za-z_][A-Za-z0-9_]{0,80})[ \t]*(?::[ \t]*[\w.\[\]]{1,80}[ \t]*)?=[ \t]*"
    r"(?:\"(?P<double>[^\"\\\n]{1,500})\"|'(?P<single>[^'\\\n]{1,500})')[ \t\r]*$"
)


@dataclass(frozen=True, slots=True)
class Constant:
    """A text with a name, and the 1-based line that gives it."""

    value: str
    line: int


def constants_of(source: SourceCode) -> dict[str, Constant]:
    """Texts by their names; a name that is given two of them stands for neither."""
    found: dict[str, Constant] = {}
    several: set[str] = set()
    for hit in source.hits(_ASSIGNED):
        constant = Constant(hit.groups.get("double") or hit.groups.get("single") or "", hit.line)
        if found.setdefault(hit.groups["name"], constant).value != constant.value:
            several.add(hit.groups["name"])
    return {name: constant for name, constant in found.items() if name not in several}
