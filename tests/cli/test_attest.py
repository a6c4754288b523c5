"""`tieout attest` as a person uses it: what is signed, what is refused, and that ssh-keygen alone can check it."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from support.git_repositories import Repository
from support.program import Answer, fails, tieout
from support.signing import new_key, public_line
from support.systems import assessed, configuration, source, system
from tieout import api
from tieout.domain.statements import NAMESPACE
from tieout.kernel.digests import sha256_hex

RISKS = b"artefact: risk_register\nrisks: []\n"
EXPIRES = ("--expires", "2027-06-30")
AT = ("--as-of", "2026-11-20T09:30:00Z")


@dataclass(frozen=True, slots=True)
class Signing:
    """A system with a register, and keys."""

    repository: Repository
    key: Path
    other: Path

    def attest(
        self,
        *arguments: str | Path,
        key: Path | None = None,
        person: str = "Ada Ferri",
        role: str = "governance lead",
        text: str = "I have read it.",
        **more: Any,
    ) -> Answer:
        """Sign as Ada Ferri, or as asked."""
        who = ("--person", person, "--role", role, "--key", key or self.key, "--text", text)
        return tieout("attest", *arguments, *who, cwd=self.repository.folder, **more)

    def collected(self) -> list[dict[str, Any]]:
        """Facts of the attestations that are collected after a commit of all that lies there."""
        when = "2026-11-21T00:00:00Z"
        self.repository.commit("signed", GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
        found = tieout("collect", "--format", "json", "--as-of", "2026-11-22", cwd=self.repository.folder).json()
        items = [item for one in found["sources"] for item in one["items"] if item["type"] == "attestation"]
        return [dict(item["facts"]) for item in items]


@pytest.fixture
def signing(tmp_path: Path) -> Signing:
    """Ada Ferri's key stands in tieout.yaml, the other one nowhere."""
    key, other = new_key(tmp_path, "ada"), new_key(tmp_path, "eve")
    role = {"role": "governance lead", "person": "Ada Ferri", "public_keys": [{"ssh": public_line(key)}]}
    records = source("records", "records", "records", "risk_register", "attestation", inside="application")
    config = configuration(records, roles=[role])
    return Signing(system(tmp_path / "r", config, {"records/risks.yaml": RISKS}), key, other)


def statement(signing: Signing) -> Path:
    """The only statement that was written."""
    (path,) = signing.repository.folder.glob("records/*.attestation.json")
    return path


def verified(folder: Path, key: Path, name: str) -> bool:
    """Whether ssh-keygen alone accepts a statement by this key."""
    allowed = folder / "allowed_signers"
    allowed.write_text(f"someone {public_line(key)}\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", "someone", "-n", NAMESPACE, "-s", f"{name}.sig"]
    data = (folder / name).read_bytes()
    return subprocess.run(command, input=data, cwd=folder, capture_output=True, check=False).returncode == 0


def test_it_signs_a_statement_that_ssh_keygen_alone_verifies(signing: Signing) -> None:
    answer = signing.attest("records/risks.yaml", "--control", "map1.5", *EXPIRES, *AT)
    assert (answer.code, answer.err) == (0, "")
    path = statement(signing)
    assert path.name == "map-1.5-ada-ferri-2026-11-20.attestation.json"
    data = path.read_bytes()
    blob = signing.repository.git("rev-parse", "HEAD:records/risks.yaml")
    assert json.loads(data) == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "records/risks.yaml", "digest": {"gitBlob": blob, "sha256": sha256_hex(RISKS)}}],
        "predicateType": "https://tieout.dev/attestation/v1",
        "predicate": {
            "system": "small-system",
            "control": "MAP 1.5",
            "text": "I have read it.",
            "person": "Ada Ferri",
            "role": "governance lead",
            "signed_at": "2026-11-20T09:30:00Z",
            "expires": "2027-06-30",
        },
    }
    assert data == json.dumps(json.loads(data), sort_keys=True, separators=(",", ":")).encode()  # RFC 8785 of such data
    schema = tieout("schema", "attestation", cwd=path.parent).json()
    jsonschema_rs.Draft202012Validator(schema).validate(json.loads(data))
    assert verified(path.parent, signing.key, path.name)
    assert not verified(path.parent, signing.other, path.name)
    path.write_bytes(data.replace(b"read", b"seen"))
    assert not verified(path.parent, signing.key, path.name)


