"""What is told of evidence that is not there or not readable: few places, short reasons, each cause once."""

from typing import Any

from cases.case_files import run_check
from tieout.assess.lacks import merged
from tieout.assess.wording import brief, spot
from tieout.domain.evidence import Place
from tieout.domain.verdicts import Verdict

RECENT = {"of": "drill_record", "within": "P180D"}


def problem(path: str, reason: str = "is broken", **more: Any) -> dict[str, Any]:
    return {"source": "s", "status": "not-counted", "types": ["drill_record"], "path": path, "reason": reason, **more}


def absent(**problems: dict[str, Any]) -> Any:
    found = run_check("recent", RECENT, {}, sources={"s": ["drill_record"]}, problems=problems)
    assert found.verdict is Verdict.GAP
    return found


def test_three_places_are_named_and_the_rest_is_counted():
    found = absent(**{f"p{turn}": problem(f"{turn}.yaml") for turn in range(5)})
    assert found.reason.endswith(
        "Looked at 0.yaml (is broken); 1.yaml (is broken); 2.yaml (is broken), and 2 more (see Problems met while "
        "collecting)."
    )
    assert [place.path for place in found.places] == ["0.yaml", "1.yaml", "2.yaml"]


def test_long_reasons_take_the_room_of_further_places():
    found = absent(**{f"p{turn}": problem(f"{turn}.yaml", f"has {'x' * 130}") for turn in range(3)})
    assert "0.yaml" in found.reason
    assert "1.yaml" not in found.reason
    assert ", and 2 more (see Problems met while collecting)." in found.reason
    assert len(found.places) == 3


def test_files_that_share_a_row_are_only_counted():
    rows = {
        "a": problem("s", "each of 13 files here does not say what it is: a.yaml and 12 more", files=13),
        "b": problem("s", "each of 1,200 files here is no record: b.py and 1,199 more", files=1200),
    }
    assert absent(**rows).reason.endswith("None of 1,213 files there is one (see Problems met while collecting).")
    alone = absent(a=problem("s", "1 file here is of no format that is recognised", files=1))
    assert alone.reason.endswith("The one file there is none (see Problems met while collecting).")
    with_one = absent(c=problem("c.yaml", "is a template"), **rows)
    assert with_one.reason.endswith(
        "Looked at c.yaml (is a template). None of 1,213 other files there is one (see Problems met while collecting)."
    )


def test_what_only_says_that_nothing_is_there_is_not_said_twice():
    found = absent(p=problem("drills", "no drill record is recorded here", status="absent"))
    assert found.reason == "No drill record is recorded here: source 's' was declared to provide it and does not."
    other = absent(p=problem("drills", "no such file or folder at this commit", status="absent"))
    assert other.reason.endswith("Looked at drills (no such file or folder at this commit).")


def test_an_input_that_several_checks_need_is_told_once():
    assert merged(
        [
            "The AI inventory could not be read: a.yaml: is broken.",
            "The log has a hole.",
            "The gateway configuration could not be read: a.yaml: is broken.",
            "The AI inventory could not be read: a.yaml: is broken.",
            "The log could not be read: b.log: is empty.",
            "Part of the evidence could not be read: a.yaml: is broken.",
        ]
    ) == [
        "The AI inventory and the gateway configuration could not be read: a.yaml: is broken.",
        "The log has a hole.",
        "The log could not be read: b.log: is empty.",
        "Part of the evidence could not be read: a.yaml: is broken.",
    ]


def test_a_place_in_a_sentence_is_short():
    assert spot(Place(source="s", path="a/b.yaml", line=7, commit="c" * 40)) == "a/b.yaml:7"
    assert spot(Place(source="s", path="a/b.yaml", pointer="/routes/3")) == "a/b.yaml"
    long = spot(Place(source="s", path=f"a/{'x' * 500}/b.yaml", line=7))
    assert len(long) < 100
    assert long.startswith("a/x")
    assert long.endswith("/b.yaml:7")


def test_a_long_reason_ends_at_a_clause():
    assert brief("is broken.") == "is broken"
    told = brief("2,063 of 2,063 lines are no usable records: " + ", ".join(["1 not JSON"] * 30))
    assert len(told) <= 141
    assert told.endswith("1 not JSON…")
    assert len(brief("x" * 5000)) <= 141
