"""`change_reviews`: merged changes of the period, and whether a person other than the author approved each before.

A review counts by its last word: one that approved and then asked for changes, or whose approval was dismissed,
does not approve. A comment is no word on it. A program's approval is none of a person, and of somebody whom GitHub
does not call a member, collaborator or owner it is not known what an approval is worth.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.disagreeing import UNDECIDED, fetched, settled, updated
from tieout.collectors.forge.exports import NOT_TOLD, OF_PERSONS
from tieout.collectors.forge.pushes import COMMITS, REQUESTS_OF_COMMIT, Line, line_of
from tieout.collectors.forge.reading import Places, Reading, listed_whole
from tieout.collectors.forge.refusals import sentence
from tieout.collectors.forge.values import at, instant, named_as_program, rows, text, whole
from tieout.domain.artefacts.forge import ChangeReviews, MergedChange, PushedCommit
from tieout.domain.evidence import Effective
from tieout.kernel.clock import SKEW

TYPE: Final = "change_reviews"
MOST: Final = 1_000

_PULLS, _REVIEWS = "github-pulls", "github-reviews"
_REQUESTS, _APPROVALS = "gitlab-merge-requests", "gitlab-approvals"
_DECISIVE: Final = frozenset({"APPROVED", "CHANGES_REQUESTED", "DISMISSED"})
_ORDER: Final = {"not reviewed": 0, "unknown": 1, "reviewed": 2}
_BY_NUMBER = "/pulls/"
#: An account that was deleted, in place of its name: no login has a space.
_GONE, _OF_GONE = "an account that is gone,", "and the account that approved it is gone"
_DIFFER: Final = "answers differ in who reviewed it, and nothing tells which is the newest"


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said of a change.

    Attributes:
        who: Name on the forge.
        state: APPROVED, CHANGES_REQUESTED or DISMISSED.
        at: When; None where the forge does not tell.
        commit: What they looked at, where told.
        doubt: Why it is not known to be the word of a person who belongs to the repository; "" where it is.
    """

    who: str
    state: str
    at: datetime | None
    commit: str | None = None
    doubt: str = ""


@dataclass(slots=True)
class _Said:
    """What one answer, or the pages of one, tell of the words on a change."""

    answer: Answer
    words: list[Word] = field(default_factory=list)

    def essence(self) -> list[tuple[str, str, str]]:
        """What must be the same in another answer."""
        return sorted({(one.who.casefold(), one.state, str(one.at)) for one in self.words})


@dataclass(frozen=True, slots=True)
class Change:
    """A merged change as the list has it."""

    answer: Answer
    row: Row
    number: int
    merged_at: datetime
    author: str | None
    by_program: bool | None
    base: str | None
    head: str | None
    commit: str | None


@dataclass(slots=True)
class Judged:
    """What came of a change."""

    change: Change
    outcome: Literal["reviewed", "not reviewed", "unknown"]
    reason: str | None = None
    at_head: bool | None = None
    objection: bool = field(default=False)


def gather(reading: Reading) -> None:
    """Add the reviews of merged changes; lists of several pages count each change once."""
    lists = reading.of(_PULLS, _REQUESTS)
    for answer in reading.refused(_PULLS, _REVIEWS, _REQUESTS, _APPROVALS):
        reading.unreadable(TYPE, answer, sentence(answer))
    if not lists:
        return
    start, end, basis = reading.stretch(lists, ("merged_at", "updated_at", "created_at"))
    merged = _merged(reading, start, end)
    words = _words(reading)
    judged = [_judge(change, words.get(change.number, "its reviews are not among the answers")) for change in merged]
    judged.sort(key=lambda one: (_ORDER[one.outcome], one.change.merged_at, one.change.number))
    shown = judged[:MOST]
    line = _line(reading, lists, start, end)
    pushed = line.of("nobody") if line is not None else []
    reviewed = [one for one in judged if one.outcome == "reviewed"]
    facts = ChangeReviews(
        forge=reading.forge,
        repository=reading.repository,
        branches=tuple(sorted({change.base for change in merged if change.base})),
        start=start,
        end=end,
        merged=len(merged),
        judged=sum(one.outcome != "unknown" for one in judged),
        reviewed=len(reviewed),
        approved_at_head=sum(one.at_head is True for one in reviewed),
        over_objection=sum(one.objection for one in judged),
        by_programs=_by_programs(merged),
        commits=None if line is None else len(line.commits),
        without_pull=None if line is None else len(pushed),
        pull_unknown=None if line is None else len(line.of("unknown")),
        listed_whole=listed_whole(lists),
        changes=tuple(_fact(one) for one in shown),
        pushed=tuple(PushedCommit(commit=one.sha, committed_at=one.at) for one in pushed[:MOST]),
    )
    places: Places = {
        f"/changes/{index}": (one.change.answer, one.change.row.pointer) for index, one in enumerate(shown)
    }
    places.update({f"/pushed/{index}": (one.answer, one.row.pointer) for index, one in enumerate(pushed[:MOST])})
    used = [*lists, *reading.of(_REVIEWS, _APPROVALS)]
    if line is not None:
        used += reading.of(*COMMITS, *REQUESTS_OF_COMMIT)
    reading.add(TYPE, facts, used, effective=Effective(start=start, end=end, basis=basis), places=places)


