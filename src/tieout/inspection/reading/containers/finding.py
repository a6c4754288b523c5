"""Which Dockerfiles a repository has, and what each is for."""

from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.manifests.compose import services
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository
from tieout.syntax.container_files import is_dockerfile, is_for_work
from tieout.syntax.dockerfile import Dockerfile, parse_dockerfile

#: More are listed by nobody, and read one by one.
MAX_DOCKERFILES: Final = 500


@dataclass(frozen=True, slots=True)
class Built:
    """A Dockerfile of the repository.

    Attributes:
        file: Where it stands.
        dockerfile: Parsed.
        is_live: The image is for use, as far as path and name say.
    """

    file: File
    dockerfile: Dockerfile
    is_live: bool


@once
def dockerfiles(repository: Repository) -> tuple[Built, ...]:
    """Every Dockerfile that has a stage, by path."""
    files = [file for file in repository.files if file.kind == "file" and is_dockerfile(file.path)][:MAX_DOCKERFILES]
    by_path = {file.path: file for file in files}
    # What a Compose file in use builds is in use, though its folder is called a demonstration.
    started = {service.dockerfile for service in services(repository) if service.is_live}
    built = []
    for text in repository.texts(files):
        parsed = parse_dockerfile(text.path, "\n".join(text.lines()))
        if parsed.stages:
            file = by_path[text.path]
            is_used = file.path_class is PlaceClass.LIVE or (
                file.path_class is PlaceClass.EXAMPLE and file.path in started
            )
            built.append(Built(file, parsed, is_used and not is_for_work(file.path)))
    return tuple(built)


@once
def _folders(repository: Repository) -> frozenset[str]:
    return frozenset(built.file.folder for built in dockerfiles(repository) if built.is_live and built.file.folder)


def is_in_use(repository: Repository, file: File) -> bool:
    """Whether a file is in use: by its path, or as one of a demonstration that a Compose file in use builds."""
    if file.path_class is PlaceClass.EXAMPLE:
        return file.folder in _folders(repository)
    return file.path_class is PlaceClass.LIVE
