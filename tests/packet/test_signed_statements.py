"""Signed statements in a packet: a stranger checks them with ssh-keygen alone, and what was changed is found."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.packets import Evidence, forge, rewrite, seal, sha256
from support.program import tieout
from support.signing import attestation, new_key, public_line, revocation, sign, signed_files, subject
from support.systems import configuration, source, system
from tieout import api
from tieout.domain.statements import NAMESPACE

RISKS = b"artefact: risk_register\nrisks: []\n"
DATES = {"GIT_AUTHOR_DATE": "2026-11-20T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-20T12:00:00Z"}
LATER = {"GIT_AUTHOR_DATE": "2026-11-21T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-21T12:00:00Z"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where keys, the system and its packet are."""
    return tmp_path_factory.mktemp("signed")


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, Path]:
    """Ada and a namesake of hers have keys in the roster, Eve has one nowhere."""
    return {name: new_key(folder, name) for name in ("ada", "namesake", "eve")}


@pytest.fixture(scope="module")
def made(folder: Path, keys: dict[str, Path]) -> Path:
    """A packet with three statements: by Ada, by Eve, and one in which an address has to be masked."""
    roles = [
        {"role": "governance lead", "person": "Ada Ferri", "public_keys": [{"ssh": public_line(keys["ada"])}]},
        {"role": "auditor", "person": "ada-ferri", "public_keys": [{"ssh": public_line(keys["namesake"])}]},
    ]
    records = source("records", "records", "records", "risk_register", "attestation", inside="application")
    repository = system(folder / "r", configuration(records, roles=roles), {"records/risks.yaml": RISKS})
    repository.git("commit", "--amend", "--no-edit", "--date=2026-11-19T12:00:00Z", **DATES)
    common = {"system": "small-system", "role": "governance lead"}
    of_risks = subject("records/risks.yaml", RISKS)
    other = attestation(of_risks, **{**common, "person": "ada-ferri", "role": "auditor"})
    files = {
        **signed_files(attestation(of_risks, **common), keys["ada"], name="ada", folder="records"),
        **signed_files(attestation(of_risks, **common, text="By Eve."), keys["eve"], name="eve", folder="records"),
        **signed_files(other, keys["namesake"], name="namesake", folder="records"),
        **signed_files(
            attestation(of_risks, **common, text="Ask nobody.known@mail.example.com about it."),
            keys["ada"],
            name="masked",
            folder="records",
        ),
    }
    taken_back = revocation(files["records/ada.attestation.json"], **common)
    files |= signed_files(taken_back, keys["ada"], name="ada", folder="records")
    repository.commit("signed", files, **LATER)
    answer = tieout("run", "--as-of", "2026-11-22", "--out", folder / "p", "--no-exit-codes", cwd=repository.folder)
    assert answer.code == 0, answer.err
    return folder / "p"