def test_the_lines_that_it_prints_work_as_they_stand(signing: Signing) -> None:
    answer = signing.attest("records/risks.yaml", *EXPIRES, *AT)
    lines = [line.strip() for line in answer.out.splitlines()]
    (signer,) = [line for line in lines if "namespaces=" in line]
    (command,) = [line for line in lines if line.startswith("ssh-keygen -Y verify")]
    folder = statement(signing).parent
    (folder / "allowed_signers").write_text(signer + "\n")
    ended = subprocess.run(["/bin/sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0
    assert ended.stdout.startswith(f'Good "{NAMESPACE}" signature for ada-ferri')


def test_what_was_signed_is_collected_as_valid_and_makes_nothing_greener(signing: Signing) -> None:
    as_of = datetime(2026, 11, 22, tzinfo=UTC)
    before = assessed(signing.repository.folder, as_of=as_of).assessment
    assert signing.attest("records/risks.yaml", *EXPIRES, *AT).code == 0
    (facts,) = signing.collected()
    assert (facts["standing"], facts["faults"]) == ("valid", [])
    after = assessed(signing.repository.folder, as_of=as_of).assessment
    verdicts = [{one.control: one.verdict for one in told.controls} for told in (before, after)]
    assert verdicts[0] == verdicts[1]


def test_a_key_that_the_roster_does_not_have_signs_and_is_told(signing: Signing) -> None:
    answer = signing.attest("records/risks.yaml", *EXPIRES, *AT, key=signing.other)
    assert answer.code == 0
    assert "note: it is signed with a key that the roster does not have (SHA256:" in answer.err
    assert "add this key to `public_keys` of Ada Ferri" in answer.err
    assert "namespaces=" not in answer.out  # her own key is known, and this is another
    (facts,) = signing.collected()
    assert facts["standing"] == "unknown-signer"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"role": "auditor"}, "names a role that the roster does not have (auditor)"),
        ({"role": "operations"}, "is signed in a role that the roster gives to somebody else"),
        ({"person": "Ben Okoro"}, "names Ben Okoro and is signed with the key of Ada Ferri"),
    ],
)
def test_another_role_or_another_key_is_refused(said: dict[str, str], told: str, signing: Signing) -> None:
    fails(signing.attest("records/risks.yaml", *EXPIRES, *AT, **said), 2, "nothing was signed: it ", told)
    assert not list(signing.repository.folder.glob("records/*.json"))


@pytest.mark.parametrize("text", [" ", "TBD", "I have not looked at this and do not attest it."])
def test_a_text_that_attests_nothing_is_refused(text: str, signing: Signing) -> None:
    fails(signing.attest("records/risks.yaml", *EXPIRES, *AT, text=text), 2, "the text says")
    assert not list(signing.repository.folder.glob("records/*.json"))


def test_the_same_call_gives_the_same_bytes(signing: Signing) -> None:
    for name in ("a", "b"):
        assert signing.attest("records", *EXPIRES, *AT, "--name", name).code == 0
    one, other = sorted(signing.repository.folder.glob("records/*.json"))
    assert one.read_bytes() == other.read_bytes()
    epoch = {"SOURCE_DATE_EPOCH": "1795167000"}
    assert signing.attest("records", *EXPIRES, "--name", "c", variables=epoch).code == 0
    stated = json.loads((signing.repository.folder / "records/c.attestation.json").read_bytes())
    assert stated["predicate"]["signed_at"] == "2026-11-20T09:30:00Z"


def test_a_key_in_an_agent_signs_by_its_public_half(signing: Signing, tmp_path: Path) -> None:
    started = subprocess.run(
        ["ssh-agent", "-s", "-a", str(tmp_path / "agent")], capture_output=True, text=True, check=True
    ).stdout
    process = int(started.split("SSH_AGENT_PID=")[1].split(";")[0])
    try:
        variables = {"SSH_AUTH_SOCK": str(tmp_path / "agent")}
        subprocess.run(
            ["ssh-add", "-q", str(signing.key)], env={**os.environ, **variables}, check=True, capture_output=True
        )
        signing.key.unlink()
        public = signing.key.with_name(f"{signing.key.name}.pub")
        answer = signing.attest("records/risks.yaml", *EXPIRES, *AT, key=public, variables=variables)
        assert answer.code == 0, answer.err
    finally:
        os.kill(process, 15)
    path = statement(signing)
    assert verified(path.parent, signing.key, path.name)


