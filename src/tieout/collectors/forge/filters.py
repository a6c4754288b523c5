"""Which lists were asked for in part: a parameter or a flag that takes rows out leaves a list that is not the whole.

What is harmless is named for each form; anything else counts as a filter. The forge's own count of rows is of the list
as it was asked for, so that it proves nothing of what a filter left out.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl

from tieout.collectors.forge.answers import Answer, rows_held
from tieout.collectors.forge.exports import is_of_program
from tieout.collectors.forge.forms import artefact_of, by_endpoint
from tieout.collectors.forge.graph_questions import NOT_SAVED, PAGING, UNCLEAR, question_in
from tieout.collectors.forge.values import instant
from tieout.collectors.gathering import Gathering
from tieout.collectors.naming import declares
from tieout.kernel.reading.masking import sayable

#: Parameters that change the order, the pages or the columns of any list.
_ANYWHERE: Final = frozenset({"direction", "order_by", "pagination", "per_page", "sort"})
_CURSORS: Final = frozenset({"after", "before", "cursor", "id_after", "id_before"})
_ONLY_OPEN: Final = frozenset({"github-code-scanning", "github-dependabot", "github-secret-scanning"})
#: Form -> parameter -> values that leave nothing out of what is counted; no values: any.
_HARMLESS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "github-pulls": {"state": frozenset({"closed", "merged", "all"})},
    "gitlab-merge-requests": {
        "state": frozenset({"merged", "all"}),
        "scope": frozenset({"all"}),
        "with_labels_details": frozenset(),
        "with_merge_status_recheck": frozenset(),
    },
    "github-checks": {"filter": frozenset({"latest", "all"})},
    "github-collaborators": {"affiliation": frozenset({"all"})},
    "github-secret-scanning": {"hide_secret": frozenset()},
    "gitlab-members": {"show_seat_info": frozenset()},
    "gitlab-releases": {"include_html_description": frozenset()},
}
#: Form -> the parameter that names a branch. Requests of one branch are a list of their own; runs are of all.
_BRANCH_OF_REQUESTS: Final = {"github-pulls": "base", "gitlab-merge-requests": "target_branch"}
_BRANCH_OF_RUNS: Final = {"github-runs": "branch", "gitlab-pipelines": "ref"}
#: Form -> the parameter with which a forge leaves out what has not changed since.
_SINCE: Final = {"gitlab-merge-requests": ("updated_after", "merged_after"), "gitlab-pipelines": ("updated_after",)}
#: Lists that hold no merged change unless they are asked for them.
_ASKS_STATE: Final = frozenset({"github-pulls"})
#: Lists that are counted or said to be whole. Commits are looked at in `pushes`; answers on one change are no lists.
_COUNTED: Final = frozenset(
    {
        "github-checks",
        "github-code-scanning",
        "github-collaborators",
        "github-dependabot",
        "github-environments",
        "github-pulls",
        "github-releases",
        "github-runs",
        "github-secret-scanning",
        "github-teams",
        "gitlab-environments",
        "gitlab-jobs",
        "gitlab-members",
        "gitlab-merge-requests",
        "gitlab-pipelines",
        "gitlab-protected-environments",
        "gitlab-releases",
        "gitlab-vulnerabilities",
    }
)

_GH: Final = {"-R": "--repo", "-L": "--limit", "-s": "--state", "-B": "--base", "-b": "--branch", "-O": "--order"}
_GLAB: Final = {"-R": "--repo", "-P": "--per-page", "-p": "--page", "-F": "--output", "-t": "--target-branch"}
#: Command -> rows it stops at unless told, and flags that are harmless, as the parameter they stand for ("" for none).
_COMMANDS: Final[Mapping[str, tuple[int, Mapping[str, str]]]] = {
    "gh pr list": (30, {"--state": "state", "--base": "base"}),
    "gh run list": (20, {"--branch": "branch", "--created": "created", "--all": ""}),
    "gh release list": (30, {"--order": ""}),
    "glab mr list": (30, {"--target-branch": "target_branch", "--merged": "state=merged", "--all": "state=all"}),
    "glab ci list": (30, {}),
    "glab release list": (30, {}),
}
_SHORT: Final = {"glab mr list": {"-M": "--merged", "-A": "--all"}, "gh run list": {"-a": "--all"}}
_PLAIN: Final = {"--repo": "", "--json": "", "--output": "", "--order": "", "--sort": "", "--page": "page"}
#: What was said of one change or of one commit: a list that must be here to its end before it decides anything.
_OF_ONE: Final = frozenset({"github-commit-pulls", "github-reviews", "gitlab-commit-requests"})
_REVIEWS: Final = "github-reviews"
#: What ran on one commit or in one run: however whole, it is never the list of a period.
OF_COMMIT_OR_RUN: Final = frozenset({"github-checks", "github-jobs"})
#: Rows of a page where nothing else was asked for.
_USUAL_PAGE: Final = {"github": 30, "gitlab": 20}
_IN_PAGES: Final = re.compile(r"/[0-9]+/[0-9]+\Z")
#: Form -> its list in GraphQL, and argument -> the parameter that it stands for.
_GRAPH: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "github-pulls": ("pullRequests", {"states": "state", "baseRefName": "base"}),
    "github-releases": ("releases", {}),
}

_LIMITS: Final = frozenset({"--limit", "--per-page"})
_ALONE: Final = frozenset({"--all", "--merged", "--paginate", "--slurp"})
_OF_API: Final = {"-f": "--raw-field", "-F": "--field", "-X": "--method", "-H": "--header"}
_FIELDS: Final = frozenset({"--raw-field", "--field"})
_API_PLAIN: Final = frozenset({"--method", "--header", "--hostname", "--paginate", "--slurp"})

_Asked = list[tuple[str, str]]


def judged_whole(gathering: Gathering, answers: Sequence[Answer], branch: str | None) -> list[Answer]:
    """The answers, each with why it does not hold all rows that count; told where no other answer holds them.

    Args:
        gathering: Where reasons are told.
        answers: Of one repository.
        branch: The branch that changes and runs are counted for; None counts every branch.
    """
    request = gathering.request
    start, end = request.period.start, min(request.period.end, request.as_of)
    lists: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        lists.setdefault((answer.form.name, answer.question), []).append(answer)
    pages = {key: {_page_of(answer) for answer in several} for key, several in lists.items()}
    found = []
    for answer in answers:
        if answer.form.name in _OF_ONE and not answer.refused:
            key = (answer.form.name, answer.question)
            cut = _pages_lack(pages[key]) or _cut(answer, lists[key] if answer.question else [answer])
            found.append(replace(answer, lack=answer.lack or cut))
            continue
        if answer.refused:
            found.append(answer)
            continue
        lack = answer.lack or _short(answer, lists[answer.form.name, answer.question])
        if answer.form.name in _COUNTED:
            lack = lack or _left_out(answer, branch=branch, start=start, end=end)
            lack = lack or _pages_lack(pages[answer.form.name, answer.question])
        found.append(replace(answer, lack=lack))
    fit = {_list_of(answer) for answer in found if not answer.lack and not answer.refused}
    for answer in found:
        type_ = artefact_of(answer.form)
        # Of a list of reviews `reviews` tells which changes it leaves open.
        told_elsewhere = answer.form.name == _REVIEWS or _list_of(answer) in fit
        if answer.lack and not told_elsewhere and declares(type_, request.source.declared):
            reason = f"{answer.lack}; so it is not known to hold all of the list"
            gathering.problem("not-counted", answer.path, reason, types=(type_,))
    return found


def _list_of(answer: Answer) -> tuple[str, str]:
    """What another answer may hold in its stead: the whole list, or what belongs to the same commit or run."""
    return answer.form.name, answer.question if answer.form.name in OF_COMMIT_OR_RUN else ""


def _short(answer: Answer, pages: Sequence[Answer]) -> str:
    """Why the forge's own count shows that rows are missing, or is not of these; whatever is said of the list."""
    if answer.question and not answer.asked:
        return ""  # fetched by ourselves: one that ends with the period is wanted so, any other is said to be cut
    count, held = max((one.total or 0 for one in pages), default=0), rows_held(pages)
    own = pages if answer.question else [answer]  # a bare answer says not whether another one is a page of its list
    told, here = [one.total for one in own if one.total is not None], rows_held(own)
    if told and here > max(told):
        return f"holds {here:,} rows, more than the {max(told):,} that the forge counts"
    return f"holds {held:,} of the {count:,} rows that the forge counts" if held < count else ""


