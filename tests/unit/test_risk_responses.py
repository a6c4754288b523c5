"""What a risk's response and resource must hold, what denies or leaves them open, and what is an amount."""

import time

import pytest

from tieout.assess.amounts import amount
from tieout.assess.denials import denies, gives_no_reason, plain
from tieout.assess.responses import read_field
from tieout.collectors.placeholders import leaves_open
from tieout.domain.verdicts import Verdict

PEOPLE = frozenset({"ines albrecht", "tomasz wieczorek", "eleanor voss", "h. de wit", "will"})
RISK = {"owner": "Ines Albrecht", "title": "Urgent claims are not seen"}


def verdict_of(field: str, text: str) -> Verdict | None:
    reading = read_field(field, {**RISK, field: text}, PEOPLE)
    return reading.verdict if reading else None


@pytest.mark.parametrize(
    "text",
    [
        "Mitigate: second queue",
        "Mitigated by a second queue",
        "mitigation - daily sample of 20 claims",
        "We will mitigate by a daily sample",
        "Risk treatment: reduce the length of the prompt",
        "Transfer: insured with Nordic Re",
        "Shared with the supplier, by contract",
        "Avoid: the feature was removed",
        "Mitigate: tägliche Stichprobe durch zwei Leute",
        "Mitigate: 二次キューを追加",
        "Mitigate: see to it that a clerk reads each answer",
        "Mitigate: where the model is unsure, a clerk decides",
        "Mitigate: answers that might be wrong go to the desk",
        "Mitigate: payouts are held pending approval by a clerk",
        "Mitigate: all prices have to be agreed first",
    ],
)
def test_a_response_names_its_kind_and_what_is_done(text: str):
    assert verdict_of("response", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "We hope for the best",
        "Monitor closely",
        "Treat: second queue",
        "Treated as acceptable",
        "unavoidable",
        "Mitigate",
        "mitigate, mitigate, mitigate",
        "Mitigate the risk as appropriate",
        "Mitigate: yes",
        "Mitigate urgent claims not seen",
        "Mitigate: hope for the best",
        "Mitigate if possible",
        "Mitigate: see ticket 48 of the claims team",
        "Mitigate: as per the policy of the house",
        "Mitigate: we will try",
        "Reduce the number of routes where possible",
        "Mitigation is not planned",
        "Mitigation impossible",
        "Mitigate: second queue pending board approval",
        "Mitigate: second queue pending approval",
        "Mitigate: nothing is sent unread",
        "Avoid: answers not approved by a clerk are never sent",
        "Mitigate: we accept the risk and do nothing",
        "Mitigate: cancelled in October, the team was dissolved",
        "Mitigate: work has been stopped until further notice",
        "Transfer: the insurer declined",
        "Avoid: the feature stays on",
        "Accepted by Eleanor Voss until the new contract",
        "Risk acceptance, H. de Wit, until March",
        "Accept: no further action, Eleanor Voss agreed",
        "Accept: Eleanor Voss was asked and has refused",
        "Accept until the new contract",
        "Accepted by Ines Albrecht",
        "Accepted by Albrecht, Ines and I. Albrecht",
        "Accept: we will live with it",
        "Accept, agreed by Mickey Mouse",
    ],
)
def test_a_response_whose_words_do_not_show_it_is_partial(text: str):
    assert verdict_of("response", text) is Verdict.PARTIAL


@pytest.mark.parametrize(
    "text",
    [
        "Mitigate: TBD",
        "Mitigate:\u200b T\u200bBD",
        "Mitigate: to be decided",
        "Mitigate: noch offen",
        "Mitigate: details will follow",
        "Mitigate: second queue, pending board approval",
        "Mitigate: n/a",
        "Mitigate: ???",
        "Mitigate: [insert measure]",
        "Mitigate: <measure>",
        "Ignore",
        "Wait and see.",
        "Mitigation: nothing",
        "nichts",
        "Keine Maßnahmen geplant",
        "Aucune mesure prévue",
        "nothing can be done",
        "Mitigate: second queue, not funded",
    ],
)
def test_a_response_that_denies_or_leaves_open_is_a_gap(text: str):
    assert verdict_of("response", text) is Verdict.GAP


@pytest.mark.parametrize(
    "text",
    [
        "Two engineers",
        "0.5 engineers",
        "12 engineering days",
        "9,000 USD",
        "$5k",
        "$ 12,000",
        "40k EUR",
        "EUR 10000",
        "1/2 FTE",
        "up to 5 days",
        "6 days a year",
        "2 adjusters, 12 engineering days",
        "6 staff days a year, 24,000 USD a year",
        "3 days and 2 engineers",
        "Tomasz Wieczorek",
        "Tomasz Wieczorek, 5 days",
        "20 %",
    ],
)
def test_a_resource_is_an_amount_or_a_person(text: str):
    assert verdict_of("resource", text) is None


