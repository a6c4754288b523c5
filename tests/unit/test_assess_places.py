"""Where a check stood: the lines of what it judged, some of each file, and files where no line is known."""

from typing import Any

from cases.case_files import run_check
from tieout.assess.predicates.base import at, outcome
from tieout.assess.selection import Hit, select
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem, Provenance
from tieout.domain.verdicts import Verdict


def register(name: str, rows: int, lines: dict[str, int] | None = None) -> EvidenceItem:
    provenance = Provenance(
        source="s",
        kind="records",
        uri="u",
        path=f"{name}.yaml",
        collector="c",
        collector_version="1",
        source_digest="sha256:0",
    )
    return EvidenceItem(
        id=name,
        type="risk_register",
        title=name,
        provenance=provenance,
        facts={"risks": [{"id": f"{name}-{row}", "due": None} for row in range(rows)]},
        lines={f"/risks/{row}": 10 * (row + 1) for row in range(rows)} if lines is None else lines,
        stored_sha256="0",
    )


def places(result: CheckResult) -> list[str]:
    return [f"{place.path}:{place.line}" for place in result.places]


def told(items: list[EvidenceItem], **more: Any) -> list[str]:
    return places(outcome("x", Verdict.SATISFIED, "X.", items=items, **more))


def test_what_holds_is_shown_with_the_first_lines_of_each_file():
    long, short = register("a", 9), register("b", 1)
    rows = select([long, short], "risk_register.risks")
    assert told([long, short], judged=rows) == ["a.yaml:10", "b.yaml:10", "a.yaml:20", "a.yaml:30", "a.yaml:40"]


def test_what_the_reason_names_comes_before_what_was_looked_at():
    item = register("a", 3)
    rows = select([item], "risk_register.risks")
    assert told([item], hits=rows[2:], judged=rows) == ["a.yaml:30"]


def test_without_a_line_the_file_is_the_place():
    item = register("a", 3, lines={})
    assert told([item], judged=select([item], "risk_register.risks")) == ["a.yaml:None"]
    assert told([item], judged=at([item], "", "/none")) == ["a.yaml:None"]


def test_a_line_is_named_once():
    item = register("a", 3, lines={f"/risks/{row}": 7 for row in range(3)})
    assert told([item], judged=select([item], "risk_register.risks")) == ["a.yaml:7"]


def test_a_field_without_a_line_has_that_of_its_row_or_of_what_is_in_it():
    item = register("a", 3)
    assert Hit(item, "/risks/1/due", None).place.line == 20
    assert Hit(item, "/risks", None).place.line == 10
    assert item.place("/tolerance").line is None
    assert str(item.place("/tolerance")) == "a.yaml"


def test_a_row_that_is_not_in_use_moves_no_line():
    systems = [
        {"system_id": name, "status": status, "models": [f"{name}-2026-01-01"]}
        for name, status in (("old", "retired"), ("new", "production"))
    ]
    result = run_check(
        "all_linked",
        {
            "left": "gateway_config.routes.model",
            "right": "inventory.systems.models",
            "meaning": "configured models are in the inventory",
        },
        {
            "gateway": {
                "type": "gateway_config",
                "facts": {"product": "x", "routes": [{"name": "r", "model": "new-2026-01-01", "pinned": True}]},
            },
            "list": {
                "type": "inventory",
                "facts": {"systems": systems},
                "lines": {"/systems/0": 3, "/systems/0/models/0": 5, "/systems/1": 7, "/systems/1/models/0": 9},
            },
        },
    )
    assert result.verdict is not Verdict.GAP, result.reason
    assert places(result) == ["list.yaml:9"]
