"""A thousand seeded tamperings with a sealed store: every one is found, and named in a plain sentence."""

import collections
import random
import re

import pytest

from support.store_machines import NOW, ROOT, Acknowledged, machine, record
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import TieoutError, VerificationError
from tieout.store import Checkpoint, Leaf, LoggedLeaf, Store, journal
from tieout.store.layout import Layout
from tieout.store.merkle import leaf_hash

PLACES = Layout(ROOT)
ROUNDS = 1200
PLAIN = re.compile(r"[^\n]{10,300}")


@pytest.fixture(autouse=True)
def _short_segments(monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 4)


def _sealed():
    disk, acks = machine(), Acknowledged()
    with Store.open(ROOT, storage=disk) as store:
        for n in range(12):
            record(store, acks, f"EV-{n:02d}", b"facts %02d " % n * 5)
        store.append(Leaf(type="hold", item="HOLD-1", extra={"reason": "audit"}), now=NOW)
        store.append(Leaf(type="packet", item="PK-1", commitment="ab" * 32, size=10), now=NOW)
        kept = store.checkpoint()
        assert store.fsck(against=kept) == []
    return disk, kept


def _inspect(disk, against=None):
    """What a user learns: the findings of fsck, or the refusal to open."""
    try:
        with Store.open(ROOT, create=False, storage=disk) as store:
            return store.fsck(against=against)
    except TieoutError as error:
        return [str(error)]


def _change(disk, path, data):
    assert disk.node(path).live != data
    disk.set_bytes(path, data)


def _flip(disk, path, rng):
    data = bytearray(disk.node(path).live)
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    _change(disk, path, bytes(data))


def _truncate(disk, path, rng):
    data = disk.node(path).live
    _change(disk, path, data[: rng.randrange(len(data))])


def _extend(disk, path, rng):
    _change(disk, path, disk.node(path).live + rng.choice([b"\0", b"\n", b" ", b"x\n", b"{}\n"]))


def _delete(disk, path, _rng):
    disk.delete(path)


def _chmod(disk, path, rng):
    node = disk.node(path)
    node.mode ^= rng.choice([0o400, 0o044, 0o004, 0o200, 0o100, 0o4000])


def _swap(disk, paths, rng):
    one, other = rng.sample(paths, 2)
    first, second = disk.node(one).live, disk.node(other).live
    _change(disk, one, second)
    _change(disk, other, first)


def _lines(disk, rng, edit):
    path = rng.choice(disk.files(PLACES.entries))
    lines = disk.node(path).live.splitlines(keepends=True)
    edit(lines)
    _change(disk, path, b"".join(lines))


def _cut_whole_lines(disk, rng):
    """Cut the journal's end at a line: what is left is a perfect, shorter journal."""
    path = disk.files(PLACES.entries)[-1]
    lines = disk.node(path).live.splitlines(keepends=True)
    _change(disk, path, b"".join(lines[: rng.randrange(len(lines))]))


def _delete_line(disk, rng):
    _lines(disk, rng, lambda lines: lines.pop(rng.randrange(len(lines))))


def _double_line(disk, rng):
    _lines(disk, rng, lambda lines: lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines)))


def _swap_lines(disk, rng):
    def edit(lines):
        one, other = rng.sample(range(len(lines)), 2)
        lines[one], lines[other] = lines[other], lines[one]

    _lines(disk, rng, edit)


def _forge_line(disk, rng):
    forged = LoggedLeaf(type="release", item="HOLD-1", seq=rng.randrange(20), prev="00" * 32, logged_at=NOW)
    _lines(disk, rng, lambda lines: lines.insert(rng.randrange(len(lines) + 1), forged.line() + b"\n"))


def _rewrite_field(disk, rng):
    """Edit one leaf so that it stays a canonical, valid leaf."""
    edits = [(b"MEASURE 2.5", b"GOVERN 1.1"), (b'"size":45', b'"size":44'), (b"10:00:00", b"11:00:00")]
    path = rng.choice(disk.files(PLACES.entries)[:3])
    old, new = rng.choice(edits)
    lines = disk.node(path).live.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    lines[at] = lines[at].replace(old, new)
    _change(disk, path, b"".join(lines))


def _stray(disk, rng):
    data = b"stray %d" % rng.randrange(10**6)
    name = sha256_hex(data)
    shard = rng.choice(list(disk.node(PLACES.objects).live))
    path = PLACES.objects / shard / rng.choice([name, "notes.txt", "." + name, shard + name[2:]])
    disk.set_bytes(path, data, mode=0o400)


