"""Change control: pull requests, reviews that are recorded, ways past a reviewer, and rules for branches."""

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.reading.authors import Identity, automated
from tieout.inspection.reading.branch_rules import BranchRule, branch_rules
from tieout.inspection.reading.merging import Way, ways
from tieout.inspection.reading.pull_requests import REVIEWS, SIGNED_OFF, Share, share_of, trailers_of
from tieout.inspection.reading.year import Year, year_of
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted, named
from tieout.kernel.git.commits import CommitRecord
from tieout.kernel.reading.text import display_path, excerpt

_RULES: Final = "Which rules the forge enforces on its branches is recorded there."
TOPIC: Final = Topic(
    key="change-control",
    title="Change control",
    questions=(
        Question(
            "pull-request-share",
            "Which share of the commits of the 12 months to the commit names a pull request?",
            "Reviews and approvals stand at the forge; a pull request's number is no proof of one.",
        ),
        Question("review-trailers", "Do commits record who reviewed them?", "Reviews at the forge leave no trailer."),
        Question("merge-without-review", "Can changes reach the default branch without a human reviewer?", _RULES),
        Question("branch-rules", "Are rules for branches recorded in the repository?", _RULES),
    ),
)


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    year = year_of(repository)
    rules = branch_rules(repository)
    share = share_of(year.first_parents) if year is not None else None
    if year is None or share is None:
        yield TOPIC.unknown("pull-request-share", "The history cannot be read.")
        yield TOPIC.unknown("review-trailers", "The history cannot be read.")
    else:
        yield _share(year, share)
        yield _trailers(year)
    yield _past_review(repository, year, share, rules)
    yield _rules(repository, rules)


def _share(year: Year, share: Share) -> Fact:
    reached = share_of(year.reached)
    values: dict[str, Value] = {
        "naming": share.naming,
        "first_parent_commits": share.commits,
        "percent": share.percent,
        "naming_of_reached": reached.naming,
        "reached_commits": reached.commits,
        "percent_of_reached": reached.percent,
        "window_start": f"{year.start:%Y-%m-%d}",
        "window_end": f"{year.end:%Y-%m-%d}",
        "forms": tuple(share.forms),
    }
    of_line = counted(share.commits, "first-parent commit")
    if not share.naming:
        statement = (
            f"None of {of_line} {year.told} names a pull or merge request. Whether there was one is not recorded here: "
            "histories that are copied, rebased or squashed lose the numbers."
        )
        return TOPIC.fact("pull-request-share", Answer.UNKNOWN, statement, values=values)
    statement = (
        f"{share.naming:,} of {of_line} ({share.percent} %) {year.told} name one, as {named(share.forms)}. Over all "
        f"{reached.commits:,} commits that the commit reaches in that time: {reached.naming:,} ({reached.percent} %)."
    )
    if not year.whole:
        statement += " The clone is shallow and ends within that time."
    return TOPIC.fact("pull-request-share", Answer.VALUE, statement, values=values)


def _trailers(year: Year) -> Fact:
    found = trailers_of(year.reached, REVIEWS)
    reviewed = sum(_carries(one, REVIEWS) for one in year.reached)
    signed_off = [one for one in year.first_parents if _carries(one, (SIGNED_OFF,))]
    of_machines = len(_by_machines(signed_off, year.reached))
    values: dict[str, Value] = {
        "commits": len(year.reached),
        "first_parent_commits": len(year.first_parents),
        "reviewed": reviewed,
        **{key.replace("-", "_"): count for key, count in found.items()},
        "signed_off": len(signed_off),
        "signed_off_by_automated": of_machines,
        "signed_off_of_reached": sum(_carries(one, (SIGNED_OFF,)) for one in year.reached),
    }
    total = f"{counted(len(year.reached), 'commit')} that the commit reaches {year.told}"
    statement = f"None of {total} carries Reviewed-by, Approved-by or Acked-by."
    if reviewed:
        forms = named(f"{key} {found[key]:,}" for key in REVIEWS if found[key])
        statement = f"{reviewed:,} of {total} carry a trailer of a review ({forms})."
    if signed_off:
        machines = f", {of_machines:,} of them of automated accounts" if of_machines else ""
        of_line = counted(len(year.first_parents), "first-parent commit")
        statement += f" {len(signed_off):,} of {of_line} have Signed-off-by{machines}; that is no review."
    answer = Answer.NO if not reviewed else Answer.YES if reviewed == len(year.reached) else Answer.PARTIAL
    return TOPIC.fact("review-trailers", answer, statement, values=values)


