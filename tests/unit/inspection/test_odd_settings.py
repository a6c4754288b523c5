"""Values of the wrong kind in parsed settings: passed over or told, and never taken for what they are not."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer
from tieout.inspection.wording import shortened

ODD = ([], {}, [[]], {"a": []}, None, True, -1, "", "9" * 5_000)
RULESET = ".github/rulesets/main.json"


@pytest.mark.parametrize("odd", ODD)
def test_a_service_of_render_with_an_odd_runtime(tmp_path: Path, odd: Any) -> None:
    services = [{"type": "web", "name": "a", "runtime": odd}, {"type": "web", "name": "b", "image": {"url": "x:1"}}]
    fact = inspected(tmp_path, {"render.yaml": json.dumps({"services": services})}, "containers")[
        "containers/deployed-images-pinned"
    ]

    assert fact.statement.startswith("The one deployed image, x:1,"), "the other service is read all the same"


@pytest.mark.parametrize("odd", ODD)
def test_a_ruleset_with_an_odd_target_and_checks(tmp_path: Path, odd: Any) -> None:
    checks = {"required_status_checks": [{"context": odd}, {"context": "test"}, odd]}
    rules = {"target": odd, "rules": [{"type": "required_status_checks", "parameters": checks}]}
    facts = inspected(tmp_path, {RULESET: json.dumps(rules)}, "ci-gates", "change-control")
    fact = facts["ci-gates/required-checks"]

    assert "test" in fact.statement if odd is None else fact.answer is Answer.UNKNOWN
    assert "[" not in fact.statement


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_digest_pins_nothing(tmp_path: Path, odd: Any) -> None:
    kustomized = {"kind": "Kustomization", "apiVersion": "v1", "images": [{"name": "app", "digest": odd}]}
    values = {"image": {"repository": "app", "tag": odd, "digest": odd}}
    files = {"k/kustomization.yaml": json.dumps(kustomized), "c/Chart.yaml": "name: c\n"}
    fact = inspected(tmp_path, files | {"c/values.yaml": json.dumps(values)}, "containers")[
        "containers/deployed-images-pinned"
    ]

    assert not [place for place in fact.places if "by digest" in place.shows]


@pytest.mark.parametrize("odd", ODD[:7])
def test_an_odd_user_of_compose_is_no_other_user(tmp_path: Path, odd: Any) -> None:
    compose = {"services": {"api": {"build": ".", "user": odd}}}
    files = {"docker-compose.yml": json.dumps(compose), "Dockerfile": "FROM python\nCMD x\n"}
    fact = inspected(tmp_path, files, "containers")["containers/non-root"]

    assert fact.answer is Answer.NO or odd == -1
    assert odd == -1 or not [place for place in fact.places if "is started as" in place.shows]


def test_numbers_that_no_machine_counts_to(tmp_path: Path) -> None:
    nines = "9" * 5_000
    stage = f"FROM a AS one\nFROM b\nCOPY --from={nines} /x /x\nUSER {nines}\n"
    facts = inspected(tmp_path, {"Dockerfile": stage, "k/v1.2-rc" + "9" * 200 + "/a.yaml": "x: 1\n"}, "containers")

    assert all(fact.statement for fact in facts.values())
    assert max(len(fact.statement) for fact in facts.values()) < 2_000


def test_models_under_one_name_are_counted_whatever_else_stands_there(tmp_path: Path) -> None:
    route = {"model_name": "a", "litellm_params": {"model": "openai/gpt-4o"}}
    rows = [route, {"model_name": []}, {"model_name": []}, {"model_name": {}}, route, "x"]
    fact = inspected(tmp_path, {"litellm.yaml": json.dumps({"model_list": rows}, indent=1)}, "gateway")[
        "gateway/routing"
    ]

    assert fact.answer is Answer.YES
    assert spots(fact) == ["litellm.yaml:4"]


def test_texts_are_cut_where_nobody_would_write_so_much() -> None:
    assert shortened("A sentence.") == "A sentence."
    assert shortened("x" * 10_000 + " is it") == "x" * 159 + "… is it"
    assert len(shortened("so it is " * 10_000)) == 2_000