def test_a_key_in_pem_form_signs_once_its_public_half_lies_beside_it(signing: Signing, tmp_path: Path) -> None:
    """Keys of OpenSSL, such as an evidence store's P-256 key, are told apart from OpenSSH's own by nothing else."""
    key = tmp_path / "store.pem"
    generate = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(key)]
    subprocess.run(generate, check=True, capture_output=True, timeout=60)
    key.chmod(0o600)
    refused = signing.attest("records/risks.yaml", *EXPIRES, *AT, key=key)
    assert refused.code == 2
    assert "ssh-keygen -y -f store.pem > store.pem.pub" in refused.err
    public = subprocess.run(["ssh-keygen", "-y", "-f", str(key)], check=True, capture_output=True, timeout=60).stdout
    key.with_name("store.pem.pub").write_bytes(public)
    assert signing.attest("records/risks.yaml", *EXPIRES, *AT, key=key).code == 0
    assert verified(statement(signing).parent, key, statement(signing).name)


def test_the_evidence_of_a_control_is_signed_where_no_file_is_named(signing: Signing) -> None:
    folder = signing.repository.folder
    fails(signing.attest("--control", "MANAGE 1.2", *EXPIRES, *AT), 2, "nothing was collected here yet")
    assessed(folder, as_of=datetime(2026, 1, 2, tzinfo=UTC))
    assert signing.attest("--control", "MANAGE 1.2", *EXPIRES, *AT).code == 0
    names = [subject["name"] for subject in json.loads(statement(signing).read_bytes())["subject"]]
    assert "records/risks.yaml" in names
    assert set(names) <= {"records/risks.yaml", "tieout.yaml"}
    signing.repository.commit("another")
    fails(signing.attest("--control", "MANAGE 1.2", *EXPIRES, *AT, "--name", "b"), 2, "is of another commit")


