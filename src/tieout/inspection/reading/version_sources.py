"""Files from which a package takes its version when it is built, as the file that builds it says.

Sources: setuptools (`attr:`, `file:`, `[tool.setuptools.dynamic]`), Hatchling and PDM (`path`), and what a setup.py
opens or imports.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any, Final

from tieout.inspection.reading.package_metadata import Package
from tieout.inspection.reading.source_code import source_of
from tieout.inspection.reading.toml_lines import key_line, value_line
from tieout.inspection.repository import Repository, member

_BELOW: Final = ("", "src", "lib", "python")
_QUOTED = re.compile(r"\"([^\"]{1,200})\"|'([^']{1,200})'")
_IMPORTED = re.compile(r"^\s*(?:from\s+([\w.]{1,200})\s+import|import\s+([\w.]{1,200}))")
_HOLDING = re.compile(r"(?:\.py|(?:^|/)version(?:\.txt)?)$", re.IGNORECASE)
_MOST_LINES: Final = 2_000
_MOST_PARTS: Final = 6


def version_files(repository: Repository, package: Package) -> list[str]:
    """Paths of the files that hold the version of a package, each once, as far as its own files say so."""
    readers = {"pyproject": _of_pyproject, "setup": _of_setup}
    reader = readers.get(package.kind)
    return list(dict.fromkeys(reader(repository, package))) if reader is not None and package.is_dynamic else []


def from_tags(repository: Repository, package: Package) -> int | None:
    """The line by which a package takes its version from tags when it is built; None where it does not say so.

    Sources: hatch-vcs, setuptools-scm, PDM and poetry-dynamic-versioning, each by its own table.
    """
    document, text = repository.document(package.path), repository.text(package.path)
    if package.kind != "pyproject" or document is None or text is None:
        return None
    tool = member(document.data, "tool")
    by_poetry = member(tool, "poetry-dynamic-versioning", "enable") is True
    if not package.is_dynamic and not by_poetry:
        return None
    if by_poetry:
        return key_line(text, "tool.poetry-dynamic-versioning", "enable")
    for name, source in (("hatch", "vcs"), ("pdm", "scm")):
        if member(tool, name, "version", "source") == source:
            return key_line(text, f"tool.{name}.version", "source")
    names = (name for name in ("setuptools_scm", "setuptools-scm") if isinstance(member(tool, name), dict))
    return next((value_line(text, f"tool.{name}", name) for name in names), None)


def _of_pyproject(repository: Repository, package: Package) -> Iterator[str]:
    document = repository.document(package.path)
    data = document.data if document is not None else None
    given = member(data, "tool", "setuptools", "dynamic", "version")
    yield from _module(repository, package, member(given, "attr"))
    yield from _file(repository, package, member(given, "file"))
    for tool in ("hatch", "pdm"):
        yield from _file(repository, package, member(data, "tool", tool, "version", "path"))


def _of_setup(repository: Repository, package: Package) -> Iterator[str]:
    if package.path.endswith(".py"):
        yield from _of_script(repository, package)
        return
    document = repository.document(package.path)
    value = member(document.data, "metadata", "version") if document is not None else None
    how, _, what = value.partition(":") if isinstance(value, str) else ("", "", "")
    yield from _module(repository, package, what.strip() if how.strip() == "attr" else None)
    yield from _file(repository, package, what.strip() if how.strip() == "file" else None)


def _of_script(repository: Repository, package: Package) -> Iterator[str]:
    """Files that a setup.py names, whole or in the parts of one line, and modules of the tree that it imports."""
    text = repository.text(package.path)
    if text is None:
        return
    stated = source_of(repository, text).stated.decode("utf-8", "replace")
    for line in stated.split("\n")[:_MOST_LINES]:
        imported = _IMPORTED.match(line)
        if imported is not None:
            yield from _module(repository, package, f"{imported[1] or imported[2]}.version")
        parts = [first or second for first, second in _QUOTED.findall(line)][:_MOST_PARTS]
        for first in range(len(parts)):
            for last in range(first + 1, len(parts) + 1):
                path = "/".join(parts[first:last])
                if _HOLDING.search(path):
                    yield from _file(repository, package, path)


def _module(repository: Repository, package: Package, attribute: Any) -> Iterator[str]:
    """The file of the module that an attribute, such as `package.module.__version__`, stands in."""
    if not isinstance(attribute, str) or "." not in attribute:
        return
    module = attribute.rpartition(".")[0].replace(".", "/")
    for below in _BELOW:
        for path in (f"{module}.py", f"{module}/__init__.py"):
            yield from _file(repository, package, posixpath.join(below, path))


def _file(repository: Repository, package: Package, name: Any) -> Iterator[str]:
    for one in name if isinstance(name, list) else [name]:
        path = posixpath.normpath(posixpath.join(package.folder, one)) if isinstance(one, str) and one else ""
        if path in repository.paths and path != package.path:
            yield path
