"""Guardrails of each product: what they look for and where, what they do, and which do not count."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, line_text, only_item, problems, source, write
from support.configurations import config, gather
from support.watching import AZURE, BEDROCK, COLANG, GUARDS, LITELLM, LLM_GUARD, NEMO, changed
from tieout.collectors.config import collect
from tieout.collectors.config.guardrail_parts.flows import of_library
from tieout.syntax.rails import defined_in, plain_name


def section(path: str, **fields: Any):
    return config("guardrail_config", path, **fields)


def rows_of(root: Path, text: str, path: str) -> dict[str, tuple[Any, ...]]:
    """Name -> against, stages, action, always on, threshold."""
    found = only_item(gather(root, text, section(path))).facts["guardrails"]
    names = ("against", "stages", "action", "always_on", "threshold")
    assert len({row["name"] for row in found}) == len(found)
    return {row["name"]: tuple(row.get(name) for name in names) for row in found}


def notes_of(root: Path, text: str, path: str) -> list[str]:
    return [one.reason for one in problems(gather(root, text, section(path)), "not-counted")]


# --- NeMo Guardrails


def test_flows_of_nemo_count_where_the_library_or_the_source_has_them(tmp_path: Path):
    files = {"d/config.yml": NEMO, "d/rails/house.co": COLANG}
    gathered = in_folder(collect, write(tmp_path, files), source("config", "d", provides=("guardrail_config",)))
    item = only_item(gathered)
    assert [
        (row["name"], row["against"], row["stages"], row.get("action"), row["always_on"])
        for row in item.facts["guardrails"]
    ] == [
        ("self check input", "other", ["input"], "block", True),
        ("jailbreak detection heuristics", "prompt-injection", ["input"], "block", True),
        ("mask sensitive data on input", "personal-data", ["input"], "mask", True),
        ("check house rules", "other", ["input"], None, True),
        # Runs only where the conversation sets a variable for it.
        ("self check facts", "ungrounded-answers", ["output"], "block", False),
        ("content safety check output $model=guard", "harmful-content", ["output"], "block", True),
    ]
    assert line_text(gathered, item, "/guardrails/2/name").strip() == "- mask sensitive data on input"
    assert item.files == {"/guardrails/3/against": "d/rails/house.co"}
    assert item.lines["/guardrails/3/against"] == 1
    (note,) = problems(gathered)
    assert (note.status, note.place.line) == ("not-counted", 10)
    assert note.reason.startswith("'check the moon' is no flow of the library that is known here")


@pytest.mark.parametrize("rails", ["{input: {flows: []}}", "{dialog: {single_call: {enabled: true}}}", "{input: {}}"])
def test_empty_lists_of_flows_guard_nothing(tmp_path: Path, rails: str):
    gathered = gather(tmp_path, f"models: []\nrails: {rails}\n", section("config.yml"))
    assert not gathered.result.items
    assert [one.status for one in problems(gathered)] == ["absent"]


def test_rails_of_the_newer_colang_are_told_as_not_read(tmp_path: Path):
    text = 'colang_version: "2.x"\nrails: {dialog: {}}\n'
    (problem,) = problems(gather(tmp_path, text, section("config.yml")), "unreadable")
    assert problem.reason == "lists its rails in Colang 2.x files, which are not read for them"


def test_names_of_flows():
    assert plain_name("content  safety check input $model=x") == "content safety check input"
    assert of_library("self check inputs") is None
    assert of_library("detect sensitive data on output").against == "personal-data"
    text = "# define flow commented\ndefine subflow One two\n  flow inner\nflow three $x -> $y\ndefine flowing x\n"
    assert defined_in(text) == {"one two": 2, "three": 4}


# --- LiteLLM


def test_guardrails_of_litellm_come_with_their_modes(tmp_path: Path):
    assert rows_of(tmp_path, LITELLM, "gateway.yaml") == {
        "personal-data": ("personal-data", ["input", "output"], "mask", True, None),
        "attacks": ("prompt-injection", ["input"], "block", False, None),
    }
    told = "'only-logs' looks at what is logged, and at no request or answer"
    assert told in notes_of(tmp_path, LITELLM, "gateway.yaml")


def test_routes_and_guardrails_of_one_file_are_both_read_also_where_the_format_is_named(tmp_path: Path):
    for format_ in (None, "litellm"):
        both = source("config", "g.yaml", provides=("gateway_config", "guardrail_config"), format=format_)
        gathered = in_folder(collect, write(tmp_path, {"g.yaml": LITELLM}), both)
        assert sorted(item.type for item in gathered.result.items) == ["gateway_config", "guardrail_config"]


MIXED, BLOCKED = {"A": "MASK", "B": "BLOCK"}, {"A": "BLOCK"}
BY_TAG = {"tags": {"x": "post_call"}, "default": "pre_call"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"guardrail": "presidio", "pii_entities_config": MIXED}, ("personal-data", ["input"], None, False)),
        ({"guardrail": "presidio", "pii_entities_config": BLOCKED}, ("personal-data", ["input"], "block", False)),
        ({"guardrail": "bedrock"}, ("other", ["input"], "block", False)),
        ({"guardrail": "lakera", "on_flagged_action": "monitor"}, ("prompt-injection", ["input"], "flag", False)),
        ({"guardrail": "mine.Guard", "default_on": True}, ("other", ["input"], None, True)),
        ({"guardrail": "hide-secrets", "default_on": "true"}, ("secrets", ["input"], "mask", None)),
        ({"guardrail": "aim", "mode": "pre_mcp_call"}, ("other", ["tool"], "block", False)),
        ({"guardrail": "aim", "mode": BY_TAG, "default_on": True}, ("other", ["input"], "block", None)),
        ({"guardrail": "aim", "mode": "sometimes"}, ("other", [], "block", False)),
    ],
)  # fmt: skip
def test_what_a_guardrail_of_litellm_does(tmp_path: Path, more: dict[str, Any], expected: tuple[Any, ...]):
    settings = {"mode": "pre_call", **more}
    text = json.dumps({"guardrails": [{"guardrail_name": "g", "litellm_params": settings}]})
    assert rows_of(tmp_path, text, "gateway.json")["g"][:4] == expected


def test_older_forms_of_litellm_are_read(tmp_path: Path):
    text = """\
