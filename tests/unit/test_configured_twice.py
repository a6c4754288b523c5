"""Two files or two sources that configure one thing differently are a conflict; what merely shares a name is none."""

from typing import Any

import pytest

from packet import sample
from tieout.assess.configured_twice import configured_twice
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

ONE = ("repo", "a.yaml")
SAME_SOURCE = ("repo", "b.yaml")
OTHER = ("live", "export.json")


def item(turn: int, where: tuple[str, str], facts: dict[str, Any]) -> EvidenceItem:
    one = sample.contents().collection.items[0]
    provenance = one.provenance.model_copy(update={"source": where[0], "path": where[1]})
    return one.model_copy(
        update={"id": f"EV-{turn:08x}", "facts": facts, "lines": {}, "files": None, "provenance": provenance}
    )


def told(name: str, first: dict[str, Any], second: dict[str, Any], *, at: tuple[str, str] = OTHER) -> list[str]:
    found = list(configured_twice(name, [item(1, ONE, first), item(2, at, second)]))
    assert all(one.verdict is Verdict.CONFLICT and len(one.places) == len(one.evidence) == 2 for one in found)
    return [one.reason for one in found]


def gateway(*routes: dict[str, Any], product: str = "litellm") -> dict[str, Any]:
    return {
        "product": product,
        "routes": [{"name": "triage", "model": "openai/gpt-4o-2024-11-20"} | one for one in routes],
    }


def alerts(*rules: tuple[str, str, str | None], product: str = "Prometheus") -> dict[str, Any]:
    rows = [{"name": name, "expression": text, "severity": severity} for name, text, severity in rules]
    return {"product": product, "rules": rows}


def stores(**row: Any) -> dict[str, Any]:
    return {"product": row.pop("product", "Terraform"), "stores": [{"store": "/app", "then": "delete"} | row]}


@pytest.mark.parametrize("turned", [False, True])
def test_a_conflict_names_the_list_that_one_of_the_two_leaves_empty(*, turned: bool):
    base = {"fallbacks": ["a"], "timeout_seconds": 30.0}
    one, other = gateway(base), gateway({"fallbacks": [], "timeout_seconds": 600.0})
    (reason,) = told("gateway_config", *((other, one) if turned else (one, other)))
    assert "in fallbacks and timeout seconds:" in reason
    # Of one that says nothing of them they are not named, and an empty list alone is no conflict.
    (reason,) = told("gateway_config", gateway(base), gateway({"timeout_seconds": 600.0}))
    assert "in timeout seconds:" in reason
    assert told("gateway_config", gateway(base), gateway(base | {"fallbacks": []})) == []


@pytest.mark.parametrize("at", [SAME_SOURCE, OTHER])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": "openai/gpt-4o-2024-08-06"}, "model"),
        ({"fallbacks": ["b"]}, "fallbacks"),
        ({"budget_usd": 9.0}, "budget"),
    ],
)
def test_a_route_of_one_name_that_is_configured_otherwise(at: tuple[str, str], change: dict[str, Any], words: str):
    base = {"fallbacks": ["a"], "budget_usd": 5.0}
    (reason,) = told("gateway_config", gateway(base), gateway(base | change), at=at)
    assert "configure triage differently" in reason
    assert words in reason
    assert "a.yaml" in reason
    assert at[1] in reason
    assert ("Two sources" if at is OTHER else "Two files") in reason


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (gateway({}), gateway({})),
        (gateway({"budget_usd": 5.0}), gateway({})),  # one alone tells it
        (gateway({}, {"model": "azure/b"}), gateway({"model": "azure/b"}, {})),  # they share the load of one name
        (gateway({}), gateway({"name": "summary", "model": "azure/b"})),
        (gateway({}), gateway({"model": "azure/b"}, product="Kong AI Gateway")),  # another gateway's route
        (gateway({}, product="Portkey"), gateway({"model": "b"}, product="Portkey")),  # names within one config
    ],
)
def test_what_is_no_disagreement_of_two_gateways(first: dict[str, Any], second: dict[str, Any]):
    assert told("gateway_config", first, second) == []


def test_of_routes_that_share_a_name_one_that_the_other_file_does_not_have_is_told():
    assert told("gateway_config", gateway({}, {"model": "azure/b"}), gateway({}, {"model": "azure/c"}))


SLOW = "latency_seconds > 5"


@pytest.mark.parametrize(
    ("expression", "of_files", "of_sources"),
    [
        (SLOW, False, False),
        ("latency_seconds > 50", True, True),
        ('up{job="other"} == 0', False, True),  # one source loads both: two alerts that share a name
    ],
)
def test_an_alert_of_one_name_with_another_expression(expression: str, of_files: bool, of_sources: bool):
    first, second = alerts(("Slow", SLOW, "page")), alerts(("Slow", expression, "page"))
    assert bool(told("alert_rules", first, second, at=SAME_SOURCE)) is of_files
    assert bool(told("alert_rules", first, second, at=OTHER)) is of_sources


def test_an_alert_at_two_levels_is_no_disagreement():
    both = alerts(("Slow", "latency_seconds > 5", "page"), ("Slow", "latency_seconds > 2", "ticket"))
    assert told("alert_rules", both, alerts(("Slow", "latency_seconds > 2", "ticket"))) == []
    assert told("alert_rules", both, alerts(("Slow", "latency_seconds > 3", "ticket"))) != []


