"""Facts of a reader that judged a value which its copy masks: honest ones verify, changed ones are still told."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.packets import Evidence
from support.systems import PEOPLE, assessed, configuration, source, system
from tieout import api
from tieout.domain.collection import Collection
from tieout.domain.packet import copy_name
from tieout.pipeline.from_copies import Derived, derive

MAPPING = (
    "services:\n  web:\n    image: web:1\n    environment:\n      DB_PASSWORD: ${DB_PASSWORD:-Winter2024x}\n"
    "  other:\n    image: other:1\n"
)
LISTED = MAPPING.replace("      DB_PASSWORD: ", "      - DB_PASSWORD=")
COMMON = LISTED.replace("Winter2024x", "postgres")
TERRAFORM = 'resource "aws_db_instance" "d" {\n  password = "tfPw90"\n  storage_encrypted = true\n}\n'
VARIABLE = (
    'variable "db_password" {\n  default = "tfPw90-x8Qd"\n}\n'
    'resource "aws_db_instance" "d" {\n  password = var.db_password\n}\n'
)
KUBERNETES = """apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  template:
    spec:
      containers:
      - name: a
        image: x:1
        args: ["-pw=argPw83"]
        env:
        - {name: CONN, value: "Server=db;User Id=sa;Password=connPw81;"}
        - value: envPw80
          name: API_SECRET
"""


class Files(dict[str, bytes]):
    """A bag of which only copies are read."""

    def bytes(self, path: str) -> bytes | None:
        return self.get(path)

    def digest(self, path: str) -> str | None:
        raise NotImplementedError(path)


def derived(evidence: Evidence) -> Derived:
    evidence.settle()
    files = Files({"data/inputs/configuration.yaml": evidence.configuration})
    for item in evidence.items():
        if item["id"] in evidence.copies:
            name = copy_name(item["provenance"]["path"])
            files[f"data/evidence/{item['id']}/{name}"] = evidence.copies[item["id"]]
    return derive(Collection.model_validate(evidence.collection), evidence.configuration, files)


def collected(folder: Path, path: str, text: str) -> tuple[Evidence, dict[str, Any]]:
    """What a packet would hold, and its item on how the file's system is protected."""
    config = configuration(source("deploy", "config", "deploy", "security_config", inside="application"), owners=PEOPLE)
    repository = system(folder, config, {f"deploy/{path}": text})
    assessed(repository.folder, as_of=datetime(2026, 6, 1, tzinfo=UTC))
    workspace = api.Workspace(repository.folder / "tieout.yaml")
    collection = workspace.collection()
    with workspace.store() as store:
        copies = {item.id: store.get(item.copy_sha256) for item in collection.items if item.copy_sha256}
    evidence = Evidence(collection.as_json(), copies, workspace.configuration(collection), {})
    [item] = evidence.items("security_config")
    return evidence, item


HONEST = {
    "mapping": ("compose.yaml", MAPPING, "Winter2024x"),
    "list": ("compose.yaml", LISTED, "Winter2024x"),
    "common": ("compose.yaml", COMMON, "postgres"),
    "terraform": ("main.tf", TERRAFORM, "tfPw90"),
    "variable": ("main.tf", VARIABLE, "tfPw90-x8Qd"),
    "kubernetes": ("a.yaml", KUBERNETES, "connPw81"),
}


@pytest.mark.parametrize(("path", "text", "secret"), HONEST.values(), ids=HONEST)
def test_a_value_that_was_judged_and_masked_does_not_contradict(
    tmp_path: Path, path: str, text: str, secret: str
) -> None:
    evidence, item = collected(tmp_path / "r", path, text)
    assert item["redactions"]
    assert secret.encode() not in evidence.copies[item["id"]]
    assert any(row["topic"] == "secrets" and row.get("holds") is False for row in item["facts"]["settings"])
    assert derived(evidence).problems == ()


@pytest.mark.parametrize("name", ["common", "terraform", "kubernetes"])
def test_a_mask_is_judged_as_the_secret_that_it_stands_for(tmp_path: Path, name: str) -> None:
    path, text, _ = HONEST[name]
    evidence, _ = collected(tmp_path / "r", path, text)
    found = derived(evidence)
    assert "copies or paths in which something is masked" not in {left.what for left in found.left}


