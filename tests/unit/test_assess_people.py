"""Who may be whom, what is no person, and text that says that there is none."""

import pytest

from tieout.assess.denials import denies
from tieout.assess.names import bearer
from tieout.assess.people import different_people, doubles, may_be_one, name_fault
from tieout.assess.selection import matches, person


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("Hanneke de Wit", "Wit, Hanneke de", True),
        ("Hanneke de Wit", "Hanneke de Wit (acting)", True),
        ("Hanneke de Wit", "Hannneke de Wit", True),
        ("Hanneke de Wit", "Hannkee de Wit", True),
        ("Hanneke de Wit", "Henneke de Wit", True),
        ("Hanneke de Wit", "H. de Wit", True),
        ("Hanneke de Wit", "Wit H", True),
        ("Hanneke de Wit", "Hanneke Wit", True),
        ("Hanneke de Wit", "Hannk de Wit", False),  # two letters are missing
        ("Hanneke de Wit", "Jan de Wit", False),
        ("Hanneke de Wit", "Eleanor Voss", False),
        ("Ann Ode", "Ann Oda", False),  # short words are other names
        ("Ann Ode", "Bo Lin", False),
        ("Ann Ode", "A. O.", True),  # initials alone may be anybody's who has them
        ("Hanneke de Wit", "HdW", True),
        ("Hanneke de Wit", "HW", True),
        ("Hanneke de Wit", "hdewit", True),
        ("Hanneke de Wit", "Hanneke Dewit", True),
        ("Hanneke de Wit", "Dewitt, Hanneke", True),
        ("Anna-Lena Kurz", "Anna Lena Kurz", True),
        ("Anna-Lena Kurz", "ALK", True),
        ("Hanneke de Wit", "HdX", False),
        ("Hanneke de Wit", "Hd", False),  # the last word takes part
        ("Wit, Hanneke de", "HdW", True),
        ("Hanneke de Wit", "Hanna Dewulf", False),
        ("Ann Berit Olsen", "Ann Bo", False),  # a written word is no pair of initials beside another
        ("Bo Lin", "B", False),
        ("Ines Albrecht", "Jonas Albrecht", False),
        ("(acting)", "Ann Ode", False),
    ],
)
def test_two_spellings_of_a_name_may_be_one_human_being(one: str, other: str, *, may: bool):
    left, right = person(one), person(other)
    assert left is not None
    assert right is not None
    assert may_be_one(left, right) is may
    assert may_be_one(right, left) is may


def test_one_person_in_several_spellings_is_counted_once():
    assert different_people(["hanneke de wit", "h. de wit", "hdw", "eleanor voss"]) == [
        "eleanor voss",
        "hanneke de wit",
    ]
    # The fullest spellings are taken first: two people are not made one by what may be either of them.
    assert different_people(["h. de wit", "hanneke de wit", "hans de wit"]) == ["hanneke de wit", "hans de wit"]
    assert doubles(["bo lin", "eleanor voss", "voss, eleanor"]) == [("voss, eleanor", "eleanor voss")]
    assert different_people([]) == []


def test_names_without_end_are_counted_in_time():
    assert len(different_people(f"name{number} family{number}" for number in range(5_000))) >= 2


@pytest.mark.parametrize(
    "name",
    [
        "Risk Committee",
        "Chief Risk Officer",
        "Team Claims",
        "The Board",
        "risk-committee team",
        "Head of Risk",
        "policy-bot",
    ],
)
def test_a_body_is_no_person(name: str):
    assert bearer(name).kind == "body"


@pytest.mark.parametrize(
    "name", ["Hanneke de Wit", "Eleanor Voss, Chief Risk Officer", "Eleanor Voss (Risk Committee)", "Teamer Boardman"]
)
def test_a_person_is_no_body(name: str):
    assert bearer(name).kind != "body"


@pytest.mark.parametrize(
    "text",
    ["no budget approved", "0 USD", "0", "0.00 EUR", "USD 0", "$0", "none allocated", "None.", "Nothing so far", "zero",
     "without budget", "There is no budget", "Budget: none", "not funded"],
)  # fmt: skip
def test_a_resource_of_none_is_told(text: str):
    assert denies("resource", text)


@pytest.mark.parametrize(
    "text",
    ["0.5 FTE", "2 adjusters", "none needed beyond the gateway", "None beyond the contract", "0-day team on call",
     "No-code team, 3 days", "Nonesuch Ltd, 20 days", "10 USD", "Zero-trust project's budget", "Notary, 2 days"],
)  # fmt: skip
def test_a_resource_that_begins_like_none_is_one(text: str):
    assert not denies("resource", text)


@pytest.mark.parametrize(
    "text",
    ["We do nothing about this risk", "Do nothing", "no action", "No further action planned", "Mitigate: nothing",
     "Not yet decided what", "nothing", "We have no plan", "zero measures"],
)  # fmt: skip
def test_a_response_of_none_is_told(text: str):
    assert denies("response", text)


@pytest.mark.parametrize(
    "text",
    ["No-code rollout by team X", "No claim is closed unread", "Not serving claims above the limit",
     "Without a second look no claim is paid", "Zero-downtime switch by operations", "Accept until the new contract",
     "Notify the claimant"],
)  # fmt: skip
def test_a_response_that_begins_like_none_is_one(text: str):
    assert not denies("response", text)


@pytest.mark.parametrize(
    "spelled", ["provider_failover", "provider-failover", "Provider failover", "PROVIDER_FAILOVER", "ProviderFailover"]
)
def test_a_scenario_is_one_however_it_is_spelled(spelled: str):
    assert matches({"scenario": spelled}, {"scenario": "provider_failover"})
    assert matches({"scenario": spelled}, {"scenario": ["kill_switch", "provider_failover"]})
    assert not matches({"scenario": spelled}, {"scenario": "kill_switch"})
    assert not matches({"scenario": 1}, {"scenario": "kill_switch"})
    assert matches({"role": "a-b"}, {"role": "a-b"})
    assert not matches({"role": "a-b"}, {"role": "a_b"})


@pytest.mark.parametrize(
    ("name", "deputy", "told"),
    [
        ("Ann Ode", "Bo Lee", ""),
        ("Ann Ode", "", ""),
        ("", "", ""),
        ("the ML team", "Bo Lee", "'the ML team' is a body or an office, not a person"),
        ("Ann Ode", "-", "'-' names nobody"),
        ("Ann Ode", "TBD", "'TBD' names nobody"),
        ("Nina Falk/Omar Haddad", "", "'Nina Falk/Omar Haddad' is more than one name"),
        ("Lea Roth", "L. Roth", "'Lea Roth' and 'L. Roth' may be one person, and nobody is their own deputy"),
    ],
)
def test_a_name_that_could_never_count_is_told(name: str, deputy: str, told: str) -> None:
    assert name_fault(name, deputy) == told
