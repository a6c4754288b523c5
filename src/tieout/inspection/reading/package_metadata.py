"""What a package says of itself in the file that builds it: name, version, licence, people, each with its line."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tieout.inspection.reading.call_arguments import Argument, calls
from tieout.inspection.reading.module_constants import Constant, constants_of
from tieout.inspection.reading.source_code import source_of
from tieout.inspection.reading.toml_lines import key_line, value_line
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository, line_of, member
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.nodes import scalar

#: Packages of a tree that are read, those nearest to its root first.
_MOST: Final = 300
_SETUP = compile_bytes(r"\bsetup\s*\(")
_PERSON = re.compile(r"([^<>()]{0,200})(?:<([^<>]{1,320})>)?")
_CLASSIFIER: Final = "License :: "


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is said, and the line that says it.

    Attributes:
        text: As written.
        path: Of the file.
        line: 1-based; None where it is not known.
    """

    text: str
    path: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, team or organisation that a package names.

    Attributes:
        name: As written, perhaps "".
        address: E-mail address, perhaps "".
        role: "author" or "maintainer", the word of the format.
        path: Of the file.
        line: 1-based; None where it is not known.
        address_line: That of the address, where it stands apart.
    """

    name: str
    address: str
    role: str
    path: str
    line: int | None
    address_line: int | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the tree.

    Attributes:
        path: The file that builds it.
        folder: That the file stands in; "" for the root.
        kind: "pyproject", "setup", "npm", "cargo", "chart", "citation" or "composer".
        name: As written, perhaps "".
        versions: Usually one; a chart has that of the application, too.
        licences: Names or ids, from the field and from classifiers.
        licence_files: Files that the licence field names instead.
        people: Whom it names.
        is_dynamic: Its version is taken from code or from tags.
        is_private: It says that it is never published by itself.
    """

    path: str
    folder: str
    kind: str
    name: str = ""
    versions: tuple[Said, ...] = ()
    licences: tuple[Said, ...] = ()
    licence_files: tuple[str, ...] = ()
    people: tuple[Somebody, ...] = ()
    is_dynamic: bool = False
    is_private: bool = False


@dataclass(slots=True)
class _Made:
    """A package while it is read."""

    file: File
    kind: str
    name: str = ""
    versions: list[Said] = field(default_factory=list)
    licences: list[Said] = field(default_factory=list)
    licence_files: list[str] = field(default_factory=list)
    people: list[Somebody] = field(default_factory=list)
    is_dynamic: bool = False
    is_private: bool = False

    def say(self, kept: list[Said], value: Any, line: int | None) -> None:
        if text := scalar(value):
            kept.append(Said(text, self.file.path, line))

    def person(self, value: Any, role: str, line: int | None, address_line: int | None = None) -> None:
        """Take a person as the formats write one: `Name <address>`, or a mapping of the two."""
        if isinstance(value, dict):
            name, address = value.get("name"), value.get("email")
        else:
            parts = _PERSON.match(value) if isinstance(value, str) else None
            name, address = (parts[1], parts[2]) if parts is not None else (None, None)
        told = [part.strip() if isinstance(part, str) else "" for part in (name, address)]
        if not told[1] and "@" in told[0] and " " not in told[0]:
            told = ["", told[0]]
        if any(told):
            self.people.append(Somebody(told[0], told[1], role, self.file.path, line, address_line))

    def done(self) -> Package:
        return Package(
            path=self.file.path,
            folder=self.file.folder,
            kind=self.kind,
            name=self.name,
            versions=tuple(self.versions),
            licences=tuple(self.licences),
            licence_files=tuple(self.licence_files),
            people=tuple(self.people),
            is_dynamic=self.is_dynamic,
            is_private=self.is_private,
        )


@once
def packages(repository: Repository) -> tuple[Package, ...]:
    """The project's own packages, those nearest to the root first, then by path; no example, test or foreign code."""
    found = [file for file in repository.files if file.kind == "file" and file.is_own and file.name in _READERS]
    found.sort(key=lambda file: (file.path.count("/"), file.path))
    return tuple(filter(None, (_read(repository, file) for file in found[:_MOST])))


def _read(repository: Repository, file: File) -> Package | None:
    kind, reader = _READERS[file.name]
    made = _Made(file, kind)
    return made.done() if reader(repository, made) else None


def _pyproject(repository: Repository, made: _Made) -> bool:
    document, text = repository.document(made.file.path), repository.text(made.file.path)
    if document is None or text is None:
        return False
    found = False
    for table, parts in (("project", ("project",)), ("tool.poetry", ("tool", "poetry"))):
        data = member(document.data, *parts)
        if not isinstance(data, dict):
            continue
        found = True
        made.name = made.name or scalar(data.get("name"))
        made.say(made.versions, data.get("version"), key_line(text, table, "version"))
        made.is_dynamic = made.is_dynamic or "version" in _listed(data.get("dynamic"))
        _licence(made, data.get("license"), key_line(text, table, "license"))
        for classifier in _listed(data.get("classifiers")):
            if isinstance(classifier, str) and classifier.startswith(_CLASSIFIER):
                made.say(made.licences, classifier, value_line(text, table, classifier))
        for key, role in (("authors", "author"), ("maintainers", "maintainer")):
            at = key_line(text, table, key)
            for value in _listed(data.get(key)):
                parts_of = value.values() if isinstance(value, dict) else (value,)
                lines = [value_line(text, table, part) for part in parts_of if isinstance(part, str) and part]
                made.person(value, role, next((line for line in lines if line), at))
    return found


