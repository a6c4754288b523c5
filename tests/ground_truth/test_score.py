"""The answers of `inspect` on real repositories, held against what people found there by hand."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.inspecting import inspection_of
from support.scoring import Score, Scored, scored
from tieout.domain.inspection import Answer, Fact, InspectedPlace, PlaceClass
from tieout.inspection.engine import topics

TABLE = yaml.safe_load((Path(__file__).parent / "open.yaml").read_text(encoding="utf-8"))
#: Holds clones as OWNER/NAME; where it is not set, nothing is scored.
VARIABLE = "TIEOUT_REPOSITORIES"


@pytest.fixture(scope="module")
def truth(shared: Path) -> list[dict[str, Any]]:
    """The repositories with their questions."""
    return list(yaml.safe_load((shared / "ground_truth" / "open.yaml").read_text(encoding="utf-8")))


def test_every_question_has_a_row_that_names_facts(truth: list[dict[str, Any]]) -> None:
    asked = {question["id"] for repository in truth for question in repository["questions"]}
    assert set(TABLE) == asked
    known = {f"{topic.key}/{question.key}" for topic in topics() for question in topic.questions}
    named = {fact for row in TABLE.values() for fact in row}
    assert named <= known, sorted(named - known)


def test_the_goals_are_reached_on_the_open_questions(truth: list[dict[str, Any]], capsys: Any) -> None:
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"NOT CHECKED: {VARIABLE} names no folder with clones of the repositories of the open questions")
    questions: list[Scored] = []
    for repository in truth:
        found = inspection_of(Path(folder) / repository["repo"], at=repository["commit"])
        facts = {fact.id: fact for topic in found.topics for fact in topic.facts}
        questions += [scored(question, TABLE[question["id"]], facts) for question in repository["questions"]]
    score = Score(tuple(questions))
    with capsys.disabled():
        sys.stdout.write(f"\n{score.told()}\n")
    assert len(questions) == len(TABLE)
    assert score.trap_precision == 1
    assert score.right_or_unknown >= 0.95
    assert score.recall >= 0.85
    assert score.locations >= 0.85


def fact(answer: Answer, *places: str, **values: Any) -> Fact:
    """A fact with places given as path:line."""
    made = [
        InspectedPlace(path=path, line=int(line), path_class=PlaceClass.LIVE)
        for path, line in (place.rsplit(":", 1) for place in places)
    ]
    return Fact(id="a/b", question="?", answer=answer, statement="so", places=tuple(made), values=values)


QUESTION: dict[str, Any] = {"id": "q-1", "locations": [{"at": "x/y.md:3"}, {"at": "z:1"}], "trap": "a word"}


@pytest.mark.parametrize(
    ("given", "outcome", "found"),
    [
        (fact(Answer.NO, "x/y.md:3", n=5), "right", ("x/y.md:3",)),
        (fact(Answer.NO, "x/y.md:30", n=6), "right", ()),
        (fact(Answer.YES, "x/y.md:3", "z:1", n=5), "wrong", ("x/y.md:3", "z:1")),
        (fact(Answer.NO, n=7), "wrong", ()),
        (fact(Answer.NO), "wrong", ()),
        (fact(Answer.NO, n=True), "wrong", ()),
        (fact(Answer.UNKNOWN), "unknown", ()),
    ],
)
def test_the_scorer_tells_right_from_wrong(given: Fact, outcome: str, found: tuple[str, ...]) -> None:
    one = scored(QUESTION, {"a/b": {"answer": ["no", "partial"], "values": {"n": [5, 6]}}}, {"a/b": given})
    assert (one.outcome, one.found) == (outcome, found)
    score = Score((one,))
    assert score.right_or_unknown == (outcome != "wrong")
    assert score.recall == (outcome == "right")
    assert score.trap_precision == (outcome == "right")
    assert score.locations == len(found) / 2
