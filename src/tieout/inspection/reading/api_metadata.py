"""What a service says of itself in the description of its API: version, contact, licence, each with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.call_arguments import Argument, calls
from tieout.inspection.reading.package_metadata import Said, Somebody
from tieout.inspection.reading.source_code import SourceCode, programs, searched
from tieout.inspection.remembered import once
from tieout.inspection.repository import Repository, line_of, member
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.nodes import scalar

#: Constructors of Python's web frameworks that take the description of an API.
_CALL = compile_bytes(r"\b(?:FastAPI|NinjaAPI|NinjaExtraAPI|OpenAPIConfig|APISpec|SwaggerUI)\s*\(")
_DESCRIPTION = re.compile(
    r"(?:^|/)(?:openapi|swagger|api[-_]?spec)[^/]{0,60}\.(?:ya?ml|json)$|(?:^|/)openapi/[^/]{1,80}\.ya?ml$",
    re.IGNORECASE,
)
_ENTRY: Final = r"[\"']{}[\"']\s*:\s*[\"'](?P<value>[^\"'\n]{{0,300}})[\"']"
_NAME, _EMAIL = (re.compile(_ENTRY.format(key).encode()) for key in ("name", "email"))
#: Descriptions of interfaces that are read.
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Api:
    """The description of one API.

    Attributes:
        path: The file that describes it.
        version: As written.
        contact: Whom it names.
        licence: As written.
    """

    path: str
    version: Said | None
    contact: Somebody | None
    licence: Said | None


@once
def apis(repository: Repository) -> tuple[Api, ...]:
    """The project's own APIs as live code or an OpenAPI document describes them, sorted by path."""
    found = [*_in_code(repository), *_in_documents(repository)]
    return tuple(sorted(found, key=lambda api: api.path))


def _in_code(repository: Repository) -> Iterator[Api]:
    files = [file for file in programs(repository) if file.name.endswith(".py")]
    for source in searched(repository, files, _CALL):
        for given in calls(source, _CALL):
            version, contact = given.get("version"), given.get("contact")
            licence = given.get("license_info") or given.get("license")
            api = Api(
                source.text.path,
                Said(version.literal, source.text.path, version.line) if version and version.literal else None,
                _somebody(_entry(source, contact, _NAME), _entry(source, contact, _EMAIL)) if contact else None,
                _entry(source, licence, _NAME) if licence else None,
            )
            if api.version or api.contact or api.licence:
                yield api


def _entry(source: SourceCode, argument: Argument, pattern: "re.Pattern[bytes]") -> Said | None:
    """The value of a key where the argument is a mapping that is written in place."""
    found = pattern.search(source.stated, argument.start, argument.end)
    if found is None:
        return None
    text = found["value"].decode("utf-8", "replace").strip()
    return Said(text, source.text.path, source.text.line_at(found.start())) if text else None


def _in_documents(repository: Repository) -> Iterator[Api]:
    for file in [file for file in repository.matching(_DESCRIPTION) if file.is_own and file.path.count("/") <= 1][
        :_MOST
    ]:
        document = repository.document(file.path)
        if document is not None and isinstance(document.data, dict) and {"openapi", "swagger"} & document.data.keys():
            name, email = _said(document, file.path, "contact", "name"), _said(document, file.path, "contact", "email")
            yield Api(
                file.path,
                _said(document, file.path, "version"),
                _somebody(name, email),
                _said(document, file.path, "license", "name"),
            )


def _said(document: Document, path: str, *parts: str) -> Said | None:
    value = scalar(member(document.data, "info", *parts))
    return Said(value, path, line_of(document, "info", *parts)) if value else None


def _somebody(name: Said | None, email: Said | None) -> Somebody | None:
    first = name or email
    if first is None:
        return None
    return Somebody(name.text if name else "", email.text if email else "", "contact", first.path, first.line)