def _licence(made: _Made, value: Any, line: int | None) -> None:
    if isinstance(value, dict):
        named = value.get("file")
        if isinstance(named, str):
            made.licence_files.append(named)
        value = value.get("text") or value.get("name") or value.get("type")
    if isinstance(value, str) and "\n" not in value.strip():
        made.say(made.licences, value, line)


def _setup_cfg(repository: Repository, made: _Made) -> bool:
    document = repository.document(made.file.path)
    data = member(document.data, "metadata") if document is not None else None
    if document is None or not isinstance(data, dict):
        return False
    made.name = scalar(data.get("name"))
    version = data.get("version")
    made.is_dynamic = isinstance(version, str) and version.startswith(("attr:", "file:"))
    if not made.is_dynamic:
        made.say(made.versions, version, line_of(document, "metadata", "version"))
    _licence(made, data.get("license"), line_of(document, "metadata", "license"))
    for role in ("author", "maintainer"):
        if data.get(role) or data.get(f"{role}_email"):
            line = line_of(document, "metadata", role) or line_of(document, "metadata", f"{role}_email")
            made.person({"name": data.get(role), "email": data.get(f"{role}_email")}, role, line)
    return True


def _setup_py(repository: Repository, made: _Made) -> bool:
    text = repository.text(made.file.path)
    if text is None:
        return False
    source = source_of(repository, text)
    for given in calls(source, _SETUP):
        told = _told(given, constants_of(source))
        made.name = made.name or (told["name"].value if "name" in told else "")
        made.is_dynamic = made.is_dynamic or ("version" in given and "version" not in told)
        for key, kept in (("version", made.versions), ("license", made.licences)):
            if key in told:
                made.say(kept, told[key].value, told[key].line)
        for role in ("author", "maintainer"):
            name, address = told.get(role), told.get(f"{role}_email")
            first = name or address
            if first is not None:
                both = {"name": name.value if name is not None else None, "email": address.value if address else None}
                made.person(both, role, first.line, address.line if address and address is not first else None)
        return True
    return False


def _told(given: Mapping[str, Argument], named: Mapping[str, Constant]) -> dict[str, Constant]:
    """Arguments that are texts, or names that the module gives to texts, with the lines that say the texts."""
    told = {}
    for key, argument in given.items():
        if argument.literal is not None:
            told[key] = Constant(argument.literal, argument.line)
        elif argument.written in named:
            told[key] = named[argument.written]
    return told


def _npm(repository: Repository, made: _Made) -> bool:
    return _flat(repository, made, people=(("author", "author"), ("maintainers", "maintainer")))


def _composer(repository: Repository, made: _Made) -> bool:
    return _flat(repository, made, people=(("authors", "author"),))


def _chart(repository: Repository, made: _Made) -> bool:
    return _flat(repository, made, versions=("version", "appVersion"), people=(("maintainers", "maintainer"),))


def _citation(repository: Repository, made: _Made) -> bool:
    document = repository.document(made.file.path)
    if document is None or not _flat(repository, made, people=()):
        return False
    for key, role in (("authors", "author"), ("contact", "contact")):
        for index, value in enumerate(_listed(member(document.data, key))):
            if isinstance(value, dict):
                names = [value.get("given-names"), value.get("family-names")]
                name = " ".join(part for part in map(scalar, names) if part) or value.get("name")
                line = line_of(document, key, index)
                made.person({"name": name, "email": value.get("email")}, role, line)
    return True


def _flat(
    repository: Repository,
    made: _Made,
    *,
    versions: Iterable[str] = ("version",),
    people: Iterable[tuple[str, str]],
) -> bool:
    """Read a JSON or YAML document whose fields stand at its top."""
    document = repository.document(made.file.path)
    if document is None or not isinstance(document.data, dict):
        return False
    data = document.data
    made.name = scalar(data.get("name"))
    made.is_private = data.get("private") is True
    for key in versions:
        made.say(made.versions, data.get(key), line_of(document, key))
    for value in _listed(data.get("license")):
        _licence(made, value, line_of(document, "license"))
    for value in _listed(data.get("licenses")):
        _licence(made, value, line_of(document, "licenses"))
    for key, role in people:
        _people(made, document, data.get(key), key, role)
    return True


def _people(made: _Made, document: Document, value: Any, key: str, role: str) -> None:
    if isinstance(value, list):
        for index, one in enumerate(value):
            made.person(one, role, line_of(document, key, index))
    else:
        made.person(value, role, line_of(document, key))


def _cargo(repository: Repository, made: _Made) -> bool:
    document, text = repository.document(made.file.path), repository.text(made.file.path)
    if document is None or text is None:
        return False
    found = False
    for table, parts in (("package", ("package",)), ("workspace.package", ("workspace", "package"))):
        data = member(document.data, *parts)
        if isinstance(data, dict):
            found = True
            made.name = made.name or scalar(data.get("name"))
            made.say(made.versions, data.get("version"), key_line(text, table, "version"))
            _licence(made, data.get("license"), key_line(text, table, "license"))
            for value in _listed(data.get("authors")):
                line = value_line(text, table, value) if isinstance(value, str) else None
                made.person(value, "author", line or key_line(text, table, "authors"))
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


_READERS: Final[dict[str, tuple[str, Callable[[Repository, _Made], bool]]]] = {
    "pyproject.toml": ("pyproject", _pyproject),
    "setup.cfg": ("setup", _setup_cfg),
    "setup.py": ("setup", _setup_py),
    "package.json": ("npm", _npm),
    "composer.json": ("composer", _composer),
    "cargo.toml": ("cargo", _cargo),
    "chart.yaml": ("chart", _chart),
    "citation.cff": ("citation", _citation),
}