def test_one_is_taken_back_by_another_signature(signing: Signing) -> None:
    assert signing.attest("records/risks.yaml", *EXPIRES, *AT).code == 0
    path = statement(signing)
    later = ("--as-of", "2026-11-20T12:00:00Z")
    answer = signing.attest("--revoke", path, *later)
    assert answer.code == 0, answer.err
    assert path.with_name(path.name.replace("attestation", "revocation")).is_file()
    facts = {one["kind"]: one["standing"] for one in signing.collected()}
    assert facts == {"attestation": "revoked", "revocation": "valid"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("records/risks.yaml",), "needs its last day"),
        (("records/risks.yaml", "--expires", "soon"), "'soon' is no day"),
        (("records/risks.yaml", "--expires", "2027-01-01/2027-02-01"), "is not a day"),
        (("--revoke", "a.attestation.json", *EXPIRES), "--revoke takes nothing but"),
        (("/etc/passwd", *EXPIRES), "/etc/passwd: is not in the assessed commit"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(arguments: tuple[str, ...], words: str, signing: Signing) -> None:
    fails(signing.attest(*arguments, *AT), 2, words)
    assert not list(signing.repository.folder.rglob("*.sig"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"expires": date(2020, 1, 1)}, "expires on 2020-01-01, before it is signed"),
        ({"files": (Path("records/none.yaml"),)}, "is not in the assessed commit"),
        ({"files": (Path("../ada"),)}, "is not in the assessed commit"),
        ({"files": ()}, "nothing to sign is named"),
        ({"control": "MAP 9.9"}, "is not a control"),
        ({"release": "v1", "period": (date(2026, 1, 1), date(2026, 2, 1))}, "not for both"),
        ({"name": "../x"}, "is not a name for a file"),
        ({"name": ".hidden"}, "is not a name for a file"),
        ({"text": ""}, "the text says nothing"),
        ({"person": "x" * 201}, "person: "),
        ({"revokes": Path("tieout.yaml")}, "is no attestation"),
        ({"revokes": Path("a.attestation.json")}, "does not exist"),
    ],
)
def test_what_cannot_be_signed_is_refused(
    changes: dict[str, Any], words: str, signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(signing.repository.folder)
    wanted = api.Attesting("I have read it.", "Ada Ferri", "governance lead", signing.key)
    wanted = replace(wanted, **{"files": (Path("records/risks.yaml"),), "expires": date(2027, 6, 30), **changes})
    options = api.RunOptions(config=Path("tieout.yaml"), now=datetime(2026, 11, 20, tzinfo=UTC))
    with pytest.raises(api.UsageError) as error:
        api.attest(options, wanted)
    assert words in str(error.value)
    assert not list(signing.repository.folder.rglob("*.sig"))


def test_what_is_not_committed_is_not_signed(signing: Signing) -> None:
    signing.repository.write({"records/risks.yaml": RISKS + b"tolerance: 99\n", "records/new.yaml": RISKS})
    fails(signing.attest("records/risks.yaml", *EXPIRES), 2, "reads otherwise here than in the assessed commit")
    fails(signing.attest("records/new.yaml", *EXPIRES), 2, "is not in the assessed commit")
    link = signing.repository.folder / "records/link.yaml"
    link.symlink_to("risks.yaml")
    fails(signing.attest("records/link.yaml", *EXPIRES), 2, "is not in the assessed commit")


def test_nothing_is_written_over(signing: Signing) -> None:
    assert signing.attest("records/risks.yaml", *EXPIRES, *AT).code == 0
    data = statement(signing).read_bytes()
    fails(signing.attest("records/risks.yaml", *EXPIRES, *AT), 2, "is there already")
    assert statement(signing).read_bytes() == data


def test_a_key_that_may_not_sign_is_refused(signing: Signing, tmp_path: Path) -> None:
    weak = new_key(tmp_path, "weak", "-t", "rsa", "-b", "1024")
    fails(signing.attest("records/risks.yaml", *EXPIRES, key=weak), 2, "(weak-key)", "1,024 bits")
    assert not list(signing.repository.folder.rglob("*.sig"))


def test_no_key_is_told(signing: Signing, tmp_path: Path) -> None:
    answer = signing.attest("records/risks.yaml", *EXPIRES, key=tmp_path / "none")
    assert answer.code == 2
    assert "ssh-keygen did not sign with this key" in answer.err.splitlines()[-1]
    locked = tmp_path / "locked"
    subprocess.run(["ssh-keygen", "-q", "-N", "secret words", "-t", "ed25519", "-f", str(locked)], check=True)
    refused = signing.attest("records/risks.yaml", *EXPIRES, key=locked, start_new_session=True)
    assert refused.code == 2
    assert "ssh-keygen did not sign with this key" in refused.err.splitlines()[-1]


def test_without_ssh_keygen_it_says_so(signing: Signing, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(str(shutil.which("git")))
    told = signing.attest("records/risks.yaml", *EXPIRES, variables={"PATH": str(tmp_path / "bin")})
    fails(told, 2, "the ssh-keygen program was not found")


def test_json_says_the_same(signing: Signing) -> None:
    told = signing.attest("records/risks.yaml", *EXPIRES, *AT, "--format", "json").json()
    assert told["schema"].endswith("/attested-1.json")
    assert told["statement"] == json.loads(statement(signing).read_bytes())
    assert told["allowed_signer"].startswith('ada-ferri namespaces="attestation@tieout.dev" ssh-ed25519 ')


@pytest.mark.parametrize(
    ("ssh", "words"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNzaC1rZXk", "is a private key"),
        ("ssh-ed25519 AAAA", "is not a public SSH key"),
        ("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIMLMgEnMf9NctAqMhlQ7Wja9zIbm/pYQJXU7o1Ylwwth", "names another type"),
    ],
)
def test_a_key_in_the_configuration_that_is_none_is_told_and_not_quoted(ssh: str, words: str, signing: Signing) -> None:
    file = signing.repository.folder / "tieout.yaml"
    config = yaml.safe_load(file.read_text())
    config["roles"][0]["public_keys"][0]["ssh"] = ssh
    signing.repository.commit("keys", {"tieout.yaml": yaml.safe_dump(config)})
    line = fails(signing.attest("records/risks.yaml", *EXPIRES), 2, "roles.0.public_keys.0.ssh", words)
    assert "b3Bl" not in line
