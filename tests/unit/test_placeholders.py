"""What says nothing: marks, promises in several languages, words that give no answer; and what only looks so."""

import pytest

from tieout.collectors.placeholders import is_mark, marks, names_nobody, says_nothing
from tieout.config.template import OPEN


@pytest.mark.parametrize(
    "text",
    [OPEN, "TODO", "tbd", "**TBD**", "TBC.", "<owner name>", "{{ owner }}", "[insert name]",
     "[More Information Needed]",
     "to be decided", "To be confirmed by the owner", "to be filled in", "coming soon", "not yet known", "`fill in`",
     "noch offen", "Noch auszufüllen.", "à compléter", "por definir", "da definire", "[Firma einfügen]",
     "nog in te vullen",
     "待定", "(placeholder)"],
)  # fmt: skip
def test_a_mark_or_promise_says_nothing(text: str):
    assert is_mark(text)
    assert says_nothing(text)
    assert names_nobody(text)
    assert marks(f"# Policy\n\nOwner: {text}\n")


@pytest.mark.parametrize("text", ["n/a", "N.A.", "none", "?", "-", "unknown", "", "  ", "nil", "unbekannt"])
def test_a_word_that_gives_no_answer_is_no_mark_and_says_nothing(text: str):
    assert not is_mark(text)
    assert says_nothing(text)
    assert names_nobody(text)


@pytest.mark.parametrize("text", ["Name", "vacant", "pending", "open", "John Doe", "nobody", "everyone"])
def test_a_word_for_nobody_is_an_answer_elsewhere(text: str):
    assert names_nobody(text)
    assert not says_nothing(text)


@pytest.mark.parametrize(
    "text",
    ["open", "in progress", "draft", "To be mitigated by a second queue", "to be reviewed each quarter", "Ada Offen",
     "none of the claims", "Toby Tbdson", "a definite answer", "0", "no", "Name der Firma",
     "unknown models are refused"],
)  # fmt: skip
def test_what_only_looks_like_one(text: str):
    assert not is_mark(text)
    assert not says_nothing(text)
    assert not names_nobody(text) or text == "open"


def test_running_text_may_use_the_words():
    text = (
        "The form is to be completed by the owner each year.\nWhat is to be decided is decided by the board.\n"
        "Use `<br>` for a line break. Is it clear??? It is.\nThis work in progress is reviewed monthly.\n"
    )
    assert marks(text) == []


def test_every_unfilled_line_is_counted_once_with_its_offset():
    text = "# A\n- Owner: TBD\n- Deputy: to be named\n| risk | noch offen |\nPurpose: [insert purpose] TODO\n"
    found = marks(text)
    assert [text.count("\n", 0, offset) + 1 for offset in found] == [2, 3, 4, 5, 5]