@pytest.mark.parametrize(("default", "conflicts"), [(True, False), (False, True), (None, False)])
def test_a_flag_that_is_told_in_two_states(default: bool | None, conflicts: bool):
    first = {"flags": [{"name": "assistant", "default": True}]}
    assert bool(told("flag_config", first, {"flags": [{"name": "assistant", "default": default}]})) is conflicts


@pytest.mark.parametrize(
    ("second", "conflicts"),
    [
        (stores(period_days=30.0, product="Amazon CloudWatch"), False),
        (stores(period_days=7.0, product="Amazon CloudWatch"), True),
        (stores(then="keep", product="Amazon CloudWatch"), True),
        (stores(period_days=7.0, scope="logs/"), False),  # of a part of it
        ({"product": "x", "stores": [{"store": "/app", "lock": "compliance", "lock_days": 9.0}]}, False),
        (stores(period_days=7.0, store="aws_s3_bucket.this"), False),
    ],
)
def test_a_store_whose_retention_is_told_twice(second: dict[str, Any], conflicts: bool):
    assert bool(told("retention_config", stores(period_days=30.0), second)) is conflicts


@pytest.mark.parametrize("name", ["aws_s3_bucket.this", "answers (by the file's name; the export names no store)"])
def test_a_name_that_holds_in_its_own_folder_alone_is_no_name_of_one_store(name: str):
    first, second = stores(store=name, period_days=30.0), stores(store=name, period_days=7.0)
    assert told("retention_config", first, second) == []


@pytest.mark.parametrize(
    ("name", "at", "conflicts"),
    [
        ("prod/Deployment/api/web", OTHER, True),
        ("prod/Deployment/api/web", SAME_SOURCE, False),  # an overlay may do that: the collector tells of it
        ("Deployment/api/web", OTHER, False),  # in which namespace is not told
        ("image nginx", OTHER, False),
    ],
)
def test_a_container_that_two_sources_run_differently(name: str, at: tuple[str, str], conflicts: bool):
    first = {"product": "Kubernetes", "images": [{"name": name, "root": False}]}
    second = {"product": "Kubernetes", "images": [{"name": name, "root": True}]}
    assert bool(told("container_config", first, second, at=at)) is conflicts


def test_services_of_two_compose_files_are_two_things():
    first = {"product": "Compose", "images": [{"name": "api", "root": False}]}
    assert told("container_config", first, {"product": "Compose", "images": [{"name": "api", "root": True}]}) == []


def test_thousands_of_rows_of_one_name_and_hundreds_of_copies_are_held_against_each_other_quickly():
    rows = gateway(*({"model": f"openai/m-{turn}"} for turn in range(2_000)))
    copies = [item(turn, ("repo", f"{turn:04d}.yaml"), rows) for turn in range(50)]
    other = item(99, OTHER, gateway(*({"model": f"azure/m-{turn}"} for turn in range(2_000))))
    assert list(configured_twice("gateway_config", copies)) == []
    assert len(list(configured_twice("gateway_config", [*copies, other]))) == 1


def test_what_need_not_agree_makes_no_file_another_one():
    rows = [gateway({"model": None, "mode": "chat", "tags": [turn]}) for turn in range(160)]
    copies = [item(turn, ("repo", f"{turn}.yaml"), facts) for turn, facts in enumerate(rows)]
    assert list(configured_twice("gateway_config", copies)) == []
    last = [item(turn, ("repo", f"{turn}.yaml"), gateway({"model": f"azure/{turn}"})) for turn in (800, 900)]
    (found,) = configured_twice("gateway_config", [*copies, *last])
    assert found.evidence == (f"EV-{800:08x}", f"EV-{900:08x}")


def test_of_hundreds_of_alerts_of_one_name_those_that_watch_the_same_are_held_against_each_other():
    names = [f'up{{job="{chr(97 + turn // 26)}{chr(97 + turn % 26)}"}} == 0' for turn in range(600)]
    rules = [item(turn, ("repo", f"{turn}.yaml"), alerts(("Down", text, None))) for turn, text in enumerate(names)]
    assert list(configured_twice("alert_rules", rules)) == []
    other = alerts(("Down", names[-1].replace("== 0", "== 7"), None))
    (found,) = configured_twice("alert_rules", [*rules, item(900, SAME_SOURCE, other)])
    assert found.evidence == (f"EV-{599:08x}", f"EV-{900:08x}")
    # Of another source a rule of this name is another one, whatever it watches.
    (found,) = configured_twice("alert_rules", [*rules, item(900, OTHER, other)])
    assert found.evidence == (f"EV-{0:08x}", f"EV-{900:08x}")


def test_thousands_of_files_that_agree_in_one_field_each_end_in_a_result():
    rows = [gateway({"mode": "chat", "model": None}, {"mode": "chat", "model": f"m-{turn}"}) for turn in range(3_000)]
    files = [item(turn, ("repo", f"{turn}.yaml"), facts) for turn, facts in enumerate(rows)]
    assert list(configured_twice("gateway_config", files)) == []


def test_of_other_artefacts_nothing_is_said():
    rows = {"product": "x", "pipelines": [{"name": "traces"}]}
    assert told("telemetry_config", rows, rows) == []
