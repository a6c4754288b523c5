"""Runs every topic over a commit; a topic that cannot read what it needs answers "unknown", and says why."""

from collections.abc import Collection
from functools import cache
from typing import Final, Protocol

from tieout import __version__
from tieout.domain.inspection import Fact, Inspection, TopicFacts
from tieout.inspection.quoting import Quotes
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Inspector, Topic
from tieout.kernel.clock import rfc3339
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.modules import modules_of

#: Things that could not be read and are listed; the rest is counted.
MOST_UNREAD: Final = 200


class Steps(Protocol):
    """Where the work tells how far it is."""

    def step(self, text: str) -> None:
        """One thing is being done now."""


def topics() -> tuple[Topic, ...]:
    """Every topic, in the order in which they are told."""
    return tuple(inspector.TOPIC for inspector in _inspectors())


def demand_topics(keys: Collection[str]) -> None:
    """See to it that every key is one of a topic.

    Raises:
        UsageError: One is not.
    """
    known = [topic.key for topic in topics()]
    for key in keys:
        if key not in known:
            raise UsageError(f"there is no topic '{key}'", hint=f"topics: {', '.join(known)}")


def inspect(repository: Repository, *, name: str, progress: Steps, only: Collection[str] = ()) -> Inspection:
    """Answer every question of every topic.

    Args:
        repository: The commit.
        name: How the result names the repository.
        progress: Where to tell how far the work is.
        only: Keys of topics; all where it is empty.

    Raises:
        UnreadableError: The commit cannot be read at all.
    """
    told = []
    files = len(repository.files)
    quotes = Quotes(repository)
    for inspector in _inspectors():
        if only and inspector.TOPIC.key not in only:
            continue
        progress.step(inspector.TOPIC.title)
        told.append(_told(inspector, repository, quotes))
    unread = repository.unread
    history = repository.history
    return Inspection(
        tool=f"tieout {__version__}",
        repository=name,
        commit=repository.commit,
        committed_at=rfc3339(repository.committed_at) if repository.committed_at else "",
        object_format=repository.object_format,
        shallow=repository.shallow,
        partial=repository.partial,
        files=files,
        commits=len(history.commits) if history is not None else None,
        topics=tuple(told),
        unread=unread[:MOST_UNREAD],
        more_unread=max(len(unread) - MOST_UNREAD, 0),
    )


def _told(inspector: Inspector, repository: Repository, quotes: Quotes) -> TopicFacts:
    topic = inspector.TOPIC
    facts: dict[str, Fact] = {}
    reason = "was not answered"
    try:
        for fact in inspector.inspect(repository):
            facts[fact.id.rpartition("/")[2]] = quotes.fact(fact)
    except UnreadableError as error:
        reason = f"could not be read: {error.message}"
    answered = (facts.get(question.key) or topic.unknown(question.key, reason) for question in topic.questions)
    return TopicFacts(key=topic.key, title=topic.title, facts=tuple(answered))


@cache
def _inspectors() -> tuple[Inspector, ...]:
    """The modules of the folder of topics, in the order of the plan; a new one stands at the end."""
    found: list[Inspector] = [module for module in modules_of("tieout.inspection.topics") if hasattr(module, "TOPIC")]
    return tuple(sorted(found, key=lambda module: (_place(module.TOPIC.key), module.TOPIC.key)))


def _place(key: str) -> int:
    return _ORDER.index(key) if key in _ORDER else len(_ORDER)


#: People first, then how it changes and is built, then the model, then how it runs.
_ORDER: Final = (
    "repository",
    "ownership",
    "releases",
    "change-control",
    "ci-gates",
    "security-scanning",
    "security-policy",
    "licences",
    "dependencies",
    "containers",
    "supply-chain",
    "secrets",
    "cards",
    "model-integrity",
    "evaluations",
    "gateway",
    "guardrails",
    "privacy",
    "monitoring",
    "audit-logging",
    "access",
    "lifecycle",
    "intended-use",
    "claims",
)