def _carries(record: CommitRecord, keys: Sequence[str]) -> bool:
    return any(key.lower() in keys and value for key, value in record.trailers)


def _by_machines(commits: Sequence[CommitRecord], among: Sequence[CommitRecord]) -> list[CommitRecord]:
    machines = automated(Identity(one.author_name.strip(), one.author_email.strip()) for one in among)
    return [one for one in commits if Identity(one.author_name.strip(), one.author_email.strip()) in machines]


def _past_review(repository: Repository, year: Year | None, share: Share | None, rules: Sequence[BranchRule]) -> Fact:
    found = ways(repository)
    open_ways = [way for way in found if way.reached]
    places = [
        place for way in [*open_ways, *(way for way in found if not way.reached)] for place in _places(repository, way)
    ]
    direct = list(share.without) if share is not None and share.naming else []
    by_people = len(direct) - len(_by_machines(direct, year.reached)) if year is not None else 0
    approvals = max((rule.approvals or 0 for rule in rules), default=0)
    values: dict[str, Value] = {
        "ways": tuple(dict.fromkeys(way.told for way in open_ways)),
        "commits_without_number": len(direct),
        "of_people": by_people,
        "approvals_in_files": approvals,
    }
    of_commits = _direct(share, by_people)
    merging = [way for way in open_ways if way.kind != "approve"]
    if merging:
        bound = merging[0].condition
        told = f" under the condition {excerpt(bound, 120)}" if bound else ""
        statement = f"They may: {named(dict.fromkeys(way.told for way in merging))}{told}."
        if approvals:
            statement += f" Rules in the repository ask for {counted(approvals, 'approval')} before that."
        answer = Answer.PARTIAL if approvals and not any(way.kind == "approve" for way in open_ways) else Answer.YES
        return TOPIC.fact("merge-without-review", answer, f"{statement}{of_commits}", places=places, values=values)
    places += [repository.place(rule.path, rule.line, _shows(rule)) for rule in rules]
    if of_commits:
        statement = f"They may have.{of_commits}"
        return TOPIC.fact(
            "merge-without-review",
            Answer.PARTIAL,
            statement,
            places=places,
            values=values,
            confidence=Confidence.MODERATE,
        )
    if approvals:
        statement = (
            f"Rules in the repository ask for {counted(approvals, 'approval')}; nothing here merges without them."
        )
        return TOPIC.fact(
            "merge-without-review", Answer.NO, statement, places=places, values=values, confidence=Confidence.MODERATE
        )
    reason = "Nothing in the repository merges by itself, and rules for branches are not recorded here."
    return TOPIC.fact("merge-without-review", Answer.UNKNOWN, reason, places=places, values=values)


def _direct(share: Share | None, by_people: int) -> str:
    if share is None or not by_people or not share.naming:
        return ""
    of_line = counted(share.commits, "first-parent commit")
    return (
        f" {len(share.without):,} of {of_line} name no pull request, {by_people:,} of them of people; commits that are "
        "pushed directly, or rebased, look like that."
    )


def _places(repository: Repository, way: Way) -> list[InspectedPlace]:
    told = [(way.spot, way.shows), *((spot, "the condition") for spot in way.bound)]
    told += [(spot, "called from here") for spot in way.callers]
    suffix = "" if way.reached else "; no event gets there"
    return [repository.place(spot.path, spot.line, f"{text}{suffix}", counts=way.reached) for spot, text in told]


def _rules(repository: Repository, rules: Sequence[BranchRule]) -> Fact:
    if not rules:
        return TOPIC.unknown(
            "branch-rules", "No file of the repository records rules for branches; the forge may have some."
        )
    approvals = max((rule.approvals or 0 for rule in rules), default=0)
    checks = list(dict.fromkeys(name for rule in rules for name, _ in rule.checks))
    statement = f"{display_path(rules[0].path)} records {counted(len(rules), 'rule')} for branches"
    statement += f", with {counted(approvals, 'approval')}" if approvals else ", with no number of approvals"
    statement += f" and {counted(len(checks), 'required check')}." if checks else "."
    return TOPIC.fact(
        "branch-rules",
        Answer.YES,
        f"{statement} Whether the forge has taken them is not told here.",
        places=[repository.place(rule.path, rule.line, _shows(rule)) for rule in rules],
        values={"rules": len(rules), "approvals": approvals, "checks": tuple(checks)},
        confidence=Confidence.MODERATE,
    )


def _shows(rule: BranchRule) -> str:
    branch = f" for {rule.branch}" if rule.branch else ""
    asks = f", {counted(rule.approvals, 'approval')}" if rule.approvals else ""
    return f"{rule.form}{branch}{asks}"
