"""Which Dockerfiles a repository has, and what each is for."""

import re
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.containers.dockerfile import Dockerfile, parse_dockerfile
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository

#: More are listed by nobody, and read one by one.
MAX_DOCKERFILES: Final = 500

_NAME = re.compile(r"(?:^|/)(?:[^/]+[._-])?(?:Dockerfile|Containerfile)(?:[._-][^/]+)?$", re.IGNORECASE)
_NOT_ONE = re.compile(
    r"\.(?:dockerignore|md|rst|txt|py|go|sh|rb|[jt]sx?|ya?ml|json|html|svg|png|snap|lock)$", re.IGNORECASE
)
#: Images of this kind are for the people who work on the code, or for its tests: nobody is served by them.
_FOR_WORK = re.compile(
    r"(?:^|/)(?:\.devcontainer|\.cursor|\.gitpod|\.vscode|\.github|\.gitlab|\.circleci|\.buildkite|\.ci|ci|devcontainer)/"
    r"|(?:^|/)(?:[^/]+[._-])?(?:Dockerfile|Containerfile)[._-](?:[^/]+[._-])?"
    r"(?:dev|devel|development|local|tests?|testing|ci|debug|lint|docs?|bench|benchmark|e2e)$"
    r"|(?:^|/)(?:dev|devel|local|tests?|ci|debug|lint|docs?|bench|e2e)\.(?:Dockerfile|Containerfile)$"
    r"|(?:^|/)\.gitpod\.Dockerfile$",
    re.IGNORECASE,
)


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
    files = [file for file in repository.matching(_NAME) if not _NOT_ONE.search(file.path)][:MAX_DOCKERFILES]
    by_path = {file.path: file for file in files}
    built = []
    for text in repository.texts(files):
        parsed = parse_dockerfile(text.path, "\n".join(text.lines()))
        if parsed.stages:
            file = by_path[text.path]
            is_live = file.path_class is PlaceClass.LIVE and not _FOR_WORK.search(file.path)
            built.append(Built(file, parsed, is_live))
    return tuple(built)
