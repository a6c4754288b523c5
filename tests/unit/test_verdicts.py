"""The truth table of the semantics, over every set of verdicts that checks or rules can give."""

from itertools import chain, combinations, permutations

import pytest

from tieout.domain.verdicts import OPEN_VERDICTS, VERDICT_ORDER, Verdict, combine

SATISFIED, PARTIAL, GAP, CONFLICT = Verdict.SATISFIED, Verdict.PARTIAL, Verdict.GAP, Verdict.CONFLICT
UNREADABLE, NOT_ASSESSED = Verdict.UNREADABLE, Verdict.NOT_ASSESSED
NOT_APPLICABLE, WAIVED = Verdict.NOT_APPLICABLE, Verdict.WAIVED

#: Written by hand from the sentence under "Verdicts" of the semantics, for what is left once not-applicable
#: ones, gaps, conflicts and unreadable ones are told apart: s satisfied, p partial, n not-assessed, w waived.
WITHOUT_BAD_NEWS = {
    "": NOT_APPLICABLE,
    "s": SATISFIED,
    "w": WAIVED,
    "n": NOT_ASSESSED,
    "p": PARTIAL,
    "sw": WAIVED,
    "sn": PARTIAL,
    "sp": PARTIAL,
    "wn": PARTIAL,
    "wp": PARTIAL,
    "np": PARTIAL,
    "swn": PARTIAL,
    "swp": PARTIAL,
    "snp": PARTIAL,
    "wnp": PARTIAL,
    "swnp": PARTIAL,
}
#: The same for what is in bad news, whatever stands beside it: g gap, c conflict, u unreadable.
BAD_NEWS = {
    "g": GAP,
    "gc": GAP,
    "gu": GAP,
    "gcu": GAP,
    "c": CONFLICT,
    "cu": CONFLICT,
    "u": UNREADABLE,
}
LETTERS = {
    "s": SATISFIED,
    "p": PARTIAL,
    "n": NOT_ASSESSED,
    "w": WAIVED,
    "g": GAP,
    "c": CONFLICT,
    "u": UNREADABLE,
}
#: Greenest first. Nothing that is added to checks may move a verdict towards the front, good news aside.
GREENNESS = (SATISFIED, NOT_APPLICABLE, WAIVED, PARTIAL, NOT_ASSESSED, UNREADABLE, CONFLICT, GAP)
SETS = [frozenset(one) for one in chain.from_iterable(combinations(Verdict, size) for size in range(1, 9))]


def expected(verdicts: frozenset[Verdict]) -> Verdict:
    bad = "".join(letter for letter in "gcu" if LETTERS[letter] in verdicts)
    rest = "".join(letter for letter in "swnp" if LETTERS[letter] in verdicts)
    return BAD_NEWS[bad] if bad else WITHOUT_BAD_NEWS[rest]


def test_every_set_of_verdicts():
    assert len(SETS) == 255
    assert {one: combine(one) for one in SETS} == {one: expected(one) for one in SETS}


def test_nothing_at_all_is_not_assessed():
    assert combine([]) is NOT_ASSESSED


@pytest.mark.parametrize("one", SETS, ids=lambda one: "+".join(sorted(one)))
def test_neither_order_nor_repetition_matters(one: frozenset[Verdict]):
    for order in permutations(sorted(one)) if len(one) <= 4 else [sorted(one), sorted(one, reverse=True)]:
        assert combine(order) is expected(one)
        assert combine([*order, *order]) is expected(one)


@pytest.mark.parametrize("added", [GAP, CONFLICT, UNREADABLE, NOT_ASSESSED, PARTIAL])
def test_bad_news_never_makes_a_verdict_greener(added: Verdict):
    for one in SETS:
        # A rule that does not apply and another that is partly met: the control is partly met.
        assert GREENNESS.index(combine([*one, added])) >= GREENNESS.index(combine(one)) or (
            added is PARTIAL and combine(one) is NOT_ASSESSED
        )


def test_only_satisfied_checks_make_satisfied():
    satisfied = [one for one in SETS if combine(one) is SATISFIED]
    assert satisfied == [frozenset({SATISFIED}), frozenset({SATISFIED, NOT_APPLICABLE})]


def test_combining_in_two_steps_hides_no_bad_news():
    for one in SETS:
        for other in SETS[::7]:
            worst = min((combine(one), combine(other)), key=lambda verdict: -GREENNESS.index(verdict))
            if worst in {GAP, CONFLICT, UNREADABLE}:
                assert combine([combine(one), combine(other)]) is worst


def test_every_verdict_has_its_place_in_every_order():
    assert set(VERDICT_ORDER) == set(GREENNESS) == set(Verdict)
    assert {GAP, CONFLICT, UNREADABLE, WAIVED} == OPEN_VERDICTS
    assert [str(verdict) for verdict in VERDICT_ORDER if "_" in verdict] == []
