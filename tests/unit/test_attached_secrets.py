"""A document that holds a credential is kept by its digest: nothing masks what stands in a packet as it is."""

import hashlib
import io
import time
import zipfile

import pytest

from tieout.kernel.reading import attached_secrets
from tieout.kernel.reading.attached_secrets import why_not_shown

TOKEN = "ghp_" + "R8sKq2LmX0vB7tYpN4wZc6HdJ3fGa1eUiO5k"
PROSE = (
    "Minutes of the board\nThe password policy was read out; every token is kept in the vault.\nTo ann@acme.example.\n"
)


def packed(**parts: str | bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("_", "/", 1), content)
    return data.getvalue()


def word(text: str) -> str:
    return f"<?xml version='1.0'?><w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (f"{PROSE}Use {TOKEN}\n".encode(), "line 4"),
        (f"{PROSE}Use {TOKEN}\n".encode("utf-16"), "line 4"),
        (f"{PROSE}Straße; use {TOKEN}\n".encode("cp1252"), "in plain characters"),
        (b"a\nb DB_PASSWORD=hunter2-Zq9!xR4 c\n", "line 2"),
        ((PROSE + "word " * 900 + "\nDB_PASSWORD=hunter2-Zq9!xR4\n").encode(), "line 5"),
        (b"%PDF-1.7\n\xff\xfe\x00 stream (" + TOKEN.encode() + b") Tj", "in plain characters"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00" + TOKEN.encode("utf-16-le"), "in plain characters"),
        (packed(word_document=word(TOKEN)), "in its part word/document"),
        # Word cuts a word where its spelling was looked at.
        (packed(word_document=word(TOKEN[:12] + "</w:t></w:r><w:r><w:t>" + TOKEN[12:])), "in its part word/document"),
        (packed(word_rels='<R Target="https://ann:Zq9xR4hunter2@git.acme.example/x"/>'), "in its part word/rels"),
        (packed(a_b=packed(c_d=TOKEN)), "in its part a/b"),
    ],
)
def test_a_credential_is_told_with_its_place_and_not_shown(data: bytes, where: str) -> None:
    said = why_not_shown(data) or ""
    assert where in said
    assert "looks like a credential" in said
    assert TOKEN not in said


@pytest.mark.parametrize(
    "data",
    [
        PROSE.encode(),
        PROSE.encode("utf-16"),
        ("Straße\n" + PROSE).encode("cp1252"),
        b"%PDF-1.7\n\x00\xff minutes\n",
        b"key: AKIAIOSFODNN7EXAMPLE\n",  # printed in a vendor's documentation
        packed(word_document=word(PROSE)),
        # Two paragraphs do not become one word.
        packed(word_document=word(TOKEN[:12] + "</w:t></w:r></w:p><w:p><w:r><w:t>" + TOKEN[12:])),
        packed(a_b=packed(c_d=PROSE)),
    ],
)
def test_documents_of_people_stand_as_they_are(data: bytes) -> None:
    assert why_not_shown(data) is None


def test_a_package_that_cannot_be_looked_through_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    nested = b"words"
    for _ in range(4):
        nested = packed(a_b=nested)
    assert "holds packages within packages" in (why_not_shown(nested) or "")
    assert "cannot be unpacked" in (why_not_shown(packed(a_b=PROSE)[:-30]) or "")
    locked = bytearray(packed(a_b=PROSE))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "is locked with a password" in (why_not_shown(bytes(locked)) or "")
    monkeypatch.setattr(attached_secrets, "MAX_UNPACKED_BYTES", 1_000)
    assert "when it is unpacked" in (why_not_shown(packed(a_b="x" * 900, c_d="y" * 900)) or "")
    assert why_not_shown(packed(a_b="x" * 900)) is None


def test_a_small_package_does_not_make_much_work() -> None:
    bomb = packed(a_b=b"\n" * 5_000_000)
    assert len(bomb) < 10_000
    assert "grows too large when it is unpacked" in (why_not_shown(bomb) or "")
    assert "grows too large when it is unpacked" in (why_not_shown(packed(a_b=bomb)) or "")
    # As large, but not by packing: pictures beside a little text.
    picture = hashlib.shake_256(b"picture").digest(100_000)
    assert why_not_shown(packed(a_b=b"\n" * 5_000_000, c_d=picture)) is None


def test_no_package_of_any_size_makes_endless_work() -> None:
    picture = hashlib.shake_256(b"picture").digest(400_000)
    assert "grows too large" in (why_not_shown(packed(a_b=b"\n" * 17_000_000, c_d=picture)) or "")


@pytest.mark.parametrize(("text", "looked_at"), [("<not a tag, 1 < 2", 1), ("<p>one</p>", 2), ("one", 1)])
def test_a_text_is_looked_at_again_only_where_tags_were_in_it(
    monkeypatch: pytest.MonkeyPatch, text: str, looked_at: int
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(attached_secrets, "_line_of_secret", seen.append)
    assert why_not_shown(text.encode()) is None
    assert len(seen) == looked_at


@pytest.mark.parametrize("unit", [b"password=", b"--password ", b"<a ", b"word = x; ", b"\xff<<<<"])
def test_no_document_takes_long(unit: bytes) -> None:
    started = time.perf_counter()
    why_not_shown(unit * (200_000 // len(unit)))
    assert time.perf_counter() - started < 10
