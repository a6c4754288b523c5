"""What small sources give is made durable together; large ones do not pile up in memory."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.systems import assessed, configuration, source, system
from tieout.pipeline import collecting
from tieout.store.batch import Batch
from tieout.store.store import Store

DRILL = "artefact: drill_record\nowner: A B\nscenario: kill_switch\ndate: 2025-12-02\noutcome: passed\n"
MANY = 30
AS_OF = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sources = [source(f"s{n}", "records", "records", "drill_record", inside="application") for n in range(MANY)]
    files = {f"records/d{n}.yaml": DRILL + f"people: [P {n}]\n" for n in range(3)}
    return system(tmp_path / "r", configuration(*sources), files).folder


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many leaves each write to the store held."""
    counts: list[int] = []
    write = Batch.write

    def counted(batch: Batch, **options: object) -> None:
        counts.append(len(batch._leaves))
        write(batch, **options)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(Batch, "write", counted)
    return counts


def test_many_small_sources_wait_for_the_disk_once(folder: Path, written: list[int]) -> None:
    collection = assessed(folder, as_of=AS_OF).collection
    assert len([item for item in collection.items if item.type == "drill_record"]) == 3 * MANY
    first, last = written  # what was collected, and the collection
    assert (first >= 2 * 3 * MANY, last) == (True, 1)  # facts and copy of each
    with Store.open(folder / ".tieout" / "store") as store:
        assert store.size == first + last
        kept = {leaf.item for leaf in store.entries()}
    assert {item.id for item in collection.items} <= kept


def test_what_is_large_is_written_as_it_comes(
    folder: Path, written: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = assessed(folder, as_of=AS_OF).collection
    together = sum(written)
    written.clear()
    monkeypatch.setattr(collecting, "_TOGETHER", 1)
    assert assessed(folder, as_of=AS_OF).collection == whole
    assert len(written) >= MANY + 2
    assert sum(written) == together