def _line(reading: Reading, lists: list[Answer], start: datetime, end: datetime) -> Line | None:
    """The commits of the branch, and which of them a merged request brought; None where they cannot be counted."""
    for answer in [*reading.refused(*COMMITS), *reading.refused(*REQUESTS_OF_COMMIT)[:1]]:
        reading.gathering.problem("not-counted", answer.path, f"commits: {sentence(answer)}", types=(TYPE,))
    commits = reading.of(*COMMITS)
    if not commits:
        return None
    line = line_of(commits, lists, reading.of(*REQUESTS_OF_COMMIT), branch=reading.branch, start=start, end=end)
    fetched = [answer.fetched_at for answer in commits if answer.fetched_at is not None]
    lack = line.lack
    if not lack and fetched and min(fetched) < end - SKEW:
        lack = "was fetched more than a day before the list of merged changes"
    if lack:
        reason = f"{lack}; so the changes that came without a request are not counted"
        reading.gathering.problem("not-counted", commits[0].path, reason, types=(TYPE,))
        return None
    return line


def _by_programs(merged: list[Change]) -> int | None:
    """Changes whose author is a program; None where that is not told of each."""
    told = [change.by_program for change in merged]
    return None if None in told else sum(one is True for one in told)


def _merged(reading: Reading, start: datetime, end: datetime) -> list[Change]:
    found: defaultdict[int, list[Change]] = defaultdict(list)
    for answer, row in reading.rows(_PULLS, _REQUESTS):
        merged_at = instant(row.data, "merged_at")
        if merged_at is None:
            continue
        change = _pull(answer, row, merged_at) if reading.forge == "github" else _request(answer, row, merged_at)
        if change is not None:
            found[change.number].append(change)
    merged = []
    for number, told in found.items():
        ages = (lambda one: fetched(one.answer), lambda one: updated(one.row))
        change = settled(told, lambda one: (one.merged_at, (one.author or "").casefold(), one.base), ages)
        if change is None:
            for answer in {id(one.answer): one.answer for one in told}.values():
                reading.unreadable(TYPE, answer, f"change {number} {UNDECIDED}")
        elif start <= change.merged_at <= end and reading.branch in {None, change.base}:
            merged.append(change)
    return merged


def _pull(answer: Answer, row: Row, merged_at: datetime) -> Change | None:
    data, number = row.data, whole(row.data, "number")
    if number is None:
        return None
    return Change(
        answer=answer,
        row=row,
        number=number,
        merged_at=merged_at,
        author=text(data, "user", "login"),
        by_program=None if text(data, "user", "type") == NOT_TOLD else _is_program(data),
        base=text(data, "base", "ref"),
        head=text(data, "head", "sha"),
        commit=text(data, "merge_commit_sha"),
    )


def _request(answer: Answer, row: Row, merged_at: datetime) -> Change | None:
    data, number = row.data, whole(row.data, "iid")
    if number is None or text(data, "state") not in {None, "merged"}:
        return None
    return Change(
        answer=answer,
        row=row,
        number=number,
        merged_at=merged_at,
        author=text(data, "author", "username"),
        by_program=_is_program({"user": at(data, "author")}),
        base=text(data, "target_branch"),
        head=text(data, "sha"),
        commit=text(data, "merge_commit_sha") or text(data, "squash_commit_sha") or text(data, "sha"),
    )


def _words(reading: Reading) -> Mapping[int, list[Word] | str]:
    """Number of a change -> what was said of it, or why that is not known; without those that were not read."""
    told: defaultdict[int, dict[tuple[str, ...], _Said]] = defaultdict(dict)
    lacking: defaultdict[int, dict[int, Answer]] = defaultdict(dict)
    for answer in reading.of(_REVIEWS, _APPROVALS):
        own = answer.slots.get("number", "")
        named = {_number_of(row) for row in answer.rows} - {""}
        if answer.asked and own and named - {own}:
            reason = f"was asked for as what was said of change {own}, and speaks of change {min(named - {own})}"
            reading.unreadable(TYPE, answer, reason)
            continue
        for number in {own} if own else named:
            if number.isdecimal() and answer.lack:
                lacking[int(number)][id(answer)] = answer
            elif number.isdecimal():
                # Pages of one list belong together; so do rows that were saved without their endpoint.
                group = (answer.question,) if answer.question or not own else (answer.path, *_places(answer))
                said = told[int(number)].setdefault(group, _Said(answer))
                said.words += [word for row in answer.rows if own or _number_of(row) == number for word in _said(row)]
    found: dict[int, list[Word] | str] = {
        change: f"the list of its reviews {next(iter(parts.values())).lack}" for change, parts in lacking.items()
    }
    _tell(reading, [answer for change, parts in lacking.items() if change not in told for answer in parts.values()])
    ages = (lambda one: fetched(one.answer), lambda one: instant(one.answer.slots, "updated"))
    for change, groups in told.items():
        chosen = settled(list(groups.values()), _Said.essence, ages)
        found[change] = chosen.words if chosen is not None else _DIFFER
        for said in groups.values() if chosen is None else ():
            reading.unreadable(TYPE, said.answer, f"what was said of change {change} {UNDECIDED}")
    return found


