"""Attestations that stand in a records folder: what each signature is worth, with its place, and nothing greener."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from support.collecting import AS_OF, at, checked, git_request, in_folder, only_item, problems, source, write
from support.git_repositories import Repository
from support.signing import (
    PATH,
    RISKS,
    at_day,
    attestation,
    gathered,
    new_key,
    of_risks,
    public_line,
    revocation,
    row,
    sign,
    signed_files,
    standing,
    subject,
)
from tieout.collectors.base import Gathered
from tieout.collectors.records import collect
from tieout.domain.artefacts.attestations import Attestation
from tieout.domain.artefacts.records import RosterEntry, RosterKey
from tieout.kernel.digests import sha256_hex


def test_a_valid_one_says_who_what_and_until_when(tmp_path, keys, roster):
    found = gathered(tmp_path / "r", signed_files(of_risks(), keys["ada"]), roster)
    assert problems(found) == []
    item = only_item(found)
    assert standing(item) == []
    assert item.type == "attestation"
    assert item.facts["person"] == "Ada Ferri"
    assert item.facts["files"] == [{"path": PATH, "sha256": sha256_hex(RISKS), "held": True}]
    assert item.effective is not None
    assert item.effective.end == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert item.provenance.path == "sources/a.attestation.json"
    assert item.place("/person").line == 1


@pytest.mark.parametrize(
    ("said", "signer", "expected", "words"),
    [
        ({}, "eve", ["unknown-signer"], "a key that the roster does not have (SHA256:"),
        ({}, "ben", ["other-signer"], "names Ada Ferri and is signed with the key of Ben Okoro"),
        ({"role": "operations"}, "ada", ["role-not-held"], "gives to somebody else"),
        ({"role": "auditor"}, "ada", ["role-not-held"], "the roster does not have"),
        ({"expires": date(2026, 11, 21)}, "ada", ["expired"], "expired on 2026-11-21"),
        ({"system": "another"}, "ada", ["other-system"], "for another system (another)"),
        ({"control": None, "release": "v9"}, "ada", ["other-release"], "has no such tag"),
        (
            {"period": {"start": "2025-01-01", "end": "2025-03-31"}},
            "ada",
            ["other-period"],
            "no part of the assessed period",
        ),
        ({"signed_at": datetime(2026, 10, 1, tzinfo=UTC)}, "ada", ["signed-before-subject"], "before its subject"),
        ({"signed_at": datetime(2026, 11, 22, 13, tzinfo=UTC)}, "ada", None, "which is after the as-of time"),
    ],
)
def test_what_stands_against_one_is_told_with_its_place(  # noqa: PLR0917 - four parameters of the table, three fixtures
    said, signer, expected, words, tmp_path, keys, roster
):
    found = gathered(tmp_path / "r", signed_files(of_risks(**said), keys[signer]), roster)
    told = [problem for problem in problems(found) if problem.status != "absent"]
    assert len(told) == 1
    assert words in told[0].reason
    assert told[0].place.path == "sources/a.attestation.json"
    assert told[0].place.commit is not None
    if expected is None:
        assert told[0].status == "after-as-of"
        assert found.result.items == ()
    else:
        assert standing(only_item(found)) == expected
        assert told[0].status == "not-counted"
        assert told[0].place.line == 1


def test_the_last_day_counts_whole(tmp_path, keys, roster):
    found = gathered(tmp_path / "r", signed_files(of_risks(expires=AS_OF.date()), keys["ada"]), roster)
    assert standing(only_item(found)) == []


def test_one_letter_changed_after_signing_is_no_signature(tmp_path, keys, roster):
    files = signed_files(of_risks(), keys["ada"])
    files["sources/a.attestation.json"] = files["sources/a.attestation.json"].replace(b"accept", b"reject")
    found = gathered(tmp_path / "r", files, roster)
    assert standing(only_item(found)) == ["signature-mismatch"]


def test_a_signature_of_another_statement_is_none_of_this(tmp_path, keys, roster):
    files = signed_files(of_risks(), keys["ada"])
    other = signed_files(of_risks(text="Something else."), keys["ada"])
    files["sources/a.attestation.json.sig"] = other["sources/a.attestation.json.sig"]
    assert standing(only_item(gathered(tmp_path / "r", files, roster))) == ["signature-mismatch"]


@pytest.mark.parametrize("change", [lambda data: data + b"\n", lambda data: data.replace(b":", b": ", 1)])
def test_a_statement_that_was_only_written_anew_is_told_apart(change, tmp_path, keys, roster):
    files = signed_files(of_risks(), keys["ada"])
    files["sources/a.attestation.json"] = change(files["sources/a.attestation.json"])
    assert standing(only_item(gathered(tmp_path / "r", files, roster))) == ["statement-altered"]


def test_a_signature_for_another_purpose_does_not_count(tmp_path, keys, roster):
    files = signed_files(of_risks(), keys["ada"])
    data = files["sources/a.attestation.json"]
    files["sources/a.attestation.json.sig"] = sign(data, keys["ada"], namespace="git")
    found = gathered(tmp_path / "r", files, roster)
    assert standing(only_item(found)) == ["wrong-namespace"]
    assert "made for something else ('git')" in problems(found)[0].reason


def test_a_weak_key_is_refused_though_the_roster_has_it(tmp_path):
    weak = new_key(tmp_path, "weak", "-t", "rsa", "-b", "1024")
    people = (row("Ada Ferri", "governance", weak),)
    found = gathered(tmp_path / "r", signed_files(of_risks(), weak), people)
    assert standing(only_item(found)) == ["weak-key"]
    assert "(weak-key): the RSA key has 1,024 bits; at least 2,048 are needed" in problems(found)[0].reason


@pytest.mark.parametrize("kind", [("-t", "rsa", "-b", "2048"), ("-t", "ecdsa", "-b", "384")])
def test_other_kinds_of_key_sign_too(kind, tmp_path):
    key = new_key(tmp_path, "own", *kind)
    found = gathered(tmp_path / "r", signed_files(of_risks(), key), (row("Ada Ferri", "governance", key),))
    assert standing(only_item(found)) == []


def spanned(key: Path, **span: date) -> tuple[RosterEntry, ...]:
    """A roster in which Ada's key has a span."""
    return (RosterEntry(role="governance", person="Ada Ferri", public_keys=(RosterKey(ssh=public_line(key), **span),)),)


