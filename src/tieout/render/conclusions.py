"""Short words for long findings: a workpaper's conclusion, and the elements of a finding in the register.

The tests' own table has every reason in full; nothing here says more than it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from tieout.assess.wording import capitalised, listed, sentences
from tieout.domain.verdicts import VERDICT_ORDER, Verdict
from tieout.render.model import CheckRow, HumanRow, RegisterRow, RuleNote, Section

_HOLDS: Final = frozenset({Verdict.SATISFIED, Verdict.NOT_APPLICABLE})
#: Nothing was tested: the input could not be read, or no source was named.
_UNPERFORMED: Final = frozenset({Verdict.UNREADABLE, Verdict.NOT_ASSESSED})
#: One and several tests of a verdict.
_COUNTED: Final[Mapping[Verdict, tuple[str, str]]] = {
    Verdict.GAP: ("1 is a gap", "{} are gaps"),
    Verdict.CONFLICT: ("1 is a conflict", "{} are conflicts"),
    Verdict.UNREADABLE: ("1 could not read its input", "{} could not read their input"),
    Verdict.PARTIAL: ("1 holds in part", "{} hold in part"),
    Verdict.WAIVED: ("1 is waived", "{} are waived"),
    Verdict.NOT_ASSESSED: ("1 could not be made", "{} could not be made"),
}
#: Most signs of a reason in a conclusion, and of a cell of the register.
_REASON: Final = 150
_CELL: Final = 300
_ADVICE: Final = 400
_AND_MORE: Final = len("; and 99 more tests.")
#: A shorter head before a colon says too little alone.
_HEAD: Final = 24


def conclusion_of(checks: Sequence[CheckRow], humans: Sequence[HumanRow]) -> str:
    """How many tests hold, why the worst does not, and what else is missing.

    Args:
        checks: The tests with their results.
        humans: What only a person can say.
    """
    own = [row for row in checks if row.asked]
    held = sum(row.verdict in _HOLDS for row in own)
    sentences = [_held(held, own)]
    troubled = [row for row in checks if row.verdict not in _HOLDS and not row.left_out]
    counts = Counter(row.verdict for row in troubled)
    for turn, verdict in enumerate(verdict for verdict in VERDICT_ORDER if counts[verdict]):
        one, many = _COUNTED[verdict]
        told = one if counts[verdict] == 1 else many.format(counts[verdict])
        if not turn:
            cause = brief(next(row for row in troubled if row.verdict is verdict).reason)
            told += f"{'' if counts[verdict] == 1 else ', first'}: {cause}"
        sentences.append(_stopped(told))
    missing = list(dict.fromkeys(row.role for row in humans if row.verdict not in _HOLDS))
    if missing:
        sentences.append(f"A signed statement by the {listed(missing)} is missing.")
    if any(row.left_out for row in checks):
        sentences.append("The rule leaves parts untested.")
    return " ".join(sentences)


def register_row(section: Section) -> RegisterRow | None:
    """The finding that a workpaper ends in; None where it opens none."""
    point = section.open_point
    if point is None or not point.number:
        return None
    open_rules = [rule for rule in section.rules if rule.verdict is section.verdict] or list(section.rules)
    causes = [row for row in section.checks if not row.left_out and row.verdict is section.verdict]
    asked = [f"test {row.number}: {row.test.rstrip('.')}" for row in causes]
    own = [row for row in section.checks if row.asked]
    return RegisterRow(
        number=point.number,
        label=section.label,
        index=section.index,
        anchor=section.anchor,
        point=point.model_copy(update={"closes_with": _advice(point.closes_with)}),
        condition=_joined([row.reason for row in causes]),
        criterion=_asked(asked),
        effect=_effect(section.verdict, open_rules, sum(row.verdict in _HOLDS for row in own), own),
    )


def brief(text: str, length: int = _REASON, *, whole: bool = False) -> str:
    """The start of a text, cut where it may be cut, without a full stop.

    Args:
        text: One or several sentences.
        length: Most signs kept.
        whole: Keep as many sentences as fit; otherwise the first, and of a long one what stands before its colon.
    """
    sentence = text.strip() if whole else (sentences(text) or [""])[0]
    sentence = sentence.rstrip(".")
    if len(sentence) <= length:
        return sentence
    head = sentence.partition(": ")[0]
    if not whole and _HEAD <= len(head) <= length:
        return head
    kept = sentence[: length - 1]
    for joint in (". ", "; ", ", ", " "):
        at = kept.rfind(joint)
        if at >= length // 2:
            return f"{kept[:at]} …"
    return f"{kept}…"


def _held(held: int, own: Sequence[CheckRow]) -> str:
    tests = len(own)
    if own and all(row.verdict in _UNPERFORMED for row in own):
        return "The one test could not be performed." if tests == 1 else f"None of {tests} tests could be performed."
    if held == tests:
        return "The one test holds." if tests == 1 else f"All {tests} tests hold."
    if not held:
        return "The one test does not hold." if tests == 1 else f"None of {tests} tests holds."
    return f"{held} of {tests} tests {'holds' if held == 1 else 'hold'}."


def _joined(reasons: Sequence[str]) -> str:
    """As many reasons as fit a cell; the first always, shortened if it must be."""
    distinct = list(dict.fromkeys(reason.strip() for reason in reasons))
    told = ""
    for turn, reason in enumerate(distinct):
        if told and len(told) + len(reason) > _CELL:
            rest = len(distinct) - turn
            return f"{told} And {rest} more."
        told = f"{told} {reason}".strip() if told or len(reason) <= _CELL else _cell(reason)
    return told


def _asked(tests: Sequence[str]) -> str:
    """As many tests as fit a cell, and how many more there are."""
    told = list(tests[:1]) or ["what the rule asks"]
    for test in tests[1:]:
        if len("; ".join([*told, test])) > _CELL - _AND_MORE:
            rest = len(tests) - len(told)
            told.append(f"and {rest} more {'test' if rest == 1 else 'tests'}")
            break
        told.append(test)
    return _stopped(capitalised("; ".join([brief(told[0], _CELL - _AND_MORE, whole=True), *told[1:]])))


def _advice(text: str) -> str:
    """As many sentences as fit a cell; where there are more, it says so."""
    first, *others = sentences(text) or [""]
    told = brief(first, _ADVICE, whole=True)
    for turn, sentence in enumerate(others):
        if len(told) + len(sentence) > _ADVICE:
            rest = len(others) - turn
            return f"{_stopped(told)} And {rest} more, in the workpaper."
        told = f"{_stopped(told)} {sentence.rstrip('.')}"
    return _stopped(told)


def _cell(reason: str) -> str:
    return brief(reason, _CELL - _AND_MORE, whole=True)


def _stopped(text: str) -> str:
    return text if text.endswith("…") else f"{text}."


def _effect(verdict: Verdict, rules: Sequence[RuleNote], held: int, own: Sequence[CheckRow]) -> str:
    titles = "” and “".join(rule.title.rstrip(".") for rule in rules)
    if verdict is Verdict.WAIVED:
        return f"Accepted by a named person, and not met: “{titles}”."
    return f"Not shown: “{titles}”. {_held(held, own)}"
