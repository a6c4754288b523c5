"""Real processes, really killed: two writers on one store, `kill -9` at random moments, nothing lost."""

import subprocess
import sys

from tieout.store import Store, commitment

# A program of its own, so that forking and killing never touch the test process. It forks two writers at a
# time; each notes an acknowledgement in a file of its own with one write, which a kill cannot tear.
DRIVER = """
import os, random, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from tieout.store import Leaf, Store, commitment

root, notes, kills = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])

def write(name):
    note = os.open(notes / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    rng = random.Random(name)
    n = 0
    with Store.open(root) as store:
        while True:
            n += 1
            data = b"%s %d " % (name.encode(), n) * rng.randrange(1, 400)
            item = f"EV-{name}-{n}"
            digest = store.put(data)
            os.write(note, f"object {digest}\\n".encode())
            promise = commitment(store, item, digest)
            leaf = Leaf(type="collected", item=item, commitment=promise, size=len(data))
            seq = store.append(leaf, now=datetime(2026, 11, 22, tzinfo=UTC))
            os.write(note, f"leaf {seq} {item} {promise} {digest}\\n".encode())
            if n % 5 == 0:
                os.write(note, f"sealed {store.checkpoint().size}\\n".encode())

def start(number):
    child = os.fork()
    if child == 0:
        try:
            write(f"w{number}")
        finally:
            os._exit(1)
    return child

rng = random.Random(7)
started = 2
living = [start(0), start(1)]
for _ in range(kills):
    time.sleep(rng.uniform(0.02, 0.12))
    victim = living.pop(rng.randrange(2))
    os.kill(victim, signal.SIGKILL)
    _, status = os.waitpid(victim, 0)
    if not os.WIFSIGNALED(status):
        sys.exit("a writer ended by itself")
    living.append(start(started))
    started += 1
for child in living:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


def test_forty_kills_of_two_writers_lose_nothing_acknowledged(tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    root = tmp_path / "store"
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(root), str(notes), "40"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    acknowledged = [line.split() for path in sorted(notes.iterdir()) for line in path.read_text().splitlines()]
    leaves = {int(words[1]): words[2:] for words in acknowledged if words[0] == "leaf"}
    assert len(list(notes.iterdir())) >= 38
    assert len(leaves) >= 40, "the writers hardly wrote"
    assert len(leaves) == sum(words[0] == "leaf" for words in acknowledged), "a number was given out twice"
    with Store.open(root, create=False) as store:
        logged = list(store.entries())
        for seq, (item, promise, digest) in leaves.items():
            assert (logged[seq].item, logged[seq].commitment) == (item, promise)
            assert commitment(store, item, digest) == promise
        for words in acknowledged:
            if words[0] == "object":
                store.get(words[1])
        assert store.checkpoint().size >= max(int(words[1]) for words in acknowledged if words[0] == "sealed")
        found = [text for text in store.fsck() if "stray" not in text and "was cut off" not in text]
        assert found == []
        assert list(store.layout.tmp.iterdir()) == []