litellm_settings:
  callbacks: [otel, detect_prompt_injection]
  guardrails:
    - hide: {callbacks: [hide_secrets], default_on: true}
    - logs: {callbacks: [presidio], logging_only: true, default_on: true}
"""
    assert rows_of(tmp_path, text, "gateway.yaml") == {
        "detect_prompt_injection": ("prompt-injection", ["input"], "block", True, None),
        "hide": ("secrets", ["input"], "mask", True, None),
    }


# --- LLM Guard, Guardrails AI, Bedrock, Azure


def test_scanners_of_llm_guard_are_read_on_their_side(tmp_path: Path):
    assert rows_of(tmp_path, LLM_GUARD, "scanners.yml") == {
        "Anonymize": ("personal-data", ["input"], "mask", None, 0.75),
        "PromptInjection": ("prompt-injection", ["input"], None, None, 0.92),
        "Regex": ("other", ["output"], "mask", None, None),
    }
    assert notes_of(tmp_path, LLM_GUARD, "scanners.yml") == ["'Deanonymize' undoes or measures, and looks for nothing"]


def test_validators_of_guardrails_ai_say_what_they_do(tmp_path: Path):
    assert rows_of(tmp_path, GUARDS, "guards.json") == {
        "answers: guardrails/toxic_language": ("harmful-content", ["output"], "block", None, 0.5),
        "answers: guardrails/detect_pii": ("personal-data", ["input"], "mask", None, None),
        "answers: guardrails/provenance_llm_hallucination": ("ungrounded-answers", ["output"], "flag", None, None),
    }
    unknown = GUARDS.replace('"noop"', '"perhaps"')
    assert notes_of(tmp_path, unknown, "guards.json") == [
        "what 'guardrails/provenance_llm_hallucination' does with a hit is not told by its 'onFail'"
    ]


def test_policies_of_bedrock_count_where_they_have_strength(tmp_path: Path):
    assert rows_of(tmp_path, BEDROCK, "guardrail.json") == {
        "claims: HATE": ("harmful-content", ["input"], "block", None, None),
        "claims: PROMPT_ATTACK": ("prompt-injection", ["input"], "block", None, None),
        "claims: EMAIL": ("personal-data", ["input", "output"], "mask", None, None),
        "claims: NAME": ("personal-data", ["input", "output"], "flag", None, None),
        "claims: claim number": ("personal-data", ["input", "output"], "mask", None, None),
        "claims: legal advice": ("off-topic", ["input", "output"], "block", None, None),
        "claims: GROUNDING": ("ungrounded-answers", ["output"], "block", None, 0.7),
        "claims: words": ("other", ["input", "output"], "block", None, None),
        "claims: PROFANITY": ("harmful-content", ["input", "output"], "block", None, None),
    }
    assert notes_of(tmp_path, BEDROCK, "guardrail.json") == [
        "'VIOLENCE' of contentPolicy is switched off, so it does not count",
        "'PHONE' of sensitiveInformationPolicy is switched off, so it does not count",
    ]
    facts = json.dumps(only_item(gather(tmp_path, BEDROCK, section("guardrail.json"))).facts)
    assert "forbidden" not in facts
    assert "C-[0-9]" not in facts


def test_a_guardrail_of_bedrock_in_a_request_and_one_that_is_not_ready(tmp_path: Path):
    request = {"name": "r", "contentPolicyConfig": {"filtersConfig": [{"type": "HATE", "inputStrength": "LOW"}]}}
    assert list(rows_of(tmp_path, json.dumps(request), "guardrail.json")) == ["r: HATE"]
    making = gather(tmp_path, BEDROCK.replace("READY", "CREATING"), section("guardrail.json"))
    assert not making.result.items
    assert problems(making, "not-counted")[0].reason == "'claims' is not ready, so it does not count"
    data = changed(json.loads(BEDROCK), ("contentPolicy", "filters", 0, "inputAction"), "NONE")
    assert rows_of(tmp_path, json.dumps(data), "guardrail.json")["claims: HATE"][2] == "flag"


def test_content_filters_of_azure(tmp_path: Path):
    found = only_item(gather(tmp_path, AZURE, section("filter.json"))).facts["guardrails"]
    assert [(row["name"], row["against"], row["stages"], row["action"]) for row in found] == [
        ("claims-filter: Hate", "harmful-content", ["input"], "block"),
        ("claims-filter: Hate", "harmful-content", ["output"], "flag"),
        ("claims-filter: Jailbreak", "prompt-injection", ["input"], "block"),
        ("claims-filter: Protected Material Text", "other", ["output"], "block"),
    ]
    assert notes_of(tmp_path, AZURE, "filter.json") == ["'Violence' is switched off, so it does not count"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config.yml", "rails: [input, output]\n"),
        ("config.yml", "rails: true\ncolang_version: 1.0\n"),
        ("gateway.yaml", "guardrails: [{name: x}]\n"),
        ("scanners.yml", "input_scanners: [Anonymize]\n"),
        ("guards.json", '{"guards": [{"name": "g", "validators": [{"id": "x"}]}]}'),
        ("guardrail.json", '{"name": "x", "contentPolicy": "strict"}'),
        ("filter.json", '{"properties": {"contentFilters": ["published"]}}'),
        ("app.py", "rails:\n"),
    ],
)
def test_what_only_looks_like_one_gives_nothing(tmp_path: Path, path: str, text: str):
    assert not gather(tmp_path, text, section(path)).result.items


# --- What says that it is off in a key that its product does not have
LITELLM_ONE = """\
guardrails:
  - guardrail_name: injection
    litellm_params: {guardrail: lakera, mode: pre_call, default_on: true}
