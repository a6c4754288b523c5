"""Configuration that a ConfigMap carries: read like a file of its own, with the lines of the file around it."""

from pathlib import Path

import pytest

from support.collecting import line_text, only_item
from support.configurations import FLAGS, GATEWAY
from support.odd_places import collected, routes, told
from tieout.kernel.reading.documents import parse
from tieout.syntax.embedded import carried


def config_map(text: str, *, key: str = "config.yaml", mark: str = "|", indent: str = "    ") -> str:
    body = "".join(f"{indent}{line}\n" if line else "\n" for line in text.splitlines())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: litellm\ndata:\n  {key}: {mark}\n{body}"


def test_litellm_in_a_config_map_is_read_with_the_lines_of_the_file(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"deploy/gateway.yaml": config_map(GATEWAY)}, format="litellm")
    item = only_item(gathered)
    assert item.facts == only_item(collected(tmp_path / "own", {"gateway.yaml": GATEWAY}, format="litellm")).facts
    expected = {
        "/routes/0/model": "model: openai/gpt-4o-2024-08-06",
        "/routes/0/budget_usd": "max_budget: 50",
        "/routes/0/fallbacks/0": "fallbacks: [{triage: [triage-backup, gone]}]",
        "/cache": "cache: false",
        "/budget_period": "budget_duration: 30d",
    }
    assert {pointer: line_text(gathered, item, pointer).strip() for pointer in expected} == expected
    # The budget in a comment is none, and the fallback to no route is told at its line.
    assert "budget_usd" not in item.facts["routes"][1]
    assert [(line, "'gone'" in reason) for line, reason in told(gathered)] == [(27, True)]


@pytest.mark.parametrize("form", ["second document", "list", "JSON", "folded", "another mark", "no format named"])
def test_however_it_is_carried(tmp_path: Path, form: str) -> None:
    own = config_map(GATEWAY)
    text = {
        "second document": f"apiVersion: v1\nkind: Service\nmetadata: {{name: x}}\n---\n{own}",
        "list": "apiVersion: v1\nkind: List\nitems:\n  - " + "    ".join(own.splitlines(keepends=True)),
        "JSON": own,
        "folded": config_map(
            '{"model_list": [{"model_name": "triage", "litellm_params": {"model": "openai/x"}}]}', mark=">"
        ),
        "another mark": config_map(GATEWAY, mark="|2-"),
        "no format named": own,
    }[form]
    named = {} if form == "no format named" else {"format": "litellm"}
    gathered = collected(tmp_path, {"gateway.yaml": text}, path="gateway.yaml", **named)
    item = next(one for one in gathered.result.items if one.type == "gateway_config")
    assert "triage" in routes(gathered)
    line = line_text(gathered, item, "/routes/0/name")
    assert "triage" in line


def test_lines_that_are_not_those_of_the_file_are_all_that_of_the_key() -> None:
    text = 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a.yaml: "model_list:\\n  - model_name: a\\n"\n'
    (one,) = carried(parse(text.encode(), "yaml", where="x"), text.encode(), "x")
    assert one.document is not None
    assert set(one.document.lines.values()) == {4}


def test_several_files_of_a_map_and_other_formats_in_it(tmp_path: Path) -> None:
    flags = config_map(FLAGS, key="flags.yaml").partition("\ndata:\n")[2]
    gathered = collected(tmp_path, {"all.yaml": config_map(GATEWAY) + flags})
    assert list(routes(gathered)) == ["triage", "triage-backup", "local"]
    assert any("feature flags" in reason and "not declared" in reason for _, reason in told(gathered))


@pytest.mark.parametrize("key", ["config.example.yaml", "config.template.yaml", "config.txt", "config"])
def test_an_example_and_what_is_no_file_by_its_name_do_not_count(tmp_path: Path, key: str) -> None:
    gathered = collected(tmp_path, {"gateway.yaml": config_map(GATEWAY, key=key)})
    assert not gathered.result.items
    assert any("not configuration" in reason for _, reason in told(gathered)) is key.endswith(".yaml")


def test_another_kind_of_object_with_the_same_text_is_none(tmp_path: Path) -> None:
    text = config_map(GATEWAY).replace("kind: ConfigMap", "kind: Note")
    assert not collected(tmp_path, {"gateway.yaml": text}).result.items


def test_a_text_with_the_signs_of_a_format_that_cannot_be_read_is_told_and_any_other_is_left(tmp_path: Path) -> None:
    broken = collected(tmp_path / "a", {"gateway.yaml": config_map(GATEWAY + "\tx: [")})
    ((line, reason),) = told(broken, "unreadable")
    assert (line, "holds 'config.yaml', which is not valid YAML" in reason) == (6, True)
    other = collected(tmp_path / "b", {"gateway.yaml": config_map("{{ range .x }}: [", key="page.yaml")})
    assert not told(other, "unreadable")


def test_no_planted_secret_is_in_the_facts_or_the_copy(tmp_path: Path) -> None:
    secret = "sk-proj-Zx81kQpLm20VbNcRtYwEa73D"
    gathered = collected(tmp_path, {"gateway.yaml": config_map(GATEWAY.replace("os.environ/OPENAI_API_KEY", secret))})
    everything = gathered.result.model_dump_json() + "".join(copy.decode() for copy in gathered.copies.values())
    assert len(routes(gathered)) == 3
    assert secret not in everything