@pytest.mark.parametrize("span", [{"since": date(2026, 11, 21)}, {"until": date(2026, 11, 19)}])
def test_a_key_signs_only_in_its_span(span, tmp_path, keys):
    found = gathered(tmp_path / "r", signed_files(of_risks(), keys["ada"]), spanned(keys["ada"], **span))
    assert standing(only_item(found)) == ["key-not-valid"]
    inside = spanned(keys["ada"], since=date(2026, 11, 20), until=date(2026, 11, 21))
    assert standing(only_item(gathered(tmp_path / "s", signed_files(of_risks(), keys["ada"]), inside))) == []


def test_a_key_that_was_given_up_cannot_sign_in_the_past(tmp_path, keys):
    # its own word says the 20th, but it was committed on the 22nd: whoever found the key could have written that
    people = spanned(keys["ada"], until=date(2026, 11, 20))
    found = gathered(tmp_path / "r", signed_files(of_risks(), keys["ada"]), people, **at_day("2026-11-22"))
    assert standing(only_item(found)) == ["key-not-valid"]
    assert "nothing but itself says that it was signed before" in problems(found)[0].reason


def test_a_date_ahead_of_its_own_commit_is_told(tmp_path, keys, roster):
    ahead = of_risks(signed_at=datetime(2026, 11, 21, tzinfo=UTC))
    found = gathered(tmp_path / "r", signed_files(ahead, keys["ada"]), roster, **at_day("2026-11-10"))
    assert standing(only_item(found)) == ["dated-ahead"]