"""
SCANNER = "input_scanners:\n  - {type: Secrets}\n  - type: Toxicity\n    params: {threshold: 0.5}\n"
RAILS = "rails:\n  input:\n    flows: [self check input]\n  output:\n    flows: [self check output]\n"


TEXTS = {"c.yml": RAILS, "g.yaml": LITELLM_ONE, "scanners.yml": SCANNER}


def replaced(text: str, found: str, put: str) -> str:
    assert text.count(found) == 1
    return text.replace(found, put)


@pytest.mark.parametrize(
    ("path", "change", "left", "at"),
    [
        ("g.yaml", ("on: true}", "on: true, enabled: false}"), (), (3, "the guardrail 'injection'")),
        ("g.yaml", ("on: true}", "on: true}\n    disabled: true"), (), (4, "the guardrail 'injection'")),
        ("g.yaml", ("on: true}", "on: true}\n    disabled: 'True'"), (), (4, "the guardrail 'injection'")),
        ("g.yaml", ("on: true}", "on: true}\n    enabled: [a]"), (), (4, "the guardrail 'injection'")),
        ("g.yaml", ("on: true}", "on: true}\n    enabled: ${ON}"), (), (4, "the guardrail 'injection'")),
        ("g.yaml", ("on: true}", "on: true, isDisabled: true}"), (), (3, "the guardrail 'injection'")),
        ("g.yaml", ("on: true}", "on: true}\n    status: Disabled"), (), (4, "the guardrail 'injection'")),
        ("g.yaml", ("on: true}", "on: true, state: 'off'}"), (), (3, "the guardrail 'injection'")),
        ("g.yaml", ("on: true}", "on: true, state: off}"), (), (3, "the guardrail 'injection'")),
        ("g.yaml", ("on: true}", "on: true}\n    guardrail_info: {enabled: no}"), (), (4, "the guardrail 'injection'")),
        ("scanners.yml", ("Toxicity\n", "Toxicity\n    enabled: false\n"), ("Secrets",), (4, "the scanner 'Toxicity'")),
        ("scanners.yml", ("0.5}", "0.5, is-enabled: no}"), ("Secrets",), (4, "the scanner 'Toxicity'")),
        ("c.yml", ("input:\n", "input:\n    enabled: 0\n"), ("self check output",), (3, "the flows of rails.input")),
        ("c.yml", ("rails:\n", "rails:\n  enabled: false\n"), (), (2, "the flows of rails.input")),
        ("c.yml", ("rails:\n", "enabled: false\nrails:\n"), (), (1, "the flows of rails.input")),
    ],
)
def test_what_says_that_it_is_off_cannot_be_judged(
    tmp_path: Path, path: str, change: tuple[str, str], left: tuple[str, ...], at: tuple[int, str]
):
    gathered = gather(tmp_path, replaced(TEXTS[path], *change), section(path))
    assert tuple(row["name"] for item in gathered.result.items for row in item.facts["guardrails"]) == left
    told = problems(gathered, "unreadable")[0]
    assert (told.place.line, told.reason[: len(at[1])]) == at
    assert "cannot be judged" in told.reason
    assert told.reason.endswith("and its product has no such key")


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("g.yaml", ("on: true}", "on: true, enabled: true, disabled: false, skip: null, status: live, state: [a]}")),
        ("scanners.yml", ("0.5}", "0.5, use_onnx: false, enabled: 'yes'}")),
        ("c.yml", ("input:\n", "input:\n    parallel: false\n    enabled: true\n")),
    ],
)
def test_what_says_that_it_is_on_is_as_if_it_said_nothing(tmp_path: Path, path: str, change: tuple[str, str]):
    text = TEXTS[path]
    assert rows_of(tmp_path / "b", replaced(text, *change), path) == rows_of(tmp_path / "a", text, path) != {}


@pytest.mark.parametrize(("threshold", "counts"), [("0.99", True), ("1.1", False), ("2", False)])
def test_a_threshold_above_every_score_guards_nothing(tmp_path: Path, threshold: str, *, counts: bool):
    text = replaced(SCANNER, "0.5", threshold)
    assert list(rows_of(tmp_path, text, "scanners.yml")) == ["Secrets", "Toxicity"][: 1 + counts]
    told = ["the 'threshold' of 'Toxicity' lies above every score there is (1), so it does not count"]
    assert notes_of(tmp_path / "again", text, "scanners.yml") == ([] if counts else told)


def test_no_score_lies_above_a_threshold_of_1_where_only_those_above_are_found(tmp_path: Path):
    text = replaced(SCANNER, "0.5", "1.0")
    assert list(rows_of(tmp_path, text, "scanners.yml")) == ["Secrets"]
    told = ["no score lies above the 'threshold' of 'Toxicity' (1), so it does not count"]
    assert notes_of(tmp_path / "again", text, "scanners.yml") == told
    relevance = replaced(text, "Toxicity", "Relevance")  # it refuses what scores less
    assert list(rows_of(tmp_path / "below", relevance, "scanners.yml")) == ["Secrets", "Relevance"]