@pytest.fixture
def packet(made: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    return Path(shutil.copytree(made, tmp_path / "p"))


def signed(packet: Path) -> Path:
    return packet / "packet" / "data" / "inputs" / "attestations"


def items(packet: Path) -> dict[str, dict[str, Any]]:
    """Index entries of the statements by the name of their file."""
    index = json.loads((packet / "packet" / "data" / "evidence" / "index.json").read_bytes())
    found = [item for item in index["items"] if item["type"] == "attestation"]
    return {item["provenance"]["path"].removeprefix("records/"): item for item in found}


def of_stranger(folder: Path, statement: str, principal: str) -> bool:
    """Whether ssh-keygen alone, with what the packet holds, says that a principal signed a statement."""
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", principal, "-n", NAMESPACE, "-s"]
    data = (folder / statement).read_bytes()
    answer = subprocess.run(
        [*command, f"{statement}.sig"], input=data, cwd=folder, capture_output=True, timeout=60, check=False
    )
    return answer.returncode == 0


def test_a_stranger_verifies_with_ssh_keygen_alone(packet: Path) -> None:
    entries = items(packet)
    ada = Path(entries["ada.attestation.json"]["statement"]).name
    assert entries["ada.attestation.json"]["signature"] == f"inputs/attestations/{ada}.sig"
    assert of_stranger(signed(packet), ada, "ada-ferri")
    assert of_stranger(signed(packet), Path(entries["ada.revocation.json"]["statement"]).name, "ada-ferri")
    # Who merely folds to the same letters is another principal: neither key passes for the other's.
    namesake = Path(entries["namesake.attestation.json"]["statement"]).name
    assert of_stranger(signed(packet), namesake, "ada-ferri-2")
    assert not of_stranger(signed(packet), namesake, "ada-ferri")
    assert not of_stranger(signed(packet), Path(entries["eve.attestation.json"]["statement"]).name, "ada-ferri")


def test_the_files_are_the_bytes_that_were_signed(packet: Path, folder: Path) -> None:
    held = signed(packet) / Path(items(packet)["ada.attestation.json"]["statement"]).name
    assert held.read_bytes() == (folder / "r" / "records" / "ada.attestation.json").read_bytes()


def test_one_in_which_something_is_masked_is_left_out_and_said(packet: Path) -> None:
    entry = items(packet)["masked.attestation.json"]
    assert "statement" not in entry
    assert not any(b"nobody.known" in path.read_bytes() for path in signed(packet).iterdir())
    assert not list(signed(packet).glob(f"{entry['id']}*"))


def test_verify_checks_them_and_says_how_many(packet: Path) -> None:
    found = api.verify_packet(packet, reperform=True)
    assert found.problems == ()
    assert [part.name for part in found.unmet] == []
    assert "signed statements that ssh-keygen checked with their signatures: 4 of 4" in found.notes
    assert any(note.endswith("since something is masked in them: 1") for note in found.notes)
    assert "signed statements, whose place" in " ".join(left.what for part in found.parts for left in part.left)


def test_the_commands_of_the_notice_are_those_that_work(packet: Path) -> None:
    text = (packet / "VERIFY.txt").read_text()
    loop = text[text.index("for one in *.json") : text.index("done\n", text.index("for one in *.json")) + 5]
    answer = subprocess.run(
        ["bash", "-c", loop], cwd=signed(packet), capture_output=True, text=True, timeout=60, check=False
    )
    good = [line for line in answer.stdout.splitlines() if line.startswith("Good")]
    assert len(good) == 3
    assert all(f'Good "{NAMESPACE}" signature for ada-ferri' in line for line in good)


def test_without_ssh_keygen_it_says_that_they_were_not_verified(
    packet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = api.verify_packet(packet, digests_only=True)
    assert found.problems == ()
    assert "signed statements were not verified: the ssh-keygen program was not found" in found.notes


def change_statement(data: Path, path: str) -> None:
    """A word of the statement, with every digest and fact made to follow; the signature is as it was."""
    held = data / path
    changed = held.read_bytes().replace(b"accept", b"reject")
    assert changed != held.read_bytes()
    held.write_bytes(changed)


def exchange_signature(data: Path, path: str) -> None:
    others = sorted(held for held in (data / path).parent.glob("*.sig") if held.name != f"{Path(path).name}.sig")
    (data / f"{path}.sig").write_bytes(others[0].read_bytes())


def remove_signature(data: Path, path: str) -> None:
    (data / f"{path}.sig").unlink()


def change_signers(data: Path, path: str) -> None:
    signers = (data / path).with_name("allowed_signers")
    signers.write_text(signers.read_text().replace("ada-ferri ", "eve "))


def add_signer(data: Path, path: str) -> None:
    signers = (data / path).with_name("allowed_signers")
    signers.write_text(signers.read_text() + 'eve namespaces="attestation@tieout.dev" ssh-ed25519 AAAA\n')


def remove_signers(data: Path, path: str) -> None:
    (data / path).with_name("allowed_signers").unlink()


def add_statement(data: Path, path: str) -> None:
    (data / path).with_name("EV-00000000.attestation.json").write_text("{}")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (change_statement, "is not the file that its facts name"),
        (exchange_signature, ".sig is not the file that its facts name"),
        (remove_signature, ".sig is missing"),
        (change_signers, "allowed_signers does not hold the keys"),
        (add_signer, "allowed_signers does not hold the keys"),
        (remove_signers, "allowed_signers does not hold the keys"),
        (add_statement, "EV-00000000.attestation.json is there and the evidence index does not name it"),
    ],
)
def test_what_was_changed_and_sealed_anew_is_found(
    change: Callable[[Path, str], None], told: str, packet: Path
) -> None:
    change(packet / "packet" / "data", items(packet)["ada.attestation.json"]["statement"])
    assert any(told in problem or "was changed" in problem for problem in api.verify_packet(packet).problems)
    seal(packet)
    for digests_only in (True, False):
        assert any(told in problem for problem in api.verify_packet(packet, digests_only=digests_only).problems)


