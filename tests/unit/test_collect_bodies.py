"""A table below the front matter of a record of rows is not read, and is not passed over either."""

import pytest

from tieout.collectors.bodies import refuse_rows_below
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import parse

FRONT = "---\nartefact: risk_register\nrisks: []\n---\n"


@pytest.mark.parametrize(
    "row", ["| R-98 | 25 | open |", "- R-98: nobody works on it", "1. R-98", "> * R-98", "<TR><td>R-98"]
)
def test_a_register_that_goes_on_below_is_unreadable(row: str):
    document = parse((FRONT + "\nThe rest:\n\n" + row + "\n").encode(), "front-matter", where="r.md")
    with pytest.raises(UnreadableError, match="where no row is read") as caught:
        refuse_rows_below("risk_register", document, "r.md")
    assert caught.value.where == "r.md:8"


@pytest.mark.parametrize(
    "body", ["", "Scores are likelihood times severity - from 1 to 5.\n\n# How to read it\n**Note**\n"]
)
def test_prose_below_is_no_row(body: str):
    refuse_rows_below("risk_register", parse((FRONT + body).encode(), "front-matter", where="r.md"), "r.md")


def test_the_body_of_a_policy_is_its_text():
    refuse_rows_below("approved_record", parse((FRONT + "- a rule\n").encode(), "front-matter", where="r.md"), "r.md")
