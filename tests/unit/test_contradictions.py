"""Rows of one name in thousands of records: the first pair that differs is found without comparing each with each."""

import random
from itertools import combinations, islice
from typing import Any

import pytest

from packet import sample
from tieout.assess import contradictions
from tieout.assess.contradictions import _days, _rows, _said, _sharing, _sources
from tieout.assess.denials import plain
from tieout.domain.evidence import EvidenceItem


def records(*facts: dict[str, Any], source: str = "records") -> list[EvidenceItem]:
    item = sample.contents().collection.items[0]
    return [
        item.model_copy(
            update={
                "id": f"EV-{turn:08x}",
                "facts": one,
                "provenance": item.provenance.model_copy(
                    update={"path": f"r{turn:05d}.yaml", "source": source.format(turn)}
                ),
            }
        )
        for turn, one in enumerate(facts)
    ]


def register(*rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"risks": list(rows), **fields}


def by_each_with_each(items: list[EvidenceItem]) -> tuple[str, str] | None:
    """The first two records that say a row of one name differently, found in the plain way."""
    for one, other in combinations(items, 2):
        known = {plain(row["id"]): (turn, row) for turn, row in enumerate(one.facts["risks"])}
        for turn, row in enumerate(other.facts["risks"]):
            at, twin = known.get(plain(row["id"]), (0, row))
            days = _days(one, f"/risks/{at}/") | _days(other, f"/risks/{turn}/")
            if _said(twin, "id", days) != _said(row, "id", days):
                return one.id, other.id
    return None


def test_the_same_pair_is_found_as_by_comparing_each_with_each():
    made = random.Random(7)  # noqa: S311 - a test's own cases
    found = 0
    for _ in range(400):
        facts = []
        for _ in range(made.randint(2, 5)):
            names = made.sample(["R-1", "r-1 ", "R-2", "R-3", "R-4"], made.randint(1, 3))
            unique = {plain(name): name for name in names}.values()
            rows = [{"id": name, "due": made.choice(["2026-01-01", "2026-01-01T10:00:00Z", None])} for name in unique]
            days = [f"/risks/{at}/due" for at in range(len(rows)) if made.random() < 0.7]
            facts.append(register(*rows, by_day=days))
        items = records(*facts)
        told = next(_rows("risk_register", items), None)
        expected = by_each_with_each(items)
        assert (told.evidence if told else None) == expected
        found += expected is not None
    assert 40 < found < 360


def test_copies_are_not_compared_with_each_other():
    risks = [{"id": f"R-{n}", "score": n} for n in range(20)]
    assert not list(_sharing(records(*[register(*risks)] * 2_000), "risks", "id"))
    own = [register({"id": "R-0", "score": 0}, {"id": f"R-{n + 1}", "score": n}) for n in range(2_000)]
    assert not list(_sharing(records(*own), "risks", "id"))


def test_where_all_differ_the_first_pair_comes_without_the_others():
    items = records(*[register({"id": "R-1", "score": n}) for n in range(3_000)])
    (first,) = islice(_sharing(items, "risks", "id"), 1)
    assert [one.id for one in first] == [one.id for one in items[:2]]
    assert len(list(islice(_rows("risk_register", items), 2))) == 2


def test_sources_that_say_the_same_are_not_looked_into(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr(contradictions, "_differ", lambda field, *_: asked.append(field))
    facts = {"people": [{"role": "operations", "person": "A B"}]}
    assert not list(_sources("roster", records(*[facts] * 300, source="s{}")))
    assert not asked
    assert not list(_sources("roster", records(facts, {"people": []}, source="s{}")))
    assert asked == ["people"]