def facts_of(evidence: Evidence, name: str) -> tuple[dict[str, Any], str]:
    item = next(one for one in evidence.items("attestation") if one["provenance"]["path"] == f"records/{name}")
    return item["facts"], f"inputs/attestations/{item['id']}.attestation.json"


def forged_text(evidence: Evidence, _keys: dict[str, Path]) -> None:
    facts, path = facts_of(evidence, "ada.attestation.json")
    data = evidence.statements[path].replace(b"accept", b"reject")
    evidence.statements[path] = data
    facts.update(statement_sha256=sha256(data), text=facts["text"].replace("accept", "reject"))


def forged_fact(evidence: Evidence, _keys: dict[str, Path]) -> None:
    facts_of(evidence, "ada.attestation.json")[0].update(text="I have read it, and all is well.")


def forged_standing(evidence: Evidence, _keys: dict[str, Path]) -> None:
    """Eve's statement made out to be by somebody of the roster."""
    facts, _ = facts_of(evidence, "eve.attestation.json")
    ada, _ = facts_of(evidence, "ada.attestation.json")
    facts.update({name: ada[name] for name in ("public_key", "key_holder")}, faults=[], standing="valid")


def forged_key(evidence: Evidence, keys: dict[str, Path]) -> None:
    """Signed anew with another key, which the facts give to Ada."""
    facts, path = facts_of(evidence, "ada.attestation.json")
    signature = sign(evidence.statements[path], keys["eve"])
    evidence.statements[f"{path}.sig"] = signature
    eve, _ = facts_of(evidence, "eve.attestation.json")
    line = " ".join(public_line(keys["eve"]).split()[:2])
    facts.update(signature_sha256=sha256(signature), fingerprint=eve["fingerprint"], public_key=line)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (forged_text, "its signature does not fit its statement, and its facts say otherwise"),
        (forged_fact, "its facts do not say what its statement says (text)"),
        (forged_standing, "its signature is of another key than its facts name"),
        (forged_key, "the roster in data/inputs/configuration.yaml does not give its holder this key"),
    ],
)
def test_a_packet_made_anew_around_a_forged_statement_is_found(
    change: Callable[[Evidence, dict[str, Path]], None], told: str, packet: Path, keys: dict[str, Path]
) -> None:
    forge(packet, lambda evidence: change(evidence, keys))
    assert any(told in problem for problem in api.verify_packet(packet).problems)


def test_digests_that_are_none_in_an_index_that_names_no_files_are_told(packet: Path) -> None:
    entry = items(packet)["ada.attestation.json"]
    data = packet / "packet" / "data"

    def unnamed(index: dict[str, Any]) -> None:
        one = next(item for item in index["items"] if item["id"] == entry["id"])
        del one["statement"], one["signature"]

    rewrite(data / "evidence" / "index.json", unnamed)
    rewrite(data / entry["artefact"], lambda facts: facts.update(statement_sha256="x"))
    seal(packet)
    told = f"evidence {entry['id']}: its facts are not those of a signed statement"
    assert told in api.verify_packet(packet, digests_only=True).problems


@pytest.mark.parametrize("odd", [None, 7, [], {}, "x", ["x" * 70], False, -1e300])
@pytest.mark.parametrize("name", ["statement_sha256", "signature_sha256", "public_key", "key_holder", "kept", "faults"])
def test_odd_facts_of_a_statement_are_told_and_never_a_traceback(name: str, odd: object, packet: Path) -> None:
    entry = items(packet)["ada.attestation.json"]
    data = packet / "packet" / "data"
    rewrite(data / entry["artefact"], lambda facts: facts.update({name: odd}))
    seal(packet)
    answer = tieout("verify", packet, "--digests-only", cwd=packet.parent)
    assert answer.code == 5
    assert "Traceback" not in answer.err
