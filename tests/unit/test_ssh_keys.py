"""Public SSH keys: read as ssh-keygen reads them, and refused by one named rule where they are too weak."""

import base64
import struct
import subprocess
from pathlib import Path

import pytest

from support.signing import new_key, public_line
from tieout.config.model import OwnerSection, ProjectConfig
from tieout.domain.artefacts.records import Roster
from tieout.kernel.errors import UnreadableError
from tieout.kernel.ssh.keys import ACCEPTED, PublicKey, key_of_blob, public_key, weakness
from tieout.kernel.ssh.signature import signature_of


def blob(*fields: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(field)) + field for field in fields)


@pytest.mark.parametrize("kind", [("-t", "ed25519"), ("-t", "ecdsa", "-b", "521"), ("-t", "rsa", "-b", "2048")])
def test_a_key_is_read_as_ssh_keygen_reads_it(kind: tuple[str, ...], tmp_path: Path) -> None:
    line = public_line(new_key(tmp_path, "key", *kind))
    key = public_key(line)
    told = subprocess.run(["ssh-keygen", "-l", "-f", str(tmp_path / "key")], capture_output=True, text=True, check=True)
    assert key.fingerprint == told.stdout.split()[1]
    assert line == f"{key.line} key@example.org"
    assert weakness(key) is None


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (
            PublicKey("ssh-dss", blob(b"ssh-dss", b"\x01", b"\x01", b"\x01", b"\x01")),
            "of type ssh-dss may not sign",
        ),
        (
            PublicKey("ssh-ed25519-cert-v01@openssh.com", blob(b"ssh-ed25519-cert-v01@openssh.com", b"x")),
            "may not sign",
        ),
        (PublicKey("ssh-rsa", blob(b"ssh-rsa", b"\x03", b"\x7f" + b"\xff" * 255)), "has 2,047 bits; at least 2,048"),
        (PublicKey("ssh-rsa", blob(b"ssh-rsa", b"\x03")), "is damaged"),
    ],
)
def test_weak_keys_are_refused_by_type_and_by_length(key: PublicKey, why: str) -> None:
    assert why in (weakness(key) or "")
    assert public_key(key.line) == key  # a roster may name it, so that what it signed is told by its reason


def test_a_long_rsa_key_is_not_refused() -> None:
    assert weakness(PublicKey("ssh-rsa", blob(b"ssh-rsa", b"\x03", b"\x00\x80" + b"\xff" * 255))) is None
    assert "ssh-dss" not in ACCEPTED


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 not base64",
        f"ssh-ed25519 {base64.b64encode(b'short').decode()}",
        f"ssh-ed25519 {base64.b64encode(struct.pack('>I', 4_000_000_000)).decode()}",
        f"ssh-ed25519 {base64.b64encode(blob(b'ssh-rsa', b'x')).decode()}",
        f"a\x1bb {base64.b64encode(blob(bytes([97, 27, 98]), b'x')).decode()}",
        "ssh-ed25519 " + "A" * 100_000,
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_is_no_key_is_refused_without_a_quote(line: str) -> None:
    with pytest.raises(ValueError, match=r"^(?:is|names)") as error:
        public_key(line)
    assert len(line) < 30 or line not in str(error.value)


def test_a_blob_that_ends_early_is_no_key() -> None:
    with pytest.raises(ValueError, match="ends too early"):
        key_of_blob(b"\x00\x00\x00\xffssh")


def test_a_signature_with_more_behind_it_is_damaged() -> None:
    whole = b"SSHSIG" + struct.pack(">I", 1) + blob(blob(b"ssh-ed25519", b"k"), b"file", b"", b"sha512", b"s")
    for data, good in ((whole, True), (whole + b"x", False), (whole.replace(b"sha512", b"sha111"), False)):
        armoured = b"-----BEGIN SSH SIGNATURE-----\n%b\n-----END SSH SIGNATURE-----\n" % base64.b64encode(data)
        if good:
            assert signature_of(armoured, where="x").namespace == "file"
        else:
            with pytest.raises(UnreadableError, match="is a damaged SSH signature"):
                signature_of(armoured, where="x")


def test_keys_of_the_configuration_stand_without_their_comment_and_in_no_facts(tmp_path: Path) -> None:
    line = public_line(new_key(tmp_path, "key"))
    owner = OwnerSection.model_validate({"person": "Ada Ferri", "public_keys": [{"ssh": line}]})
    assert "example.org" not in owner.public_keys[0].ssh
    areas = ("operations", "model_changes", "data_quality", "governance", "budget")
    system = {"id": "ab", "name": "x", "purpose": "x", "owner": "x", "phase": "pilot", "risk_tier": "low"}
    config = ProjectConfig.model_validate(
        {
            "version": 1,
            "system": {**system, "generative": True, "third_party": False},
            "owners": {area: owner if area == "governance" else {"person": None} for area in areas},
            "sources": [{"name": "records", "kind": "records", "path": "records", "provides": ["attestation"]}],
        }
    )
    assert [row.role for row in config.people if row.public_keys] == ["governance"]
    assert "ssh-ed25519" not in str(Roster(people=config.people).as_json())
