"""Populations, links, people and registers: what must hold for all, and what does not count as one."""

from typing import Any

import pytest

from cases.case_files import run_check
from tieout.domain.pseudonyms import pseudonym
from tieout.domain.verdicts import Verdict


def roster(*people: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "roster",
        "facts": {"people": [{"role": "operations", "person": "Ann Ode", **one} for one in people]},
    }


def card(**facts: Any) -> dict[str, Any]:
    return {"type": "system_card", "facts": facts}


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"version": "1", "limits": ["a"]}, Verdict.SATISFIED),
        ({"version": "0", "limits": ["a"]}, Verdict.SATISFIED),
        ({"version": "none", "limits": ["none"]}, Verdict.GAP),  # no answer
        ({"limits": ["a"]}, Verdict.GAP),
        ({"version": "", "limits": ["a"]}, Verdict.GAP),
        ({"version": " \t", "limits": ["a"]}, Verdict.GAP),
        ({"version": "TODO", "limits": ["a"]}, Verdict.GAP),
        ({"version": "{{ version }}", "limits": ["a"]}, Verdict.GAP),
        ({"version": "1", "limits": []}, Verdict.GAP),
        ({"version": "1", "limits": ["", "TBD"]}, Verdict.GAP),
    ],
)
def test_a_filled_field_says_something(facts: dict, verdict: Verdict):
    result = run_check("every", {"in": "system_card", "has": ["version", "limits"]}, {"card": card(**facts)})
    assert result.verdict is verdict


@pytest.mark.parametrize(
    ("pinned", "verdict"), [(True, Verdict.SATISFIED), (False, Verdict.GAP), (None, Verdict.PARTIAL)]
)
def test_what_a_source_may_not_tell_is_neither_met_nor_missed(pinned: bool | None, verdict: Verdict):
    rows = [{"name": "a", "model": "m", "pinned": True}, {"name": "b", "model": "n", "pinned": pinned}]
    items = {"gateway": {"type": "gateway_config", "facts": {"product": "x", "routes": rows}}}
    strict = {"in": "gateway_config.routes", "equals": {"pinned": True}}
    result = run_check("every", strict | {"untold": ["pinned"], "untold_reason": "{name}: not told"}, items)
    assert result.verdict is verdict
    assert ("b: not told" in result.reason) == (pinned is None)
    # A rule that does not allow for it takes silence as a lack.
    assert run_check("every", strict, items).verdict is (Verdict.SATISFIED if pinned else Verdict.GAP)


@pytest.mark.parametrize(("pinned", "verdict"), [(True, Verdict.SATISFIED), (False, Verdict.GAP)])
def test_a_value_is_the_value_that_is_wanted(pinned: bool, verdict: Verdict):
    items = {
        "g": {
            "type": "gateway_config",
            "facts": {"product": "x", "routes": [{"name": "a", "model": "m", "pinned": pinned}]},
        }
    }
    result = run_check("every", {"in": "gateway_config.routes", "equals": {"pinned": True}}, items)
    assert result.verdict is verdict
    assert ("a is not pinned" in result.reason) == (not pinned)


def test_false_and_zero_are_not_the_same_value():
    items = {"log": {"type": "flag_config", "facts": {"flags": [{"name": "a", "default": False}]}}}
    assert (
        run_check("every", {"in": "flag_config.flags", "equals": {"default": False}}, items).verdict
        is Verdict.SATISFIED
    )
    assert run_check("every", {"in": "flag_config.flags", "equals": {"default": 0}}, items).verdict is Verdict.GAP
    assert run_check("every", {"in": "flag_config.flags", "has": ["default"]}, items).verdict is Verdict.SATISFIED


def test_the_failing_element_is_named_with_its_line():
    items = {
        "flags": {
            "type": "flag_config",
            "facts": {"flags": [{"name": "a", "trigger": "x"}, {"name": "b"}]},
            "lines": {"/flags/1": 9},
        }
    }
    result = run_check("every", {"in": "flag_config.flags", "has": "trigger"}, items)
    assert result.reason == "1 of the 2 flags of the feature flags falls short: b has no trigger."
    assert [(place.path, place.line) for place in result.places] == [("flags.yaml", 9)]


