"""Folders of Terraform files: what each declares, and which folder calls which as a module."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tieout.collectors.config.interface import ConfigFile
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import decode_text
from tieout.syntax.hcl import parse_hcl
from tieout.syntax.hcl_json import body_of, values_of
from tieout.syntax.hcl_model import Attribute, Block, Body, Literal

#: Files of values that Terraform loads without being told (its documentation, "Variable definitions files").
_LOADED = re.compile(r"(?:terraform|.+\.auto)\.tfvars(?:\.json)?\Z")
_VALUES: Final = (".tfvars", ".tfvars.json")
_CODE: Final = (".tf", ".tofu", ".tf.json", ".tofu.json")
_OVERRIDE = re.compile(r"(?:.+_)?override\.(?:tf|tofu)(?:\.json)?\Z")
#: Blocks that a folder may have one of by each name, with the number of their labels.
_NAMED: Final = {"resource": 2, "data": 2, "module": 1, "variable": 1}
#: Largest JSON document that is taken apart, bytes; no person writes a longer one.
MAX_JSON: Final = 2_000_000


@dataclass(slots=True)
class Folder:
    """One folder of files, which is one module.

    Attributes:
        path: As the files' paths begin; "" at the top.
        files: Path -> its body, sorted.
        variables: Declared, by name.
        names: Its locals.
        given: Values that are loaded by themselves, by the variable's name.
        elsewhere: Name of a variable -> file that sets it where it is named on the command line.
        modules: Calls, with the path of their file.
        overrides: Files that replace settings of others.
        data: Data sources by type and name, with the file of each.
        places: File and line of each `var.x`, `local.x` and value of a variable (`given.x`).
    """

    path: str
    files: dict[str, Body] = field(default_factory=dict)
    variables: dict[str, Block] = field(default_factory=dict)
    names: dict[str, Attribute] = field(default_factory=dict)
    given: dict[str, Attribute] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    modules: list[tuple[str, Block]] = field(default_factory=list)
    overrides: list[str] = field(default_factory=list)
    data: dict[tuple[str, ...], tuple[str, Block]] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    _declared: dict[str, list[tuple[str, int]]] | None = None

    def declared(self) -> dict[str, list[tuple[str, int]]]:
        """Addresses of resources, data sources, modules, variables and locals, each with every file and line of it.

        A name may stand once in a folder; files that replace settings of others do not count.
        """
        if self._declared is None:
            self._declared = {}
            for path, body in self.files.items():
                for block in () if is_override(path) or is_values(path) else body.blocks:
                    if len(block.labels) == _NAMED.get(block.type):
                        address = ".".join((block.type, *block.labels))
                        self._declared.setdefault(address, []).append((path, block.line))
                    for name, one in block.body.attributes.items() if block.type == "locals" else ():
                        self._declared.setdefault(f"local.{name}", []).append((path, one.line))
        return self._declared

    def take_declared(self, other: "Folder") -> None:
        """Have the addresses of another folder for one's own."""
        self._declared = other.declared()

    def is_refused(self, address: str) -> bool:
        """Whether an address is declared at more than one place, so that Terraform refuses the folder."""
        return len(set(self.declared().get(address, ()))) > 1


@dataclass(slots=True)
class Folders:
    """All folders of a source.

    Attributes:
        by_path: Folder by its path.
        callers: Path of a folder -> the folders that call it, with the file of the call and the call.
        faults: Path of a file -> why it cannot be read.
    """

    by_path: dict[str, Folder] = field(default_factory=dict)
    callers: dict[str, list[tuple[Folder, str, Block]]] = field(default_factory=dict)
    faults: dict[str, UnreadableError] = field(default_factory=dict)

    def is_idle(self, folder: Folder) -> bool:
        """Whether a folder is a module by its place, other folders call modules, and none calls this one."""
        inside = "modules" in folder.path.split("/")
        return inside and folder.path not in self.callers and any(folder.modules for folder in self.by_path.values())