@pytest.mark.parametrize(
    "text",
    ["goodwill", "the team", "we will see", "none needed beyond the gateway", "the 2027 budget", "ticket 48 is open",
     "phase 2", "R-01", "by 12 March", "ISO 27001 audit", "Mickey Mouse", "Voss", "3 days?", "20,000 USD requested",
     "10 days if approved", "maybe 2 engineers"],
)  # fmt: skip
def test_a_resource_without_either_is_partial(text: str):
    assert verdict_of("resource", text) is Verdict.PARTIAL


@pytest.mark.parametrize(
    "text",
    [
        "Two engineers until December",
        "0.5 engineers until December",
        "12 engineering days, no external cost",
        "5 days, without additional budget",
        "9,000 USD for reserved throughput",
        "sprints 14 and 15",
        "2-3 Leute",
        "10人日",
        "Best effort by Tomasz Wieczorek",
        "H. de Wit until March",
        "Will, as before",
        "2 clerks for pending and rejected claims",
        "3 days of the unassigned-claims desk",
        "Operations, 6 days a year; second supplier's contract in the 2027 budget",
        "Eleanor Voss refused the money",
        "lacks 2 engineers",
        "2 vacancies",
        "12 days if the budget allows",
        "2 adjusters, both have left",
        "2 engineers until March 2026",
        "2 missing engineers",
    ],
)
def test_a_resource_that_says_more_than_amounts_and_names_is_for_a_person_to_read(text: str):
    assert verdict_of("resource", text) is Verdict.PARTIAL


@pytest.mark.parametrize(
    "text",
    ["pending approval", "pending Q1 planning", "12 days (tbc)", "Budget pending", "12 days subject to funding",
     "unfunded", "keine Mittel bewilligt", "nicht genehmigt", "12 days, not yet approved", "20k EUR, request rejected",
     "Ines Albrecht has no time", "aucun budget", "sin presupuesto", "Operations, 0 days", "0 USD"],
)  # fmt: skip
def test_a_resource_that_is_denied_or_left_open_is_a_gap(text: str):
    assert verdict_of("resource", text) is Verdict.GAP


def test_what_is_wrong_is_quoted_and_cut():
    reading = read_field("resource", {**RISK, "resource": "goodwill " * 100}, PEOPLE)
    assert reading is not None
    assert reading.told.startswith("has a resource that is not only amounts and persons of the roster, which words")
    assert "(“goodwill goodwill" in reading.told
    assert len(reading.told) < 250


@pytest.mark.parametrize(
    ("text", "found"),
    [("4.000 eur", 4000), ("1 000 000 nok", 1_000_000), ("usd 0.50", 0.5), ("0 days", 0), ("0/2 fte", 0),
     ("two adjusters", 2), ("up to 5 days a month", 5)],
)  # fmt: skip
def test_an_amount_is_read_however_its_thousands_are_parted(text: str, found: float):
    assert amount(text) == found


@pytest.mark.parametrize(
    "text",
    ["2026-12-04", "31.12.2026 budget", "2027 plan", "v2", "q4", "no. 5 team", "issue #12", "one of us", "12 of march",
     "4711", "the 3rd party", "4711 items", "2 missing engineers", "12-day contract", "2 days until march"],
)  # fmt: skip
def test_a_date_a_name_or_a_ticket_is_no_amount(text: str):
    assert amount(text) is None


@pytest.mark.parametrize(
    "text",
    ["no reason given", "No reason.", "reason unknown", "Reason to follow later", "see above", "because we said so",
     "There is no reason recorded", "without any explanation"],
)  # fmt: skip
def test_a_note_may_give_no_reason(text: str):
    assert gives_no_reason(text)


@pytest.mark.parametrize(
    "text",
    ["Waits for the supplier's new region.", "No free capacity before the audit", "Because the contract ends in March",
     "Not possible before the migration ends"],
)  # fmt: skip
def test_a_note_that_gives_one_is_one(text: str):
    assert not gives_no_reason(text)


@pytest.mark.parametrize(
    "text",
    ["second queue", "Subject to a daily cap", "unknown models are refused", "pending claims go to a senior clerk",
     "all drafts have to be agreed", "none needed beyond the gateway", "answers stay under review", "a/b tests"],
)  # fmt: skip
def test_a_field_that_only_looks_open_is_none(text: str):
    assert not leaves_open(text)


@pytest.mark.parametrize(
    "piece",
    ["pending ", "budget is still ", "to be ", " - ", "not ", "no time ", "1 ", "1,000", "one a ", "usd ", "9", "?",
     "mitigate ", "we ", "will ", "ines ", "to be agreed,", "\u200b", "if possible "],
)  # fmt: skip
def test_long_text_is_read_in_no_time(piece: str):
    text = piece * (1_000_000 // len(piece))
    start = time.perf_counter()
    for field in ("response", "resource"):
        read_field(field, {**RISK, field: text}, PEOPLE)
    gives_no_reason(text)
    assert time.perf_counter() - start < 1  # milliseconds, on any machine


def test_text_is_compared_without_what_nobody_sees():
    assert plain("  \u201cMitigate\u2019s\u200b  *QUEUE*") == "\u201cmitigate's *queue"
    assert denies("resource", "\uff2e\uff4f\u00a0budget")
