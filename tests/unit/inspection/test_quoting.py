"""What a fact quotes of a file holds no secret that only the whole file shows to be one, and is else left as it is."""

import json
from pathlib import Path

import pytest

from support.inspecting import inspected
from tieout.domain.inspection import InspectedPlace

PORTKEY = {
    "strategy": {"mode": "fallback"},
    "targets": [
        {"provider": "openai", "api_key": "hollandia", "override_params": {"model": "gpt-4o-2024-08-06"}},
        {"provider": "anthropic", "api_key": "hollandia", "override_params": {"model": "claude-3-5-sonnet-20241022"}},
    ],
}
FLOW = """model_list:
  - model_name: a
    litellm_params: {model: openai/gpt-4o-2024-08-06, api_key: WORD}
  - model_name: b
    litellm_params: {model: openai/gpt-4o-mini-2024-07-18, api_key: WORD}
router_settings: {fallbacks: [{a: [b]}]}
"""
COMPOSE = """services:
  api:
    image: x
    healthcheck: {test: ["CMD", "mysqladmin", "-pWORD", "ping"]}
"""
TASK = """resource "aws_ecs_task_definition" "t" {
  container_definitions = jsonencode([{ image = "x", environment = [{ name = "DB_PASSWORD", value = "hollandia" }]
  }])
}
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  image: WORD\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - {name: a, image: x, args: [WORD]}\n"


def places(folder: Path, files: dict[str, str]) -> list[InspectedPlace]:
    return [place for fact in inspected(folder, files).values() for place in fact.places]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("portkey.json", json.dumps(PORTKEY)),
        ("litellm_config.yaml", FLOW.replace("WORD", "hollandia")),
        ("docker-compose.yaml", COMPOSE.replace("WORD", "hollandia")),
        ("main.tf", TASK),
    ],
)
def test_a_secret_known_by_its_name_is_in_no_quote(tmp_path: Path, path: str, text: str) -> None:
    quoted = [place for place in places(tmp_path / "r", {path: text}) if place.path == path and place.text]
    assert any("⟨redacted:" in place.text for place in quoted), "no fact quotes the line: this shows nothing"
    assert not [place for place in quoted if "hollandia" in place.text]


def test_the_same_file_without_a_secret_is_quoted_as_it_is_written(tmp_path: Path) -> None:
    text = FLOW.replace("WORD", "os.environ/KEY")
    quoted = [place for place in places(tmp_path / "r", {"litellm_config.yaml": text}) if place.text]
    lines = text.split("\n")
    assert quoted
    assert all(place.line and place.text == lines[place.line - 1].strip() for place in quoted)


def test_no_line_is_quoted_of_a_file_of_which_no_copy_would_be_kept(tmp_path: Path) -> None:
    of_both = {"k8s/a.yaml": f"{POD}---\n{SECRET}".replace("WORD", "hollandia"), "k8s/b.yaml": POD}
    told = places(tmp_path / "r", of_both)
    assert {place.path for place in told if place.text} >= {"k8s/b.yaml"}
    held = [place for place in told if place.path == "k8s/a.yaml" and place.line]
    assert held
    assert not [place for place in held if place.text]


def test_a_file_that_is_no_document_of_its_kind_gives_its_place_and_no_quote(tmp_path: Path) -> None:
    broken = FLOW.replace("WORD", "hollandia") + "odd: [\n"
    assert not [place for place in places(tmp_path / "r", {"litellm_config.yaml": broken}) if "hollandia" in place.text]