def links(card_models: list[str], routes: list[str]) -> dict[str, Any]:
    return {
        "card": card(models=card_models),
        "gateway": {
            "type": "gateway_config",
            "facts": {"product": "x", "routes": [{"name": "r", "model": model, "pinned": True} for model in routes]},
        },
    }


LINKED = {"left": "system_card.models", "right": "gateway_config.routes.model", "compare": "model", "meaning": "m"}


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (["a"], ["openai/a", "b"], Verdict.SATISFIED),
        (["a", "c"], ["a", "b"], Verdict.GAP),
        (["a"], [], Verdict.GAP),
        ([], ["a"], Verdict.GAP),
        ([" ", "TBD"], ["a", "TBD"], Verdict.GAP),
        (["openai/"], ["bedrock/"], Verdict.GAP),  # two names of nothing are not one name
        (["A"], ["a"], Verdict.GAP),
    ],
)
def test_what_is_linked(left: list, right: list, verdict: Verdict):
    assert run_check("all_linked", LINKED, links(left, right)).verdict is verdict


def test_three_sides_agree_or_all_are_shown():
    selectors = ["system_card.models", "gateway_config.routes.model", "inventory.systems.models"]
    arguments = {"values": selectors, "compare": "model", "meaning": "m"}

    def with_inventory(models: list[str]) -> dict[str, Any]:
        systems = [{"system_id": "s", "status": "x", "models": models}]
        return {**links(["a", "b"], ["x/b", "x/a"]), "inventory": {"type": "inventory", "facts": {"systems": systems}}}

    assert run_check("agree", arguments, with_inventory(["b", "a"])).verdict is Verdict.SATISFIED
    result = run_check("agree", arguments, with_inventory(["a"]))
    assert result.verdict is Verdict.CONFLICT
    assert all(f"{name}.yaml" in result.reason for name in ("card", "gateway", "inventory"))
    assert len(result.places) == 3
    assert run_check("agree", arguments, with_inventory([])).verdict is Verdict.GAP


def test_of_several_sides_the_missing_record_outweighs_the_unpromised_one():
    result = run_check(
        "agree",
        {"values": ["inventory.systems.models", "system_card.models"], "meaning": "m"},
        {},
        sources={"source": ["system_card"]},
    )
    assert result.verdict is Verdict.GAP
    assert "No system card is recorded here" in result.reason


@pytest.mark.parametrize(
    ("people", "verdict"),
    [
        ([{"deputy": "Bo Lin"}], Verdict.SATISFIED),
        ([{"deputy": None}], Verdict.GAP),
        ([{"deputy": "ann  ode"}], Verdict.GAP),
        ([{"deputy": "Bo Lin", "person": None}], Verdict.GAP),
        ([{"deputy": "Bo Lin", "until": "2026-11-21"}], Verdict.GAP),
        ([{"deputy": "Bo Lin", "until": "2026-11-22"}], Verdict.SATISFIED),
        ([{"deputy": "Bo Lin", "since": "2026-11-22"}], Verdict.SATISFIED),
        ([{"deputy": "Bo Lin", "since": "2026-11-23"}], Verdict.GAP),
        ([{"deputy": "Bo Lin"}, {"person": "Cy Dee"}], Verdict.GAP),
        ([{"deputy": "Bo Lin"}, {"person": "ANN ODE"}], Verdict.SATISFIED),  # one person, twice on the list
        ([{"deputy": "Bo Lin"}, {"person": "Cy Dee", "until": "2026-01-01"}], Verdict.SATISFIED),
    ],
)
def test_one_accountable_person_and_another_deputy(people: list, verdict: Verdict):
    assert run_check("accountable", {"roles": ["operations"]}, {"roster": roster(*people)}).verdict is verdict


@pytest.mark.parametrize(
    ("contact", "owners", "verdict"),
    [
        ("@a", ["@a"], Verdict.SATISFIED),
        ("@a", ["@b"], Verdict.GAP),
        ("@a", ["@a", "@b"], Verdict.GAP),
        ("@a", [], Verdict.GAP),
        ("@a", [" "], Verdict.GAP),
        (None, ["@a"], Verdict.GAP),
    ],
)
def test_owners_of_paths_are_contacts(contact: str | None, owners: list, verdict: Verdict):
    facts = {"path": "CODEOWNERS", "rules": [], "governed": [{"path": "prompts/a.md", "owners": owners}]}
    items = {"roster": roster({"contact": contact}), "owners": {"type": "codeowners", "facts": facts}}
    assert run_check("owned_paths", {}, items).verdict is verdict


