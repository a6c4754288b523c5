"""Reads Compose files: how services run, what they publish, and where their secrets come from.

Sources: the Compose specification (services, ports, profiles, extends, interpolation), and Docker's documentation of
published ports: without an address of the host they are reached at every address.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tieout.collectors.config.compose_parts.exposure import exposure_rows
from tieout.collectors.config.compose_parts.running import is_whole, running_rows, service_image
from tieout.collectors.config.compose_parts.secrets import secret_rows
from tieout.collectors.config.compose_parts.shapes import odd_in
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.odd_parts import tell
from tieout.collectors.config.rows import Rows
from tieout.collectors.config.security_rows import SecurityRows
from tieout.domain.paths import elsewhere_by
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import excerpt
from tieout.syntax.compose import Service, services_of
from tieout.syntax.container_files import is_compose_file, is_for_work
from tieout.syntax.cursor import Cursor

_YAML = re.compile(r"\.ya?ml$", re.IGNORECASE)
#: The files that Compose takes where nobody names one, and what it takes in beside them.
_BY_ITSELF = re.compile(r"(?:docker-)?compose\.ya?ml", re.IGNORECASE)
_OVERRIDE = re.compile(r"(?:^|/)(?:docker-)?compose\.override\.ya?ml$", re.IGNORECASE)
_CHANGED: Final = "is changed by an override file beside it, which Compose takes in where no file is named: not read"
_TOP: Final = frozenset({"configs", "include", "name", "networks", "secrets", "services", "version", "volumes"})
#: Profiles that somebody asks for beside the work, and not where people are served.
_FOR_WORK: Final = frozenset({"ci", "debug", "devtools", "e2e", "local", "test", "testing", "tests", "tools"})


def _suits(path: str) -> bool:
    return _YAML.search(path) is not None


def _recognises(file: ConfigFile) -> bool:
    return any(_is_compose(document.data, named=is_compose_file(file.path)) for document in file.documents)


def _is_compose(data: Any, *, named: bool) -> bool:
    """Whether a document is a Compose file: by its name and its services, else by all that stands in it."""
    services = data.get("services") if isinstance(data, dict) else None
    if not isinstance(services, dict) or not any(isinstance(one, dict) for one in services.values()):
        return False
    if named:
        return True
    known = all(key in _TOP or key.startswith("x-") for key in data)
    return known and any(isinstance(one, dict) and ("image" in one or "build" in one) for one in services.values())


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> Iterator[Found]:
    settings = SecurityRows("Compose")
    images = Rows("container_config", "images", "Compose")
    changed = _changed_by_override(file.path, beside)
    for document in file.documents:
        if is_for_work(file.path):
            told = "is by its name for those who work on the code or test it, or changes another file only where asked"
            settings.rows.note(None, told)
            images.note(None, told)
            continue
        include = Cursor.top(document).down("include")
        if include.value:
            settings.rows.drop(include, "'include' takes in other files, which are not read here")
            images.drop(include, "'include' takes in other files, which are not read here")
        for odd in _no_mappings(document):
            settings.rows.drop(odd, f"'{excerpt(odd.key)}' cannot be judged: it is no mapping")
            images.drop(odd, f"'{excerpt(odd.key)}' cannot be judged: it is no mapping")
        for service in services_of(file.path, document):
            reason = _why_off(service)
            if reason is None:
                _service(settings, images, service)
                tell((settings.rows, images), odd_in(service))
                if service.name in changed:
                    told = f"'{excerpt(service.name)}' {_CHANGED}"
                    settings.rows.note(service.cursor(), told)
                    images.note(service.cursor(), told)
            else:
                settings.rows.note(service.cursor(), f"'{excerpt(service.name)}' {reason}")
                images.note(service.cursor(), f"'{excerpt(service.name)}' {reason}")
    yield from settings.found()
    yield from images.found()


def _changed_by_override(path: str, files: Sequence[ConfigFile]) -> set[str]:
    """Services that the override file of a Compose file changes: only of a file that Compose takes by itself."""
    folder, _, name = path.rpartition("/")
    if not _BY_ITSELF.fullmatch(name):
        return set()
    overrides = [one for one in files if one.path.rpartition("/")[0] == folder and _OVERRIDE.search(one.path)]
    return {
        service.key
        for one in overrides
        for document in one.documents
        for service in Cursor.top(document).down("services").members()
    }


def _no_mappings(document: Document) -> list[Cursor]:
    """Services that hold something else than settings; one that holds nothing is told of in another file."""
    services = Cursor.top(document).down("services").members()
    return [one for one in services if one.value is not None and not isinstance(one.value, dict)]


def _service(settings: SecurityRows, images: Rows, service: Service) -> None:
    if is_whole(service) or service.data.get("extends"):
        service_image(images, service)
    running_rows(settings, service)
    exposure_rows(settings, service)
    secret_rows(settings, service)


def _why_off(service: Service) -> str | None:
    """Why a service does not run in production; None where it does."""
    profiles = service.cursor("profiles").texts
    if profiles and all(one.lower() in _FOR_WORK or elsewhere_by(one) for one in profiles):
        return f"is started only with the profile '{excerpt(profiles[0])}', which is for work or tests"
    for at in (service.cursor("deploy", "replicas"), service.cursor("scale")):
        if at.number == 0:
            return "is switched off: it asks for no replicas"
    return None


READERS = (
    Reader(
        name="compose",
        title="Compose files",
        artefacts=("container_config", "security_config"),
        suits=_suits,
        recognises=_recognises,
        read=_read,
    ),
)