def test_a_role_is_held_on_the_day_of_the_signature(tmp_path, keys):
    people = (row("Ada Ferri", "Governance", keys["ada"], until=date(2026, 11, 19)),)
    found = gathered(tmp_path / "r", signed_files(of_risks(), keys["ada"]), people)
    assert standing(only_item(found)) == ["role-not-held"]
    assert "did not hold on 2026-11-20" in problems(found)[0].reason


def test_a_deputy_does_not_hold_the_role(tmp_path, keys, roster):
    people = (*roster, row("Carl Ito", "clerk", keys["eve"]))
    found = gathered(tmp_path / "r", signed_files(of_risks(person="Carl Ito"), keys["eve"]), people)
    assert standing(only_item(found)) == ["role-not-held"]
    assert "the deputy" in problems(found)[0].reason


def test_a_file_that_changed_since_is_told(tmp_path, keys, roster):
    files = {**signed_files(of_risks(), keys["ada"]), PATH: RISKS + b"tolerance: 99\n"}
    found = gathered(tmp_path / "r", files, roster)
    assert standing(only_item(found)) == ["subject-changed"]
    assert problems(found)[0].reason.endswith(f"changed since it was signed: {PATH}")
    assert at(only_item(found).facts, "/files/0/held") is False


def test_a_file_that_is_not_there_is_told(tmp_path, keys, roster):
    statement = attestation(subject(PATH, RISKS), subject("../outside.yaml", b"x"), subject("/etc/passwd", b"x"))
    found = gathered(tmp_path / "r", signed_files(statement, keys["ada"]), roster)
    assert standing(only_item(found)) == ["subject-missing"]
    assert "../outside.yaml, /etc/passwd" in problems(found)[0].reason


def test_both_digests_must_hold(tmp_path, keys, roster):
    repository = Repository(tmp_path / "x")
    blob = repository.git("hash-object", "--stdin", stdin=RISKS)
    right = attestation(subject(PATH, RISKS, git_blob=blob, sha256=sha256_hex(RISKS)))
    wrong = attestation(subject(PATH, RISKS, git_blob=blob, sha256=sha256_hex(b"other")))
    assert standing(only_item(gathered(tmp_path / "r", signed_files(right, keys["ada"]), roster))) == []
    assert standing(only_item(gathered(tmp_path / "s", signed_files(wrong, keys["ada"]), roster))) == [
        "subject-changed"
    ]


def test_a_release_is_the_commit_that_its_tag_names(tmp_path, keys, roster):
    repository = Repository(tmp_path / "r")
    repository.commit("register", {PATH: RISKS}, **at_day("2026-11-01"))
    repository.git("tag", "v1")
    repository.commit("statements", signed_files(of_risks(release="v1"), keys["ada"]), **at_day("2026-11-21"))
    section = source("records", provides=("attestation",))
    with git_request(repository, section, prefix="sources", people=roster) as request:
        assert standing(only_item(checked(collect(request)))) == ["other-release"]
    repository.git("tag", "-f", "v1")
    with git_request(repository, section, prefix="sources", people=roster) as request:
        assert standing(only_item(checked(collect(request)))) == []


def test_whether_it_is_for_a_control_only_the_asker_knows(tmp_path, keys, roster):
    found = gathered(tmp_path / "r", signed_files(of_risks(), keys["ada"]), roster)
    facts = Attestation.model_validate(only_item(found).facts)
    assert facts.against("MAP 1.5") is None
    fault = facts.against("MAP 1.1")
    assert fault is not None
    assert fault.standing == "other-control"
    assert fault.reason == "is signed for MAP 1.5, not for MAP 1.1"


# --- revocation


def with_revocation(keys: dict[str, Path], signer: str, **said: Any) -> dict[str, bytes]:
    files = signed_files(of_risks(), keys["ada"])
    taken_back = revocation(files["sources/a.attestation.json"], **said)
    return {**files, **signed_files(taken_back, keys[signer])}