def test_an_owner_who_is_an_address_is_found_by_its_pseudonym():
    # the collector never lets the address itself into the facts; the cases' system has this id
    owner = pseudonym("claims-triage", "a@b.example")
    facts = {"path": "CODEOWNERS", "rules": [], "governed": [{"path": "p", "owners": [owner]}]}
    for contact, verdict in (("a@b.example", Verdict.SATISFIED), ("c@b.example", Verdict.GAP)):
        items = {"roster": roster({"contact": contact}), "owners": {"type": "codeowners", "facts": facts}}
        assert run_check("owned_paths", {}, items).verdict is verdict


def test_a_contact_behind_which_nobody_stands_owns_nothing():
    facts = {"path": "CODEOWNERS", "rules": [], "governed": [{"path": "prompts/a.md", "owners": ["@a"]}]}
    items = {"roster": roster({"contact": "@a", "person": None}), "owners": {"type": "codeowners", "facts": facts}}
    assert run_check("owned_paths", {}, items).verdict is Verdict.GAP


def test_two_switches_of_one_name_are_both_counted():
    flags = [
        {"name": "off", "kind": "kill-switch", "authorised_roles": ["nobody"]},
        {"name": "off", "kind": "kill-switch", "authorised_roles": ["operations"]},
    ]
    items = {
        "roster": roster({"deputy": "Bo Lin"}),
        "flags": {"type": "flag_config", "facts": {"flags": flags}},
    }
    assert run_check("authorised", {"people": 2}, items).verdict is Verdict.GAP


def register(*risks: dict[str, Any], tolerance: int | None = 9) -> dict[str, Any]:
    rows = [
        {
            "id": f"R{index}",
            "title": "x",
            "likelihood": 3,
            "severity": 4,
            "score": 12,
            "status": "open",
            "due": "2026-12-01",
            "response": "Mitigate: a second queue",
            "owner": "Ann Ode",
            "resource": "two engineers",
            "controls": ["config/gateway.yaml"],
            **risk,
        }
        for index, risk in enumerate(risks)
    ]
    return {"register": {"type": "risk_register", "facts": {"risks": rows, "tolerance": tolerance}}}


ORDERED = {"in": "risk_register.risks", "score": "score", "due": "due", "note": "order_note"}


@pytest.mark.parametrize(
    ("risks", "verdict"),
    [
        ([{}], Verdict.SATISFIED),
        ([{"score": 9}, {"score": 12}], Verdict.PARTIAL),  # one day for all shows no order
        ([{"score": 9, "due": "2026-12-02"}, {"score": 12}], Verdict.SATISFIED),
        ([{"next_review": "2026-11-21"}], Verdict.PARTIAL),
        ([{"next_review": "2026-11-22"}], Verdict.SATISFIED),
        ([{"score": 9}, {"score": 12, "due": "2026-12-02"}], Verdict.GAP),
        ([{"score": 12}, {"score": 12, "due": "2026-12-02"}], Verdict.SATISFIED),  # equal scores
        ([{"score": 9}, {"score": 12, "due": "2026-12-02", "order_note": "Waits for supplier."}], Verdict.PARTIAL),
        ([{"score": 9}, {"score": 12, "due": "2026-12-02", "order_note": "No reason given."}], Verdict.GAP),
        ([{"score": 9}, {"score": 12, "due": "2026-12-02", "order_note": "Reason: TBD by Ann"}], Verdict.GAP),
        ([{"score": 9}, {"score": 9, "due": "2026-12-02", "order_note": "No reason given."}], Verdict.SATISFIED),
        ([{"score": 9}, {"score": 12, "due": "2026-12-02", "order_note": "Just waits."}], Verdict.GAP),
        ([{"score": 9}, {"score": 12, "due": "2026-12-02", "order_note": " "}], Verdict.GAP),
        ([{"score": 9, "order_note": "Waits."}, {"score": 12, "due": "2026-12-02"}], Verdict.GAP),
        ([{"score": 9, "status": "closed"}, {"score": 12, "due": "2026-12-02"}], Verdict.SATISFIED),
        ([{"score": 9, "status": "In progress"}, {"score": 12, "due": "2026-12-02"}], Verdict.GAP),
        ([{"due": None}], Verdict.GAP),
        ([{"due": "2026-11-22"}], Verdict.SATISFIED),  # today is not late
        ([{"due": "2026-11-21"}], Verdict.GAP),
        ([{"due": "2036-11-23"}], Verdict.GAP),
        ([{"status": " Closed "}], Verdict.GAP),
        ([], Verdict.GAP),
    ],
)
def test_treatment_follows_the_scores(risks: list, verdict: Verdict):
    assert run_check("ordered", ORDERED, register(*risks)).verdict is verdict


