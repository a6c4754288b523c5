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
        ("Flag could not be turned off.", "that it succeeded"),
        ("Failover did not work.", "that it succeeded"),
        ("The failover to the second supplier didn't work.", "that it succeeded"),
        ("The switch didn\u2019t work.", "that it succeeded"),
        ("Failover failed.", "that it succeeded"),
        ("The switch had no effect.", "that it succeeded"),
        ("The kill switch never worked", "that it succeeded"),
        ("We were unable to switch off.", "that it succeeded"),
        ("Nobody answered.", "that it succeeded"),
        ("Paged at 17:40; no one picked up.", "that it succeeded"),
        ("The alert did not fire.", "that it succeeded"),
        ("None of the alerts fired.", "that it succeeded"),
        ("Der Dienst ließ sich nicht abschalten.", "that it succeeded"),
        ("Personne n'a répondu.", "that it succeeded"),
        ("Nadie contestó.", "that it succeeded"),
        ("After the switch all requests failed, as wanted.", None),
        ("The switch was thrown, and the model did not respond from then on.", None),
        ("The first supplier failed at 06:30; failover took 96 seconds.", None),
        ("The flag could not be turned off by people of other teams.", None),
        ("Primary failed over to the second supplier; the failover did not lose a request.", None),
        ("No request was answered while the switch was off.", None),
        ("The alert fired; nobody was harmed.", None),
        ("The switch was not needed for longer.", None),
        ("The failover did not trigger any alert; the alert did not fire again.", None),
        ("The switch did not turn off anything else.", None),
        ("After the switch in production requests failed.", None),
        ("After the failover of the gateway no request failed.", None),
        ("No alert failed.", None),
        ("After the kill switch in production requests failed.", None),
        ("The kill switch for the triage gateway failed.", "that it succeeded"),
        ("The flag was not turned on again before 07:26.", None),
        ("The kill switch was not used.", None),
    ],
)
def test_actions_to_the_contrary_are_quoted(action: str, open_: str | None):
    told = action.rstrip(".")
    assert doubts("All was well.", action) == ([f"leaves open {open_}, by its own words (“{told}”)"] if open_ else [])
