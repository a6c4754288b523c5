"""Artefacts read from a git repository at a commit: tree, history, owners, cards."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tieout.domain.artefacts.records import Approval, Record
from tieout.domain.base import Model


class TreeFile(Model):
    """One file of the assessed tree that other evidence may point at."""

    path: str
    size: int | None = Field(default=None, description="bytes; left out where this repository lacks the content")
    digest: str = Field(description="gitblob:<id>")
    sha256: str | None = Field(default=None, description="of the content, for data sets and models up to a cap")
    pointer: bool | None = Field(default=None, description="a Git LFS pointer: the content is kept elsewhere")
    claimed_sha256: str | None = Field(default=None, description="what a pointer says of the content; never compared")
    claimed_size: int | None = Field(default=None, description="bytes that a pointer says the content has")


class RepositoryTree(Model):
    """The tree at the assessed commit, by class of path."""

    commit: str
    files: int
    by_class: dict[str, int] = Field(description="class of the path (live, example, …) -> files")
    submodules: int = 0
    symlinks: int = 0
    lfs_pointers: int = 0
    undecodable_paths: int = 0
    listed: tuple[TreeFile, ...] = Field(default=(), description="data, model, prompt and evaluation files")


class TagFact(Model):
    """One tag; a signature that is present is not one that was verified."""

    name: str
    commit: str | None = None
    annotated: bool
    signature: Literal["none", "gpg", "ssh", "x509"]


class GitHistory(Model):
    """History up to the assessed commit; people are pseudonyms, never names or addresses."""

    commit: str
    committed_at: datetime
    complete: bool = Field(description="False for a shallow or partial clone: counts are then lower bounds")
    commits: int
    merges: int
    window_start: datetime
    window_commits: int
    window_authors: int
    authors: tuple[str, ...] = Field(default=(), description="pseudonyms of the window, sorted")
    signed_commits: int = Field(description="carry a signature, unverified here")
    tags: tuple[TagFact, ...] = ()


class OwnerLine(Model):
    """One effective rule of a CODEOWNERS file."""

    pattern: str
    owners: tuple[str, ...]


class OwnedPath(Model):
    """One governed path and who owns it by the last matching rule."""

    path: str
    owners: tuple[str, ...]
    otherwise: tuple[str, ...] | None = Field(
        default=None,
        description="its owners as GitLab reads the file, where nothing tells whether GitHub or GitLab does and they "
        "differ",
    )


class CodeOwners(Model):
    """The CODEOWNERS file in force, resolved over the governed paths of the tree."""

    path: str
    rules: tuple[OwnerLine, ...]
    governed: tuple[OwnedPath, ...] = Field(
        default=(), description="model, prompt, evaluation and policy paths of the tree, with their owners"
    )
    settings: tuple[str, ...] = Field(
        default=(), description="options of the source that bend the measurement, each with its default"
    )


class SystemCard(Record):
    """A model or system card with front matter."""

    version: str | None = Field(default=None, description="version of the system that the card describes")
    models: tuple[str, ...] = Field(default=(), description="models it uses, as the gateway names them")
    tasks: tuple[str, ...] = Field(default=(), description="what it does, as the evaluations name it")
    intended_use: str | None = Field(default=None, description="what it is for")
    limits: tuple[str, ...] = Field(default=(), description="what it was not made or tested for")
    metrics: tuple[str, ...] = Field(default=(), description="what is measured")
    residual_risks: tuple[str, ...] = Field(default=(), description="what can still go wrong")
    approval: Approval = Approval()


class DatasetCard(Record):
    """A dataset card with front matter."""

    name: str = Field(description="name of the data set")
    source: str | None = Field(default=None, description="where the data comes from")
    licence: str | None = Field(default=None, description="terms of its use")
    collected: str | None = Field(default=None, description="when it was collected")
    path: str | None = Field(default=None, description="the data file it describes, relative to the repository")
    split_sha256: str | None = Field(default=None, description="SHA-256 of the data file")
    records: int | None = Field(default=None, description="how many records it has")
    approval: Approval = Approval()
