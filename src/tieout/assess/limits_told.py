"""What is told of limits that were judged: those that are open, or that all are met; apart, those of a cost."""

from collections.abc import Sequence

from tieout.assess.wording import clauses, counted, listed, part, verb, whole
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict

MEASURED = ": measured "
"""Stands between a limit and what was measured for it."""

LEAST = "least"
"""Among the values seen: the figure is a sum over a log, which is the least that it can have been."""

_TOLD = 3  # of the measurements of one limit


def told(judged: Sequence[Sequence[CheckResult]]) -> list[str]:
    """Sentences on the limits that are not shown to be met, or that all are.

    A share or a percentile can be told from the requests that were logged, by its bound. A sum cannot: each request
    that was not logged adds to it. So a cost within its limit counts neither as met nor among those that are not.

    Args:
        judged: What each measurement of a limit says, limit by limit.
    """
    least = [own for own in judged if any(map(_is_least, own)) and not any(map(_is_open, own))]
    others = [own for own in judged if own not in least]
    open_ = [reasons for own in others if (reasons := [one.reason for one in own if _is_open(one)])]
    if open_:
        head = f"{part(len(open_), len(judged), 'limit')} {verb(len(open_), 'is', 'are')} not shown to be met"
    else:
        some = counted(len(others), "limit") if least else whole(len(others), "limit")
        head = f"{some} {verb(len(others), 'is', 'are')} met"
    causes = "; ".join(_together([of_one(own) for own in (open_ or _reasons(others)) if own]))
    costs = "; ".join(of_one(own) for own in _reasons(least))
    return [
        *([f"{head}: {causes}."] if others else []),
        *([f"A log bounds cost from below alone, since it cannot show that it holds all: {costs}."] if least else []),
    ]


def of_one(reasons: Sequence[str]) -> str:
    """What is told of one criterion: its limit once, then what each run or log measured."""
    first, *others = dict.fromkeys(reasons)
    limit, measured, _ = first.partition(MEASURED)
    name = limit.partition(":")[0].partition(" wants ")[0]
    told = [
        f"another measurement gave {other.removeprefix(limit + measured)}"
        if measured and other.startswith(limit + measured)
        else other.removeprefix(f"{name}: ")
        for other in others
    ]
    return clauses([first, *told], most=_TOLD)


def _together(reasons: list[str]) -> list[str]:
    """Criteria that fail for one and the same reason, which is told once."""
    told: dict[str, list[str]] = {}
    for reason in reasons:
        name, colon, cause = reason.partition(": ")
        told.setdefault(colon + cause if colon else reason, []).extend([name] if colon else [])
    return [listed(names) + cause for cause, names in told.items()]


def _reasons(judged: Sequence[Sequence[CheckResult]]) -> list[list[str]]:
    return [[one.reason for one in own] for own in judged]


def _is_least(result: CheckResult) -> bool:
    return bool(result.seen.get(LEAST))


def _is_open(result: CheckResult) -> bool:
    """Whether something speaks against a limit's being met, other than that a log shows the least alone."""
    return result.verdict is not Verdict.SATISFIED and not _is_least(result)
