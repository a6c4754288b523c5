"""Names of the files that containers are made and run from, and which of them only those who work on the code use."""

import re

_DOCKERFILE = re.compile(r"(?:^|/)(?:[^/]+[._-])?(?:Dockerfile|Containerfile)(?:[._-][^/]+)?$", re.IGNORECASE)
_NO_DOCKERFILE = re.compile(
    r"\.(?:dockerignore|md|rst|txt|py|go|sh|rb|[jt]sx?|ya?ml|json|html|svg|png|snap|lock)$", re.IGNORECASE
)
_COMPOSE = re.compile(r"(?:^|/)(?:docker-|podman-)?compose(?:[._-][^/]*)?\.ya?ml$", re.IGNORECASE)
#: Images of this kind are for the people who work on the code, or for its tests: nobody is served by them.
_IMAGE_FOR_WORK = re.compile(
    r"(?:^|/)(?:\.devcontainer|\.cursor|\.gitpod|\.vscode|\.github|\.gitlab|\.circleci|\.buildkite|\.ci|ci|devcontainer)/"
    r"|(?:^|/)(?:[^/]+[._-])?(?:Dockerfile|Containerfile)[._-](?:[^/]+[._-])?"
    r"(?:dev|dev[-_]?tools?|devel|development|local|tilt|tests?|testing|ci|debug|lint|docs?|bench|benchmark|e2e)$"
    r"|(?:^|/)(?:dev|devel|local|tests?|ci|debug|lint|docs?|bench|e2e)\.(?:Dockerfile|Containerfile)$"
    r"|(?:^|/)\.gitpod\.Dockerfile$",
    re.IGNORECASE,
)
#: What people run beside their editor, or in tests.
_COMPOSE_FOR_WORK = re.compile(
    r"(?:^|/)(?:\.devcontainer|\.cursor|\.gitpod|\.vscode|\.github|ci)/"
    r"|compose[._-](?:[^/]+[._-])?(?:override|local|tests?|testing|ci|e2e|debug|build)[^/]*\.ya?ml$",
    re.IGNORECASE,
)


def is_dockerfile(path: str) -> bool:
    """Whether a path is named as the files are that images are built from."""
    return _DOCKERFILE.search(path) is not None and _NO_DOCKERFILE.search(path) is None


def is_compose_file(path: str) -> bool:
    """Whether a path is named as Compose files are."""
    return _COMPOSE.search(path) is not None


def is_for_work(path: str) -> bool:
    """Whether the name of a Dockerfile or Compose file says that it is for those who work on the code, or for tests."""
    return (_COMPOSE_FOR_WORK if is_compose_file(path) else _IMAGE_FOR_WORK).search(path) is not None
