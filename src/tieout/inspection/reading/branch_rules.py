"""Rules for branches as a repository can hold them: settings and rulesets of a forge, kept as files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.inspection.reading.source_code import searched, settings
from tieout.inspection.repository import File, Repository, line_of, member
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.nodes import scalar

_SETTINGS = re.compile(r"^\.github/(?:settings|safe-settings|suborgs/[^/]+|repos/[^/]+)\.ya?ml$", re.IGNORECASE)
_RULESET = re.compile(
    r"(?:^|/)(?:\.github/)?rulesets?/[^/]{1,100}\.json$|^\.github/[^/]*(?:ruleset|branch[-_]protection)[^/]*\.(?:json|ya?ml)$",
    re.IGNORECASE,
)
_ASF: Final = ".asf.yaml"
_TERRAFORM = compile_bytes(
    r'(?m)^[ \t]*resource[ \t]+"(?P<kind>github_branch_protection(?:_v3)?|github_repository_ruleset'
    r'|gitlab_branch_protection|gitlab_project_level_mr_approvals|gitlab_project_approval_rule)"'
)
#: Keys that say how many people have to approve.
_REVIEWS: Final = ("required_approving_review_count", "required_approving_review_counts", "approvals_required")


@dataclass(frozen=True, slots=True)
class BranchRule:
    """A rule for branches that is kept as a file.

    Attributes:
        path: Of the file.
        line: Where it stands.
        branch: Which branches it is for; "" where that is not told at its place.
        form: What kind of file it is, in words.
        approvals: Approvals that it demands; None where it says none.
        checks: Names of checks that it demands, with their lines.
    """

    path: str
    line: int | None
    branch: str
    form: str
    approvals: int | None
    checks: tuple[tuple[str, int | None], ...]


def branch_rules(repository: Repository) -> list[BranchRule]:
    """Rules for branches in live files, sorted by path; whether the forge has taken them is not told there."""
    found: list[BranchRule] = []
    for file in repository.files:
        if file.kind == "file" and file.is_own:
            if _SETTINGS.search(file.path):
                found += _of_settings(repository, file)
            elif _RULESET.search(file.path):
                found += _of_ruleset(repository, file)
            elif file.path == _ASF:
                found += _of_asf(repository, file)
    return [*found, *_of_terraform(repository)]


def _of_settings(repository: Repository, file: File) -> Iterator[BranchRule]:
    """`branches:` of the settings app."""
    document = repository.document(file.path)
    for index, branch in enumerate(_list(document, "branches")):
        if document is not None and isinstance(member(branch, "protection"), dict):
            at = ("branches", index)
            yield BranchRule(
                file.path,
                line_of(document, *at, "protection"),
                scalar(branch.get("name")),
                "settings of the forge",
                _number(member(branch, "protection", "required_pull_request_reviews"), _REVIEWS),
                _checks(document, branch, at),
            )


def _checks(document: Document, branch: Any, at: tuple[str | int, ...]) -> tuple[tuple[str, int | None], ...]:
    contexts = member(branch, "protection", "required_status_checks", "contexts")
    way = (*at, "protection", "required_status_checks", "contexts")
    if not isinstance(contexts, list):
        return ()
    return tuple((name, line_of(document, *way, index)) for index, name in enumerate(contexts) if isinstance(name, str))


def _of_ruleset(repository: Repository, file: File) -> Iterator[BranchRule]:
    """A ruleset as GitHub exports it."""
    document = repository.document(file.path)
    rules = _list(document, "rules")
    if document is None or not rules or member(document.data, "target") not in (None, "branch"):
        return
    approvals, checks = None, []
    for index, rule in enumerate(rules):
        if member(rule, "type") == "pull_request":
            approvals = _number(member(rule, "parameters"), _REVIEWS)
        required = member(rule, "parameters", "required_status_checks")
        for number, check in enumerate(required if isinstance(required, list) else []):
            way = ("rules", index, "parameters", "required_status_checks", number, "context")
            if isinstance(name := member(check, "context"), str):
                checks.append((name, line_of(document, *way)))
    included = member(document.data, "conditions", "ref_name", "include")
    branch = ", ".join(one for one in included if isinstance(one, str)) if isinstance(included, list) else ""
    yield BranchRule(file.path, line_of(document, "rules"), branch, "a ruleset", approvals, tuple(checks))


def _of_asf(repository: Repository, file: File) -> Iterator[BranchRule]:
    """`protected_branches:` of the settings that Apache projects keep."""
    document = repository.document(file.path)
    branches = member(document.data, "github", "protected_branches") if document is not None else None
    if document is not None and isinstance(branches, dict):
        for name, rule in branches.items():
            approvals = _number(member(rule, "required_pull_request_reviews"), _REVIEWS)
            line = line_of(document, "github", "protected_branches", name)
            yield BranchRule(file.path, line, str(name), "settings of the forge", approvals, ())


def _of_terraform(repository: Repository) -> Iterator[BranchRule]:
    files = [file for file in settings(repository) if file.name.endswith(".tf")]
    for source in searched(repository, files, _TERRAFORM):
        for hit in source.hits(_TERRAFORM):
            yield BranchRule(source.text.path, hit.line, "", f"a resource {hit.groups['kind']}", None, ())


def _list(document: Document | None, key: str) -> list[Any]:
    value = member(document.data, key) if document is not None else None
    return value if isinstance(value, list) else []


def _number(data: Any, keys: tuple[str, ...]) -> int | None:
    values = (member(data, key) for key in keys)
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), None)
