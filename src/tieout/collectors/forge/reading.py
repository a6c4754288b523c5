"""The answers of one repository while artefacts are made of them: what is there, what was refused, how items are added.

A setting speaks of the moment at which the forge was asked. A repository's rules are several settings, so their item is
as old as the oldest of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tieout.collectors.asking.dating import as_fetched
from tieout.collectors.forge.answers import Answer, Row, rows_held
from tieout.collectors.forge.values import instant, named_as_program
from tieout.collectors.gathering import Gathering
from tieout.collectors.naming import declares
from tieout.domain.artefacts.forge import Actor, Forge
from tieout.domain.base import Model
from tieout.domain.evidence import Effective
from tieout.domain.pseudonyms import pseudonym
from tieout.kernel.digests import sha256_hex
from tieout.kernel.git.history import Dating

#: JSON pointer into the facts -> the answer and the pointer in its file.
Places = dict[str, tuple[Answer, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers of one repository.

    Attributes:
        gathering: Where items and problems go.
        forge: Whose answers they are.
        answers: All of them, those that are refusals included.
        repository: As the forge calls it, where that is known.
        branch: The branch that changes are counted for; None counts every branch.
        changes: File -> when it was last changed, where it is under version control.
    """

    gathering: Gathering
    forge: Forge
    answers: tuple[Answer, ...]
    repository: str | None
    branch: str | None
    changes: Mapping[str, Dating]

    def wants(self, type_: str) -> bool:
        """Whether the source is declared to provide an artefact."""
        return declares(type_, self.gathering.request.source.declared)

    def of(self, *names: str) -> list[Answer]:
        """The answers of these forms, without refusals."""
        return [answer for answer in self.answers if answer.form.name in names and not answer.refused]

    def refused(self, *names: str) -> list[Answer]:
        """The refusals of these forms."""
        return [answer for answer in self.answers if answer.form.name in names and answer.refused]

    def rows(self, *names: str) -> Iterator[tuple[Answer, Row]]:
        """Every row of these forms."""
        for answer in self.of(*names):
            for row in answer.rows:
                yield answer, row

    def stretch(self, lists: Sequence[Answer], names: Sequence[str]) -> tuple[datetime, datetime, str]:
        """The part of the assessed period that lists speak of, and what says so.

        A list reaches as far as when it was fetched; one that does not tell that, as far as the newest time in it.

        Args:
            lists: Answers of lists.
            names: Members of their rows that hold times.
        """
        request = self.gathering.request
        start, end = request.period.start, min(request.period.end, request.as_of)
        fetched = [answer.fetched_at for answer in lists if answer.fetched_at is not None]
        if len(fetched) == len(lists):
            return min(start, *fetched), min(end, *fetched), "rows of the period, as listed when they were fetched"
        times = [moment for one in lists for row in one.rows for name in names if (moment := instant(row.data, name))]
        newest = max((moment for moment in times if moment <= request.as_of), default=start)
        return min(start, newest), min(end, newest), "newest time in the list"

    def settled(self, answers: Sequence[Answer]) -> Effective | None:
        """The time that settings speak of; None where nothing tells when they were fetched."""
        fetched = [answer.fetched_at for answer in answers]
        known = [one for one in fetched if one is not None]
        if known and len(known) == len(fetched):
            return as_fetched(min(known), self.gathering.request.as_of)
        dates = [self.changes[answer.path].at for answer in answers if answer.path in self.changes]
        if len(dates) == len(answers) and dates:
            return Effective(end=min(dates), basis="last commit that changed the file")
        return None

    def person(self, name: str) -> str:
        """A person of the forge, as evidence calls them."""
        return pseudonym(self.gathering.request.system_id, f"{self.forge}:{name}")

    def actor(self, kind: Literal["person", "team", "program", "role", "key", "unknown"], name: str) -> Actor:
        """An actor; a person becomes a pseudonym, and a user with a name that only programs have is a program."""
        if kind == "person" and named_as_program(name):
            kind = "program"
        return Actor(who=self.person(name) if kind == "person" else name, kind=kind)

    def add(
        self,
        type_: str,
        artefact: Model,
        answers: Sequence[Answer],
        *,
        effective: Effective | None,
        places: Places,
    ) -> None:
        """Add an item that stands on these answers; no copy of them is kept, because they name people.

        Args:
            type_: Artefact name.
            artefact: The facts.
            answers: At least one.
            effective: The time they speak of.
            places: Where facts stand.
        """
        files = {answer.path: answer.digest for answer in answers}
        listing = "".join(f"{digest}  {path}\n" for path, digest in sorted(files.items()))
        lined = {at: (answer, line) for at, (answer, pointer) in places.items() if (line := answer.line(pointer))}
        dates = [self.changes[path] for path in sorted(files) if path in self.changes]
        if effective is None:
            reason = (
                "does not say when it was fetched, so that its age is not known (a saved answer may say `fetched_at`)"
            )
            for path in sorted(files):
                self.gathering.problem("not-counted", path, reason, types=(type_,))
        self.gathering.add(
            type_,
            artefact,
            path=next(iter(files)) if len(files) == 1 else self.gathering.here,
            digest=next(iter(files.values())) if len(files) == 1 else f"sha256:{sha256_hex(listing.encode())}",
            effective=effective,
            lines={at: line for at, (_, line) in lined.items()},
            files={at: answer.path for at, (answer, _) in lined.items()} if len(files) > 1 else None,
            change=max(dates, key=lambda one: one.at) if dates else None,
        )

    def unreadable(self, type_: str, answer: Answer, reason: str) -> None:
        """Note that the forge did not tell something that an artefact would hold."""
        self.gathering.problem("unreadable", answer.path, reason, types=(type_,))


def listed_whole(lists: Sequence[Answer]) -> bool | None:
    """Whether lists are known to have gone to their ends; None where nothing tells.

    One that was asked for in part proves nothing, and takes nothing from one of the same form that was asked for whole.
    """
    fit = [answer for answer in lists if not answer.lack]
    if {answer.form.name for answer in lists} - {answer.form.name for answer in fit}:
        return False
    lists = fit
    told = [answer.whole for answer in lists]
    if False in told:
        return False
    held = {name: rows_held(one for one in lists if one.form.name == name) for name in {one.form.name for one in lists}}
    # A count is of the list as it was asked for: without the question it does not tell what a filter left out.
    by_count = all(
        answer.asked and answer.total is not None and held[answer.form.name] >= answer.total for answer in lists
    )
    return True if lists and (all(told) or by_count) else None
