"""Of several answers to one question the newest counts; where nothing tells which that is, none of them does."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from tieout.collectors.forge.answers import Answer
from tieout.collectors.forge.forms import artefact_of
from tieout.collectors.gathering import Gathering
from tieout.kernel.clock import SKEW, rfc3339

#: Lists of what happened: one that is fetched later holds more of the period. Settings count as in force at as-of.
_HAPPENED: Final = frozenset(
    {
        "github-checks",
        "github-commit-pulls",
        "github-commits",
        "github-jobs",
        "github-pulls",
        "github-releases",
        "github-reviews",
        "github-runs",
        "gitlab-approvals",
        "gitlab-commit-requests",
        "gitlab-commits",
        "gitlab-jobs",
        "gitlab-merge-requests",
        "gitlab-pipelines",
        "gitlab-releases",
    }
)


def newest(gathering: Gathering, answers: Sequence[Answer]) -> list[Answer]:
    """The answers that count, in their order; the others are noted.

    Pages of one list are fetched within a day of each other, and count together.
    """
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.question:
            groups.setdefault(f"{answer.form.forge} {answer.question}", []).append(answer)
    dropped = {id(answer) for group in groups.values() for answer in _dropped(gathering, group)}
    return [answer for answer in answers if id(answer) not in dropped]


def _dropped(gathering: Gathering, group: list[Answer]) -> Iterator[Answer]:
    if len({answer.digest for answer in group}) == 1:
        yield from group[1:]  # the same bytes twice
        return
    times = [answer.fetched_at for answer in group if answer.fetched_at is not None]
    if len(times) < len(group):
        if group[0].form.single:
            others = f"{len(group)} different answers to one question are here"
            reason = f"{others}, and not each says when it was fetched, so that none of them counts"
            for answer in group:
                gathering.problem("unreadable", answer.path, reason, types=(artefact_of(answer.form),))
            yield from group
        return
    counting = _counting(group[0], times, gathering.request.as_of)
    kept = SKEW * 0 if group[0].form.single else SKEW
    for answer in group:
        if answer.fetched_at is not None and not counting - kept <= answer.fetched_at <= counting:
            what = "older" if answer.fetched_at < counting else "later"
            reason = f"is an {what} answer" if what == "older" else f"is a {what} answer"
            gathering.set_aside(answer.path, f"{reason} to what was asked at {rfc3339(counting)} too")
            yield answer


def _counting(one: Answer, times: list[datetime], as_of: datetime) -> datetime:
    """The time of the answer that counts."""
    in_force = [moment for moment in times if moment <= as_of]
    return max(times) if one.form.name in _HAPPENED or not in_force else max(in_force)