def is_code(path: str) -> bool:
    """Whether a path is one of Terraform's or OpenTofu's files."""
    return path.endswith(_CODE)


def is_values(path: str) -> bool:
    """Whether a path is a file of values for variables."""
    return path.endswith(_VALUES)


def is_override(path: str) -> bool:
    """Whether a file's blocks are merged into those of others (Terraform's documentation, "Override files")."""
    return _OVERRIDE.fullmatch(path.rpartition("/")[2]) is not None


def source_of(block: Block) -> str | None:
    """Where a module comes from, as it is written; None where that is no plain text."""
    attribute = block.body.attributes.get("source")
    value = attribute.value.value if attribute is not None and isinstance(attribute.value, Literal) else None
    return value if isinstance(value, str) else None


def folders_of(files: Sequence[ConfigFile]) -> Folders:
    """The folders of all files of a source; a file that cannot be read is a fault of its own."""
    return _remembered(_Files(tuple(files)))


class _Files:
    """Files of one source, told from others by being the same objects."""

    def __init__(self, files: tuple[ConfigFile, ...]) -> None:
        self.files = files
        self._ids = tuple(map(id, files))

    def __hash__(self) -> int:
        return hash(self._ids)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Files) and self._ids == other._ids


@lru_cache(maxsize=1)
def _remembered(files: _Files) -> Folders:
    folders = Folders()
    # Files that are loaded last stand over others: terraform.tfvars, then *.auto.tfvars by name.
    for file in sorted(files.files, key=lambda file: (".auto." in file.path.rpartition("/")[2], file.path)):
        above, _, name = file.path.rpartition("/")
        folder = folders.by_path.setdefault(above, Folder(above))
        try:
            body = body_in(file)
        except UnreadableError as error:
            folders.faults[file.path] = error
            continue
        if is_values(file.path):
            if _LOADED.fullmatch(name):
                folder.given.update(body.attributes)
                folder.places.update({f"given.{name}": (file.path, one.line) for name, one in body.attributes.items()})
            else:
                folder.elsewhere.update(dict.fromkeys(body.attributes, name))
        elif is_override(file.path):
            folder.overrides.append(file.path)
        else:
            _take(folder, file.path, body)
    for folder in folders.by_path.values():
        for path, call in folder.modules:
            called = called_by(folder.path, call)
            if called is not None:
                folders.callers.setdefault(called, []).append((folder, path, call))
    return folders


def body_in(file: ConfigFile) -> Body:
    """The body of one file.

    Raises:
        UnreadableError: It is neither HCL nor its JSON form.
    """
    if file.kind == "json":
        if len(file.data) > MAX_JSON:
            message = f"has {len(file.data):,} bytes; Terraform's JSON files are read up to {MAX_JSON:,}"
            raise UnreadableError(message, where=file.path)
        return values_of(file.documents[0]) if is_values(file.path) else body_of(file.documents[0])
    return parse_hcl(decode_text(file.data, file.path), where=file.path)


def _take(folder: Folder, path: str, body: Body) -> None:
    folder.files[path] = body
    for block in body.blocks:
        if block.type == "variable" and len(block.labels) == 1:
            folder.variables[block.labels[0]] = block
            default = block.body.attributes.get("default")
            folder.places[f"var.{block.labels[0]}"] = (path, default.line if default is not None else block.line)
        elif block.type == "locals":
            folder.names.update(block.body.attributes)
            places = {f"local.{name}": (path, one.line) for name, one in block.body.attributes.items()}
            folder.places.update(places)
        elif block.type == "data":
            folder.data[block.labels] = (path, block)
        elif block.type == "module" and len(block.labels) == 1:
            folder.modules.append((path, block))


def called_by(path: str, call: Block) -> str | None:
    """Path of the folder that a module is called from; None where that lies outside."""
    source = source_of(call)
    if source is None or not source.startswith(("./", "../")):
        return None
    found = posixpath.normpath(posixpath.join(path, source))
    return "" if found == "." else found