def _milder(item: dict[str, Any], topic: str, subject: str = "") -> None:
    rows = [row for row in item["facts"]["settings"] if row["topic"] == topic and subject in row["subject"]]
    assert any(row.get("holds") is False for row in rows)
    for row in rows:
        row["holds"] = True


def test_a_row_on_a_masked_line_may_differ_and_is_counted_as_not_done_again(tmp_path: Path) -> None:
    evidence, item = collected(tmp_path / "r", "compose.yaml", MAPPING)
    before = derived(evidence)
    _milder(item, "secrets")
    after = derived(evidence)
    assert after.problems == ()
    told = {left.what: left.items for left in after.left}
    assert told["copies or paths in which something is masked"] == 1
    assert after.items <= before.items


@pytest.mark.parametrize("text", [MAPPING, LISTED], ids=["mapping", "list"])
def test_a_row_that_no_mask_explains_is_told(tmp_path: Path, text: str) -> None:
    evidence, item = collected(tmp_path / "r", "compose.yaml", text)
    assert item["redactions"]
    _milder(item, "workload", "other")
    [told] = derived(evidence).problems
    assert "as its facts have it" in told


def test_without_a_mask_every_row_is_compared(tmp_path: Path) -> None:
    plain = MAPPING.replace("${DB_PASSWORD:-Winter2024x}", "changeme")
    evidence, item = collected(tmp_path / "r", "compose.yaml", plain)
    assert item["redactions"] == []
    assert derived(evidence).problems == ()
    _milder(item, "secrets")
    [told] = derived(evidence).problems
    assert "as its facts have it" in told


def test_without_a_mask_a_row_left_out_is_told(tmp_path: Path) -> None:
    plain = MAPPING.replace("${DB_PASSWORD:-Winter2024x}", "changeme")
    evidence, item = collected(tmp_path / "r", "compose.yaml", plain)
    item["facts"]["settings"].pop()
    assert len(derived(evidence).problems) == 1


SEVERAL = """services:
  web:
    image: web:1
    environment:
      DB_PASSWORD: Winter2024x
      API_TOKEN: Zomer2025y
      PLAIN: one
    healthcheck:
      test: [CMD, redis-cli, -a, Herfst2023z, ping]
"""


def _secrets(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in item["facts"]["settings"] if row["topic"] == "secrets"]


@pytest.mark.parametrize("name", ["DB_PASSWORD", "API_TOKEN"])
def test_a_row_on_a_secret_that_was_taken_out_is_told(tmp_path: Path, name: str) -> None:
    """The copy shows a mark under the name of a secret: what its file gave must be there."""
    evidence, item = collected(tmp_path / "r", "compose.yaml", SEVERAL)
    assert item["redactions"]
    assert derived(evidence).problems == ()
    [row] = [row for row in _secrets(item) if row["setting"].startswith(name)]
    _take_out(item, row)
    [told] = derived(evidence).problems
    assert "as its facts have it" in told


def test_a_row_of_terraform_that_was_taken_out_is_told(tmp_path: Path) -> None:
    evidence, item = collected(tmp_path / "r", "main.tf", TERRAFORM)
    _take_out(item, _secrets(item)[0])
    assert len(derived(evidence).problems) == 1


@pytest.mark.parametrize("line", ["its own", "another"])
def test_a_row_on_a_secret_that_was_put_in_is_told(tmp_path: Path, line: str) -> None:
    evidence, item = collected(tmp_path / "r", "compose.yaml", SEVERAL)
    settings = item["facts"]["settings"]
    at = next(index for index, row in enumerate(settings) if row["setting"].startswith("DB_PASSWORD"))
    made = {**settings[at], "setting": "DB_PASSWORD comes as a secret of Compose", "holds": True}
    settings.append(made)
    item["lines"][f"/settings/{len(settings) - 1}"] = item["lines"][f"/settings/{at}"] + (0 if line == "its own" else 2)
    [told] = derived(evidence).problems
    assert "as its facts have it" in told


def _take_out(item: dict[str, Any], row: dict[str, Any]) -> None:
    """A row, with the places of those after it moved up, as whoever forges would."""
    settings = item["facts"]["settings"]
    at = settings.index(row)
    del settings[at]
    kept = {}
    for pointer, line in item["lines"].items():
        parts = pointer.split("/")
        index = int(parts[2]) if len(parts) > 2 and parts[1] == "settings" else -1
        if index != at:
            kept["/".join([*parts[:2], str(index - 1), *parts[3:]]) if index > at else pointer] = line
    item["lines"] = kept
