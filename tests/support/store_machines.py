"""A store on a simulated machine, and an audit that what it acknowledged is there after a power loss."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from support.power_loss import Node, SimulatedDisk
from tieout.store import Leaf, Store, commitment, parse_checkpoint

ROOT = Path("/srv/evidence/store")
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@dataclass
class Acknowledged:
    """What the store has promised to keep, noted the moment it returned."""

    opened: bool = False
    objects: dict[str, bytes] = field(default_factory=dict)
    commitments: dict[str, tuple[str, str]] = field(default_factory=dict)  # item -> digest, commitment
    leaves: dict[int, tuple[str, str]] = field(default_factory=dict)  # seq -> item, commitment
    sealed: int = 0


def machine(seed=0):
    """A new machine: only /srv is there."""
    disk = SimulatedDisk(seed)
    disk.top.live["srv"] = Node(folder=True, mode=0o755)
    disk.top.sync()
    return disk


def record(store, acks, item, data):
    """Put, commit and log one item, noting each acknowledgement."""
    digest = store.put(data)
    acks.objects[digest] = data
    promise = commitment(store, item, digest)
    acks.commitments[item] = (digest, promise)
    leaf = Leaf(type="collected", item=item, commitment=promise, size=len(data), controls=("MEASURE 2.5",))
    acks.leaves[store.append(leaf, now=NOW)] = (item, promise)


def record_together(store, acks, contents):
    """Put, commit and log several items in one batch, noting the acknowledgement that its end is."""
    noted = Acknowledged()
    with store.batch(now=NOW) as batch:
        for item, data in contents.items():
            digest = batch.put(data)
            promise = commitment(batch, item, digest)
            leaf = Leaf(type="collected", item=item, commitment=promise, size=len(data))
            noted.leaves[batch.append(leaf)] = (item, promise)
            noted.objects[digest], noted.commitments[item] = data, (digest, promise)
    acks.objects |= noted.objects
    acks.commitments |= noted.commitments
    acks.leaves |= noted.leaves


def seal(store, acks):
    """Checkpoint, noting the acknowledgement."""
    acks.sealed = store.checkpoint().size


def work(disk, acks):
    """A small day's work that meets every kind of write, twice, so that a rerun meets what is there."""
    with Store.open(ROOT, storage=disk) as store:
        acks.opened = True
        if store.size:
            seal(store, acks)
        for n in range(3):
            record(store, acks, f"EV-{n}", b"facts %d " % n * 9)
            if n == 1:
                seal(store, acks)
                store.put(b"facts 0 " * 9)
        record_together(store, acks, {"EV-2": b"facts 2 " * 9, "EV-7": b"facts 7"})
        record_together(store, acks, {"EV-2": b"facts 2 " * 9, "EV-8": b"facts 7", "EV-9": b"9", "EV-A": b"A"})


def audit(disk, acks):
    """Everything acknowledged is there and the store is sound; AssertionError or TieoutError if not.

    Left-overs of work that was cut off are no loss: strays, and torn lines that were never acknowledged.
    """
    with Store.open(ROOT, create=not acks.opened, storage=disk) as store:
        for digest, data in acks.objects.items():
            assert store.get(digest) == data
        logged = list(store.entries())
        for seq, (item, promise) in acks.leaves.items():
            assert seq < len(logged), f"leaf {seq} is lost"
            assert (logged[seq].item, logged[seq].commitment) == (item, promise)
        if acks.sealed:
            assert store.layout.checkpoint in disk.files(store.layout.log), "the checkpoint is lost"
            on_disk = parse_checkpoint(disk.node(store.layout.checkpoint).live)
            assert acks.sealed <= on_disk.size <= len(logged)
        wrong = [text for text in store.fsck() if "is a stray" not in text and "was cut off" not in text]
        assert wrong == []
        for item, (digest, promise) in acks.commitments.items():
            assert commitment(store, item, digest) == promise
        store.append(Leaf(type="hold", item="HOLD-1"), now=NOW)
        assert store.checkpoint().size == len(logged) + 1
