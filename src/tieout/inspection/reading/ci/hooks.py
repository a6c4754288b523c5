"""The hooks of pre-commit: which stand in the configuration, with which arguments, at which stages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.inspection.repository import Repository
from tieout.syntax.pipelines.model import Spot
from tieout.syntax.pipelines.nodes import Node

CONFIGURATION: Final = ".pre-commit-config.yaml"
#: Stages whose hooks `pre-commit run` runs; the second is their older name.
_RUN_STAGES: Final = frozenset({"pre-commit", "commit"})


#: Options of `pre-commit run` that a value follows; after `--files` come any number of them.
_VALUED: Final = frozenset(
    {"--from-ref", "-s", "--source", "--to-ref", "-o", "--origin", "--hook-stage", "-c", "--config", "--color"}
    | {"--remote-branch", "--local-branch", "--remote-name", "--remote-url", "--commit-msg-filename"}
)
_FILES: Final = "--files"


def named_hooks(words: Sequence[str]) -> list[str]:
    """Ids of the hooks that arguments of `pre-commit run` name; none where all hooks are meant."""
    named = []
    before = ""
    for word in words:
        if word.startswith("-"):
            before = word
        elif before != _FILES:
            if before not in _VALUED:
                named.append(word)
            before = ""
    return named


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook of pre-commit.

    Attributes:
        id: Of the hook.
        repo: Address of its repository; "local" or "meta" for others.
        repo_spot: The line that names it.
        spot: The line of the hook itself.
        arguments: Its `args:`.
        entry: Its own command, for a local hook.
        stages: Where it says them; empty for all.
    """

    id: str
    repo: str
    repo_spot: Spot
    spot: Spot
    arguments: tuple[str, ...]
    entry: str
    stages: tuple[str, ...]

    @property
    def runs_by_default(self) -> bool:
        """Whether `pre-commit run` runs it without being told a stage."""
        return not self.stages or bool(_RUN_STAGES & set(self.stages))


@dataclass(frozen=True, slots=True)
class Hosted:
    """Settings for the service that runs hooks at the forge, pre-commit.ci: a `ci:` block of the same file.

    Attributes:
        spot: The line of the block.
        repairs: The line by which it commits what hooks change, instead of leaving the proposal failed; None without.
        skipped: Ids of hooks that it is told to leave out.
    """

    spot: Spot
    repairs: Spot | None
    skipped: tuple[str, ...]

    def runs(self, hook: Hook) -> bool:
        """Whether it runs a hook, once it is switched on for the repository."""
        return hook.runs_by_default and hook.id not in self.skipped


def hosted(repository: Repository, path: str = CONFIGURATION) -> Hosted | None:
    """The settings for the hosted service; None where there are none."""
    document = repository.document(path, "yaml") if path in repository.paths else None
    block = Node(path, document).get("ci") if document is not None else None
    if not block:
        return None
    repairs = block.get("autofix_prs")
    is_told = repairs.text() == "true"
    return Hosted(block.spot, repairs.spot if is_told else None, block.get("skip").texts())


def hooks(repository: Repository, path: str = CONFIGURATION) -> Iterator[Hook]:
    """Every hook of a configuration of pre-commit, in order; none where there is no such file."""
    document = repository.document(path, "yaml") if path in repository.paths else None
    if document is None:
        return
    root = Node(path, document)
    default = root.get("default_stages").texts()
    for repo in root.get("repos").items():
        for hook in repo.get("hooks").items():
            yield Hook(
                id=hook.get("id").text(),
                repo=repo.get("repo").text(),
                repo_spot=repo.get("repo").spot,
                spot=hook.get("id").spot if hook.get("id") else hook.spot,
                arguments=hook.get("args").texts(),
                entry=hook.get("entry").text(),
                stages=hook.get("stages").texts() or default,
            )
