"""A configuration format of a user's own: the page's map on the page's file, into a packet that verifies."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT
from support.git_repositories import Repository
from support.program import fails, tieout
from support.systems import configuration, system

PAGE = (ROOT / "docs" / "field-maps.md").read_text(encoding="utf-8")


def block(language: str, which: int = 0) -> str:
    """A block of a language on the page: of the watchers, or of the table."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(found) == 2
    return str(found[which])


def declared() -> dict[str, Any]:
    """The source that the page shows."""
    (source,) = yaml.safe_load(block("yaml"))
    return dict(source)


def made(folder: Path, source: dict[str, Any]) -> Repository:
    """A system with this source and the page's file."""
    return system(folder / "r", configuration(source), {"ops/watch.yaml": block("text")})


def collected(repository: Repository) -> dict[str, Any]:
    """What `watchers` gave, apart from the repository's own history."""
    found = tieout("collect", "--format", "json", cwd=repository.folder).json()
    (result,) = [source for source in found["sources"] if source["name"] == "watchers"]
    return dict(result)


def test_the_pages_map_reads_the_pages_file(tmp_path: Path) -> None:
    repository = made(tmp_path, declared())
    found = collected(repository)
    (item,) = [item for item in found["items"] if item["type"] == "alert_rules"]
    rules = item["facts"]["rules"]
    assert [(rule["name"], rule["severity"], rule["route"]) for rule in rules] == [
        ("slow-answers", "page", "claims-on-call"),
        ("errors", "ticket", "platform"),
    ]
    assert rules[0]["hold_seconds"] == 600
    assert rules[0]["metrics"] == ["answer_seconds_bucket"]
    assert item["lines"]["/rules/1/expression"] == 11
    assert item["lines"]["/rules/0/severity"] == 1
    assert "by a field map of the configuration" in item["title"]
    (off,) = [problem for problem in found["problems"] if "switched off" in problem["reason"]]
    assert (off["place"]["path"], off["place"]["line"]) == ("ops/watch.yaml", 14)


def test_a_packet_with_a_map_of_ones_own_is_done_again(tmp_path: Path) -> None:
    repository = made(tmp_path, declared())
    out = tmp_path / "packet"
    answer = tieout("run", "--no-exit-codes", "--out", out, cwd=repository.folder)
    assert answer.code == 0, answer.err
    again = tieout("verify", out, "--reperform", cwd=tmp_path)
    assert again.code == 0, again.err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"artefact": "weather"}, ["artefact: 'weather' is not an artefact"]),
        ({"artefact": "guardrail_config"}, ["a map gives alert_rules, flag_config, gateway_config, rbac_export"]),
        ({"format": "other"}, ["is of the format 'other', and the source names 'our-watchers'"]),
        ({"signs": None}, ["signs"]),
        ({"rows": {"field": "rules", "at": ["/w"], "fields": {"name": [{"at": "x", "as": "shell"}]}}}, ["'shell'"]),
        ({"rows": {"field": "flags", "at": ["/w"], "fields": {}}}, ["'flags' is no field of alert_rules"]),
    ],
)
def test_a_map_that_is_none_is_told(tmp_path: Path, change: dict[str, Any], words: list[str]) -> None:
    source = declared()
    source["options"]["map"] |= change
    fails(tieout("collect", cwd=made(tmp_path, source).folder), 2, "'watchers': options.map", *words)


def test_a_map_cannot_take_the_name_of_a_shipped_format(tmp_path: Path) -> None:
    source = declared() | {"format": "prometheus"}
    source["options"]["map"]["format"] = "prometheus"
    fails(tieout("collect", cwd=made(tmp_path, source).folder), 2, "takes the name of a format that is read already")


def test_a_row_without_what_it_needs_is_not_left_out_in_silence(tmp_path: Path) -> None:
    repository = made(tmp_path, declared())
    repository.commit("nobody is called", {"ops/watch.yaml": block("text").replace("    pages: claims-on-call\n", "")})
    found = collected(repository)
    told = [problem["reason"] for problem in found["problems"] if problem["status"] == "unreadable"]
    assert told == ["'slow-answers' of the rules cannot be judged: it has no 'pages'"]


def test_the_pages_table_is_read_as_of_its_commit_and_done_again(tmp_path: Path) -> None:
    (source,) = yaml.safe_load(block("yaml", 1))
    repository = system(tmp_path / "r", configuration(source), {"access/people.csv": block("text", 1)})
    made_on = repository.git("log", "-1", "--format=%cI", "--", "access/people.csv").strip()[:10]
    repository.commit("something else", {"notes.txt": "later"})
    found = tieout("collect", "--format", "json", cwd=repository.folder).json()
    (result,) = [source for source in found["sources"] if source["name"] == "badge-tool"]
    (item,) = result["items"]
    person, team = item["facts"]["rows"]
    assert person["principal"].startswith("person-")
    assert (person["kind"], person["role"], person["writes"], person["active"]) == ("person", "auditor", False, True)
    assert person["expires_on"] == "2027-02-01"
    assert (team["principal"], team["kind"], team["writes"]) == ("ml-team", "team", True)
    assert item["effective"]["basis"] == "last commit that changed the file"
    assert item["effective"]["end"].startswith(made_on)
    out = tmp_path / "packet"
    answer = tieout("run", "--no-exit-codes", "--out", out, cwd=repository.folder)
    assert answer.code == 0, answer.err
    again = tieout("verify", out, "--reperform", cwd=tmp_path)
    assert again.code == 0, again.err
    assert b"ann@example.com" not in b"".join(one.read_bytes() for one in sorted(out.rglob("*.json")))