def _stranger(disk, rng):
    folder = rng.choice([ROOT, PLACES.log, PLACES.entries, PLACES.objects, PLACES.salts])
    name = rng.choice(["notes.txt", "00000099.jsonl", "000000000.jsonl", "zz", "EV-99"])
    disk.set_bytes(folder / name, b"12345678" * 4)


KINDS = {
    "flip a bit of an object": lambda d, r: _flip(d, r.choice(d.files(PLACES.objects)), r),
    "flip a bit of the journal": lambda d, r: _flip(d, r.choice(d.files(PLACES.entries)), r),
    "flip a bit of a salt": lambda d, r: _flip(d, r.choice(d.files(PLACES.salts)), r),
    "flip a bit of the checkpoint": lambda d, r: _flip(d, PLACES.checkpoint, r),
    "flip a bit of format.json": lambda d, r: _flip(d, PLACES.format, r),
    "truncate an object": lambda d, r: _truncate(d, r.choice(d.files(PLACES.objects)), r),
    "truncate the journal": lambda d, r: _truncate(d, r.choice(d.files(PLACES.entries)), r),
    "truncate the journal by lines": _cut_whole_lines,
    "truncate a salt": lambda d, r: _truncate(d, r.choice(d.files(PLACES.salts)), r),
    "truncate the checkpoint": lambda d, r: _truncate(d, PLACES.checkpoint, r),
    "extend an object": lambda d, r: _extend(d, r.choice(d.files(PLACES.objects)), r),
    "extend the journal": lambda d, r: _extend(d, r.choice(d.files(PLACES.entries)), r),
    "extend the checkpoint": lambda d, r: _extend(d, PLACES.checkpoint, r),
    "delete an object": lambda d, r: _delete(d, r.choice(d.files(PLACES.objects)), r),
    "delete a journal file": lambda d, r: _delete(d, r.choice(d.files(PLACES.entries)), r),
    "delete a salt": lambda d, r: _delete(d, r.choice(d.files(PLACES.salts)), r),
    "delete format.json": lambda d, r: _delete(d, PLACES.format, r),
    "delete a line": _delete_line,
    "double a line": _double_line,
    "forge a line": _forge_line,
    "rewrite a field": _rewrite_field,
    "swap two objects": lambda d, r: _swap(d, d.files(PLACES.objects), r),
    "swap two journal files": lambda d, r: _swap(d, d.files(PLACES.entries), r),
    "swap two lines": _swap_lines,
    "swap two salts": lambda d, r: _swap(d, d.files(PLACES.salts), r),
    "add an object": _stray,
    "add a file": _stranger,
    "change a mode": lambda d, r: _chmod(d, r.choice(d.files(ROOT)), r),
}


def test_every_tampering_with_a_sealed_store_is_found():
    rng = random.Random(19)  # noqa: S311 - seeded tampering
    sealed, _ = _sealed()
    done = collections.Counter()
    undetected = []
    for round_ in range(ROUNDS):
        kind = list(KINDS)[round_ % len(KINDS)]
        disk = sealed.clone()
        try:
            KINDS[kind](disk, rng)
        except AssertionError:
            continue  # the seed picked a change that changes nothing
        found = _inspect(disk)
        done[kind] += 1
        if not found:
            undetected.append((round_, kind))
        assert all(PLAIN.fullmatch(sentence) for sentence in found)
    assert undetected == []
    assert sum(done.values()) >= 1000
    assert set(done) == set(KINDS)