def only_open(answer: Answer) -> bool:
    """Whether alerts that were dealt with were not asked for."""
    states = dict(_asked(answer)[0]).get("state") if answer.asked else None
    return states is not None and states.split(",") == ["open"]


def _cut(answer: Answer, pages: Sequence[Answer]) -> str:
    """Why a list on one change may go on: a page that is full, and nothing that says that it was the last."""
    if any(one.whole is False or one.refused for one in pages):
        return "did not come to its end"
    if answer.whole is True or "--paginate" in answer.asked.split():
        return ""
    later = max(_page_of(one) or 0 for one in pages) > (_page_of(answer) or 0)
    told = dict(_asked(answer)[0]).get("per_page", "") if answer.asked else ""
    page = int(told) if told.isdecimal() and 0 < len(told) < 4 else _USUAL_PAGE[answer.form.forge]  # noqa: PLR2004 - a page has at most a hundred rows
    in_pages = any(_IN_PAGES.search(row.pointer) for row in answer.rows)
    if later or in_pages or not answer.rows or not page or len(answer.rows) % page:
        return ""
    return f"holds as many rows as a page has ({page}), and does not say that there are no more"


def _left_out(answer: Answer, *, branch: str | None, start: datetime, end: datetime) -> str:
    """Why an answer does not hold all rows; one that was fetched by ourselves is asked for as it should be."""
    if not answer.asked:
        return ""
    asked, lack = _asked(answer)
    if lack:
        return lack
    without_merged = not any(instant(row.data, "merged_at") for row in answer.rows)
    if answer.form.name in _ASKS_STATE and "state" not in dict(asked) and without_merged:
        return "was asked for without its state, which leaves merged changes out"
    for name, value in asked:
        in_time = _is_in_time(answer, name, value, start, end)
        if not (in_time or _is_harmless(answer.form.name, name, value, branch)):
            return f"was asked for with '{sayable(name)}', which leaves rows out"
    return ""