@pytest.mark.parametrize(
    ("risk", "tolerance", "verdict"),
    [
        ({}, 9, Verdict.SATISFIED),
        ({"resource": None}, 11, Verdict.GAP),
        ({"resource": None}, 12, Verdict.PARTIAL),  # at the tolerance is within it, and nothing is tested
        ({"owner": "TBD"}, 9, Verdict.GAP),
        ({"resource": None, "status": "closed", "residual": 9}, 9, Verdict.PARTIAL),
        ({"resource": None, "status": "closed"}, 9, Verdict.GAP),
        ({"owner": "Mickey Mouse"}, 12, Verdict.GAP),
        ({"residual": 13}, 9, Verdict.GAP),
        ({"residual": 12}, 9, Verdict.PARTIAL),  # what is left is above the tolerance
        ({"residual": 10}, 9, Verdict.PARTIAL),
        ({"residual": 9}, 9, Verdict.SATISFIED),
        ({"residual": 0}, 9, Verdict.SATISFIED),
        ({"residual": -1}, 9, Verdict.GAP),
        ({"title": "TBD"}, 12, Verdict.GAP),
        ({"response": "We do nothing"}, 9, Verdict.GAP),
        ({"response": "We do nothing"}, 12, Verdict.PARTIAL),
        ({"resource": None, "status": "accepted"}, 9, Verdict.GAP),
        ({}, None, Verdict.GAP),
        ({}, 24, Verdict.PARTIAL),
        ({}, 25, Verdict.GAP),  # nothing on a scale of five is above it
        ({"severity": 10, "score": 30}, 25, Verdict.PARTIAL),  # the wider scale stands on this row alone
        ({"severity": 10, "score": 30}, 15, Verdict.SATISFIED),
        ({"severity": 12, "score": 36}, 143, Verdict.PARTIAL),
        ({"severity": 12, "score": 36}, 144, Verdict.GAP),
        ({"resource": "none"}, 9, Verdict.GAP),
        ({"response": " N/A."}, 9, Verdict.GAP),
        ({"response": "x"}, 9, Verdict.PARTIAL),
        ({"response": "x"}, 12, Verdict.PARTIAL),  # nothing is tested
        ({"resource": "x"}, 9, Verdict.PARTIAL),
        ({"resource": "x", "response": "Mitigate: TBD"}, 9, Verdict.GAP),
    ],
)
def test_what_is_above_tolerance_is_treated(risk: dict, tolerance: int | None, verdict: Verdict):
    gateway = {"type": "gateway_config", "path": "config/gateway.yaml", "facts": {"product": "litellm", "routes": []}}
    items = register(risk, tolerance=tolerance) | {"roster": roster({"person": "Ann Ode"}), "gateway": gateway}
    assert run_check("treated", {"in": "risk_register.risks"}, items).verdict is verdict


@pytest.mark.parametrize(
    ("risk", "verdict"),
    [
        ({}, Verdict.SATISFIED),
        ({"score": 13}, Verdict.GAP),
        ({"likelihood": 0, "score": 0}, Verdict.GAP),
        ({"likelihood": -3, "severity": -4}, Verdict.GAP),
    ],
)
def test_scores_recompute(risk: dict, verdict: Verdict):
    arguments = {"in": "risk_register.risks", "factors": ["likelihood", "severity"], "equals": "score"}
    assert run_check("recomputes", arguments, register(risk)).verdict is verdict
    assert run_check("recomputes", arguments, register()).verdict is Verdict.GAP
