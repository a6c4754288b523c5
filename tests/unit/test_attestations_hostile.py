"""Signed statements that were made to mislead or to break the reader: each is told with its place, none counts."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, problems, source, write
from support.signing import (
    RISKS,
    gathered,
    of_risks,
    sign,
    signed_files,
)
from tieout.collectors.records import collect
from tieout.domain.artefacts.records import RosterEntry
from tieout.kernel.ssh import program


def hostile(tmp_path: Path, files: dict[str, Any], roster: tuple[RosterEntry, ...]) -> str:
    """The one reason why files give nothing."""
    found = gathered(tmp_path / "r", files, roster)
    assert found.result.items == ()
    (problem,) = [problem for problem in problems(found) if problem.status != "absent"]
    assert problem.status == "unreadable"
    return f"{problem.place.path}: {problem.reason}"


def test_a_signature_of_fifty_megabytes_is_not_read(tmp_path, keys, roster):
    files = signed_files(of_risks(), keys["ada"])
    files["sources/a.attestation.json.sig"] = b"-----BEGIN SSH SIGNATURE-----\n" + b"A" * 50_000_000
    told = hostile(tmp_path, files, roster)
    assert told == "sources/a.attestation.json.sig: has 50,000,030 bytes; at most 16,384 are read"


def test_a_hundred_thousand_subjects_are_not_looked_up(tmp_path, keys, roster):
    statement = of_risks()
    many = b",".join([b'{"digest":{"sha256":"x"},"name":"x"}'] * 20_000)
    data = statement.signed_bytes().replace(b'"subject":[', b'"subject":[' + many + b",")
    files = {"sources/a.attestation.json": data, "sources/a.attestation.json.sig": sign(data, keys["ada"])}
    assert "has 20,001 subjects; a statement has at most 1,000" in hostile(tmp_path, files, roster)
    files["sources/a.attestation.json"] = data * 5
    assert "at most 1,000,000 are read" in hostile(tmp_path / "s", files, roster)


def test_a_name_that_stands_twice_is_no_statement(tmp_path, keys, roster):
    data = of_risks().signed_bytes().replace(b'"person":', b'"person":"Eve","person":')
    files = {"sources/a.attestation.json": data, "sources/a.attestation.json.sig": sign(data, keys["ada"])}
    assert "the name 'person' stands twice in one object" in hostile(tmp_path, files, roster)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"role":', b'"approved":true,"role":', "predicate.approved"),
        (b"tieout.dev/attestation/v1", b"tieout.dev/attestation/v2", "is not a statement of type"),
        (b"tieout.dev/attestation/v1", b"tieout.dev/revocation/v1", "does not fit: predicate.control"),
        (b'"sha256":"', b'"md5":"', "does not fit: subject.0.digest"),
        (b"2026-11-20T09:00:00Z", b"2026-11-20T09:00:00", "no time zone"),
    ],
)
def test_what_is_no_statement_of_ours_is_unreadable(  # noqa: PLR0917 - three parameters of the table, three fixtures
    old, new, words, tmp_path, keys, roster
):
    data = of_risks().signed_bytes().replace(old, new)
    files = {"sources/a.attestation.json": data, "sources/a.attestation.json.sig": sign(data, keys["ada"])}
    assert words in hostile(tmp_path, files, roster)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAf////8=\n-----END SSH SIGNATURE-----\n",
        b"\xff\x00" * 100,
    ],
)
def test_what_is_no_signature_is_unreadable(signature, tmp_path, keys, roster):
    files = {**signed_files(of_risks(), keys["ada"]), "sources/a.attestation.json.sig": signature}
    told = hostile(tmp_path, files, roster)
    assert told.startswith("sources/a.attestation.json.sig: ")
    assert told.endswith(("is a damaged SSH signature", "as `ssh-keygen -Y sign` writes it"))


def test_a_machine_without_ssh_keygen_says_so(tmp_path, keys, roster, monkeypatch):
    files = signed_files(of_risks(), keys["ada"])
    monkeypatch.setattr(program.shutil, "which", lambda *_, **__: None)
    told = hostile(tmp_path, files, roster)
    assert "could not be verified: the ssh-keygen program was not found (install OpenSSH" in told


def test_one_without_its_signature_is_told(tmp_path, keys, roster):
    files = signed_files(of_risks(), keys["ada"])
    del files["sources/a.attestation.json.sig"]
    found = gathered(tmp_path / "r", files, roster)
    assert found.result.items == ()
    assert problems(found, "not-counted")[0].reason.startswith("is not signed: there is no a.attestation.json.sig")


def test_more_statements_than_are_verified_are_told(tmp_path, keys, roster, monkeypatch):
    monkeypatch.setattr("tieout.collectors.attestations.MAX_STATEMENTS", 1)
    files = {**signed_files(of_risks(), keys["ada"]), **signed_files(of_risks(), keys["ada"], name="b")}
    found = gathered(tmp_path / "r", files, roster)
    assert len(found.result.items) == 1
    assert problems(found, "unreadable")[0].reason == "holds 2 signed statements; at most 1 are verified"


def test_where_none_is_declared_none_is_verified(tmp_path, keys, roster):
    files = {**signed_files(of_risks(), keys["ada"]), "sources/r.yaml": RISKS}
    section = source("records", provides=("risk_register",))
    found = in_folder(collect, write(tmp_path, files), section, people=roster)
    assert [item.type for item in found.result.items] == ["risk_register"]
    assert "which this source is not declared to provide" in problems(found)[0].reason


def test_a_hand_written_attestation_is_none(tmp_path):
    section = source("records", provides=("attestation",))
    text = "artefact: attestation\nstanding: valid\nperson: Ada Ferri\n"
    found = in_folder(collect, write(tmp_path, {"sources/a.yaml": text}), section)
    assert found.result.items == ()
    assert "what is written by hand does not count" in problems(found, "not-counted")[0].reason