def _pages_lack(numbers: set[int | None]) -> str:
    """Why the pages of one list that are here are not all of them."""
    named = {number for number in numbers if number is not None}
    missing = next(number for number in range(1, len(named) + 2) if number not in named)
    if missing == 1 or missing <= max(named):
        return f"is a part of a list whose page {missing} is not here"
    return ""


def _page_of(answer: Answer) -> int | None:
    """Which page of its list an answer is; the first where it names none, None where it only says what it follows."""
    asked = dict(_asked(answer)[0]) if answer.asked else {}
    if asked.keys() & _CURSORS:
        return None
    number = asked.get("page", "1")
    return int(number) if number.isdecimal() and len(number) < 10 else 0  # noqa: PLR2004 - no list has that many pages


def _is_harmless(form: str, name: str, value: str, branch: str | None) -> bool:
    if name in _ANYWHERE or name in _CURSORS or name == "page":  # whether all pages are here is asked of them together
        return True
    if (values := _HARMLESS.get(form, {}).get(name)) is not None:
        return not values or value in values
    if name == "state" and form in _ONLY_OPEN:
        return "open" in value.split(",")
    if name == _BRANCH_OF_REQUESTS.get(form):
        return branch in {None, value}
    return name == _BRANCH_OF_RUNS.get(form) and branch == value


def _is_in_time(answer: Answer, name: str, value: str, start: datetime, end: datetime) -> bool:
    if name in _SINCE.get(answer.form.name, ()):
        since = instant({"at": value}, "at")
        return since is not None and since <= start
    is_range = name == "created" and answer.form.name == "github-runs"
    return is_range and _covers(value, start, end, answer.fetched_at)


def _covers(value: str, start: datetime, end: datetime, fetched_at: datetime | None) -> bool:
    """Whether a range of days or times, as in `>=2026-08-24` and `2026-08-24..2026-11-22`, holds the period."""
    first, _, last = value.partition("..") if ".." in value else (value.removeprefix(">="), "", "*")
    if ".." not in value and not value.startswith(">="):
        return False
    since, until = _moment(first, "T00:00:00Z"), _moment(last, "T23:59:59Z")
    reaches = last in {"", "*"} or (until is not None and until >= min(end, fetched_at or end))
    return since is not None and since <= start and reaches