def by_kind(found: Gathered) -> dict[str, list[str]]:
    return {item.facts["kind"]: standing(item) for item in found.result.items}


def test_its_signer_takes_it_back(tmp_path, keys, roster):
    found = gathered(tmp_path / "r", with_revocation(keys, "ada"), roster)
    assert by_kind(found) == {"attestation": ["revoked"], "revocation": []}
    (problem,) = problems(found)
    assert problem.reason == "was revoked on 2026-11-20T09:00:00Z by Ada Ferri: The register was wrong."
    assert problem.place.path == "sources/a.attestation.json"


def test_another_person_needs_the_role_for_it(tmp_path, keys, roster):
    files = with_revocation(keys, "ben", person="Ben Okoro", role="operations")
    assert by_kind(gathered(tmp_path / "r", files, roster)) == {"attestation": [], "revocation": ["may-not-revoke"]}
    people = (*roster, row("Ben Okoro", "governance", since=date(2026, 1, 1)))
    files = with_revocation(keys, "ben", person="Ben Okoro")
    assert by_kind(gathered(tmp_path / "s", files, people)) == {"attestation": ["revoked"], "revocation": []}


def test_a_forged_revocation_takes_nothing_back(tmp_path, keys, roster):
    found = gathered(tmp_path / "r", with_revocation(keys, "eve"), roster)
    assert by_kind(found) == {"attestation": [], "revocation": ["unknown-signer"]}


def test_a_revocation_counts_from_its_date(tmp_path, keys, roster):
    files = with_revocation(keys, "ada", signed_at=datetime(2026, 11, 22, 13, tzinfo=UTC))
    found = gathered(tmp_path / "r", files, roster)
    assert by_kind(found) == {"attestation": []}
    assert [problem.status for problem in problems(found)] == ["after-as-of"]


def test_a_revocation_of_nothing_is_told(tmp_path, keys, roster):
    files = signed_files(revocation(b"something else"), keys["ada"])
    assert by_kind(gathered(tmp_path / "r", files, roster)) == {"revocation": ["subject-missing"]}


# --- whose keys count


def test_without_any_key_in_the_roster_nobody_signed(tmp_path, keys):
    found = gathered(tmp_path / "r", signed_files(of_risks(), keys["ada"]), (row("Ada Ferri", "governance"),))
    assert standing(only_item(found)) == ["unknown-signer"]
    assert "the roster holds no public keys" in problems(found)[0].reason


def roster_record(key: Path) -> str:
    entry = f"{{role: governance, person: Ada Ferri, public_keys: [{{ssh: {public_line(key)!r}}}]}}"
    return f"artefact: roster\nowner: Ada Ferri\npeople:\n  - {entry}\n"


def test_a_roster_record_gives_keys_only_where_the_configuration_gives_none(tmp_path, keys, roster):
    section = source("records", provides=("attestation", "roster"))
    files = {**signed_files(of_risks(), keys["eve"]), "sources/roster.yaml": roster_record(keys["eve"]), PATH: RISKS}
    for people, expected in (((), []), (roster, ["unknown-signer"])):
        repository = Repository(tmp_path / f"r{len(people)}")
        repository.commit("all", files, **at_day("2026-11-20"))
        with git_request(repository, section, prefix="sources", people=people) as request:
            found = checked(collect(request))
        (item,) = [item for item in found.result.items if item.type == "attestation"]
        assert standing(item) == expected


def test_a_key_in_a_roster_record_that_is_none_is_told_with_its_line(tmp_path):
    (tmp_path / "x.pub").write_text("-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNzaC1r")
    text = roster_record(tmp_path / "x")
    section = source("records", provides=("roster",))
    found = in_folder(collect, write(tmp_path / "f", {"sources/roster.yaml": text}), section)
    (problem,) = problems(found)
    assert problem.place.line == 4
    assert "is a private key" in problem.reason
    assert "b3Bl" not in problem.reason
