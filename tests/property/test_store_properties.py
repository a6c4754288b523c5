"""Laws of the store: the tree against the standard's own definition, lines and contents that come back."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from support.store_machines import NOW, ROOT, machine
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import VerificationError
from tieout.store import Checkpoint, Leaf, LoggedLeaf, Store, commitment, journal, parse_checkpoint
from tieout.store.leaves import read_line
from tieout.store.merkle import EMPTY_ROOT, leaf_hash, node_hash, tree_root

QUICK = settings(max_examples=150, deadline=None, derandomize=True, database=None)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
items = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,20}", fullmatch=True)
times = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def _by_definition(leaves):
    """RFC 6962, section 2.1, word by word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_by_definition(leaves[:split]), _by_definition(leaves[split:]))


@QUICK
@given(st.integers(0, 200))
def test_the_tree_is_that_of_the_standard(size):
    leaves = [leaf_hash(b"%d" % number) for number in range(size)]
    assert tree_root(leaves) == _by_definition(leaves)


@QUICK
@given(st.lists(st.binary(max_size=5), min_size=1, max_size=40), st.data())
def test_no_leaf_can_change_move_or_go_without_changing_the_root(lines, data):
    root = tree_root([leaf_hash(line) for line in lines])
    at = data.draw(st.integers(0, len(lines) - 1))
    shorter = lines[:at] + lines[at + 1 :]
    changed = [*lines[:at], lines[at] + b"!", *lines[at + 1 :]]
    for other in (shorter, changed, [*lines, b""]):
        assert tree_root([leaf_hash(line) for line in other]) != root


@QUICK
@given(items, times, times, st.dictionaries(texts, json_values, max_size=4), st.lists(texts, max_size=3))
def test_a_leaf_that_is_accepted_reads_back_equal_from_one_canonical_line(item, now, read, extra, controls):
    leaf = LoggedLeaf(
        type="trigger-event",
        item=item,
        collected_at=read,
        controls=tuple(controls),
        extra=extra,
        seq=0,
        logged_at=now,
    )
    line = leaf.line()
    assert b"\n" not in line
    assert read_line(line) == leaf
    assert read_line(line).line() == line


@QUICK
@given(texts, st.integers(0, 10**12), st.binary(min_size=32, max_size=32), st.data())
def test_a_checkpoint_has_exactly_one_spelling(name, size, root, data):
    checkpoint = Checkpoint(origin="log/" + "".join(c for c in name if c.isalnum()), size=size, root=root.hex())
    text = checkpoint.text().encode()
    assert parse_checkpoint(text) == checkpoint
    at = data.draw(st.integers(0, len(text) - 1))
    bit = data.draw(st.integers(0, 7))
    other = text[:at] + bytes([text[at] ^ (1 << bit)]) + text[at + 1 :]
    with contextlib.suppress(VerificationError):
        assert parse_checkpoint(other) != checkpoint


class TwoWriters(RuleBasedStateMachine):
    """Any order of calls by two writers, killed and reopened at will, agrees with a plain dictionary."""

    def __init__(self):
        super().__init__()
        self.disk = machine()
        self.writers = [Store.open(ROOT, storage=self.disk) for _ in range(2)]
        self.objects = {}
        self.leaves = []
        self.kept = []

    @rule(who=st.integers(0, 1), data=st.binary(max_size=40), item=st.sampled_from(["EV-1", "EV-2", "EV-3"]))
    def collect(self, who, data, item):
        store = self.writers[who]
        digest = store.put(data)
        assert digest == sha256_hex(data)
        promise = commitment(store, item, digest)
        leaf = Leaf(type="collected", item=item, commitment=promise, size=len(data))
        assert store.append(leaf, now=NOW) == len(self.leaves)
        self.objects[digest] = data
        self.leaves.append(leaf)

    @rule(who=st.integers(0, 1), extra=st.dictionaries(texts, json_values, max_size=2))
    def hold(self, who, extra):
        leaf = Leaf(type="hold", item="HOLD-1", extra=extra)
        assert self.writers[who].append(leaf, now=NOW) == len(self.leaves)
        self.leaves.append(leaf)

    @rule(who=st.integers(0, 1))
    def seal(self, who):
        self.kept.append(self.writers[who].checkpoint())
        assert self.kept[-1].size == len(self.leaves)

    @rule(who=st.integers(0, 1))
    def reopen(self, who):
        self.writers[who] = Store.open(ROOT, storage=self.disk)

    @rule()
    def lose_power(self):
        self.disk = self.disk.after_power_loss(seed=0)
        self.writers = [Store.open(ROOT, storage=self.disk) for _ in range(2)]

    @invariant()
    def both_tell_the_same_truth(self):
        for store in self.writers:
            logged = list(store.entries())
            assert [leaf.extra for leaf in logged] == [leaf.extra for leaf in self.leaves]
            assert [leaf.commitment for leaf in logged] == [leaf.commitment for leaf in self.leaves]
            for digest, data in self.objects.items():
                assert store.get(digest) == data
            for kept in self.kept[-3:]:
                assert store.fsck(against=kept) == []


@pytest.fixture(autouse=True)
def _short_segments(monkeypatch):
    monkeypatch.setattr(journal, "SEGMENT_LINES", 3)


TwoWriters.TestCase.settings = settings(
    max_examples=40, stateful_step_count=15, deadline=None, derandomize=True, database=None
)
TestTwoWriters = TwoWriters.TestCase


@QUICK
@given(st.dictionaries(texts, json_values, max_size=4))
def test_what_has_a_canonical_form_keeps_it_in_a_leaf(extra):
    assert canonical_bytes(Leaf(type="hold", item="H", extra=extra).extra) == canonical_bytes(extra)
