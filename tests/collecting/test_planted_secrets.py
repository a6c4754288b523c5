"""Secrets in the good inputs of every format: none stands in what a collector gives, tells or keeps.

`pytest -s tests/collecting/test_planted_secrets.py` prints the figures by kind.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collecting.case_files import case_files, gathered
from collecting.planting import NAMES, SECRETS, Planted, planted
from tieout.collectors.base import Gathered
from tieout.collectors.confidential import masked_source
from tieout.config.kinds import KINDS

#: Values of each format that a secret is put into; names, comments, long texts and the path come on top.
MOST = 12
GOOD = {of: next(case for case in cases if case.part == "good") for of, cases in case_files().items()}
MARK = re.compile("⟨redacted:([a-z0-9-]+)⟩")
#: Formats of which no value is kept, whatever it is like.
WHOLE_VALUES = {"config/runtime-settings"}


@pytest.fixture(scope="module")
def figures() -> Iterator[Counter[tuple[str, str]]]:
    """(kind, what) -> how many; printed at the end."""
    counted: Counter[tuple[str, str]] = Counter()
    yield counted
    for kind in sorted({kind for kind, _ in counted}):
        of = {what: counted[kind, what] for what in ("planted", "shown", "masked", "false")}
        sys.stdout.write(
            f"\n{kind}: {of['planted']} secrets planted, {of['shown']} shown ({of['masked']} stood where something is "
            f"kept and are masked there); {of['false']} words masked in clean inputs\n"
        )


def _shown(found: Gathered) -> str:
    """All that a packet could hold of it."""
    return found.result.model_dump_json() + "".join(copy.decode("utf-8", "replace") for copy in found.copies.values())


def _with(of: str, one: Planted, folder: Path) -> Gathered:
    return gathered(replace(GOOD[of], written=one.files), folder)


@pytest.mark.parametrize("of", sorted(GOOD))
def test_no_planted_secret_is_given_told_or_kept(tmp_path: Path, of: str, figures: Counter[tuple[str, str]]) -> None:
    leaked = []
    for number, one in enumerate(planted(GOOD[of], MOST)):
        shown = _shown(_with(of, one, tmp_path / str(number)))
        kind = of.partition("/")[0]
        if one.secret in shown:
            leaked.append(one.what)
            figures[kind, "shown"] += 1
        figures[kind, "planted"] += 1
        figures[kind, "masked"] += MARK.search(shown) is not None
    assert leaked == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_clean_inputs_lose_no_word(tmp_path: Path, kind: str, figures: Counter[tuple[str, str]]) -> None:
    """False masks: nothing in the good inputs is a secret, so nothing of them is taken out as one."""
    false = []
    for of, case in GOOD.items():
        if of.startswith(f"{kind}/") and of not in WHOLE_VALUES:
            shown = _shown(gathered(case, tmp_path / case.of.replace("/", "-")))
            false += [f"{of}: …{shown[max(0, mark.start() - 60) : mark.end()]}" for mark in MARK.finditer(shown)]
    figures[kind, "false"] += len(false)
    assert false == []


def test_every_kind_of_secret_is_planted_in_every_way() -> None:
    told = [one.what for case in GOOD.values() for one in planted(case, MOST)]
    assert len(told) >= 1_000
    kinds = Counter(what.split(",")[0] for what in told)
    assert min(kinds[kind] for kind in SECRETS) >= 20
    assert min(kinds[f"under the name {name}"] for name in NAMES) >= 20
    for way in (
        "value at",
        "cell",
        "text at",
        "a comment of",
        "a name at",
        "a long text at",
        "a member at",
        "the path",
    ):
        assert any(way in what for what in told), way


def test_the_look_at_what_is_shown_finds_a_secret_that_nobody_masks(tmp_path: Path) -> None:
    """The same look at the source as it lies there finds each of them, so that the tests above can fail."""
    case = GOOD["records/approved_record"]
    for number, one in enumerate(planted(case, MOST)):
        folder = tmp_path / str(number)
        _with(case.of, one, folder)
        lying = "".join(f"{path}\n{path.read_text(encoding='utf-8')}" for path in folder.rglob("*") if path.is_file())
        assert one.secret in lying


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("triage,password=hunter2hunter2!,x\n", "list.csv"),
        ("id,note\nR-1,uses password=hunter2hunter2 now\n", "risks.csv"),
        ("---\nartefact: x\n---\n\nThe job runs with --token hunter2hunter2x every night.\n", "page.md"),
    ],
)
def test_what_a_sentence_in_a_table_or_page_assigns_is_taken_out(text: str, path: str) -> None:
    assert "hunter2" not in masked_source(text, path).text


def test_a_secret_that_loses_its_name_on_the_way_is_known_by_its_source(tmp_path: Path) -> None:
    case = GOOD["results/mlflow"]
    files = {
        "registry.json": str(case.written["registry.json"]).replace('"champion": 2', '"api_key": "gqYd7TIIObTv0jdS"')
    }
    found = gathered(replace(case, written=files), tmp_path)
    reasons = " ".join(problem.reason for problem in found.result.problems)
    assert "version ⟨redacted:secret-known-by-its-source⟩" in reasons


def test_digests_and_times_beside_a_secret_stay_what_they_are(tmp_path: Path) -> None:
    case = GOOD["forge/github"]
    key = "-----BEGIN RSA PRIVATE KEY-----\\n" + "Zq7Kd02mPq71LsdT" * 4 + "\\n-----END RSA PRIVATE KEY-----"
    runs = str(case.written["runs.json"]).replace('"name": "CI"', f'"name": "{"a" * 40} 2026-11-10T12:05:00Z {key}"')
    found = gathered(replace(case, written={**case.written, "runs.json": runs}), tmp_path)
    run = next(item.facts["runs"][0] for item in found.result.items if item.type == "ci_runs")
    assert (run["commit"], run["started"]) == ("a" * 40, "2026-11-10T12:05:00Z")
    assert "Zq7Kd02m" not in _shown(found)