def _tell(reading: Reading, lacking: list[Answer]) -> None:
    """Tell of files that hold a part of what was said of a change, once for each reason."""
    for path, lack in sorted({(answer.path, answer.lack) for answer in lacking}):
        reason = f"a list of reviews {lack}; so it is not known who reviewed the change"
        reading.gathering.problem("not-counted", path, reason, types=(TYPE,))


def _number_of(row: Row) -> str:
    """The change that a review or an approval says it is of; "" where it says none."""
    if (number := whole(row.data, "iid")) is not None:
        return str(number)
    told = (text(row.data, "pull_request_url") or "").rpartition(_BY_NUMBER)[2]
    return told if told.isdecimal() else ""


def _places(answer: Answer) -> tuple[str, ...]:
    return tuple(row.pointer for row in answer.rows[:1])


def _said(row: Row) -> Iterator[Word]:
    return _gitlab_words(row.data) if "approved_by" in row.data else _github_word(row.data)


def _is_program(data: dict[str, Any]) -> bool:
    """Whether a user of either forge is a program."""
    user = at(data, "user")
    is_bot = text(user, "type") == "Bot" or at(user, "bot") is True
    return is_bot or named_as_program(text(user, "login") or text(user, "username"))


def _github_word(data: dict[str, Any]) -> Iterator[Word]:
    state, at_ = text(data, "state") or "", instant(data, "submitted_at")
    if state.upper() in _DECISIVE and not _is_program(data):
        who = text(data, "user", "login") or f"{_GONE} {at_}"
        yield Word(who, state.upper(), at_, text(data, "commit_id"), _doubt(data))


def _doubt(data: dict[str, Any]) -> str:
    """Why the author of a review is not known to be a person who belongs to the repository; "" where they are."""
    if text(data, "user", "login") is None:
        return _OF_GONE
    if text(data, "user", "type") in {NOT_TOLD, "Mannequin"}:
        return "and nothing tells whether by a person or by a program"
    belongs = text(data, "author_association") in OF_PERSONS
    return "" if belongs else "and nobody who approved it is known as a member, collaborator or owner"


def _gitlab_words(data: dict[str, Any]) -> Iterator[Word]:
    for row in rows(data, "approved_by"):
        who, at_ = text(row, "user", "username"), instant(row, "approved_at")
        if not _is_program(row):
            yield Word(who or f"{_GONE} {at_}", "APPROVED", at_, doubt="" if who else _OF_GONE)


def _judge(change: Change, words: list[Word] | str) -> Judged:
    """What the words on a change, or why they are not known, come to at the moment of its merge."""
    if isinstance(words, str):
        return Judged(change, "unknown", words)
    if change.author is None:
        return Judged(change, "unknown", "its author is not told, so that nobody is known to be another")
    others = [word for word in words if word.who.casefold() != change.author.casefold()]
    before = [word for word in others if word.at is not None and word.at <= change.merged_at]
    last: dict[str, Word] = {}
    for word in sorted(before, key=lambda one: (one.at or change.merged_at, one.state)):
        last[word.who.casefold()] = word
    objection = any(word.state == "CHANGES_REQUESTED" for word in last.values())
    approvals = [word for word in last.values() if word.state == "APPROVED" and not word.doubt]
    if approvals:
        looked = {word.commit for word in approvals if word.commit}
        at_head = change.head in looked if looked and change.head else None
        return Judged(change, "reviewed", None, at_head, objection)
    if doubts := sorted(word.doubt for word in last.values() if word.state == "APPROVED"):
        return Judged(change, "unknown", f"it was approved, {doubts[0]}", None, objection)
    if any(word.at is None and word.state == "APPROVED" for word in others):
        reason = "it was approved, and nothing tells whether before the merge"
        return Judged(change, "unknown", reason, None, objection)
    return Judged(change, "not reviewed", _why(words, others, before), None, objection)


def _why(words: list[Word], others: list[Word], before: list[Word]) -> str:
    if not words:
        return "nobody approved it"
    if not others:
        return "only its author spoke for it"
    if not before:
        return "what others said of it came after the merge"
    return "the last word of each reviewer was not an approval"


def _fact(judged: Judged) -> MergedChange:
    change = judged.change
    return MergedChange(
        number=change.number,
        merged_at=change.merged_at,
        base=change.base,
        commit=change.commit,
        outcome=judged.outcome,
        reason=judged.reason,
        at_head=judged.at_head,
    )
