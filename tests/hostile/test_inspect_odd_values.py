"""Configuration with odd values anywhere: `inspect` answers every question all the same, and in plain words.

TIEOUT_ODD_VALUES=COUNT makes as many repositories, each with every file damaged, instead of the few of every day;
TIEOUT_ODD_SEED=NUMBER tells which damaged files of one of them fail by themselves.
"""

import os
import random
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.collecting import in_folder, source, write
from support.git_repositories import Repository as Made
from support.odd_values import damaged, whole_files
from tieout.collectors import config
from tieout.collectors.base import Silent
from tieout.domain.inspection import Answer, Inspection
from tieout.inspection.engine import inspect
from tieout.inspection.repository import Repository
from tieout.kernel.git.quarantine import Quarantine

RUNS = int(os.environ.get("TIEOUT_ODD_VALUES", "90"))
SEED = os.environ.get("TIEOUT_ODD_SEED", "")
#: Notation of programs that no person should read; what a file says may be quoted.
NOTATION = re.compile(r"\{'\w*':|\['\w*'[,\]]|: None\b|<[\w.]+ object at")
UNQUOTED = re.compile(r"\[\]|\{\}|\bNone\b(?! (?:of|speaks|is|was|has))")
QUOTED = re.compile(r"'[^']*'|`[^`]*`|\$\S+")
LONGEST_STATEMENT = 2_000
#: Files that are told where others do not say the same, or searched as text.
PASSED_OVER = frozenset(
    {
        *(".circleci/config.yml", ".gitleaks.toml", "codemeta.json", "data/claims/croissant.json", "lefthook.yml"),
        *("models/triage/config.json", "monitoring/prometheus.yml", "notebooks/evaluate.ipynb", "sbom.cdx.json"),
        *("sbom.spdx.json", "turbo.json"),
    }
)

Tree = Mapping[str, bytes]


def tree_of(seed: int) -> Tree:
    """Every file, each damaged."""
    draw = random.Random(seed)  # noqa: S311 - a test's noise
    return {path: damaged(path, text, draw) for path, text in whole_files().items()}


def told(folder: Path, tree: Tree) -> tuple[Repository, Inspection]:
    """What a tree shows; no work tree is written, so that any name may stand in it."""
    made = Made(folder, bare=True)
    stream = [b"commit refs/heads/main\ncommitter Ada <ada@example.org> 1767225600 +0000\ndata 1\nx\n"]
    for path, data in tree.items():
        stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    made.git("fast-import", "--quiet", stdin=b"".join(stream))
    with Quarantine.open(folder, uri="r") as quarantine:
        repository = Repository(quarantine, quarantine.resolve("main"))
        return repository, inspect(repository, name="r", progress=Silent())


def check(found: Inspection) -> None:
    """What holds of every inspection, whatever was inspected."""
    assert len(found.model_dump_json()) < 4_000_000
    for topic in found.topics:
        for fact in topic.facts:
            assert "was not answered" not in fact.statement, fact.id
            assert len(fact.statement) <= LONGEST_STATEMENT, fact.id
            texts = [fact.statement, *(place.shows for place in fact.places)]
            assert not [text for text in texts if is_notation(text)], fact.id


def is_notation(text: str) -> bool:
    """Whether a text shows how a program writes a value."""
    return NOTATION.search(text) is not None or UNQUOTED.search(QUOTED.sub("", text)) is not None


def test_each_whole_file_is_read(tmp_path: Path) -> None:
    """So that what the damage is done to is what `inspect` looks at."""
    files = {path: text.encode() for path, text in whole_files().items()}
    repository, found = told(tmp_path / "r", files)
    assert not found.unread, found.unread
    facts = [fact for topic in found.topics for fact in topic.facts]
    assert sum(fact.answer in {Answer.YES, Answer.PARTIAL, Answer.VALUE} for fact in facts) > 55
    shown = {place.path for fact in facts for place in fact.places}
    parsed = {path for path, _ in repository._documents}
    unseen = sorted(set(files) - shown - parsed - PASSED_OVER)
    assert not unseen, "\n".join(unseen)


@pytest.mark.parametrize("seed", range(RUNS))
def test_odd_values_anywhere(tmp_path: Path, seed: int) -> None:
    _, found = told(tmp_path / "r", tree_of(seed))
    check(found)


@pytest.mark.parametrize("path", sorted(whole_files()) if SEED else [])
def test_one_damaged_file_among_whole_ones(tmp_path: Path, path: str) -> None:
    whole = {other: text.encode() for other, text in whole_files().items()}
    _, found = told(tmp_path / "r", whole | {path: tree_of(int(SEED))[path]})
    check(found)


def test_odd_values_in_declared_configuration(tmp_path: Path) -> None:
    section = source("config", provides=("gateway_config", "alert_rules", "flag_config"))
    for seed in range(10):
        files = {f"sources/{path}": data for path, data in tree_of(seed).items()}
        gathered = in_folder(config.collect, write(tmp_path / str(seed), files), section)
        assert gathered.result.items or gathered.result.problems
