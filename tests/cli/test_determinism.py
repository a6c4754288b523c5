"""The same input gives the same bytes, wherever and under whatever locale the job runs; ids stay between runs."""

import json
from pathlib import Path

import pytest

from conftest import Example, Run
from support.program import AS_OF, tieout
from support.systems import assessed, configuration, source, system

#: Everything that may differ between two machines. Of the locales that a test can count on, C is not UTF-8.
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "4711", "HOME": "/", "COLUMNS": "50"}
ELSEWHERE |= {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.fixture(scope="module")
def elsewhere(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The job once more: another path, another working directory, another zone, locale and hash seed."""
    copy = example.copy(tmp_path_factory.mktemp("elsewhere") / "a longer path, mit Umläuten" / "b")
    folder = copy.root / "of another name"
    answer = tieout(
        *("run", "--config", copy.repository / "tieout.yaml", "--as-of", AS_OF, "--out", folder, "--no-exit-codes"),
        cwd=Path("/"),
        variables=ELSEWHERE,
        umask=0o077,
    )
    assert answer.code == 0, answer.err
    return Run(copy, folder, answer)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_file_of_the_packet_is_the_same(example_packet: Run, elsewhere: Run) -> None:
    here, there = contents(example_packet.folder), contents(elsewhere.folder)
    assert sorted(here) == sorted(there)
    assert [path for path in here if here[path] != there[path]] == []
    # What is compared is the whole: report, page, OSCAL, evidence, inputs, manifests, and VERIFY.txt.
    assert {"VERIFY.txt", "packet/tagmanifest-sha256.txt", "packet/manifest-sha256.txt"} <= set(here)
    assert {f"packet/data/{name}" for name in ("report.pdf", "index.html", "oscal/index.json")} <= set(here)


def test_a_second_run_over_an_older_store_gives_the_same_bytes(elsewhere: Run, example_packet: Run) -> None:
    """The store then holds every object and leaf already; assess and packet alone are run again."""
    again = elsewhere.folder.with_name("again")
    for command in (
        ("collect", "--as-of", AS_OF),
        ("assess",),
        ("packet", "--out", again, "--zip"),
    ):
        answer = tieout(*command, cwd=elsewhere.example.repository)
        assert answer.code == 0, answer.err
    assert contents(again) == contents(example_packet.folder)


def ids(folder: Path) -> dict[str, str]:
    """Evidence ids by type and path; the assessed commit, which changes, is left out."""
    found = assessed(folder)
    return {f"{item.type} {item.provenance.path}": item.id for item in found.collection.items}


def test_ids_stay_when_an_unrelated_file_is_added(tmp_path: Path) -> None:
    config = configuration(source("records", "records", "records", "risk_register", inside="application"))
    files = {"CODEOWNERS": "* @a/b\n", "records/risks.yaml": "artefact: risk_register\nrisks: []\n"}
    repository = system(tmp_path / "r", config, files)
    before = ids(repository.folder)
    repository.commit("unrelated", {"src/other.py": "pass\n", "aaa.txt": "first in every listing\n"})
    after = ids(repository.folder)
    assert len(before) >= 4
    assert before == after


def test_ids_of_the_oscal_documents_hang_on_names_not_on_order(example_packet: Run) -> None:
    """A finding's UUID is made from system and control, so it says the same thing in every packet."""
    results = json.loads((example_packet.data / "oscal" / "assessment-results.json").read_bytes())
    findings = results["assessment-results"]["results"][0]["findings"]
    assert len({finding["uuid"] for finding in findings}) == len(findings) == 72
    assert all(finding["uuid"][14] == "5" for finding in findings)
