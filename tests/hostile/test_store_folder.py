"""Folders that are no store, or that someone has put traps into: one clear line, no hang, nothing adopted."""

import contextlib
import json
import os

import pytest

from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import StorageError, UsageError, VerificationError
from tieout.store import Store


@pytest.fixture
def root(tmp_path):
    with Store.open(tmp_path / "store") as store:
        store.put(b"facts")
    return tmp_path / "store"


def _one_line(error):
    assert "\n" not in str(error)
    return str(error)


@contextlib.contextmanager
def _without_rights_of_root():
    """Modes mean nothing to root, as which tests run in some containers."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_a_folder_that_cannot_be_written_is_a_usage_error(tmp_path):
    parent = tmp_path / "closed"
    parent.mkdir(mode=0o555)
    with _without_rights_of_root(), pytest.raises(UsageError) as caught:
        Store.open(parent / "store")
    assert caught.value.exit_code == 2
    assert "no permission to write or read here" in _one_line(caught.value)
    assert str(parent) in caught.value.where


def test_a_folder_below_a_file_is_a_usage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="something other than the store's own file or folder"):
        Store.open(tmp_path / "file" / "store")


def test_a_file_is_no_store(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="not a folder"):
        Store.open(tmp_path / "file")


def test_a_folder_with_other_files_is_not_adopted_and_not_touched(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"holds other files \('thesis.txt'\)"):
        Store.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_reading_a_store_that_is_not_there_makes_nothing(tmp_path):
    with pytest.raises(UsageError, match="no evidence store here"):
        Store.open(tmp_path / "store", create=False)
    with pytest.raises(UsageError, match="no evidence store here"):
        Store.open(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_store_whose_format_json_was_removed_is_not_made_anew(root):
    (root / "format.json").unlink()
    with pytest.raises(VerificationError, match=r"lost its format.json") as caught:
        Store.open(root)
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("version", [0, 2, "1", None, True, 1.5])
def test_another_version_is_refused_in_plain_words(root, version):
    path = root / "format.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": version}))
    with pytest.raises(UsageError, match=r"format version .*; this tieout reads version 1") as caught:
        Store.open(root)
    assert "newer" in _one_line(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"format": "other", "version": 1}', "[" * 100_000])
def test_a_format_json_of_something_else_is_refused(root, text):
    (root / "format.json").write_text(text)
    with pytest.raises(VerificationError, match="does not say that this is an evidence store"):
        Store.open(root)


@pytest.mark.parametrize("change", [{"hash": "md5"}, {"origin": 7}])
def test_an_edited_format_json_is_refused(root, change):
    path = root / "format.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change, indent=2, sort_keys=True) + "\n")
    with pytest.raises(VerificationError, match="changed after the store was made"):
        Store.open(root)


def test_a_format_json_may_gain_a_field(root):
    path = root / "format.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"note": 1}, indent=2, sort_keys=True) + "\n")
    with Store.open(root) as store:
        assert store.fsck() == [f"object {sha256_hex(b'facts')} is a stray: no leaf commits to it"]


def _object(root):
    digest = sha256_hex(b"facts")
    return digest, root / "objects" / digest[:2] / digest


def _trap(path, kind, tmp_path):
    path.unlink()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "link":
        (tmp_path / "elsewhere").write_bytes(b"facts")
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.mkdir()


@pytest.mark.parametrize("kind", ["fifo", "link", "folder"])
def test_a_trap_in_place_of_an_object_neither_hangs_nor_is_followed(root, kind, tmp_path):
    digest, path = _object(root)
    _trap(path, kind, tmp_path)
    with Store.open(root) as store:
        assert not store.has(digest)
        with pytest.raises(StorageError):
            store.get(digest)
        found = store.fsck()
        assert any(text.endswith("is not a file") for text in found)
        assert any(text.startswith(f"object {digest} cannot be read") for text in found)
        if kind == "folder":
            with pytest.raises(StorageError, match="something other than the store's own file"):
                store.put(b"facts")
        else:
            store.put(b"facts")
            assert store.get(digest) == b"facts"
            assert store.repairs == [f"object {digest} was corrupt and was replaced by the content put again"]
            assert path.is_file()
            assert not path.is_symlink()


@pytest.mark.parametrize("kind", ["fifo", "link", "folder"])
@pytest.mark.parametrize("name", ["lock", "format.json"])
def test_a_trap_in_place_of_the_stores_own_files_is_refused(root, kind, name, tmp_path):
    _trap(root / name, kind, tmp_path)
    with pytest.raises((UsageError, StorageError)) as caught:
        Store.open(root)
    assert name in _one_line(caught.value)


def test_a_trap_in_place_of_a_journal_file_or_a_salt_is_named(root):
    (root / "log" / "entries" / "00000000.jsonl").mkdir()
    with pytest.raises((UsageError, StorageError), match=r"00000000\.jsonl"):
        Store.open(root)
    (root / "log" / "entries" / "00000000.jsonl").rmdir()
    with Store.open(root) as store:
        (root / "log" / "entries" / "00000000.jsonl").mkdir()
        (root / "salts" / "EV-1").mkdir()
        with pytest.raises(StorageError, match=r"00000000\.jsonl"):
            store.fsck()
        (root / "log" / "entries" / "00000000.jsonl").rmdir()
        assert "the salt of EV-1 cannot be read" in "\n".join(store.fsck())
        with pytest.raises(StorageError, match="EV-1"):
            store.salt("EV-1")


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", "AB" * 32, "ab" * 31, "ab" * 33, "ab" * 32 + "\n"])
def test_what_is_no_digest_never_becomes_a_path(root, digest):
    with Store.open(root) as store:
        for call in (store.get, store.has):
            with pytest.raises(UsageError, match="is not a SHA-256 digest"):
                call(digest)


@pytest.mark.parametrize("item", ["", ".", "..", "../x", "a/b", ".hidden", "a\n", "a" * 129, "é", "a\0b"])
def test_what_is_no_item_id_never_becomes_a_path(root, item):
    with Store.open(root) as store, pytest.raises(UsageError, match="cannot be an item id"):
        store.salt(item)


def test_stale_temporary_files_are_removed_on_opening(root):
    (root / "tmp" / "object").write_bytes(b"half")
    (root / "tmp" / "dangling").symlink_to("nowhere")
    (root / "tmp" / "folder").mkdir()
    Store.open(root).close()
    assert [path.name for path in (root / "tmp").iterdir()] == ["folder"]


def test_a_copy_that_lost_its_empty_folders_works(root):
    (root / "salts").rmdir()
    (root / "tmp").rmdir()
    with Store.open(root) as store:
        assert len(store.salt("EV-1")) == 32
