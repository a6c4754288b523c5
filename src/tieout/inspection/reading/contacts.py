"""Whom a repository gives as contact: people with a role, people without one, and functions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tieout.inspection.reading.api_metadata import apis
from tieout.inspection.reading.authors import Identity
from tieout.inspection.reading.maintainers import Roll
from tieout.inspection.reading.package_metadata import Somebody, packages
from tieout.inspection.reading.people import is_function, is_person, is_placeholder
from tieout.inspection.repository import Repository, line_of, member
from tieout.inspection.wording import counted

#: Roles that say for what somebody answers; an author only wrote something once.
_ROLES: Final = frozenset({"maintainer"})
_KINDS: Final = {
    "pyproject": "the package metadata",
    "setup": "the package metadata",
    "npm": "the package metadata",
    "cargo": "the package metadata",
    "composer": "the package metadata",
    "chart": "the chart's metadata",
    "citation": "the citation file",
}


class Standing(StrEnum):
    """What an entry is worth as an answer."""

    ROLE = "person with a role"
    PERSON = "person without a role"
    FUNCTION = "function or organisation"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Contact:
    """One entry; never the name or address itself.

    Attributes:
        standing: What it is worth.
        source: Where it stands, in words.
        path: Of the file.
        line: 1-based; None where it is not known.
        shows: What stands there.
        told: The entry as the beginning of a sentence.
        address_line: Where the address stands apart.
    """

    standing: Standing
    source: str
    path: str
    line: int | None
    shows: str
    told: str
    address_line: int | None = None


def contacts_of(repository: Repository, rolls: Iterable[Roll]) -> list[Contact]:
    """Everybody who is given as contact, those with a role first.

    Args:
        repository: The commit.
        rolls: Files and sections that name maintainers.
    """
    known = _known(repository)
    found = [
        *_of_rolls(rolls),
        *(_contact(one, "the API's description", known) for one in _of_apis(repository)),
        *(_contact(one, _KINDS[package.kind], known) for package in packages(repository) for one in package.people),
        *(_contact(one, "the catalogue entry", known) for one in _of_catalogues(repository)),
    ]
    order = list(Standing)
    return sorted(found, key=lambda one: order.index(one.standing))


def _known(repository: Repository) -> frozenset[str]:
    """Names of people who wrote commits, in small letters: those of one word could be anything else."""
    if repository.history is None:
        return frozenset()
    identities = {Identity(record.author_name, record.author_email) for record in repository.history.commits}
    return frozenset(
        one.name.strip().casefold() for one in identities if " " in one.name.strip() and not one.is_automated
    )


def _of_rolls(rolls: Iterable[Roll]) -> Iterator[Contact]:
    for roll in rolls:
        if roll.people:
            people = counted(roll.people, "person", "people")
            standing = Standing.ROLE if roll.is_file else Standing.PERSON
            where = roll.path if roll.is_file else f"a section of {roll.path}"
            yield Contact(standing, where, roll.path, roll.line, f"names {people}", f"{where} names {people}")


def _of_apis(repository: Repository) -> Iterator[Somebody]:
    for api in apis(repository):
        if api.contact is not None:
            yield api.contact


def _of_catalogues(repository: Repository) -> Iterator[Somebody]:
    """Contacts of publiccode.yml (publiccode.yml standard, `maintenance/contacts`) and of code.json (code.gov)."""
    for path, parts in (
        ("publiccode.yml", ("maintenance", "contacts")),
        ("publiccode.yaml", ("maintenance", "contacts")),
    ):
        document = repository.document(path)
        entries = member(document.data, *parts) if document is not None else None
        if document is not None and isinstance(entries, list):
            for index, entry in enumerate(entries):
                yield _entry(entry, path, line_of(document, *parts, index))
    document = repository.document("code.json")
    releases = member(document.data, "releases") if document is not None else None
    for at in (
        ("contact",),
        *((("releases", index, "contact")) for index in range(len(releases) if isinstance(releases, list) else 0)),
    ):
        entry = member(document.data, *at) if document is not None else None
        if document is not None and isinstance(entry, dict):
            yield _entry(entry, "code.json", line_of(document, *at))


def _entry(entry: Any, path: str, line: int | None) -> Somebody:
    name, email = (member(entry, key) for key in ("name", "email"))
    return Somebody(
        name if isinstance(name, str) else "", email if isinstance(email, str) else "", "contact", path, line
    )


def _contact(one: Somebody, source: str, known: frozenset[str]) -> Contact:
    if is_placeholder(one.name) or is_placeholder(one.address) or not (one.name or one.address):
        standing, shows = Standing.NOBODY, "a placeholder stands where a person would"
    elif is_person(one.name, known):
        standing = Standing.ROLE if one.role in _ROLES else Standing.PERSON
        shows = f"names a person as {one.role}{', with an address' if one.address else ''}"
    elif one.address and not one.name and not is_function(one.address):
        standing, shows = Standing.PERSON, f"gives an address as {one.role}"
    else:
        is_reached = "with the address of a function" if one.address else "without an address"
        standing, shows = Standing.FUNCTION, f"names an organisation or function as {one.role}, {is_reached}"
    told = f"{source[0].upper()}{source[1:]} {shows}"
    return Contact(standing, source, one.path, one.line, shows, told, one.address_line)
