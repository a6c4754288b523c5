"""`tieout evidence add` as an officer uses it: what is taken in, what is refused, and that it comes out again."""

import hashlib
import os
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from support.git_repositories import Repository
from support.program import Answer, fails, tieout
from support.signing import attestation, new_key, signed_files, subject
from support.systems import configuration, source, system
from tieout import api

PDF = b"%PDF-1.7\n\x00\xff minutes\n"
AS_OF = ("--as-of", "2026-11-20")


@pytest.fixture
def made(tmp_path: Path) -> Repository:
    """A system whose records may hold documents, and a document outside of it."""
    (tmp_path / "minutes.pdf").write_bytes(PDF)
    provides = ("attestation", "document", "approved_record/business_case")
    records = source("records", "records", "records", *provides, inside="application")
    role = {"role": "risk officer", "person": "Ada Ferri"}
    return system(tmp_path / "r", configuration(records, roles=[role]), {"records/x.md": "text\n"})


def add(made: Repository, *arguments: str, owner: str = "Ada Ferri", as_: str = "business_case") -> Answer:
    """Add a document of November."""
    said = ("--as", as_, "--effective", "2026-11-01/2026-11-03", "--owner", owner)
    return tieout("evidence", "add", *arguments, *said, *AS_OF, cwd=made.folder)


def test_a_document_is_copied_where_asked_and_collected(made: Repository) -> None:
    answer = add(made, "../minutes.pdf", "--into", "records", "--title", "Minutes of the board")
    assert (answer.code, answer.err) == (0, "")
    folder = made.folder / "records"
    assert (folder / "minutes.pdf").read_bytes() == PDF
    assert (made.folder.parent / "minutes.pdf").read_bytes() == PDF
    written = yaml.safe_load((folder / "minutes.pdf.evidence.yaml").read_text())
    said = {key: str(value) if key == "added_on" else value for key, value in written.items()}
    said["effective"] = {key: str(day) for key, day in said["effective"].items()}
    assert said == {
        "artefact": "document",
        "type": "approved_record/business_case",
        "title": "Minutes of the board",
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "size": len(PDF),
        "media_type": "application/pdf",
        "effective": {"start": "2026-11-01", "end": "2026-11-03"},
        "owner": "Ada Ferri",
        "added_on": "2026-11-20",
    }
    schema = tieout("schema", "document", cwd=made.folder).json()
    jsonschema_rs.Draft202012Validator(schema).validate(said)
    made.commit("document")
    found = tieout("collect", "--format", "json", *AS_OF, cwd=made.folder).json()
    (item,) = [item for one in found["sources"] for item in one["items"] if item["type"] == "document"]
    assert item["provenance"]["path"] == "records/minutes.pdf"
    assert item["facts"]["title"] == "Minutes of the board"
    absent = [problem for one in found["sources"] for problem in one["problems"] if problem["status"] == "absent"]
    assert "approved_record/business_case" in {name for problem in absent for name in problem["types"]}


def test_a_packet_of_it_is_done_again_without_a_difference(made: Repository, tmp_path: Path) -> None:
    assert add(made, "../minutes.pdf", "--into", "records").code == 0
    statement = attestation(subject("records/x.md", b"text\n"), system="small-system")
    made.commit("document", signed_files(statement, new_key(tmp_path, "key"), folder="records"))
    assert tieout("run", "--no-exit-codes", *AS_OF, "-o", "../p", cwd=made.folder).code == 0
    again = tieout("verify", "../p", "--reperform", cwd=made.folder)
    assert again.code == 0, again.err


def test_a_page_that_may_run_is_told_and_never_in_a_packet(made: Repository) -> None:
    pages = {"t.html": b"<html><script>alert(1)</script>", "s.svg": b'<svg onload="alert(1)"/>', "x.pdf": b"MZ\x90\x00"}
    for name, content in pages.items():
        (made.folder.parent / name).write_bytes(content)
        answer = add(made, f"../{name}", "--into", "records")
        assert answer.code == 0
        assert "note: the packet will hold its digest only, and not the document: it is " in answer.err
    assert add(made, "../minutes.pdf", "--into", "records").err == ""
    made.commit("pages")
    assert tieout("run", "--no-exit-codes", *AS_OF, "-o", "../p", cwd=made.folder).code == 0
    copies = {file.read_bytes() for file in (made.folder.parent / "p").rglob("source*")}
    assert PDF in copies
    assert not copies & set(pages.values())
    again = tieout("verify", "../p", "--reperform", cwd=made.folder)
    assert again.code == 0, again.err


def test_a_document_with_a_credential_is_told_and_never_in_a_packet(made: Repository) -> None:
    token = "ghp_" + "R8sKq2LmX0vB7tYpN4wZc6HdJ3fGa1eUiO5k"
    for name, content in {"m.txt": f"Minutes\nUse {token}\n", "clean.txt": "Minutes\nUse the vault\n"}.items():
        (made.folder.parent / name).write_text(content)
    answer = add(made, "../m.txt", "--into", "records")
    assert answer.code == 0
    assert "the packet will hold its digest only, and not the document: it holds what looks like a" in answer.err
    assert "its digest only" in answer.out
    assert token not in answer.out + answer.err
    clean = add(made, "../clean.txt", "--into", "records")
    assert clean.err == ""
    assert "as it is; nothing in it is masked" in clean.out
    made.commit("minutes")
    assert tieout("run", "--no-exit-codes", *AS_OF, "-o", "../p", cwd=made.folder).code == 0
    packet = made.folder.parent / "p"
    assert b"Minutes\nUse the vault\n" in {file.read_bytes() for file in packet.rglob("source*")}
    for folder in (packet, made.folder / ".tieout"):
        assert not [file for file in folder.rglob("*") if file.is_file() and token.encode() in file.read_bytes()]
    again = tieout("verify", "../p", "--reperform", cwd=made.folder)
    assert again.code == 0, again.err


