"""Security policy: where a vulnerability is reported, how soon somebody answers, which versions are mended."""

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.reading.issue_chooser import report_links
from tieout.inspection.reading.notices import bug_reports, conduct
from tieout.inspection.reading.security_policies import (
    ADVICE,
    Found,
    Policy,
    hopes,
    lookalikes,
    of_parts,
    policies,
    programmes,
    unread,
)
from tieout.inspection.reading.unread import places as unread_places
from tieout.inspection.reading.unread import told as told_unread
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted, named
from tieout.kernel.reading.text import display_path

_BEYOND: Final = (
    "A policy can stand at the forge, for a whole organisation, or on a website; whether it is kept is not told."
)
TOPIC: Final = Topic(
    key="security-policy",
    title="Security policy",
    questions=(
        Question("reporting-address", "Is there a security policy with a reporting address?", _BEYOND),
        Question("response-times", "Does the policy say how soon a report is answered?", _BEYOND),
        Question("supported-versions", "Does the policy say which versions are supported?", _BEYOND),
    ),
)


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    found = policies(repository)
    lost = unread(repository)
    if lost and not any(policy.is_policy for policy in found):
        for question in TOPIC.questions:
            yield TOPIC.unknown(question.key, told_unread(lost), places=unread_places(repository, lost))
        return
    yield _reporting(repository, found)
    own = [policy for policy in found if policy.is_policy]
    filled = [policy for policy in own if policy.unfilled is None]
    forms = _forms(repository, own)
    yield _part(repository, "response-times", own, [(one, one.times) for one in filled], forms)
    yield _part(repository, "supported-versions", own, [(one, one.versions) for one in own], forms)


def _forms(repository: Repository, found: Sequence[Policy]) -> list[InspectedPlace]:
    return [
        repository.place(one.path, one.unfilled.line, "the form that a forge offers, not filled in", counts=False)
        for one in found
        if one.unfilled is not None
    ]


def _reporting(repository: Repository, found: Sequence[Policy]) -> Fact:
    own = [policy for policy in found if policy.is_policy]
    telling = [policy for policy in own if policy.addresses]
    sections = [policy for policy in found if not policy.is_policy]
    others = [
        repository.place(path, shows="not where a policy is looked for", counts=False)
        for path in lookalikes(repository)
    ][:3]
    without = [
        repository.place(policy.path, shows="gives no address for a report", counts=False)
        for policy in own
        if not policy.addresses and policy.unfilled is None
    ]
    tempting = [*_forms(repository, own), *without, *others]
    values: dict[str, Value] = {
        "files": tuple(display_path(policy.path) for policy in own),
        "addresses": sum(one.kind == "address" for policy in own for one in policy.addresses),
        "other_channels": sum(one.kind != "address" for policy in own for one in policy.addresses),
        "unfilled": sum(policy.unfilled is not None for policy in own),
    }
    if telling:
        policy = telling[0]
        kinds = named(
            dict.fromkeys(f"an {one.kind}" if one.kind == "address" else f"a {one.kind}" for one in policy.addresses)
        )
        statement = f"{display_path(policy.path)}, of {counted(policy.lines, 'line')}, gives {kinds} for reports."
        places = [*_places(repository, policy, policy.addresses), *tempting]
        return TOPIC.fact("reporting-address", Answer.YES, statement, places=places, values=values)
    if sections:
        policy = sections[0]
        statement = (
            f"There is no policy of its own; a section of {display_path(policy.path)} gives an address for reports."
        )
        places = [*_places(repository, policy, policy.addresses), *tempting]
        return TOPIC.fact(
            "reporting-address", Answer.PARTIAL, statement, places=places, values=values, confidence=Confidence.MODERATE
        )
    elsewhere = _elsewhere(repository, own, tempting, values)
    if elsewhere is not None:
        return elsewhere
    tempting += [*conduct(repository), *bug_reports(repository)]
    return TOPIC.fact("reporting-address", Answer.NO, _none(own), places=tempting, values=values)


def _elsewhere(
    repository: Repository, own: Sequence[Policy], tempting: list[InspectedPlace], values: dict[str, Value]
) -> Fact | None:
    """The answer where no policy gives an address: the issue chooser does, or a part, or a programme of a guide."""
    chooser = report_links(repository)
    parts = of_parts(repository) if not own else []
    named_there = programmes(repository) if not own else []
    if chooser:
        path = display_path(chooser[0].path)
        without = "The policy gives no address" if own else "There is no policy of its own"
        places = [*chooser]
        statement = f"{without}; {path}, by which issues are opened, sends reports of weaknesses elsewhere."
    elif parts:
        places = [place for policy in parts for place in _places(repository, policy, policy.addresses)]
        statement = f"There is no policy of the whole; {display_path(parts[0].path)}, of a part, says where reports go."
    elif named_there:
        path = display_path(named_there[0][0])
        places = [repository.place(at, line, "names a programme, by a link") for at, line in named_there]
        statement = f"There is no policy of its own; {path} names a programme that takes reports of weaknesses."
    else:
        return None
    return TOPIC.fact(
        "reporting-address",
        Answer.PARTIAL,
        statement,
        places=[*places, *tempting],
        values=values,
        confidence=Confidence.MODERATE,
    )


def _none(own: Sequence[Policy]) -> str:
    form = next((policy for policy in own if policy.unfilled is not None), None)
    if form is not None:
        return f"{display_path(form.path)} is the form that a forge offers, not filled in: it gives no address."
    if own:
        return f"{display_path(own[0].path)} gives no address and no other way to report a vulnerability."
    return "There is no security policy and no security.txt in the tree."


def _part(
    repository: Repository,
    key: str,
    own: Sequence[Policy],
    found: Sequence[tuple[Policy, Sequence[Found]]],
    forms: list[InspectedPlace],
) -> Fact:
    """The answer to what a part of the policy says."""
    if not own:
        return TOPIC.fact(key, Answer.NO, "There is no security policy in the tree.")
    telling = [(policy, lines) for policy, lines in found if lines]
    if not telling:
        said = "how soon a report is answered" if key == "response-times" else "which versions are supported"
        soon = [
            repository.place(policy.path, line, "hopes for an answer and names no time", counts=False)
            for policy in (own if key == "response-times" else ())
            for line in hopes(repository, policy)
        ]
        return TOPIC.fact(key, Answer.NO, f"{display_path(own[0].path)} does not say {said}.", places=[*forms, *soon])
    policy, lines = telling[0]
    said = "says how soon" if key == "response-times" else "says which versions are supported"
    statement = f"{display_path(policy.path)} {said}, in {counted(len(lines), 'line')}."
    places = [repository.place(policy.path, one.line, one.kind) for one in lines]
    answer = Answer.YES
    if all(one.kind == ADVICE for one in lines):
        answer, statement = Answer.PARTIAL, f"{display_path(policy.path)} only advises to use the newest version."
    return TOPIC.fact(
        key, answer, statement, places=places, values={"lines": len(lines)}, confidence=Confidence.MODERATE
    )


def _places(repository: Repository, policy: Policy, lines: Sequence[Found]) -> list[InspectedPlace]:
    ordered = sorted(lines, key=lambda one: (one.kind != "address", one.line))
    return [
        repository.place(policy.path, one.line, f"{one.kind} for reports", quoted=one.kind != "address")
        for one in ordered
    ]