def test_every_byte_of_the_last_journal_line_is_guarded():
    """The last sealed line has no successor to contradict it; the checkpoint must."""
    sealed, _ = _sealed()
    path = sealed.files(PLACES.entries)[-1]
    whole = sealed.node(path).live
    start = whole.rstrip(b"\n").rfind(b"\n") + 1
    for at in range(start, len(whole)):
        disk = sealed.clone()
        disk.set_bytes(path, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert _inspect(disk) != []


@pytest.mark.parametrize("lost", [1, 2, 5])
def test_a_shortened_journal_with_a_matching_checkpoint_is_found_by_a_kept_one(lost):
    """Someone who can write the folder cuts leaves off and seals the rest anew: only a copy elsewhere tells."""
    disk, kept = _sealed()
    lines = [line for path in disk.files(PLACES.entries) for line in disk.node(path).live.splitlines()]
    for path in disk.files(PLACES.entries):
        first = int(path.stem)
        rest = lines[first : min(first + 4, len(lines) - lost)]
        disk.set_bytes(path, b"".join(line + b"\n" for line in rest))
        if not rest:
            disk.delete(path)
    disk.delete(PLACES.checkpoint)
    with Store.open(ROOT, storage=disk) as store:
        assert store.checkpoint().size == len(lines) - lost
        # Their objects are left over, which shows too where a leaf had one.
        assert [text for text in store.fsck() if "stray" not in text] == []
        assert (
            f"the kept checkpoint counts {len(lines)} leaves and the journal holds {len(lines) - lost}"
            in store.fsck(against=kept)
        )


def test_a_rewritten_journal_with_a_fresh_checkpoint_is_found_by_a_kept_one():
    """The whole chain computed anew after an edit is perfect in itself."""
    disk, kept = _sealed()
    prev = None
    for path in disk.files(PLACES.entries):
        lines = []
        for line in disk.node(path).live.splitlines():
            edited = LoggedLeaf.model_validate_json(line).model_copy(update={"prev": prev})
            if edited.type == "hold":
                edited = edited.model_copy(update={"extra": {"reason": "none"}})
            lines.append(edited.line())
            prev = leaf_hash(lines[-1]).hex()
        disk.set_bytes(path, b"".join(line + b"\n" for line in lines))
    assert any("the checkpoint does not match" in text for text in _inspect(disk.clone()))
    disk.delete(PLACES.checkpoint)
    with Store.open(ROOT, storage=disk) as store:
        store.checkpoint()
        assert store.fsck() == []
        assert store.fsck(against=kept) == [
            "the kept checkpoint does not match: some of the journal's first 14 lines were changed"
        ]


def test_a_kept_checkpoint_of_another_log_is_named():
    disk, kept = _sealed()
    other = Checkpoint(origin="example.org/log", size=kept.size, root=kept.root)
    assert _inspect(disk, against=other) == ["the kept checkpoint is of another log, example.org/log"]


def test_a_shortened_journal_takes_no_new_leaf():
    disk, _ = _sealed()
    _cut_whole_lines(disk, random.Random(1))  # noqa: S311 - seeded tampering
    with Store.open(ROOT, storage=disk) as store:
        with pytest.raises(VerificationError, match="and its checkpoint counts 14") as caught:
            store.append(Leaf(type="hold", item="HOLD-2"), now=NOW)
        assert caught.value.exit_code == 5
        with pytest.raises(VerificationError):
            store.checkpoint()


def test_a_checkpoint_is_not_overwritten_when_the_lines_it_sealed_were_changed():
    disk, _ = _sealed()
    path = disk.files(PLACES.entries)[0]
    disk.set_bytes(path, disk.node(path).live.replace(b"MEASURE 2.5", b"GOVERN 1.1!", 1))
    with (
        Store.open(ROOT, storage=disk) as store,
        pytest.raises(VerificationError, match="the first 14 leaves are not those that the last checkpoint"),
    ):
        store.checkpoint()


@pytest.mark.parametrize("text", [b"", b"garbage\n", b"another.org/log\n0\n" + b"A" * 43 + b"=\n"])
def test_a_damaged_checkpoint_stops_writing_and_not_looking(text):
    disk, _ = _sealed()
    disk.set_bytes(PLACES.checkpoint, text)
    with Store.open(ROOT, storage=disk) as store:
        assert any("checkpoint" in sentence for sentence in store.fsck())
        assert len(list(store.entries())) == 14
        with pytest.raises(VerificationError, match="checkpoint"):
            store.append(Leaf(type="hold", item="HOLD-2"), now=NOW)


def test_a_torn_line_that_the_checkpoint_counts_is_kept_for_the_examiner():
    disk, _ = _sealed()
    path = disk.files(PLACES.entries)[-1]
    torn = disk.node(path).live[:-9]
    disk.set_bytes(path, torn)
    with Store.open(ROOT, storage=disk) as store:
        found = store.fsck()
        assert "the line after leaf 12 is torn, and the checkpoint says that it was whole" in found
        with pytest.raises(VerificationError, match="is torn"):
            store.append(Leaf(type="hold", item="HOLD-2"), now=NOW)
    assert disk.node(path).live == torn
