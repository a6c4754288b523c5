"""A file that is a record and cannot be taken as one is unread, not absent: its rows may be the worst."""

from pathlib import Path

import pytest

from support.collecting import git_request, in_folder, problems, source, write
from support.git_repositories import Repository
from tieout.collectors.lost_records import why_lost
from tieout.collectors.records import collect

DECLARED = ("drill_record", "risk_register")
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"


@pytest.mark.parametrize(
    ("data", "types"),
    [
        ({"artefact": "risk-register", "risks": []}, ("risk_register",)),
        ({"artefact": "Drill Record"}, ("drill_record",)),
        ({"artefact": "risk_registr"}, ("risk_register",)),
        ({"artefact": "ENC[AES256_GCM,data:x]", "risks": "ENC[…]"}, DECLARED),
        ({"Artefact": "risk_register", "risks": [{}]}, ("risk_register",)),
        ({"owner": "Ann Ode", "Risks": []}, ("risk_register",)),
        ({"artefact": "risk_register", "risks": []}, None),
        ({"artefact": "telemetry"}, None),
        ({"artefact": "backup_plan"}, None),
        ({"artefact": "incident-log"}, None),  # this source is not asked for one
        ({"owner": "Ann Ode", "systems": []}, None),
        ({"risks": "none"}, None),
        (["risks"], None),
    ],
)
def test_what_a_lost_record_may_be(data: object, types: tuple[str, ...] | None):
    lost = why_lost(data, DECLARED)
    assert (lost and lost.types) == types


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (POINTER, "is a Git LFS pointer: its content is not in this repository"),
        ("artefact: risk-register\nrisks: []\n", "names an artefact that is not known; is 'risk_register' meant?"),
        ("artefact: ENC[AES256_GCM]\nsops: {}\n", "is encrypted, so nothing in it can be read"),
        ("risks: [{id: V-01}]\n", "does not say which artefact it is, and holds the rows of one"),
    ],
)
def test_it_is_unreadable_with_its_place(tmp_path: Path, text: str, reason: str):
    root = write(tmp_path, {"records/vendors.yaml": text})
    gathered = in_folder(collect, root, source("records", path="records", provides=DECLARED))
    [problem] = problems(gathered, "unreadable")
    assert reason in problem.reason
    assert problem.place.path == "records/vendors.yaml"
    assert "risk_register" in problem.types
    assert not gathered.result.items


def test_a_submodule_among_records_is_unread(tmp_path: Path):
    other, own = Repository(tmp_path / "other"), Repository(tmp_path / "own")
    other.commit("one", {"risk-register.yaml": "artefact: risk_register\nrisks: []\n"})
    own.commit("one", {"records/x.yaml": "a: 1\n"})
    head = other.git("rev-parse", "HEAD")
    own.git("update-index", "--add", "--cacheinfo", f"160000,{head},records/vendor")
    own.git("commit", "-q", "-m", "two")
    section = source("records", path="records", provides=DECLARED)
    with git_request(own, section, prefix="records") as request:
        [problem] = problems(collect(request), "unreadable")
    assert (problem.place.path, problem.types) == ("records/vendor", DECLARED)
    assert problem.reason == "is a submodule, whose files are not in this commit"
