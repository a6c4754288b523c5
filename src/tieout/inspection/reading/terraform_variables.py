"""Values that Terraform gives its variables: the default where one is declared, and files of values beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.source_code import searched, source_of
from tieout.inspection.remembered import once
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_DECLARED = compile_bytes(
    r"(?m)^[ \t]*variable[ \t]+\"?(?P<name>[\w-]{1,100})\"?[ \t]*\{"
    r"[^{}]{0,1000}?\bdefault[ \t]*=[ \t]*(?P<value>\"[^\"\n]{0,200}\"|[\w.]{1,40})"
)
_GIVEN = compile_bytes(r"(?m)^(?P<name>[\w-]{1,100})[ \t]*=[ \t]*(?P<value>\"[^\"\n]{0,200}\"|[\w.]{1,40})[ \t]*$")
#: Files of values that Terraform reads without being told.
_READ = re.compile(r"(?:^|/)(?:terraform|[^/]+\.auto)\.tfvars$")
_USED: Final = frozenset({PlaceClass.LIVE, PlaceClass.NON_PRODUCTION})


@dataclass(frozen=True, slots=True)
class Variable:
    """A value of a variable.

    Attributes:
        value: Without quotation marks.
        place: The line that gives it.
    """

    value: str
    place: InspectedPlace


@once
def variables_of(repository: Repository) -> Mapping[tuple[str, str], Variable]:
    """Variables by folder and name; a file of values stands over a default, as Terraform has it."""
    found: dict[tuple[str, str], Variable] = {}
    files = [file for file in repository.files if file.path_class in _USED and file.name.endswith(".tf")]
    for source in searched(repository, files, _DECLARED):
        folder = source.text.path.rpartition("/")[0]
        for match in _DECLARED.finditer(source.stated):
            # The default stands some lines below the head of the declaration.
            place = source.text.place(source.text.line_at(match.start(2)), "the default of the variable")
            found[folder, match.group(1).decode()] = Variable(
                match.group(2).decode("utf-8", "replace").strip('"'), place
            )
    given = [file for file in repository.files if file.path_class in _USED and _READ.search(file.path)]
    for text in repository.texts(given):
        for hit in source_of(repository, text).hits(_GIVEN):
            key = (text.path.rpartition("/")[0], hit.groups["name"])
            if key in found:
                found[key] = Variable(hit.groups["value"].strip('"'), text.place(hit.line, "the value of the variable"))
    return found
