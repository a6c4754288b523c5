"""Lists of packages that a project asks for, by ecosystem."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.containers.finding import is_in_use
from tieout.inspection.reading.dependencies.locks import REQUIREMENTS, Lock
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes

#: Ecosystems whose packages become part of the program; the others are of its surroundings.
SURROUNDINGS: Final = frozenset(
    {"docker", "docker-compose", "github-actions", "helm", "terraform", "devcontainers", "pre-commit", "gitsubmodule"}
)
_TITLES: Final = {
    "python": "Python", "npm": "npm", "go": "Go", "cargo": "Cargo", "bundler": "Bundler", "composer": "Composer",
    "maven": "Maven", "gradle": "Gradle", "nuget": "NuGet", "mix": "Mix", "swift": "Swift", "pub": "pub",
    "cocoapods": "CocoaPods", "docker": "Docker", "docker-compose": "Compose", "github-actions": "GitHub Actions",
    "helm": "Helm", "terraform": "Terraform", "devcontainers": "development containers", "pre-commit": "pre-commit",
    "gitsubmodule": "Git submodules", "nix": "Nix",
}  # fmt: skip
#: A lock of these stands at the top of a workspace, and locks what lies below it.
_WORKSPACES: Final = frozenset({"npm", "cargo", "gradle", "uv"})


@dataclass(frozen=True, slots=True)
class Declared:
    """A file that asks for packages.

    Attributes:
        file: Where it stands.
        ecosystem: Of its packages.
        line: Where the first of them, or their list, stands.
    """

    file: File
    ecosystem: str
    line: int

    def is_locked_by(self, lock: Lock) -> bool:
        """Whether a lock is of this list: of the same ecosystem, beside it or at the top of its workspace."""
        if lock.ecosystem != self.ecosystem or lock.file.path_class is PlaceClass.VENDORED:
            return False
        if lock.file.folder == self.file.folder:
            return True
        above = not lock.file.folder or self.file.folder.startswith(f"{lock.file.folder}/")
        return above and bool(_WORKSPACES & {lock.ecosystem, lock.tool.lower()})


@dataclass(frozen=True, slots=True)
class Requirement:
    """A line of a list of requirements of pip: how firmly it asks for a version."""

    line: int
    shows: str


_PYPROJECT: Final = (
    r"(?m)^(?:dependencies[ \t]*=[ \t]*\[(?:[ \t]*(?:#[^\n]*)?\n[ \t]*)*[\"']"
    r"|\[tool\.poetry\.(?:dependencies|group\.)|\[project\.optional-dependencies\]|\[dependency-groups\]"
    r"|\[tool\.pdm\.dev-dependencies\])"
)
_SETUP: Final = (
    r"(?m)\binstall_requires[ \t]*=[ \t]*(?:\[[ \t\n]*[\"']|\n[ \t]+\w)"
    r"|\bextras_require[ \t]*=[ \t]*\{\s*[\"']|^\[options\.extras_require\]"
)

#: Files that ask for packages, by name, with what shows that they do.
_FILES: Final[tuple[tuple["re.Pattern[str]", str, Any], ...]] = tuple(
    (re.compile(rf"(?:^|/)(?:{name})$", re.IGNORECASE), ecosystem, compile_bytes(shows))
    for name, ecosystem, shows in (
        (r"pyproject\.toml", "python", _PYPROJECT),
        (r"setup\.py|setup\.cfg", "python", _SETUP),
        (r"Pipfile", "python", r"(?m)^\[(?:dev-)?packages\]"),
        (r"environment\.ya?ml|conda\.ya?ml", "python", r"(?m)^dependencies:"),
        (r"package\.json", "npm", r"\"(?:dev|peer|optional)?[dD]ependencies\"[ \t]*:[ \t]*\{\s*\""),
        (r"go\.mod", "go", r"(?m)^require\b"),
        (r"Cargo\.toml", "cargo", r"(?m)^\[(?:workspace\.|target\.[^\]\n]{1,80}\.)?(?:dev-|build-)?dependencies"),
        (r"Gemfile|gems\.rb", "bundler", r"(?m)^[ \t]*gem[ \t(]+[\"']"),
        (r"composer\.json", "composer", r"\"require(?:-dev)?\"[ \t]*:[ \t]*\{\s*\""),
        (r"pom\.xml", "maven", r"<dependency>"),
        (r"build\.gradle(?:\.kts)?", "gradle", r"(?m)^[ \t]*(?:implementation|api|compileOnly|runtimeOnly)[ \t(]"),
        (r"[^/]+\.(?:cs|fs|vb)proj", "nuget", r"<PackageReference "),
        (r"mix\.exs", "mix", r"(?m)^[ \t]*defp? deps\b"),
        (r"Package\.swift", "swift", r"\.package\("),
        (r"pubspec\.ya?ml", "pub", r"(?m)^(?:dev_)?dependencies:"),
        (r"Podfile", "cocoapods", r"(?m)^[ \t]*pod[ \t]+[\"']"),
        (r"[^/]+\.tf", "terraform", r"(?m)^[ \t]*required_providers\b"),
        (r"\.github/workflows/[^/]+\.ya?ml", "github-actions", r"(?m)^[ \t-]*uses:[ \t]*[\"']?[^.\s\"']"),
        (r"(?:[^/]+[._-])?(?:Dockerfile|Containerfile)(?:[._-][\w-]+)?", "docker", r"(?m)^(?i:from)[ \t]+\S"),
        (r"(?:docker-)?compose(?:[._-][^/]*)?\.ya?ml", "docker-compose", r"(?m)^[ \t]+image:"),
        (r"Chart\.ya?ml", "helm", r"(?m)^dependencies:"),
        (r"\.pre-commit-config\.ya?ml", "pre-commit", r"(?m)^[ \t]+rev:"),
        (r"\.gitmodules", "gitsubmodule", r"(?m)^[ \t]*url"),
    )
)
_REQUIREMENT = compile_bytes(
    r"(?m)^[ \t]*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]\n]{0,100}\])?[ \t]*(?P<pin>===?|[<>~!]=?|@)?[^\n]*$"
)


def title_of(ecosystem: str) -> str:
    """An ecosystem as people write it."""
    return _TITLES.get(ecosystem, ecosystem)


@once
def declared(repository: Repository) -> tuple[Declared, ...]:
    """Every file in use that asks for packages, by path."""
    return tuple(_declared(repository))


def is_known(ecosystem: str) -> bool:
    """Whether files that ask for packages of an ecosystem are known here by their names."""
    return any(form[1] == ecosystem for form in _FILES)


def may_ask(path: str, ecosystem: str) -> bool:
    """Whether a file of this name can ask for packages of an ecosystem, whatever it is for."""
    if ecosystem == "python" and REQUIREMENTS.search(path):
        return True
    return any(form[1] == ecosystem and form[0].search(path) for form in _FILES)


def requirements(text: Text) -> Iterator[Requirement]:
    """The lines of a list of requirements of pip."""
    for hit in text.hits(_REQUIREMENT):
        pin = hit.groups.get("pin", "")
        if "--hash=" in hit.text:
            yield Requirement(hit.line, "pinned with a hash")
        elif pin.startswith("=="):
            yield Requirement(hit.line, "pinned without a hash")
        elif pin == "@":
            yield Requirement(hit.line, "fetched from an address")
        else:
            yield Requirement(hit.line, "within bounds" if pin else "in any version")


def _declared(repository: Repository) -> Iterator[Declared]:
    wanted: list[tuple[File, str, Any]] = []
    for file in repository.files:
        if file.kind != "file" or not is_in_use(repository, file):
            continue
        if REQUIREMENTS.search(file.path):
            wanted.append((file, "python", _REQUIREMENT))
            continue
        form = next((form for form in _FILES if form[0].search(file.path)), None)
        if form is not None:
            wanted.append((file, form[1], form[2]))
    texts = {text.path: text for text in repository.texts(file for file, _, _ in wanted)}
    for file, ecosystem, shows in wanted:
        first = texts[file.path].first(shows) if file.path in texts else None
        if first is not None:
            yield Declared(file, ecosystem, first.line)