def test_without_a_folder_it_stays_where_it_is(made: Repository) -> None:
    answer = add(made, "../minutes.pdf")
    assert answer.code == 0
    assert (made.folder.parent / "minutes.pdf.evidence.yaml").is_file()
    assert "note: no records source of tieout.yaml that provides 'document' has this folder" in answer.err


def test_an_owner_who_is_not_in_the_roster_is_a_note(made: Repository) -> None:
    answer = add(made, "../minutes.pdf", "--into", "records", owner="Eve Moran")
    assert answer.code == 0
    assert answer.err == "note: Eve Moran is not in the roster; add them to owners or roles in tieout.yaml\n"


def adding(folder: Path, file: str, type_: str) -> api.Added:
    """The same without a process around it."""
    days = (date(2026, 11, 1), date(2026, 11, 3))
    options = api.RunOptions(config=folder / "tieout.yaml", now=datetime(2026, 11, 20, tzinfo=UTC))
    return api.add_evidence(options, api.Adding(folder / file, type_, days, "Ada Ferri"))


def test_a_type_is_known_by_rules_by_sources_or_as_an_artefact(made: Repository) -> None:
    for name in ("business_case", "approved_record/business_case", "ai_policy", "inventory"):
        (made.folder / f"{name.replace('/', '-')}.pdf").write_bytes(PDF)
        added = adding(made.folder, f"{name.replace('/', '-')}.pdf", name)
        assert added.sidecar.type.removeprefix("approved_record/") == name.removeprefix("approved_record/")


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("buisness_case", "is 'approved_record/business_case' meant?"),
        ("approved_record/secret_plan", "once a source in tieout.yaml declares it"),
        ("document", "is no type of evidence"),
        ("attestation", "is no type of evidence"),
        ("approved_record", "is no type of evidence"),
    ],
)
def test_an_unknown_type_is_refused(type_: str, words: str, made: Repository) -> None:
    with pytest.raises(api.UsageError) as error:
        adding(made.folder, "../minutes.pdf", type_)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdf", b"", "empty.pdf: is empty"),
        ("policy.md", b"# x\n", "is read as a record, so that it needs no sidecar"),
        ("risks.yaml", b"a: b\n", "is read as a record"),
        ("m.pdf.evidence.yaml", b"a: b\n", "is written by tieout"),
    ],
)
def test_what_is_no_document_is_refused(name: str, content: bytes, words: str, made: Repository) -> None:
    (made.folder / name).write_bytes(content)
    with pytest.raises(api.UsageError) as error:
        adding(made.folder, name, "inventory")
    assert words in str(error.value)


def test_links_pipes_folders_and_nothing_are_refused(made: Repository) -> None:
    (made.folder / "link.pdf").symlink_to("../minutes.pdf")
    os.mkfifo(made.folder / "pipe.pdf")
    fails(add(made, "link.pdf"), 2, "link.pdf: is a symbolic link, which is never followed")
    for name, words in (("pipe.pdf", "not a file"), ("records", "is a folder"), ("none.pdf", "does not exist")):
        with pytest.raises(api.UsageError) as error:
            adding(made.folder, name, "inventory")
        assert words in error.value.message
        assert error.value.where.endswith(name)
    assert not list(made.folder.rglob("*.evidence.yaml"))


def test_a_document_that_changed_since_is_refused(made: Repository) -> None:
    assert add(made, "../minutes.pdf").code == 0
    sidecar = made.folder.parent / "minutes.pdf.evidence.yaml"
    before = sidecar.read_bytes()
    fails(add(made, "../minutes.pdf"), 2, "is added already")
    (made.folder.parent / "minutes.pdf").write_bytes(PDF + b"more")
    fails(add(made, "../minutes.pdf"), 2, "was added with another content, and the document changed since")
    assert sidecar.read_bytes() == before


def test_a_file_of_the_same_name_is_never_replaced(made: Repository) -> None:
    (made.folder / "records/minutes.pdf").write_bytes(b"another")
    fails(add(made, "../minutes.pdf", "--into", "records"), 2, "is there already")
    assert (made.folder / "records/minutes.pdf").read_bytes() == b"another"


@pytest.mark.parametrize("effective", ["yesterday", "2026-13-01", "2026-11-03/2026-11-01", "2026-11-01T10:00Z", ""])
def test_a_time_that_is_none_is_refused(effective: str) -> None:
    with pytest.raises(api.UsageError) as error:
        api.parse_days(effective)
    assert "2026-" in error.value.hint


def test_without_a_configuration_it_says_what_was_not_looked_up(tmp_path: Path) -> None:
    (tmp_path / "minutes.pdf").write_bytes(PDF)
    said = ("--as", "inventory", "--effective", "2026-11-01", "--owner", "Ada Ferri")
    answer = tieout("evidence", "add", "minutes.pdf", *said, *AS_OF, cwd=tmp_path)
    assert answer.code == 0
    assert answer.err == "note: there is no tieout.yaml that can be read here, so the owner was not looked up\n"


def test_a_time_of_the_environment_that_no_calendar_has_is_told(made: Repository) -> None:
    options = api.RunOptions(
        config=made.folder / "tieout.yaml", now=datetime(2026, 11, 20, tzinfo=UTC), source_date_epoch=10**18
    )
    days = (date(2026, 11, 1), date(2026, 11, 3))
    with pytest.raises(api.UsageError, match="SOURCE_DATE_EPOCH"):
        api.add_evidence(options, api.Adding(made.folder / "../minutes.pdf", "inventory", days, "Ada Ferri"))
