"""Whether the record of an exercise says that it was one: held, in production, of the assessed system."""

from datetime import date

import pytest

from tieout.assess.exercises import doubts_of
from tieout.domain.artefacts.records import DrillRecord
from tieout.domain.collection import Subject

SUBJECT = Subject(system_id="claims-triage", name="Claims triage")


def doubts(*actions: str, **fields: str) -> list[str]:
    return doubts_of(DrillRecord(scenario="kill_switch", date=date(2026, 10, 11), actions=actions, **fields), SUBJECT)


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({}, None),
        ({"environment": "production"}, None),
        ({"environment": "Production (EU)"}, None),
        ({"environment": "prod-eu"}, None),
        ({"environment": "live"}, None),
        ({"environment": "staging"}, "is of another environment than production (staging)"),
        ({"environment": "pre-production"}, "is of another environment than production (pre-production)"),
        ({"environment": "non prod"}, "is of another environment than production (non prod)"),
        (
            {"environment": "production and staging"},
            "is of another environment than production (production and staging)",
        ),
        ({"environment": "a copy"}, "is of another environment than production (a copy)"),
        ({"system": "claims-triage"}, None),
        ({"system": "Claims Triage "}, None),
        ({"system": "letter-writer"}, "is of another system (letter-writer)"),
    ],
)
def test_fields_say_where_and_of_what(fields: dict[str, str], doubt: str | None):
    assert doubts(**fields) == ([doubt] if doubt else [])


@pytest.mark.parametrize(
    ("action", "open_"),
    [
        ("The drill did not take place.", "that it took place"),
        ("The exercise of the fourth quarter was never held, since on-call was ill.", "that it took place"),
        ("It was cancelled.", "that it took place"),
        ("Postponed to January.", "that it took place"),
        ("Die Übung fand nicht statt.", "that it took place"),
        ("L'exercice n'a pas eu lieu.", "that it took place"),
        ("The switch was thrown on staging; answers stopped after 41 s.", "that it was held in production"),
        ("We did it in the test environment first and last.", "that it was held in production"),
        ("All alerts fired, but against the pre-production gateway.", "that it was held in production"),
        ("The switch was thrown at 06:30; answers stopped after 41 s.", None),
        ("The alert did not reach the deputy; the number was corrected.", None),
        ("It was not run for longer than planned.", None),
        ("The staging channel was told, too.", None),
        ("Two nightly jobs were cancelled by the switch, as wanted.", None),
        ("The failover was held in production.", None),
    ],
)
def test_actions_to_the_contrary_are_quoted(action: str, open_: str | None):
    told = action.rstrip(".")
    assert doubts("All was well.", action) == ([f"leaves open {open_}, by its own words (“{told}”)"] if open_ else [])
