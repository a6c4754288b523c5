"""Services of the Compose files of a repository, and which of them are for use."""

from collections.abc import Iterator
from dataclasses import dataclass

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.repository import Repository
from tieout.syntax.compose import Service as PlainService
from tieout.syntax.compose import services_of
from tieout.syntax.container_files import is_compose_file, is_for_work


@dataclass(frozen=True, slots=True)
class Service(PlainService):
    """A service.

    Attributes:
        path_class: What kind of place its file stands in.
        is_live: It is for use, as far as path and name say.
    """

    path_class: PlaceClass
    is_live: bool

    def place(self, repository: Repository, *parts: str | int, shows: str, counts: bool = True) -> InspectedPlace:
        """The place of a value."""
        return repository.place(self.path, self.line(*parts) or self.line(), shows, counts=counts)


def services(repository: Repository) -> Iterator[Service]:
    """Every service of every Compose file of the project, by path."""
    for file in repository.files:
        is_one = file.kind == "file" and is_compose_file(file.path)
        if not is_one or file.path_class in {PlaceClass.VENDORED, PlaceClass.DOCUMENTATION}:
            continue
        document = repository.document(file.path)
        is_live = file.path_class is PlaceClass.LIVE and not is_for_work(file.path)
        for one in services_of(file.path, document) if document is not None else ():
            yield Service(one.path, one.name, one.data, one.document, file.path_class, is_live)