def _moment(value: str, rest: str) -> datetime | None:
    found = instant({"at": value if "T" in value else value + rest}, "at")
    return found.astimezone(UTC) if found is not None else None


def _asked(answer: Answer) -> tuple[_Asked, str]:
    """Parameters of the question, and why they cannot be told."""
    if not is_of_program(answer.asked):
        return _query(answer.asked), ""
    try:
        words = shlex.split(answer.asked)
    except ValueError:
        return [], "was asked for with a command that cannot be read, so that what it leaves out is not known"
    if words[1:2] == ["api"]:
        return _of_graph(answer) if "graphql" in {word.strip("/") for word in words[2:]} else _of_api(answer, words[2:])
    command = " ".join(words[:3])
    if command in _COMMANDS:
        return _of_command(command, words[3:], len(answer.rows))
    return [], NOT_SAVED if answer.asked.strip("/") in {"graphql", "api/graphql"} else _unknown(command)


def _of_graph(answer: Answer) -> tuple[_Asked, str]:
    """Parameters of a list that was asked for in GraphQL."""
    question = question_in(answer.asked)
    if question is None:
        return [], NOT_SAVED
    member, named = _GRAPH.get(answer.form.name, ("", {}))
    given = question.arguments(member)
    if given is None:
        return [], UNCLEAR
    asked = [(named.get(name, name), value) for name, value in sorted(given.items()) if name not in PAGING]
    return [(name, _states(value) if name == "state" else value) for name, value in asked], ""


def _states(value: str) -> str:
    """States of GraphQL as the parameter has them; merged ones are what counts."""
    return "merged" if "MERGED" in value.split() else value


def _unknown(what: str) -> str:
    return f"was asked for with '{sayable(what)}', of which it is not known what it leaves out"


def _query(endpoint: str) -> _Asked:
    query = endpoint.partition("?")[2].partition("#")[0]
    return parse_qsl(query, keep_blank_values=True)


def _flags(words: list[str], short: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(flag, value) of a command; a word that belongs to no flag has the flag ""."""
    left = iter(words)
    for word in left:
        flag, _, value = word.partition("=") if word.startswith("--") else (word, "", "")
        flag = short.get(flag, flag)
        if not flag.startswith("-"):
            yield "", word
        elif flag in _ALONE or "=" in word:
            yield flag, value
        else:
            yield flag, next(left, "")


def _of_command(command: str, words: list[str], held: int) -> tuple[_Asked, str]:
    most, own = _COMMANDS[command]
    known, asked = {**_PLAIN, **own}, _Asked()
    short = {**(_GH if command.startswith("gh ") else _GLAB), **_SHORT.get(command, {})}
    for flag, value in _flags(words, short):
        if flag in _LIMITS:
            most = int(value) if value.isdecimal() and len(value) < 10 else 0  # noqa: PLR2004 - no list is that long
        elif flag not in known:
            return asked, f"was asked for with '{sayable(flag or value)}', which leaves rows out"
        elif known[flag]:
            name, _, fixed = known[flag].partition("=")
            asked.append((name, fixed or value))
    if command == "glab mr list" and "state" not in dict(asked):
        return asked, "was asked for without its state, which leaves merged changes out"
    if held >= most:
        return asked, f"holds as many rows as the command stops at ({most:,})"
    return asked, ""


def _of_api(answer: Answer, words: list[str]) -> tuple[_Asked, str]:
    asked = _Asked()
    for flag, value in _flags(words, _OF_API):
        if flag == "":
            asked += _query(value)
            known = by_endpoint(value)
            if known is None or known[0] is not answer.form:  # as the runs of one workflow, the jobs of one pipeline
                return asked, f"was asked for at '{sayable(value)}', which is not where the whole list is"
        elif flag in _FIELDS:
            name, _, told = value.partition("=")
            asked.append((name, told))
        elif flag not in _API_PLAIN:
            return asked, f"was asked for with '{sayable(flag)}', which may leave rows out"
    return asked, ""
