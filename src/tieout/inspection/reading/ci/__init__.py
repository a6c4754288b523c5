"""Continuous integration as the repository configures it: what runs, on which event, and whether its failure counts.

GitHub Actions and GitLab CI are followed into reusable workflows, composite actions, make targets, package scripts,
tasks, hooks of pre-commit and local shell scripts. Others are named and not followed.
"""

import re
from typing import Final

from tieout.inspection.reading.ci.running import Running
from tieout.inspection.remembered import once
from tieout.inspection.repository import Repository
from tieout.syntax.pipelines.github import workflows
from tieout.syntax.pipelines.gitlab import pipeline
from tieout.syntax.pipelines.model import Ci

_OTHERS: Final = (
    (re.compile(r"\A\.circleci/config\.ya?ml\Z"), "CircleCI"),
    (re.compile(r"\A(?:[^/]+/)?azure-pipelines[^/]*\.ya?ml\Z|\A\.azure-?pipelines/.+\.ya?ml\Z"), "Azure Pipelines"),
    (re.compile(r"(?:\A|/)Jenkinsfile[^/]*\Z"), "Jenkins"),
    (re.compile(r"\A\.buildkite/.+\.ya?ml\Z"), "Buildkite"),
    (re.compile(r"\A\.travis\.ya?ml\Z"), "Travis CI"),
    (re.compile(r"\Abitbucket-pipelines\.ya?ml\Z"), "Bitbucket Pipelines"),
    (re.compile(r"\A\.drone\.ya?ml\Z"), "Drone"),
    (re.compile(r"\A\.(?:tekton|concourse)/.+\.ya?ml\Z"), "Tekton"),
    (re.compile(r"\A\.woodpecker(?:/.+)?\.ya?ml\Z"), "Woodpecker"),
    (re.compile(r"\Aappveyor\.ya?ml\Z"), "AppVeyor"),
    (re.compile(r"\Acloudbuild\.ya?ml\Z"), "Google Cloud Build"),
    (re.compile(r"\Abuildspec\.ya?ml\Z"), "AWS CodeBuild"),
    (re.compile(r"\A\.?(?:prow_config|prow)\.ya?ml\Z|\A\.prow/.+\.ya?ml\Z"), "Prow"),
)


@once
def ci(repository: Repository) -> Ci:
    """The continuous integration of a repository; read once."""
    found = list(workflows(repository))
    gitlab = pipeline(repository)
    if gitlab is not None:
        found.append(gitlab)
    others = tuple(
        (file.path, product) for pattern, product in _OTHERS for file in repository.matching(pattern) if file.is_own
    )
    return Ci(tuple(found), Running(repository, tuple(found)).all(), others)


__all__ = ["ci"]
