"""Tools that stand in a repository for people's own machines: hooks, make targets, development dependencies."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.ci.telling import local_hooks
from tieout.inspection.reading.ci.tool_tables import CODE, DEPENDENCIES, INFRASTRUCTURE, SECRETS, WORKFLOWS
from tieout.inspection.repository import Repository, member
from tieout.kernel.reading.patterns import compile_bytes

_MANIFEST = re.compile(
    r"(?:\A|/)(?:pyproject\.toml|setup\.(?:py|cfg)|Pipfile|package\.json|Gemfile|tox\.ini"
    r"|(?:[^/]*requirements[^/]*|dev|test|lint)\.(?:txt|in)|environment\.ya?ml)\Z",
    re.IGNORECASE,
)
_HOOK_FILE = re.compile(r"\A(?:\.husky/[^/_.][^/]*|lefthook\.ya?ml|\.githooks/[^/]+)\Z")
#: Packages whose only use is a scan: name of the tool, and what it looks at.
_PACKAGES: Final = {
    "bandit": ("Bandit", CODE), "semgrep": ("Semgrep", CODE), "njsscan": ("njsscan", CODE),
    "flake8-bandit": ("flake8-bandit", CODE), "brakeman": ("Brakeman", CODE),
    "eslint-plugin-security": ("eslint-plugin-security", CODE),
    "detect-secrets": ("detect-secrets", SECRETS), "ggshield": ("GitGuardian", SECRETS),
    "secretlint": ("Secretlint", SECRETS), "trufflehog": ("TruffleHog", SECRETS),
    "pip-audit": ("pip-audit", DEPENDENCIES), "safety": ("Safety", DEPENDENCIES), "snyk": ("Snyk", DEPENDENCIES),
    "audit-ci": ("audit-ci", DEPENDENCIES), "bundler-audit": ("bundler-audit", DEPENDENCIES),
    "checkov": ("Checkov", INFRASTRUCTURE), "zizmor": ("zizmor", WORKFLOWS),
}  # fmt: skip
_LINE = compile_bytes(
    r"""(?m)^[ \t]*(?:gem[ \t]+|-[ \t]+)?["']?(?P<name>"""
    + "|".join(re.escape(name) for name in sorted(_PACKAGES, key=len, reverse=True))
    + r""")(?:["'\[ \t=<>~!:,;(]|\r?$)"""
)
_SETTINGS = re.compile(r"^\s*\[{1,2}\s*tool\.")
_DEPENDENCY_SECTION = re.compile(r"dependenc|group|extras|packages", re.IGNORECASE)
_CALL = compile_bytes(
    r"(?m)^[^#\n]*\b(?P<name>gitleaks|trufflehog|detect-secrets|ggshield|secretlint|bandit|semgrep|trivy)\b"
)
_RECIPE = compile_bytes(
    r"(?m)^\t[@\-]?[^#\n]{0,120}?\b(?P<name>gitleaks|trufflehog|detect-secrets|ggshield|bandit|semgrep|trivy|pip-audit"
    r"|snyk|checkov|brakeman|zizmor)[ \t]"
)
_MAKEFILE = re.compile(r"(?:\A|/)(?:GNUm|[mM])akefile\Z|\.mk\Z")
_CALLED: Final = {
    "gitleaks": ("Gitleaks", SECRETS), "trivy": ("Trivy", DEPENDENCIES), **_PACKAGES,
}  # fmt: skip


def local_tools(repository: Repository, kinds: Sequence[str]) -> list[tuple[str, str, InspectedPlace]]:
    """Tools of some kinds that are hooks, make targets or development dependencies: name, kind and place."""
    found = list(local_hooks(repository, kinds))
    for files, pattern, what in ((_HOOK_FILE, _CALL, "a local hook"), (_MAKEFILE, _RECIPE, "a make target")):
        for text in repository.texts(file for file in repository.matching(files) if file.is_own):
            for hit in text.hits(pattern):
                tool, kind = _CALLED[hit.groups["name"]]
                if kind in kinds:
                    found.append((tool, kind, text.place(hit.line, f"{what}: {tool}")))
    found.extend(_dependencies(repository, kinds))
    own = own_names(repository)
    return [item for item in found if item[0].lower() not in own]


def _dependencies(repository: Repository, kinds: Sequence[str]) -> Iterator[tuple[str, str, InspectedPlace]]:
    files = (file for file in repository.matching(_MANIFEST) if file.is_own)
    for text in repository.texts(files):
        lines = text.lines() if text.path.endswith(".toml") else []
        for hit in text.hits(_LINE):
            tool, kind = _PACKAGES[hit.groups["name"]]
            if kind in kinds and (not lines or _is_dependency(lines, hit.line)):
                yield tool, kind, text.place(hit.line, f"a development dependency: {tool}")


def _is_dependency(lines: Sequence[str], line: int) -> bool:
    """Whether a line of a TOML file names a dependency: not a tool's setting, not a program of the project's own."""
    header = next((text for text in reversed(lines[: line - 1]) if text.startswith("[")), "")
    if _DEPENDENCY_SECTION.search(header):
        return True
    return lines[line - 1].lstrip().startswith(("'", '"')) and not _SETTINGS.match(header)


def own_names(repository: Repository) -> frozenset[str]:
    """Names under which the project itself is published."""
    found = []
    for path, *way in (("pyproject.toml", "project", "name"), ("package.json", "name")):
        document = repository.document(path) if path in repository.paths else None
        found.append(member(document.data, *way) if document is not None else None)
    return frozenset(name.lower() for name in found if isinstance(name, str))
